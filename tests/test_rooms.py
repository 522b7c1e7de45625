"""The order of the rooms: nothing imports against it, and each library stays in the rooms that need it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "newscrawler"

# What each room may import; docs/architecture.md has the same table.
MAY_IMPORT: dict[str, set[str]] = {
    "places": set(),
    "portals": {"places"},
    "extraction": {"places"},
    "normalization": {"places", "extraction"},
    "archive": {"places", "normalization"},
    "crawling": {"places", "portals", "extraction", "normalization", "archive"},
    "monitoring": {"places", "portals", "archive", "crawling"},
    "demo": {"places"},
}
TOP_ROOMS = {"cli", "web"}
"""Import everything."""
ONLY_THE_MODEL = {"normalization"}
"""Takes the types that extraction hands on, and nothing else of it."""

LIBRARIES = {
    "scrapy": {"crawling", "monitoring", "cli"},
    "twisted": {"crawling", "monitoring"},
    "protego": {"crawling"},
    "parsel": {"portals", "extraction"},
    "cssselect": {"portals", "extraction"},
    "lxml": {"portals", "extraction"},
    "nh3": {"extraction", "web"},
    "dateparser": {"normalization"},
    "sqlite_utils": {"archive", "web"},
    "pydantic": {"portals", "monitoring"},
    "apscheduler": {"monitoring"},
    "datasette": {"web", "cli"},
    "jinja2": {"web", "cli"},
    "uvicorn": {"web", "cli"},
    "click": {"cli"},
    "rich": {"cli"},
    "numpy": {"archive", "cli"},
    "matplotlib": {"cli"},
    "pandas": set(),
    "pyarrow": {"archive"},
    "xlsxwriter": {"archive"},
}
"""Library to the rooms that may import it."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def imports(path: Path) -> Iterator[str]:
    """Dotted names of all that a module imports, those inside functions and for types too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the room"
            # `from newscrawler import places` names a room, `from newscrawler import __version__` none.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    room = room_of(path)
    if room in TOP_ROOMS or path.name == "__main__.py":
        return
    for name in imports(path):
        head, _, rest = name.partition(".")
        other = rest.split(".")[0]
        if head != "newscrawler" or other in ("", "__version__", room):
            continue
        assert room, f"{path.name} stands above the rooms and imports {name}"
        assert other in MAY_IMPORT[room], f"{room} must not import {other}: {path.name} imports {name}"
        if other == "extraction" and room in ONLY_THE_MODEL:
            assert rest.startswith("extraction.model."), f"{path.name} needs more of extraction than its types: {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_stays_in_its_rooms(path: Path) -> None:
    for name in imports(path):
        rooms = LIBRARIES.get(name.split(".")[0])
        assert rooms is None or room_of(path) in rooms, f"{path.name} imports {name}, which is for {sorted(rooms)}"


def test_every_room_has_its_place_in_the_order() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert rooms <= MAY_IMPORT.keys() | TOP_ROOMS


def test_the_page_on_architecture_has_the_same_order() -> None:
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    shown = {}
    for line in page.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0].removesuffix("/") in MAY_IMPORT:
            shown[cells[0].removesuffix("/")] = set(cells[2].split(", ")) - {"nothing of ours"}
    assert shown == MAY_IMPORT
