"""The pages of the documentation site: copied from the repository, with links that hold there, then checked."""

from __future__ import annotations

import posixpath
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

ROOT = Path(__file__).resolve().parents[1]
PROJECT_PAGES = {
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "NOTICE.md": "notice.md",
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code-of-conduct.md",
}
"""Pages of the top folder, and their names below project/."""
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def copy_pages(target: Path) -> None:
    """Copy the pages and pictures of docs/ and the pages of the project, with links that hold on the site."""
    shutil.rmtree(target, ignore_errors=True)
    for source in sorted(path for path in (ROOT / "docs").rglob("*") if path.is_file()):
        copy_page(source, target / source.relative_to(ROOT / "docs"))
    for name, page in PROJECT_PAGES.items():
        if (ROOT / name).exists():
            copy_page(ROOT / name, target / "project" / page)


def copy_page(source: Path, target: Path) -> None:
    """Copy one file; of a page, change the links that lead out of docs/."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix != ".md":
        shutil.copy(source, target)
        return
    here = posixpath.dirname(place_of(source.relative_to(ROOT).as_posix()) or "")

    def moved(link: re.Match[str]) -> str:
        return f"]({link_on_site(link[1], source, here)})"

    text = source.read_text(encoding="utf-8")
    at, parts = 0, []
    for block in _CODE.finditer(text):
        parts += [_LINK.sub(moved, text[at : block.start()]), block.group()]
        at = block.end()
    target.write_text("".join([*parts, _LINK.sub(moved, text[at:])]), encoding="utf-8")


def link_on_site(link: str, source: Path, here: str) -> str:
    """Return a link of a page as it has to be on the site; `here` is the folder of the page there."""
    if re.match(r"[a-z]+:|#", link):
        return link
    path, hash_sign, anchor = link.partition("#")
    file = (source.parent / path).resolve()
    name = file.relative_to(ROOT).as_posix()
    if place := place_of(name):
        return posixpath.relpath(place, here or ".") + hash_sign + anchor
    return f"{repository()}/{'tree' if file.is_dir() else 'blob'}/main/{name}"


def place_of(name: str) -> str | None:
    """Return where a file of the repository is among the pages of the site; None when it is not."""
    if name in PROJECT_PAGES:
        return f"project/{PROJECT_PAGES[name]}"
    return name.removeprefix("docs/") if name.startswith("docs/") else None


def repository() -> str:
    """Return the address of the repository, as pyproject.toml names it."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]["Repository"])


def dead_links(site: Path) -> Iterator[str]:
    """Yield a line per link of the site to a page or an anchor that is not there, and per file of another host."""
    trees = {path: html.parse(path) for path in sorted(site.rglob("*.html"))}
    anchors = {path: {*tree.xpath("//@id"), *tree.xpath("//a/@name"), ""} for path, tree in trees.items()}
    for path, tree in trees.items():
        name = path.relative_to(site)
        for address in tree.xpath("//script/@src | //img/@src | //link[@rel='stylesheet']/@href"):
            if urlsplit(address).netloc:
                yield f"{name}: the browser would load {address} from another host"
        if path.name == "404.html":
            continue
        for link in tree.xpath("//a/@href"):
            if re.match("/(?!/)", link):
                yield f"{name}: {link} holds only where the site is the whole host"
                continue
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or (not parts.path and not parts.fragment):
                continue
            linked = path
            if parts.path:
                linked = (path.parent / parts.path).resolve()
                linked = linked / "index.html" if linked.is_dir() else linked
            if not linked.exists():
                yield f"{name}: {link} leads to no page"
            elif linked in anchors and unquote(parts.fragment) not in anchors[linked]:
                yield f"{name}: {link} leads to no heading"
