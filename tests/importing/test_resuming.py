"""An import that is interrupted at any step goes on from there, and ends as if nothing had happened."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newscrawler.importing import articles, filling
from newscrawler.importing.importer import import_sources
from newscrawler.importing.job import Import
from newscrawler.portals import load_portal
from support.pages import DEFINITION
from support.warcs import Captured, each_packed, raw_record, warc_bytes, write_warc
from tests.importing.test_import import YEARS, captures, content, design, rows, run
from tests.importing.test_sources import page_of_two


class InterruptedByTestError(Exception):
    pass


def interrupting(after: int, seen: list[tuple[str, int]]) -> Callable[..., None]:
    """A progress that ends the work at its so many-th report."""

    def progress(what: str, done: int = 0, total: int = 0) -> None:
        seen.append((what, done))
        if len(seen) > after:
            raise InterruptedByTestError

    return progress


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    """Two files, one of them not packed and with records that cannot be read, and an article of two pages."""
    pages = [*captures(), Captured("/2015/0305/9_2.shtml", YEARS[0], page_of_two(2))]
    pages += [Captured("/2015/0305/9.shtml", YEARS[0], page_of_two(1))]
    first = write_warc(tmp_path / "first.warc", pages, packed=False)
    second = tmp_path / "second.warc.gz"
    many = [
        Captured(f"/2014/0305/{n}.shtml", YEARS[n % 3], design(n % 3, f"第{n}道沟渠修好了")) for n in range(200, 212)
    ]
    second.write_bytes(warc_bytes(many[:6]) + each_packed(raw_record(1, length=7)) + b"noise" + warc_bytes(many[6:]))
    return [first, second]


def test_interrupted_at_every_step(sources: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "COMMIT_SECONDS", 0)
    monkeypatch.setattr(articles, "AT_ONCE", 2)
    monkeypatch.setattr(articles, "GROUPS", 1)
    definition = tmp_path / "t.toml"
    definition.write_text(DEFINITION, encoding="utf-8")
    job = Import(tuple(sources), load_portal(str(definition)))
    whole = tmp_path / "whole" / "archive.db"
    expected = import_sources(job, whole)
    archive = tmp_path / "resumed" / "archive.db"
    result: Any = None
    reached: list[tuple[str, int]] = []
    for _ in range(200):
        seen: list[tuple[str, int]] = []
        try:
            result = import_sources(job, archive, progress=interrupting(7, seen))
            break
        except InterruptedByTestError:
            gc.collect()
            reached.append(seen[-1])
            if not seen[-1][0].startswith("reading"):  # all is read; what follows is a merge
                result = import_sources(job, archive)
                break
        assert not archive.exists()
    assert result is not None and len({what for what, _ in reached}) >= 2, reached
    # Each start went on behind the one before.
    taken = [offset for what, offset in reached if what == "reading of the sources"]
    assert taken == sorted(taken) and len(set(taken)) == len(taken)
    assert result.counts == expected.counts
    assert content(archive) == content(whole)
    events = "SELECT kind, url, reason FROM run_events ORDER BY kind, url, reason"
    assert rows(archive, events) == rows(whole, events)
    assert not list(archive.parent.glob(".*.part"))
    assert run("verify", "--archive", archive).exit_code == 0


@pytest.mark.slow
def test_what_is_left_and_cannot_be_used_is_made_again(sources: list[Path], tmp_path: Path) -> None:
    """A torn WARC file, a database that is none, a link: the import begins again; other arguments remove what is left."""
    definition, archive = tmp_path / "t.toml", tmp_path / "a" / "archive.db"
    definition.write_text(DEFINITION, encoding="utf-8")
    job = Import(tuple(sources), load_portal(str(definition)))

    def left() -> Path:
        seen: list[tuple[str, int]] = []
        with pytest.raises(InterruptedByTestError):
            import_sources(job, archive, progress=interrupting(60, seen))
        gc.collect()
        (folder,) = archive.parent.glob(".*.part")
        return folder

    for spoil in ("cut", "no database", "link"):
        folder = left()
        if spoil == "cut":
            (warc,) = [path for path in folder.glob("warc/t/*.gz*") if not path.name.startswith(".")]
            warc.write_bytes(warc.read_bytes()[:100])
        elif spoil == "no database":
            (folder / "part.db").write_bytes(b"x" * 5000)
        else:
            elsewhere = tmp_path / "elsewhere"
            folder.rename(elsewhere)
            folder.symlink_to(elsewhere)
        result = import_sources(job, archive)
        assert result.copied == 28 and len(content(archive)["articles"]) > 12, spoil
        archive.unlink()
    assert (tmp_path / "elsewhere" / "part.db").exists()
    left()
    other = Import(tuple(sources[:1]), job.portal)
    import_sources(other, archive)
    assert not list(archive.parent.glob(".*.part"))
