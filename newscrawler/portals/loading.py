"""Finding and reading portal definitions: the shipped ones and the user's own.

A definition is looked up by id in `./portals/`, then in the directory that `NEWSCRAWLER_PORTALS` names, then
among the shipped ones; a path to a TOML file works in place of an id.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from reprlib import Repr

from pydantic import BaseModel, ValidationError

from newscrawler.portals.model import ArticleRules, CrawlRules, ListingRules, Portal, ScheduleRules

SEARCH_PATH_VARIABLE = "NEWSCRAWLER_PORTALS"
MAX_DEFINITION_BYTES = 100_000
MAX_LINE_BYTES = 4_000
"""The parser needs minutes for a key of some ten thousand parts."""
MAX_MISTAKES = 20

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 120


class DefinitionError(Exception):
    """A portal definition that cannot be used; the message names file, key, value and the fix."""


def load_portal(name: str) -> Portal:
    """Return the portal with this id, or the one that the TOML file at this path defines.

    Raises DefinitionError when there is none or when its definition is wrong.
    """
    if name.endswith(".toml") or os.sep in name:
        return _read(Path(name))
    # The file that is named after the id comes first, so that a broken definition elsewhere does not stop this one.
    own, _ = _own_files()
    for files in (own, list(_shipped_files())):
        for file in files:
            if file.name == f"{name}.toml" and (portal := _read(file)).id == name:
                return portal
        for portal in _read_all(files)[0]:
            if portal.id == name:
                return portal
    portals, errors = load_portals()
    known = [portal.id for portal in portals]
    near = get_close_matches(name, known, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else f"known portals: {', '.join(known)}."
    message = (
        f"no portal is called {name!r}; {hint} A definition of your own is found in ./portals/, in the "
        f"directory that {SEARCH_PATH_VARIABLE} names, or by its path."
    )
    raise DefinitionError("\n".join([message, *map(str, errors)]))


def load_portals() -> tuple[list[Portal], list[DefinitionError]]:
    """Return every portal that can be found, by id, and the errors of the definitions that are wrong."""
    own, unreachable = _own_files()
    found, wrong = _read_all([*own, *_shipped_files()])
    portals: dict[str, Portal] = {}
    for portal in found:
        portals.setdefault(portal.id, portal)
    return [portals[key] for key in sorted(portals)], unreachable + wrong


def _read_all(files: Iterable[Path | Traversable]) -> tuple[list[Portal], list[DefinitionError]]:
    portals: list[Portal] = []
    errors: list[DefinitionError] = []
    for file in files:
        try:
            portals.append(_read(file))
        except DefinitionError as error:
            errors.append(error)
    return portals, errors


def _own_files() -> tuple[list[Path], list[DefinitionError]]:
    """Return the user's own definition files, which take precedence, and why a directory of theirs has none."""
    directories = [Path("portals")] if Path("portals").is_dir() else []
    if variable := os.environ.get(SEARCH_PATH_VARIABLE):
        directories.append(Path(variable))
    files: list[Path] = []
    errors: list[DefinitionError] = []
    for directory in directories:
        try:
            # A directory that does not exist yields no files and no error from a search.
            next(directory.iterdir(), None)
            files += sorted(directory.rglob("*.toml"))
        except OSError as error:
            errors.append(
                DefinitionError(
                    f"{SEARCH_PATH_VARIABLE}: {str(directory)!r} is no directory that can be read "
                    f"({error.strerror}); name the one that holds your definitions, or unset it."
                )
            )
    return files, errors


def _shipped_files() -> Iterator[Traversable]:
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
    if (longest := max(map(len, data.split(b"\n")))) > MAX_LINE_BYTES:
        raise DefinitionError(f"{file}: has a line of {longest} bytes; break up what is longer than {MAX_LINE_BYTES}.")
    try:
        values = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{file}: is not UTF-8 (byte {error.start}); save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{file}: is not valid TOML: {error}.") from None
    except RecursionError:
        raise DefinitionError(f"{file}: is nested too deeply for a definition.") from None
    except ValueError as error:  # a number of thousands of digits
        raise DefinitionError(f"{file}: holds a value that cannot be read: {error}.") from None
    return define(values, file)


def define(values: Mapping[str, object], origin: Path | Traversable | str) -> Portal:
    """Return the portal that these values define; raises DefinitionError, which names the origin."""
    try:
        return Portal.model_validate(values)
    except ValidationError as error:
        raise DefinitionError(_explained(origin, error)) from None


def _explained(file: Path | Traversable | str, error: ValidationError) -> str:
    """One line a mistake, each with file, key, value and fix."""
    lines = []
    mistakes = error.errors(include_url=False)
    for mistake in mistakes[:MAX_MISTAKES]:
        key = _SHORT.repr(".".join(str(part) for part in mistake["loc"]))
        value = _shown(mistake.get("input"))
        kind = mistake["type"]
        if kind == "extra_forbidden":
            near = get_close_matches(str(mistake["loc"][-1])[:64], _known_keys(mistake["loc"]), n=1)
            fix = f"is not a known key; did you mean {near[0]!r}?" if near else "is not a known key; remove it."
            lines.append(f"{file}: key {key} (value {value}) {fix}")
        elif kind == "missing":
            lines.append(f"{file}: key {key} is missing; add it (id, name, province and homepage are required).")
        elif not mistake["loc"]:
            lines.append(f"{file}: {_message(mistake['msg'])}.")
        else:
            lines.append(f"{file}: key {key}: {value} {_message(mistake['msg'])}.")
    if len(mistakes) > MAX_MISTAKES:
        lines.append(f"{file}: and {len(mistakes) - MAX_MISTAKES} mistakes more.")
    return "\n".join(lines)


def _shown(value: object) -> str:
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python writes no number of more than 4,300 digits
        return "a number of thousands of digits"


def _message(text: str) -> str:
    """Return what is wrong with a value: our own messages as they are, those of pydantic as a reason."""
    own = text.removeprefix("Value error, ")
    return own if own != text else f"does not fit: {text[0].lower()}{text[1:]}"


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the table of a mistake may hold."""
    tables: dict[str, type[BaseModel]] = {
        "listing": ListingRules,
        "article": ArticleRules,
        "crawl": CrawlRules,
        "schedule": ScheduleRules,
    }
    table = tables.get(str(location[0]), Portal) if len(location) > 1 else Portal
    return list(table.model_fields)
