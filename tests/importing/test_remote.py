"""Archives on the web: what is fetched from them is what an import of their WARC files gives, whatever they answer."""

from __future__ import annotations

import gzip
import json
import os
import signal
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from newscrawler.importing import plan
from newscrawler.importing.remote import client as client_module
from newscrawler.importing.remote import lists, wayback
from newscrawler.importing.remote.client import Client, RemoteError, StopError
from newscrawler.importing.remote.commoncrawl import _overlaps
from newscrawler.importing.remote.index_lines import IndexedCapture, read_answer, read_lines
from newscrawler.importing.remote.wayback import digest_agrees
from support import nightly, program
from support.replies import Reply
from support.warcs import Captured, write_warc
from support.web_archive import WARC, WebArchive, indexed, sha1
from tests.importing.test_import import FIRST, SECOND, TITLES, YEARS, captures, content, design, report, rows, run

FOREIGN = ("http://www.other.example/1.html",)


def pages() -> list[Captured]:
    """What others captured, with a page that is the same in another year."""
    return [*captures(), Captured(SECOND, "2014-05-01T00:00:00Z", design(0, "河边搬走了粮仓"))]


@pytest.fixture
def truth(definition: Path, tmp_path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What an import of the WARC file gives."""
    archive = tmp_path / "truth" / "archive.db"
    source = write_warc(tmp_path / "theirs.warc.gz", pages())
    assert run("import", source, "--portal", definition, "--archive", archive).exit_code == 0
    return content(archive)


def test_every_service_gives_what_the_warc_file_gives(
    definition: Path, truth: dict[str, list[tuple[Any, ...]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wayback, "LIMIT", 9)
    services = (
        ("resuming", True, "wayback", "/web"),
        ("halving", False, "wayback", "/web"),
        ("ranges", True, "commoncrawl", ""),
    )
    for name, resumes, service, base in services[:: 1 if nightly.is_night() else 2]:
        archive = tmp_path / name / "archive.db"
        with WebArchive(pages(), resumes=resumes) as server:
            own = ("--from", service, "--url", server.url + base, "--delay", 0)
            own = (*own, "--portal", definition, "--archive", archive, "--format", "json")
            listed = report(run("import", *own, "--dry-run"))
            assert (listed["indexed"], listed["copied"]) == (15, 0) and not server.fetched(), name
            done = run("import", *own)
            assert done.exit_code == 0, done.output
            told = report(done)
            assert content(archive) == truth, name
            assert not [path for path in server.requests if "other.example" in path]
            # A page whose digest the index has twice is fetched once.
            assert (told["repeated"], told["fetched"], told["copied"]) == (5, 10, 15)
            assert told["refused"]["answered 404"] == 1 and told["refused"]["it is not a page"] == 1
            assert run("verify", "--archive", archive).exit_code == 0
            # Nothing is fetched again; what an undone import brought is.
            before = len(server.fetched())
            listed = report(run("import", *own, "--dry-run"))
            assert (listed["indexed"], listed["known"]) == (15, 15)
            again = report(run("import", *own))
            assert (again["known"], again["copied"], len(server.fetched())) == (15, 0, before)
            assert content(archive) == truth
            assert run("runs", "undo", told["run"], "--archive", archive).exit_code == 0
            assert report(run("import", *own))["copied"] == 15
        assert not list(archive.parent.glob(".*.part"))
    # A capture says where it is from.
    cited = run("cite", f"http://www.t.example{SECOND}", "--archive", tmp_path / "resuming" / "archive.db")
    assert "北京时间 2014-04-01 16:00:00" in cited.output


@pytest.mark.slow
def test_spans_are_asked_for_and_limits_end_the_fetching(definition: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    for service, base in (("wayback", "/web"), ("commoncrawl", "")):
        with WebArchive(pages()) as server:
            own = ("--from", service, "--url", server.url + base, "--delay", 0, "--portal", definition)
            own = (*own, "--archive", archive, "--format", "json", "--dry-run")
            assert report(run("import", *own, "--since", "2017-01-01", "--until", "2017-12-31"))["indexed"] == 5
            assert not [path for path in server.requests if "CC-MAIN-2014" in path or "CC-MAIN-2020" in path]
            limited = (*own[:-1], "--limit", 2)
            assert report(run("import", *limited))["copied"] == 2 and len(server.fetched()) <= 2
        archive.unlink()


@pytest.mark.slow
def test_lists_of_captures_with_a_base(
    definition: Path, truth: dict[str, list[tuple[Any, ...]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "AT_ONCE", 4)  # several queries per list
    with WebArchive(pages()) as server:
        folder = tmp_path / "collection"
        (folder / WARC).parent.mkdir(parents=True)
        (folder / WARC).write_bytes(server.warc)
        cdxj, cdx = tmp_path / "list.cdxj", tmp_path / "list.cdx"
        cdxj.write_text("".join(f"key {one['timestamp']} {json.dumps(one)}\n" for one in server.entries))
        names = ("urlkey", "timestamp", "url", "mime", "status", "digest", "length", "offset", "filename")
        cdx.write_text(
            " CDX N b a m s k S V g\n" + "".join(" ".join(one[name] for name in names) + "\n" for one in server.entries)
        )
        packed = tmp_path / "list.cdx.gz"
        packed.write_bytes(gzip.compress(b"!meta\n" + cdx.read_bytes()))
        sources = ((cdxj, folder), (cdx, server.url), (cdxj, server.url), (packed, folder))
        for number, (source, base) in enumerate(sources):
            archive = tmp_path / str(number) / "archive.db"
            done = run("import", source, "--url", base, "--delay", 0, "--portal", definition, "--archive", archive)
            assert done.exit_code == 0, done.output
            assert content(archive) == truth
    # A list that names files outside of its folder, or places with other records.
    (tmp_path / "outside.warc.gz").write_bytes(server.warc)
    (folder / "link.warc.gz").symlink_to(tmp_path / "outside.warc.gz")
    one = next(entry for entry in server.entries if entry["url"].endswith(FIRST))
    wrong: list[dict[str, str]] = [
        {"filename": "../outside.warc.gz"},
        {"filename": str(tmp_path / "outside.warc.gz")},
        {"filename": "link.warc.gz"},
        {"filename": "none.warc.gz"},
        {"offset": "0"},
        {"length": "99999999999"},
        {"length": "10"},
        {"url": "http://www.t.example/2014/0305/999.shtml"},
        {"timestamp": "20140401080001"},
    ]
    for number, change in enumerate(wrong):
        cdxj.write_text(json.dumps({**one, **change}) + "\n")
        archive = tmp_path / "wrong" / f"{number}.db"
        own = ("--portal", definition, "--archive", archive, "--format", "json")
        told = report(run("import", cdxj, "--url", folder, *own))
        assert (told["copied"], told["indexed"]) == (0, 1) and not archive.exists(), change


def answer_index(reply: Reply, path: str) -> Reply | None:
    return reply if path.startswith("/web/cdx") else None


@pytest.mark.slow
def test_two_captures_of_one_second_that_differ_both_come_in(definition: Path, tmp_path: Path) -> None:
    """From a file as from a list of captures; and once they are there, neither is stored again."""
    twins = [Captured(FIRST, YEARS[0], design(0, TITLES[FIRST], text)) for text in ("", "后来补上一句。")]
    data, entries = indexed(twins)
    folder = tmp_path / "collection"
    (folder / WARC).parent.mkdir(parents=True)
    (folder / WARC).write_bytes(data)
    cdxj = tmp_path / "list.cdxj"
    cdxj.write_text("".join(f"key {one['timestamp']} {json.dumps(one)}\n" for one in entries))
    found = []
    for sources in ((cdxj, "--url", folder, "--delay", 0), (folder,)):
        archive = tmp_path / str(len(found)) / "archive.db"
        own = ("--portal", definition, "--archive", archive, "--format", "json")
        assert [report(run("import", *sources, *own))["copied"] for _ in range(2)] == [2, 0]
        assert rows(archive, "SELECT count(*), count(DISTINCT digest) FROM captures") == [(2, 2)]
        assert run("verify", "--archive", archive).exit_code == 0
        found.append(content(archive))
    assert found[0] == found[1] and len(found[0]["versions"]) == 2


def test_a_server_that_makes_captures_up_is_left(
    definition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is asked, there are more captures in that span, or one more key."""
    monkeypatch.setattr(wayback, "LIMIT", 4)
    monkeypatch.setattr(plan, "MAX_CAPTURES", 100)
    page = {"status": "200", "mime": "text/html"}

    def in_span(path: str) -> Reply:
        values = parse_qs(urlsplit(path).query)
        found = [{**page, "timestamp": values["from"][0], "url": f"http://www.t.example/{n}"} for n in range(4)]
        return 200, {}, "".join(json.dumps(one) + "\n" for one in found).encode()

    def next_key(path: str) -> Reply:
        row = ["20140401080000", "http://www.t.example/x"]
        return 200, {}, json.dumps([["timestamp", "original"], row, [], [str(len(server.requests))]]).encode()

    for reply, sentence in ((in_span, "lists more than can be read"), (next_key, "same part of its index again")):
        with WebArchive([]) as server:
            server.before = lambda path, reply=reply: reply(path) if path.startswith("/web/cdx") else None
            own = ("--from", "wayback", "--url", f"{server.url}/web", "--delay", 0, "--portal", definition)
            done = run("import", *own, "--archive", tmp_path / "a.db", "--format", "json", "--dry-run")
            assert sentence in " ".join(report(done)["unread"]) and len(server.requests) < 150
    # So many captures in one second that no query separates them: that is told, and the first of them come in.
    every = [Captured(f"/2014/0305/{n}.shtml", YEARS[0], design(0, f"第{n}道沟渠修好了")) for n in range(6)]
    with WebArchive(every, resumes=False) as server:
        own = ("--from", "wayback", "--url", f"{server.url}/web", "--delay", 0, "--portal", definition)
        told = report(run("import", *own, "--archive", tmp_path / "a.db", "--format", "json", "--dry-run"))
        assert told["indexed"] == 4 and told["unread"] == ["more than 4 captures in the second 20140401080000."]


def test_a_hostile_archive_is_bounded_and_told(
    definition: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wayback, "LIMIT", 4)
    monkeypatch.setattr(wayback, "MAX_INDEX_BYTES", 100_000)
    one = {"timestamp": "20140401080000", "url": "http://www.t.example/", "status": "200", "mime": "text/html"}
    same_second = "".join(json.dumps({**one, "digest": str(number)}) + "\n" for number in range(4)).encode()
    itself = json.dumps([["timestamp", "original"], ["20140401080000", "http://www.t.example/x"], [], ["key"]]).encode()
    pages_of_itself = "".join(
        json.dumps({**one, "url": f"http://www.t.example/web/cdx?page={number}"}) + "\n" for number in range(3)
    ).encode()
    cases: list[tuple[str, Reply, str]] = [
        ("pages of HTML", (200, {}, b"<html>welcome</html>" * 10), "does not answer as a CDX server"),
        ("deep JSON", (200, {}, b"[[" * 40_000), "does not answer as a CDX server"),
        ("the same key for ever", (200, {}, itself), "the same part of its index again"),
        ("more than fits", (200, {}, b"x" * 200_000), "more than 100,000 bytes"),
        ("a redirect", (302, {"Location": "http://127.0.0.1:1/"}, b""), "answered 302"),
        ("no such collection", (404, {}, b""), "answered 404"),
        ("another span", (200, {}, same_second), "other captures than those of the span"),
        ("pages of itself", (200, {}, pages_of_itself), ""),
        ("a bomb", (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08\x00no"), ""),
        ("a long pause", (429, {"Retry-After": "7200"}, b""), "a pause of 120 minutes"),
        ("always busy", (503, {"Retry-After": "0"}, b""), "4 times in a row"),
    ]
    for name, reply, sentence in cases:
        archive = tmp_path / "hostile.db"
        with WebArchive([]) as server:
            server.before = partial(answer_index, reply)
            own = ("--from", "wayback", "--url", f"{server.url}/web", "--delay", 0, "--portal", definition)
            done = run("import", *own, "--archive", archive, "--format", "json")
            assert done.exit_code == 1, (name, done.output)
            told = report(done)
            assert sentence in " ".join(told["unread"]), (name, told["unread"])
            assert len(server.requests) < 300, name
        assert not archive.exists() and not list(tmp_path.glob(".*.part")), name


def test_captures_that_cannot_be_had_are_told_and_the_rest_comes_in(definition: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    wrong_time = {"Memento-Datetime": "Thu, 01 Jan 2009 00:00:00 GMT"}
    replies: dict[str, Reply] = {
        FIRST: (200, wrong_time, b"<html>another capture</html>"),
        "/login.shtml": (302, {"Location": "/web/2009id_/http://www.t.example/login.shtml"}, b""),
    }
    busy = iter([(429, {"Retry-After": "0"}, b"")])

    def before(path: str) -> Reply | None:
        if path.endswith(SECOND):
            return next(busy, None)
        return next((reply for end, reply in replies.items() if path.endswith(end)), None)

    with WebArchive(pages()) as server:
        server.before = before
        own = ("--from", "wayback", "--url", f"{server.url}/web", "--delay", 0, "--portal", definition)
        own = (*own, "--archive", archive, "--format", "json")
        done = run("import", *own)
        told = report(done)
        assert done.exit_code == 1 and told["faults"] == 4 and told["copied"] == 11, done.output
        shown = run("runs", "show", told["run"], "--archive", archive).output
        assert "another time" in shown and "answered 302" in shown
        # Later they are there: only they are fetched.
        server.before = lambda path: None
        fetched = len(server.fetched())
        assert run("import", *own).exit_code == 0
        assert len(server.fetched()) == fetched + 4
        assert run("verify", "--archive", archive).exit_code == 0


def test_a_killed_import_goes_on_where_it_ended(
    definition: Path, truth: dict[str, list[tuple[Any, ...]]], tmp_path: Path
) -> None:
    """Killed while it fetches: what was fetched is not fetched again, and the archive is as if nothing happened."""
    archive = tmp_path / "a" / "archive.db"
    with WebArchive(pages()) as server:
        own = ("import", "--from", "wayback", "--url", f"{server.url}/web", "--delay", "0")
        command = [sys.executable, "-m", "newscrawler", *own, "--portal", str(definition), "--archive", str(archive)]
        running: list[program.Popen] = []

        def kill_after(path: str, most: int) -> Reply | None:
            if len(server.fetched()) > most:  # counted before the answer: this one is never given
                os.kill(running[-1].pid, signal.SIGKILL)
                return 500, {}, b""
            return None

        for most in (3, 5, 8):
            server.before = partial(kill_after, most=most)
            running.append(program.Popen(command))
            running[-1].wait()
            assert not archive.exists()
        server.before = lambda path: None
        assert run(*command[3:]).exit_code == 0
        fetched = server.fetched()
        # Only the captures that a kill cut off were asked for twice.
        assert len(fetched) - len(set(fetched)) <= 3 and len(set(fetched)) == 10
    assert content(archive) == truth
    assert run("verify", "--archive", archive).exit_code == 0
    assert len(rows(archive, "SELECT 1 FROM runs")) == 1


def test_the_client_waits_and_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSCRAWLER_ALLOW_PRIVATE", "1")
    slept: list[float] = []
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    answers: list[tuple[Reply, float, float]] = [
        ((429, {"Retry-After": "30"}, b""), 30, 30),
        ((503, {"Retry-After": later}, b""), 80, 90),
        ((429, {}, b""), 60, 75),
        ((500, {}, b""), 5, 6.25),
        ((502, {"Retry-After": "soon"}, b""), 5, 6.25),
    ]
    with WebArchive([]) as server:
        for reply, least, most in answers:
            first = iter([reply])
            server.before = lambda path, first=first: next(first, (200, {}, b"ok"))
            slept.clear()
            assert Client(0, sleep=slept.append).get(server.url, max_bytes=10).body == b"ok"
            assert least <= slept[0] <= most and len(slept) == 1, reply
        # The delay is kept between any two requests, also between tries; before the first there is none to keep, even
        # on a machine that was started a moment ago, whose clock of monotonic seconds is near zero.
        slept.clear()
        began = time.monotonic()
        monkeypatch.setattr(client_module, "monotonic", lambda: 1 + time.monotonic() - began)
        client = Client(1000, sleep=slept.append)
        for _ in range(3):
            client.get(server.url, max_bytes=10)
        assert len(slept) == 2 and all(900 < seconds <= 1000 for seconds in slept)
        server.before = lambda path: (200, {}, b"x" * 11)
        with pytest.raises(RemoteError, match="more than 10 bytes"):
            client.get(server.url, max_bytes=10)
        with pytest.raises(StopError, match="4 times in a row"):
            Client(0, sleep=slept.append).get("http://127.0.0.1:1/", max_bytes=10)
        monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.2)
        server.before = lambda path: time.sleep(0.5) or (200, {}, b"late")  # type: ignore[func-returns-value]
        with pytest.raises(StopError):
            Client(0, sleep=slept.append).get(server.url, max_bytes=10)
        monkeypatch.delenv("NEWSCRAWLER_ALLOW_PRIVATE")
        monkeypatch.setattr(client_module, "ANSWER_SECONDS", 60)
        for address in (server.url, server.url.replace("127.0.0.1", "localhost")):
            with pytest.raises(RemoteError, match="not a public address"):
                Client(0).get(address, max_bytes=10)


def test_lines_of_every_form_of_index_are_the_same_capture() -> None:
    wanted = IndexedCapture(
        "http://www.t.example/a", "2014-04-01T08:00:00Z", 200, "text/html", "A" * 32, "w.warc.gz", 7, 9
    )
    named = {"url": wanted.url, "mime": "text/html", "status": "200", "digest": "A" * 32, "length": "9"}
    place = {"offset": "7", "filename": "w.warc.gz"}
    eleven = f"example,t)/a 20140401080000 {wanted.url} text/html 200 {'A' * 32} - - 9 7 w.warc.gz"
    lines = [
        f"example,t)/a 20140401080000 {json.dumps({**named, **place})}",
        f"example,t)/a 20140401080000123 {json.dumps({**named, **place, 'url': 'http://www.t.example:80/a'})}",
        json.dumps({**named, **place, "timestamp": "20140401080000", "status": 200, "offset": 7, "length": 9}),
        eleven,
    ]
    assert read_lines(["!meta 0 {}", " CDX N b a m s k r M S V g", "", *lines]).captures == [wanted] * 4
    nine = read_lines([f"key 20140401080000 {wanted.url} text/html 200 {'A' * 32} - 7 w.warc.gz"]).captures
    assert nine[0].offset == 7 and nine[0].file == "w.warc.gz" and nine[0].length == 0
    seven = read_answer(f"key 20140401080000 {wanted.url} text/html 200 {'A' * 32} 9\n").captures
    assert seven[0].digest == "A" * 32 and seven[0].length == 9
    revisit = read_lines([f"key 20140401080000 {wanted.url} warc/revisit - {'A' * 32} 9"]).captures
    assert (revisit[0].status, revisit[0].mime) == (0, "warc/revisit")
    array = [["original", "timestamp"], [wanted.url, "20140401080000"], ["x"], [1, 2], "no", [], ["go on"]]
    index = read_answer(json.dumps(array))
    assert (len(index.captures), index.unreadable, index.resume_key) == (1, 3, "go on")
    broken = [
        "x", "a b", "{", "[]", "{}", "a 2014 {}", "k 20140401080000 {", "{" * 30_000, "x" * 40_000,
        json.dumps({**named, "timestamp": "2014"}), json.dumps({"timestamp": "20140401080000"}),
        json.dumps({"timestamp": ["20140401080000"], "url": {}}), "a b c d e f g h", "[" * 30_000,
    ]  # fmt: skip
    assert (read_lines(broken).captures, read_lines(broken).unreadable) == ([], len(broken))
    began = time.process_time()
    read_lines(
        ["http://" + "a" * 30_000, "k 20140401080000 " + " " * 30_000, json.dumps({"url": "http://" + ":" * 30_000})]
    )
    assert time.process_time() - began < 1


def test_crawls_are_chosen_by_their_time() -> None:
    since, until = "2014-03-01", "2014-05-31"
    table = {
        "CC-MAIN-2014-15": True, "CC-MAIN-2014-10": True, "CC-MAIN-2014-35": False, "CC-MAIN-2013-20": False,
        "CC-MAIN-2012": False, "CC-MAIN-2009-2010": False, "CC-MAIN-2014-99": True, "other": True,
    }  # fmt: skip
    assert {name: _overlaps({"id": name}, since, until) for name in table} == table
    told = {"id": "CC-MAIN-2014-15", "from": "2014-06-02T00:00:00", "to": "2014-06-20T00:00:00"}
    assert not _overlaps(told, since, until) and _overlaps(told, since, "") and _overlaps(told, "", "2014-06-02")


def test_digests_of_indexes() -> None:
    assert digest_agrees(sha1(b"a"), b"a") is True and digest_agrees("sha1:" + sha1(b"a"), b"b") is False
    assert digest_agrees("", b"a") is None and digest_agrees("3" * 400, b"a") is None


@pytest.mark.slow
def test_wrong_use(definition: Path, tmp_path: Path) -> None:
    (tmp_path / "l.cdxj").write_text("")
    for arguments, message in (
        ((), "Name a SOURCE"),
        (("--from", "elsewhere"), "is not one of"),
        (("--from", "wayback", "--url", "ftp://x/"), "is not an address"),
        (("--from", "wayback", tmp_path / "l.cdxj"), "together"),
        ((tmp_path / "l.cdxj",), "needs --url"),
        ((tmp_path / "l.cdxj", "--url", tmp_path / "none"), "is not a folder"),
        ((tmp_path / "none.cdxj", "--url", tmp_path), "no such file"),
        ((tmp_path, "--url", tmp_path), "--url needs --from"),
    ):
        refused = run("import", *arguments, "--portal", definition, "--archive", tmp_path / "a.db")
        assert refused.exit_code == 2 and message in refused.output, refused.output


def test_an_address_in_the_archive_is_as_the_portal_wrote_it(definition: Path, tmp_path: Path) -> None:
    """Indexes of old captures name port 80; the archive does not."""
    archive = tmp_path / "archive.db"
    page = Captured(SECOND, YEARS[0], design(0, "河边搬走了粮仓"))
    with WebArchive([page]) as server:
        server.entries[0]["url"] = f"http://www.t.example:80{SECOND}"
        own = ("--from", "wayback", "--url", f"{server.url}/web", "--delay", 0)
        assert run("import", *own, "--portal", definition, "--archive", archive).exit_code == 0
    with closing(sqlite3.connect(archive)) as connection:
        assert connection.execute("SELECT url FROM articles").fetchall() == [(f"http://www.t.example{SECOND}",)]
