"""Finding and reading portal definitions: the shipped ones and the user's own.

A definition is looked up by id in `./portals/`, then in the directory that `NEWSCRAWLER_PORTALS` names, then
among the shipped ones. The path of a TOML file works instead of an id.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from newscrawler.portals.model import Portal
from newscrawler.text.definition_error import DefinitionError
from newscrawler.text.definitions import own_files, read_definition

SEARCH_PATH_VARIABLE = "NEWSCRAWLER_PORTALS"


def load_portal(name: str) -> Portal:
    """Return the portal with this id, or the one that the TOML file at this path defines.

    Raises DefinitionError if there is none or if its definition is wrong.
    """
    if is_path(name):
        return read_definition(Path(name), Portal)
    # The file that is named after the id comes first, so that a broken definition elsewhere does not stop this one.
    own, _ = own_files("portals", SEARCH_PATH_VARIABLE)
    for files in (own, list(_shipped_files())):
        for file in files:
            if file.name == f"{name}.toml" and (portal := read_definition(file, Portal)).id == name:
                return portal
        for portal in _read_all(files)[0]:
            if portal.id == name:
                return portal
    portals, errors = load_portals()
    known = [portal.id for portal in portals]
    near = get_close_matches(name, known, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else "'newscrawler portals' lists them all."
    message = (
        f"no portal is called {name!r}; {hint} A definition of your own is looked for in ./portals/, in the "
        f"directory that {SEARCH_PATH_VARIABLE} names, or by its path."
    )
    raise DefinitionError("\n".join([message, *map(str, errors)]))


def is_path(name: str) -> bool:
    """Whether a portal is named by the path of its definition, and not by its id."""
    return name.endswith(".toml") or os.sep in name


def load_portals() -> tuple[list[Portal], list[DefinitionError]]:
    """Return every portal that can be found, by id, and the errors of the definitions that are wrong."""
    own, unreachable = own_files("portals", SEARCH_PATH_VARIABLE)
    all_portals, wrong = _read_all([*own, *_shipped_files()])
    portals: dict[str, Portal] = {}
    for portal in all_portals:
        portals.setdefault(portal.id, portal)
    return [portals[key] for key in sorted(portals)], unreachable + wrong


def portal_of(url: str) -> Portal | None:
    """Return the portal that a URL belongs to, or None. Of several, that is the one with the longest host: a newspaper
    on a host of its own below its publisher's domain. Of two with the same host, the one whose homepage is there.
    """
    owners = [(fit, portal) for portal in load_portals()[0] if (fit := _fit(portal, url))]
    return max(owners, key=lambda owner: owner[0])[1] if owners else None


def _fit(portal: Portal, url: str) -> tuple[int, bool] | None:
    host = portal.host_of(url)
    return (len(host), host == portal.hosts[0]) if host else None


def _read_all(files: Iterable[Path | Traversable]) -> tuple[list[Portal], list[DefinitionError]]:
    portals: list[Portal] = []
    errors: list[DefinitionError] = []
    for file in files:
        try:
            portals.append(read_definition(file, Portal))
        except DefinitionError as error:
            errors.append(error)
    return portals, errors


def _shipped_files() -> Iterator[Traversable]:
    shipped = resources.files("newscrawler.portals") / "definitions"
    for province in sorted(shipped.iterdir(), key=lambda entry: entry.name):
        if province.is_dir():
            yield from sorted(
                (entry for entry in province.iterdir() if entry.name.endswith(".toml")),
                key=lambda entry: entry.name,
            )
