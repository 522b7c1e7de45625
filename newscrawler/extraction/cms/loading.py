"""Reading the content systems: the shipped ones and the user's own."""

from __future__ import annotations

from functools import cache
from importlib import resources

from newscrawler.extraction.cms.system import ContentSystem
from newscrawler.text.definition_error import DefinitionError
from newscrawler.text.definitions import own_files, read_definition

SEARCH_PATH_VARIABLE = "NEWSCRAWLER_CMS"


@cache
def content_systems() -> tuple[ContentSystem, ...]:
    """Return all content systems in the order in which they are tried. Files are read once per process.

    A system in `./cms/`, then in the directory that `NEWSCRAWLER_CMS` names, replaces a shipped one with the same id.
    Raises DefinitionError with all mistakes of all files: pages must not be read with a part of the systems.
    """
    files, errors = own_files("cms", SEARCH_PATH_VARIABLE)
    systems: dict[str, ContentSystem] = {}
    for file in files:
        try:
            system = read_definition(file, ContentSystem)
        except DefinitionError as error:
            errors.append(error)
        else:
            systems.setdefault(system.id, system)
    if errors:
        raise DefinitionError("\n".join(map(str, errors)))
    for system in _shipped():
        systems.setdefault(system.id, system)
    return tuple(sorted(systems.values(), key=lambda system: (system.order, system.id)))


@cache
def _shipped() -> tuple[ContentSystem, ...]:
    files = (file for file in resources.files(__package__).iterdir() if file.name.endswith(".toml"))
    return tuple(read_definition(file, ContentSystem) for file in files)
