"""Imports for several portals: the files are read once, and each portal gets what an import for it alone gives it."""

from __future__ import annotations

import gc
import json
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive.database.locks import lock_portal
from newscrawler.importing import sifting
from newscrawler.importing.importer import import_sources
from newscrawler.importing.job import Import
from newscrawler.importing.readers import Readers
from newscrawler.importing.selection import Selection
from newscrawler.importing.several import import_several
from newscrawler.importing.sifted import Sifted
from newscrawler.importing.sifting import Wanted, file_of, sift
from newscrawler.importing.sources import find_sources
from newscrawler.portals import load_portal, load_portals
from support import program
from support.pages import DEFINITION, HOMEPAGE, article
from support.warcs import Captured, each_packed, raw_record, warc_bytes, write_warc
from tests.importing.test_import import YEARS, captures, content, design, report, rows, run
from tests.importing.test_resuming import InterruptedByTestError, interrupting

OTHER = "http://www.other.example"
EVENTS = "SELECT r.portal, e.kind, e.url, e.reason FROM run_events e JOIN runs r ON r.id = e.run ORDER BY 1, 2, 3, 4"


def defined(folder: Path) -> list[Path]:
    """Three portals: of two hosts, of a second name for the first one's host, and one of which there is nothing."""
    paths = []
    for name, host in (("t", "www.t.example"), ("other", "www.other.example"), ("none", "www.none.example")):
        paths.append(folder / f"{name}.toml")
        text = DEFINITION.replace('"t"', f'"{name}"', 1).replace("www.t.example", host)
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def sources(folder: Path) -> Path:
    """Files in which the records of the portals and of others lie mixed; two of them have places that cannot be read."""
    into = folder / "files"
    into.mkdir()
    theirs = [Captured(f"{OTHER}/", YEARS[0], HOMEPAGE)]
    theirs += [
        Captured(f"{OTHER}/2014/0305/{n}.shtml", YEARS[n % 3], design(n % 3, f"第{n}座水车转了")) for n in range(9)
    ]
    theirs += [Captured(f"{OTHER}/2014/0305/99.shtml", YEARS[0], "<h1>404</h1>", status=404)]
    foreign = [Captured(f"http://x{n}.example/", YEARS[0], "x") for n in range(5)]
    mixed = [page for pages in zip(captures(), [*theirs, *foreign], strict=False) for page in pages]
    write_warc(into / "1.warc.gz", mixed[:12])
    write_warc(into / "2.warc", mixed[12:], packed=False)
    (into / "3.warc.gz").write_bytes(
        warc_bytes(foreign) + each_packed(raw_record(1, length=7)) + warc_bytes(theirs[4:])
    )
    (into / "www.other.example").mkdir()
    (into / "www.other.example" / "saved.html").write_text(article("存下来的一页", "2014-03-05"), encoding="utf-8")
    (into / "nobody.html").write_text(article("谁也不知道的一页", "2014-03-05"), encoding="utf-8")
    return into


def alone(folder: Path, files: Path, definitions: list[Path]) -> Path:
    """An archive of imports for one portal after the other."""
    archive = folder / "alone" / "archive.db"
    for definition in definitions:
        run("import", files, "--portal", definition, "--archive", archive, "--workers", 1)
    return archive


def portals_of(definitions: list[Path]) -> tuple[str, ...]:
    return tuple(word for path in definitions for word in ("--portal", str(path)))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 1])
def test_each_portal_gets_what_it_gets_alone(tmp_path: Path, workers: int) -> None:
    files, definitions = sources(tmp_path), defined(tmp_path)
    single = alone(tmp_path, files, definitions)
    archive = tmp_path / "several" / "archive.db"
    own = (*portals_of(definitions), "--archive", archive, "--workers", workers, "--format", "json")
    dry = run("import", files, *own, "--dry-run")
    assert not archive.exists()
    done = run("import", files, *own)
    told = report(done)
    assert told | {"portals": 0, "dry_run": 0} == report(dry) | {"portals": 0, "dry_run": 0}
    assert [row["portal"] for row in told["portals"]] == ["t", "other"] and told["sources"] == 5 and told["faults"] == 1
    for row, before in zip(told["portals"], report(dry)["portals"], strict=True):
        assert row | {"run": None} == before
    assert content(archive) == content(single)
    assert [row for row in rows(archive, EVENTS) if row] == [row for row in rows(single, EVENTS) if row[0] != "none"]
    assert not list(archive.parent.glob(".*"))
    # Again: only the file with a fault and the saved pages are read.
    state = content(archive)
    again = report(run("import", files, *own))
    assert (again["passed_over"], again["sources"]) == (2, 3)
    assert [(row["copied"], row["known"]) for row in again["portals"]] == [
        (0, row["copied"] + row["known"]) for row in told["portals"]
    ]
    assert content(archive) == state
    # Undone for one portal, the other's pages stay; and the files are read again.
    (key,) = [row["run"] for row in told["portals"] if row["portal"] == "other"]
    assert run("runs", "undo", key, "--archive", archive).exit_code == 0
    assert {row[0] for row in rows(archive, "SELECT DISTINCT portal FROM articles")} == {"t"}
    back = report(run("import", files, *own))
    assert back["passed_over"] == 0 and back["portals"][1]["copied"] == told["portals"][1]["copied"]
    assert len(content(archive)["articles"]) == len(state["articles"])
    assert run("verify", "--archive", archive).exit_code == 0


def test_two_portals_of_one_host_both_get_the_record(tmp_path: Path) -> None:
    first, _, _ = defined(tmp_path)
    twin = tmp_path / "twin.toml"
    twin.write_text(first.read_text(encoding="utf-8").replace('"t"', '"twin"', 1), encoding="utf-8")
    source, archive = write_warc(tmp_path / "theirs.warc.gz", captures()), tmp_path / "archive.db"
    done = run("import", source, "--portal", first, "--portal", twin, "--archive", archive, "--format", "json")
    one, two = report(done)["portals"]
    assert one | {"portal": "", "run": "", "read_in_full": 0} == two | {"portal": "", "run": "", "read_in_full": 0}
    assert one["copied"] == 14 and rows(archive, "SELECT count(DISTINCT portal) FROM articles") == [(2,)]
    # What listings showed and nobody captured is told for both, and for all of the archive.
    wanted = run("import", "--wanted", "--portal", "all", "--archive", archive, "--format", "json")
    assert [row["portal"] for row in json.loads(wanted.stdout)] == ["t", "twin"]


def test_all_are_the_definitions_that_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cost of foreign records does not grow with the portals: whose a host is stands in a table."""
    folder = tmp_path / "own"
    folder.mkdir()
    defined(folder)
    monkeypatch.setenv("NEWSCRAWLER_PORTALS", str(folder))
    files = sources(tmp_path)
    done = run("import", files, "--portal", "all", "--archive", tmp_path / "archive.db", "--workers", 1)
    assert done.exit_code == 1, done.output
    table = [line.split()[:2] for line in done.stdout.splitlines() if line.split()[:1] in (["t"], ["other"])]
    assert [name for name, _ in table] == ["other", "t"], done.stdout
    empty = write_warc(tmp_path / "empty.warc.gz", [Captured("http://x.example/", YEARS[0], "x")])
    nothing = run("import", empty, "--portal", "all", "--archive", tmp_path / "new.db")
    assert nothing.exit_code == 1 and "no page of the portals" in nothing.stderr
    assert not (tmp_path / "new.db").exists()


@pytest.mark.slow
def test_interrupted_at_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, definitions = sources(tmp_path), defined(tmp_path)
    monkeypatch.setattr(sifting, "COMMIT_SECONDS", 0)
    portals = [load_portal(str(path)) for path in definitions]
    job = Import((files,), portals[0], workers=1)
    whole, archive = tmp_path / "whole" / "archive.db", tmp_path / "resumed" / "archive.db"
    expected = import_several(job, portals, whole)
    reached = []
    for _ in range(200):
        seen: list[tuple[str, int]] = []
        try:
            result = import_several(job, portals, archive, progress=interrupting(9, seen))
            break
        except InterruptedByTestError:
            gc.collect()
            reached.append(seen[-1])
            if not seen[-1][0].startswith("reading"):  # a merge begins at its beginning
                result = import_several(job, portals, archive)
                break
    assert len(reached) > 3, reached
    assert {name: one.counts for name, one in result.portals.items()} == {
        name: one.counts for name, one in expected.portals.items()
    }
    assert (result.records, result.sources, result.faults) == (expected.records, expected.sources, expected.faults)
    assert content(archive) == content(whole)
    assert len(rows(archive, "SELECT 1 FROM runs")) == 2


@pytest.mark.slow
def test_a_portal_that_is_busy_is_told_and_taken_by_the_same_command(tmp_path: Path) -> None:
    files, definitions = sources(tmp_path), defined(tmp_path)
    single = alone(tmp_path, files, definitions)
    archive = tmp_path / "several" / "archive.db"
    archive.parent.mkdir()
    portals = [load_portal(str(path)) for path in definitions]
    job = Import((files,), portals[0], workers=1)
    lock = lock_portal(archive, "t")
    result = import_several(job, portals, archive)
    lock.release()
    assert list(result.portals) == ["other"] and "portal t" in result.unfinished[0]
    runs = rows(archive, "SELECT key FROM runs")
    # Nothing is read again.
    seen: list[str] = []
    result = import_several(job, portals, archive, progress=lambda what, *_: seen.append(what))
    assert "reading of the sources" not in seen
    assert (
        list(result.portals) == ["t", "other"] and rows(archive, "SELECT key FROM runs WHERE portal = 'other'") == runs
    )
    assert content(archive) == content(single)
    assert not list(archive.parent.glob(".*"))


def test_a_sifted_file_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    """Killed while it is written, and damaged as a machine that stops leaves it."""
    definitions = defined(tmp_path)
    wanted = Wanted((load_portal(str(definitions[0])),))
    (source,) = find_sources(write_warc(tmp_path / "theirs.warc.gz", captures() * 3))

    def held() -> list[Any]:
        made = Sifted(tmp_path, wanted, {0: source}, Readers(1))
        return [one.offset for one in made.records(0, 0, 0, bool)]  # type: ignore[union-attr]

    sift(source, file_of(tmp_path, 0), wanted)
    expected = held()
    assert len(expected) == 42 and expected == sorted(set(expected))
    for spoil in (b"no database" * 500, b""):
        file_of(tmp_path, 0).write_bytes(spoil)
        sift(source, file_of(tmp_path, 0), wanted)
        assert held() == expected


@pytest.mark.slow
def test_killed_while_several_processes_read(tmp_path: Path) -> None:
    files, (definition, *_) = tmp_path / "files", defined(tmp_path)
    files.mkdir()
    many = [Captured(f"/2014/0305/{n}.shtml", YEARS[0], design(0, f"第{n}道沟渠修好了")) for n in range(200, 230)]
    for number in range(6):
        write_warc(files / f"{number}.warc.gz", many[number * 5 : number * 5 + 5])
    whole, archive = tmp_path / "whole" / "archive.db", tmp_path / "a" / "archive.db"
    job = Import((files,), load_portal(str(definition)), workers=1)
    import_sources(job, whole)
    command = [sys.executable, "-m", "newscrawler", "import", str(files), "--portal", str(definition), "--workers", "2"]
    for moment in (0.5, 1.0, 1.5):
        process = program.Popen([*command, "--archive", str(archive)])
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert run("import", files, "--portal", definition, "--workers", 2, "--archive", archive).exit_code == 0
    assert content(archive) == content(whole)
    assert not list(archive.parent.glob(".*.part"))
    shutil.rmtree(files)


def test_whose_a_host_is_stands_in_a_table() -> None:
    """It says the same as asking each definition, for hosts, their subdomains and neighbours, and wrong addresses."""
    portals, _ = load_portals()
    selection = Selection(portals)
    hosts = sorted({host for portal in portals for host in portal.hosts})
    assert len(hosts) > 100
    forms = (
        "http://{}/a",
        "https://www.{}/",
        "http://a.b.{}:8080/x?y#z",
        "http://x{}/",
        "http://{}.cn/",
        "//{}/",
        "ftp://{}",
    )
    forms += (
        "HTTP://WWW.{}/",
        "http://u:p@{}/",
        "http://{}",
        "http://[{}/",
        "http://{}\t/",
        "http:///{}/",
        "  http://{}/",
        "http://{}?a=/b/c",
        "http://{}#/x/y",
        "https:/{}/",
        "http://.{}/",
    )
    for form in forms:
        for host in (*hosts[::7], *(host.upper() for host in hosts[:5]), ""):
            url = form.format(host)
            assert selection.owners_of(url) == tuple(n for n, portal in enumerate(portals) if portal.owns(url)), url
