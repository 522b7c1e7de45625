"""Finding and reading portal definitions: the shipped ones and the user's own.

A definition is looked up by id in `./portals/`, then in the directory that `NEWSCRAWLER_PORTALS` names, then
among the shipped ones; a path to a TOML file works in place of an id.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from newscrawler.portals.model import ArticleRules, CrawlRules, ListingRules, Portal

SEARCH_PATH_VARIABLE = "NEWSCRAWLER_PORTALS"
MAX_DEFINITION_BYTES = 1_000_000


class DefinitionError(Exception):
    """A portal definition that cannot be used; the message names file, key, value and the fix."""


def load_portal(name: str) -> Portal:
    """Return the portal with this id, or the one that the TOML file at this path defines.

    Raises DefinitionError when there is none or when its definition is wrong.
    """
    if name.endswith(".toml") or os.sep in name:
        return _read(Path(name))
    # The file that is named after the id comes first, so that a broken definition elsewhere does not stop this one.
    files = list(_files())
    for file in [file for file in files if file.name == f"{name}.toml"]:
        if (portal := _read(file)).id == name:
            return portal
    portals, _ = load_portals()
    for portal in portals:
        if portal.id == name:
            return portal
    known = [portal.id for portal in portals]
    near = get_close_matches(name, known, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else f"known portals: {', '.join(known)}."
    raise DefinitionError(
        f"no portal is called {name!r}; {hint} A definition of your own is found in ./portals/, in the "
        f"directory that {SEARCH_PATH_VARIABLE} names, or by its path."
    )


def load_portals() -> tuple[list[Portal], list[DefinitionError]]:
    """Return every portal that can be found, by id, and the errors of the definitions that are wrong."""
    portals: dict[str, Portal] = {}
    errors: list[DefinitionError] = []
    for file in _files():
        try:
            portal = _read(file)
        except DefinitionError as error:
            errors.append(error)
        else:
            portals.setdefault(portal.id, portal)
    return [portals[key] for key in sorted(portals)], errors


def _files() -> Iterator[Path | Traversable]:
    """Yield definition files, the user's own first, so that they take precedence."""
    own = [Path("portals")]
    if variable := os.environ.get(SEARCH_PATH_VARIABLE):
        own.append(Path(variable))
    for directory in own:
        if directory.is_dir():
            yield from sorted(directory.rglob("*.toml"))
    shipped = resources.files("newscrawler.portals") / "definitions"
    for province in sorted(shipped.iterdir(), key=lambda entry: entry.name):
        if province.is_dir():
            yield from sorted(
                (entry for entry in province.iterdir() if entry.name.endswith(".toml")),
                key=lambda entry: entry.name,
            )


def _read(file: Path | Traversable) -> Portal:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_DEFINITION_BYTES + 1)
    except FileNotFoundError:
        raise DefinitionError(f"{file}: there is no such file; check the path.") from None
    except OSError as error:
        raise DefinitionError(f"{file}: cannot be read: {error.strerror or error}.") from None
    if len(data) > MAX_DEFINITION_BYTES:
        raise DefinitionError(f"{file}: is larger than {MAX_DEFINITION_BYTES} bytes; that is no definition.")
    try:
        values = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{file}: is not UTF-8 (byte {error.start}); save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{file}: is not valid TOML: {error}.") from None
    except RecursionError:
        raise DefinitionError(f"{file}: is nested too deeply for a definition.") from None
    try:
        return Portal.model_validate(values)
    except ValidationError as error:
        raise DefinitionError(_explained(file, error)) from None


def _explained(file: Path | Traversable, error: ValidationError) -> str:
    """One line a mistake, each with file, key, value and fix."""
    lines = []
    for mistake in error.errors(include_url=False):
        key = ".".join(str(part) for part in mistake["loc"])
        value = mistake.get("input")
        kind = mistake["type"]
        if kind == "extra_forbidden":
            near = get_close_matches(str(mistake["loc"][-1]), _known_keys(mistake["loc"]), n=1)
            fix = f"is not a known key; did you mean {near[0]!r}?" if near else "is not a known key; remove it."
            lines.append(f"{file}: key {key!r} (value {value!r}) {fix}")
        elif kind == "missing":
            lines.append(f"{file}: key {key!r} is missing; add it (id, name, province and homepage are required).")
        elif not key:
            lines.append(f"{file}: {_message(mistake['msg'])}.")
        else:
            lines.append(f"{file}: key {key!r}: {value!r} {_message(mistake['msg'])}.")
    return "\n".join(lines)


def _message(text: str) -> str:
    text = text.removeprefix("Value error, ")
    return text if text.startswith(("is ", "holds ", "sections")) else f"does not fit: {text[0].lower()}{text[1:]}"


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the table of a mistake may hold."""
    tables: dict[str, type[BaseModel]] = {"listing": ListingRules, "article": ArticleRules, "crawl": CrawlRules}
    table = tables.get(str(location[0]), Portal) if len(location) > 1 else Portal
    return list(table.model_fields)
