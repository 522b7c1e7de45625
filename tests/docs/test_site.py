"""The documentation site: every page has its place, every link holds, and the reader's browser asks no other host."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from site_pages import copy_pages, dead_links, place_of  # noqa: E402

CONFIGURATION = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]


def pages_of(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        for value in entry.values():
            if isinstance(value, str):
                yield value
            else:
                yield from pages_of(value)


def test_the_navigation_has_every_page_once(tmp_path: Path) -> None:
    copy_pages(tmp_path)
    pages = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")}
    listed = list(pages_of(CONFIGURATION["nav"]))
    assert len(listed) == len(set(listed))
    assert set(listed) == pages, "write new pages into `nav` of zensical.toml"


def test_every_link_of_a_copied_page_holds(tmp_path: Path) -> None:
    copy_pages(tmp_path)
    for page in tmp_path.rglob("*.md"):
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if not re.match(r"[a-z]+:|#", link):
                assert (page.parent / link.partition("#")[0]).exists(), f"{page.name}: {link}"


def test_the_addresses_of_the_project_are_the_same_everywhere() -> None:
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    assert CONFIGURATION["site_url"] == urls["Documentation"]
    assert CONFIGURATION["extra"]["social"][0]["link"] == urls["Repository"]


PAGE = "<html><head>{head}</head><body><h1 id='top'>x</h1>{body}</body></html>"


@pytest.mark.parametrize(
    ("head", "body", "fault"),
    [
        ("", "<a href='../b/'>b</a> <a href='#top'>t</a> <a href='../b/#top'>t</a> <a href='../b/#'>b</a>", ""),
        ("", "<a href='https://other.example/#x'>o</a> <a href='mailto:a@b.example'>m</a>", ""),
        ("", "<a href='/b/'>b</a>", "a/index.html: /b/ holds only where the site is the whole host"),
        ("", "<a href='../c/'>c</a>", "a/index.html: ../c/ leads to no page"),
        ("", "<a href='#bottom'>c</a>", "a/index.html: #bottom leads to no heading"),
        ("", "<a href='../b/#%E5%AE%9C'>c</a>", "a/index.html: ../b/#%E5%AE%9C leads to no heading"),
        ("<script src='https://cdn.example/x.js'></script>", "", "https://cdn.example/x.js from another host"),
        ("<link rel='stylesheet' href='//fonts.example/x.css'>", "", "//fonts.example/x.css from another host"),
        ("", "<img src='http://pictures.example/x.png'>", "http://pictures.example/x.png from another host"),
    ],
)
def test_each_kind_of_dead_link_is_found(head: str, body: str, fault: str, tmp_path: Path) -> None:
    for name, (head_of_page, body_of_page) in {"a": (head, body), "b": ("", "")}.items():
        (tmp_path / name).mkdir()
        page = PAGE.format(head=head_of_page, body=body_of_page)
        (tmp_path / name / "index.html").write_text(page, encoding="utf-8")
    faults = list(dead_links(tmp_path))
    assert len(faults) == bool(fault)
    assert not fault or faults[0].endswith(fault)


def test_pages_of_the_top_folder_have_their_place() -> None:
    assert place_of("SECURITY.md") == "project/security.md"
    assert place_of("docs/guides/web.md") == "guides/web.md"
    assert place_of("newscrawler/settings.py") is None


@pytest.mark.slow
@pytest.mark.skipif(find_spec("zensical") is None, reason="needs the dependency group `site`; `make site` has it")
def test_the_site_builds_without_a_fault() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "build_site.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    site = ROOT / "build" / "site"
    python = (site / "reference" / "python" / "index.html").read_text(encoding="utf-8")
    for name in ("open_archive", "extract_article", "CrawlResult", "published_date"):
        assert f'id="newscrawler.interface.{name}' in python or f".{name}" in python, name
    assert "宜昌" in (site / "search.json").read_text(encoding="utf-8")
