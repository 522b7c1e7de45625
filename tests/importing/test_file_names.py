"""Names of files that other tools write: of saved pages in folders, and of WARC files in collections."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from newscrawler.importing.saved_pages import record_of_page
from newscrawler.importing.sources import find_sources
from newscrawler.importing.warc_records import SourceRecord
from support.pages import DEFINITION, article, small_portal
from support.warcs import HOST, Captured, warc_bytes
from tests.importing.test_import import report, run


@pytest.fixture
def own(tmp_path: Path) -> tuple[object, ...]:
    (tmp_path / "t.toml").write_text(DEFINITION, encoding="utf-8")
    return ("--portal", tmp_path / "t.toml", "--archive", tmp_path / "archive.db", "--format", "json")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        # As wget writes them: with --adjust-extension, with --restrict-file-names=windows, with both, with neither.
        ("show.asp?id=7", "show.asp?id=7"),
        ("show.asp?id=7.html", "show.asp?id=7"),
        ("show.asp@id=7", "show.asp?id=7"),
        ("Show.ASPX@id=7&p=2.html", "Show.ASPX?id=7&p=2"),
        ("list.php", "list.php"),
        ("list.php.html", "list.php"),
        ("view?id=7.html", "view?id=7"),
        ("1.shtml?from=list", "1.shtml?from=list"),
        ("1.html@from=list.html", "1.html?from=list"),
        ("go.jsp?to=%2Fa%2Fb.html", "go.jsp?to=%2Fa%2Fb.html"),
        # Names that wget did not change.
        ("7.html", "7.html"),
        ("7.shtml", "7.shtml"),
        ("a@b.html", "a@b.html"),
        ("2015.03.html", "2015.03.html"),
        ("index.html", ""),
    ],
)
def test_names_that_wget_gives_become_the_addresses_that_it_asked_for(tmp_path: Path, name: str, address: str) -> None:
    folder = tmp_path / "www.t.example" / "2015"
    folder.mkdir(parents=True)
    (folder / name).write_text("<html></html>", encoding="utf-8")
    (source,) = find_sources(tmp_path)
    page = record_of_page(source, small_portal().owns, None)
    assert isinstance(page, SourceRecord)
    assert page.fields["warc-target-uri"] == f"{HOST}/2015/{address}"


def test_files_beside_saved_pages_are_no_pages(tmp_path: Path) -> None:
    for name in ("a.css", "a.js?v=7", "photo.jpg", "a.php5x", "data.json", "notes.txt", ".php", "archive.zip@x"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert not list(find_sources(tmp_path))


def test_a_wacz_that_was_packed_again_with_its_folder(tmp_path: Path, own: tuple[object, ...]) -> None:
    path = tmp_path / "again.wacz"
    warc = warc_bytes([Captured("/2015/0305/1.shtml", "2015-04-01T00:00:00Z", article("又装了一次", "2015-03-05"))])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("collection/archive/data.warc.gz", warc)
        packed.writestr("__MACOSX/collection/archive/._data.warc.gz", b"Mac OS X")
        packed.writestr("collection/other/data.warc.gz", warc)
    told = report(run("import", path, *own))
    assert (told["sources"], told["copied"], told["faults"]) == (1, 1, 0)
    with zipfile.ZipFile(tmp_path / "none.wacz", "w") as packed:
        packed.writestr("data.warc.gz", warc)
    none = run("import", tmp_path / "none.wacz", *own)
    assert none.exit_code == 2 and "none.wacz: has no WARC files (.warc, .warc.gz) in a folder archive/." in none.output
