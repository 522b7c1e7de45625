"""A portal with two redesigns whose past others captured: the import beside a crawl of today tells the truth."""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newscrawler.archive import open_archive, runs
from newscrawler.archive.database import connection as connecting
from newscrawler.archive.database import migrations
from newscrawler.cli.main import cli
from newscrawler.importing import filling
from support import new_archives, nightly, program
from support.crawls import Crawl
from support.pages import DEFINITION, HOMEPAGE, PARAGRAPHS, Pages, article, html, listing
from support.warcs import HOST, Captured, warc_bytes, write_warc

FIRST, SECOND, THIRD, FOURTH, GONE, LOST = (f"/2014/0305/{number}.shtml" for number in range(101, 107))
TITLES = {
    FIRST: "山口修好了沟渠",
    SECOND: "河边搬走了粮仓",
    THIRD: "渡口换了新船",
    FOURTH: "桥头种下一片林",
    GONE: "这一篇后来撤下",
    LOST: "没有人收下这一篇",
}
YEARS = ("2014-04-01T08:00:00Z", "2017-05-02T09:30:00Z", "2020-06-03T10:00:00Z")


def design(year: int, title: str, text: str = "") -> str:
    """An article as the portal showed it in a year: three designs with the same content."""
    if year == 2:
        return article(title, "2014-03-05", text=text)
    lines = (f"{title}，这是2014-03-05的事。{text}", *PARAGRAPHS)
    if year == 0:
        body = "<br><br>".join(f"　　{line}" for line in lines)
        return (
            f"<html><head><title>{title}-试验网</title></head><body><table><tr><td><h1>{title}</h1></td></tr>"
            f"<tr><td>2014-03-05 来源：山口晚报 编辑：丁一鸣</td></tr><tr><td id='zoom'>{body}</td></tr></table></body></html>"
        )
    body = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body><main><article><h1>{title}</h1>"
        f"<div class='meta'><span>2014-03-05</span> <span>来源：山口晚报</span> <span>编辑：丁一鸣</span></div>"
        f"<div class='article-content'>{body}</div></article></main></body></html>"
    )


def listed(*paths: str) -> str:
    return listing([(path, TITLES[path], "2014-03-05") for path in paths])


def captures() -> list[Captured]:
    """What others captured in three years. `FIRST` was edited in the last of them."""
    pages = []
    for year, date in enumerate(YEARS):
        pages += [
            Captured("/", date, HOMEPAGE),
            Captured("/yichang/", date, listed(FIRST, SECOND, GONE, LOST)),
            Captured(FIRST, date, design(year, TITLES[FIRST], "后来补上一句。" if year == 2 else "")),
        ]
    pages += [
        Captured(SECOND, YEARS[0], design(0, TITLES[SECOND])),
        Captured(SECOND, YEARS[1], design(1, TITLES[SECOND])),
        Captured(GONE, YEARS[0], design(0, TITLES[GONE])),
        Captured(FOURTH, YEARS[1], design(1, TITLES[FOURTH])),
        Captured(THIRD, YEARS[1], "<h1>404</h1>", status=404),
        Captured("http://www.other.example/1.html", YEARS[0], design(0, "别人的一篇")),
        Captured("/a.jpg", YEARS[0], b"\xff\xd8\xff", headers=[("Content-Type", "image/jpeg")]),
        Captured("/login.shtml", YEARS[0], "<form>登录<input type='password'></form>"),
        Captured("/early.shtml", "1970-01-01T00:00:00Z", design(0, TITLES[FIRST])),
        Captured("/late.shtml", "2999-01-01T00:00:00Z", design(0, TITLES[FIRST])),
    ]
    return pages


def today() -> Pages:
    """The portal as it is crawled: two of the articles are there, one answers 404."""
    return Pages(
        {
            "/": HOMEPAGE,
            "/yichang/": listed(FIRST, THIRD, GONE),
            "/enshi/": listing([]),
            FIRST: html(design(2, TITLES[FIRST], "后来补上一句。")),
            THIRD: html(design(2, TITLES[THIRD])),
        }
    )


def run(*arguments: object) -> Result:
    gc.collect()  # a command before this one, in the same process, may have left a connection open
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)


def report(result: Result) -> dict[str, Any]:
    assert result.stdout, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def rows(archive: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive)) as connection:
        return connection.execute(query, values).fetchall()


TABLES = {
    "articles": "id, portal, key, url, status, first_seen, last_seen, version_count",
    "versions": "content_hash, text, number, seen_from, seen_to",
    "urls": "identity, url, state, reason, status, last_fetched",
    "listing_sightings": "(SELECT portal || name FROM sections s WHERE s.id = section), "
    "(SELECT portal || identity FROM urls u WHERE u.id = url), title, listed_date, first_seen, last_seen",
    "sections": "name, url, complete_back_to, complete_run",
    "texts": "hash",
    "article_sections": "(SELECT id FROM articles a WHERE a.n = article), "
    "(SELECT portal || name FROM sections s WHERE s.id = section), first_listed, last_listed",
}


def content(archive: Path, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """What an archive says about a portal, whatever its row numbers are."""
    return {
        table: sorted(rows(archive, f"SELECT {columns} FROM {table}"), key=repr)
        for table, columns in TABLES.items()
        if table not in without
    }


def histories(archive: Path) -> dict[str, list[tuple[str, str, bool]]]:
    """Path to its versions: from, to, and whether the later sentence is there. The crawl's own times are `now`."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for url, begin, end, body in rows(
        archive,
        """SELECT a.url, v.seen_from, v.seen_to, t.body FROM articles a JOIN versions v ON v.article = a.n
           JOIN texts t ON t.hash = v.text ORDER BY a.url, v.number""",
    ):
        times = ["now" if time_ > "2021" else time_ for time_ in (begin, end)]
        found.setdefault(url.removeprefix(HOST), []).append((times[0], times[1], "后来补上" in body))
    return found


@pytest.fixture
def crawled(crawl: Callable[..., Crawl], tmp_path: Path) -> Path:
    done = crawl(today())
    assert done.status == 0 or "404" in done.messages, done.messages
    return done.archive


def test_an_import_in_the_second_of_a_crawl_owns_nothing_of_it(
    crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read one text. Undone, the import takes nothing with it, although the key of its run comes first."""
    source = write_warc(tmp_path / "theirs.warc.gz", captures())
    own = ("--portal", tmp_path / "t.toml", "--archive", crawled, "--format", "json")
    before = content(crawled)
    ((started,),) = rows(crawled, "SELECT started FROM runs")
    moment = datetime.fromisoformat(started)
    monkeypatch.setattr(runs, "datetime", SimpleNamespace(now=lambda _zone: moment))
    monkeypatch.setattr(runs, "secrets", SimpleNamespace(token_hex=lambda _bytes: "0000"))
    told = report(run("import", source, *own))
    assert run("runs", "undo", told["run"], "--archive", crawled).exit_code == 0
    compared = ("texts", "sections", "urls")
    others = tuple(name for name in TABLES if name not in compared)
    assert content(crawled, without=others) == {name: before[name] for name in compared}


def test_an_import_beside_a_crawl(crawled: Path, tmp_path: Path) -> None:
    definition = tmp_path / "t.toml"
    source = write_warc(tmp_path / "theirs.warc.gz", captures())
    own = ("--portal", definition, "--archive", crawled, "--format", "json")
    before = content(crawled)

    counted = report(run("import", source, *own, "--dry-run"))
    assert content(crawled) == before and len(rows(crawled, "SELECT 1 FROM runs")) == 1
    done = run("import", source, *own)
    assert done.exit_code == 0, done.output
    told = report(done)
    assert {**told, "run": None, "dry_run": None} == {**counted, "run": None, "dry_run": None}
    assert (told["new"], told["changed"], told["unchanged"], told["copied"], told["known"]) == (3, 1, 0, 14, 0)
    assert told["refused"] == {"answered 404": 1, "it is not a page": 1, "its date is not valid": 2}
    assert [*told["rejected"]] == ["it is a block (login)"] and told["faults"] == 0

    # Versions stand at the times of their captures, one per state, before what the crawl saw.
    year = YEARS
    assert {path: [(a, b) for a, b, _ in versions] for path, versions in histories(crawled).items()} == {
        FIRST: [(year[0], year[1]), (year[2], "now")],
        SECOND: [(year[0], year[1])],
        THIRD: [("now", "now")],
        FOURTH: [(year[1], year[1])],
        GONE: [(year[0], year[0])],
    }
    assert [later for _, _, later in histories(crawled)[FIRST]] == [False, True]
    # What the portal answered later stays: the address is gone, though its article is now known.
    assert rows(crawled, "SELECT state, status FROM urls WHERE url LIKE ?", f"%{GONE}") == [("gone", 404)]
    assert rows(crawled, "SELECT status FROM articles WHERE url LIKE ?", f"%{GONE}") == [("gone",)]
    assert rows(crawled, "SELECT state FROM urls WHERE url LIKE ?", f"%{LOST}") == [("pending",)]
    # Listings of the past: seen then, by the section of the homepage of then; marks are as they were.
    sightings = "SELECT l.first_seen FROM listing_sightings l JOIN urls u ON u.id = l.url WHERE u.url LIKE ?"
    assert rows(crawled, sightings, f"%{LOST}") == [(YEARS[0],)]
    assert rows(crawled, sightings, f"%{GONE}") == [(YEARS[0],)]
    assert dict(rows(crawled, "SELECT name, complete_back_to FROM sections")) == {
        row[0]: row[2] for row in before["sections"]
    }
    # What was listed then and nobody captured: the list of what to look for elsewhere.
    wanted = ("import", "--wanted", "--portal", definition, "--archive", crawled)
    assert run(*wanted).stdout == f"{HOST}{LOST}\n"
    (row,) = json.loads(run(*wanted, "--format", "json").stdout)
    assert (row["section"], row["first_listed"], row["date"]) == ("宜昌市", YEARS[0], "2014-03-05")
    assert run(*wanted, "--since", "2014-04-02").stdout == run(*wanted, "--until", "2014-03-31").stdout == ""
    assert run(*wanted, "--dry-run").exit_code == 2
    # Listed then, captured by anybody, stored: of five, the lost one was never captured, and one is gone since.
    told_of = report(run("coverage", "t", "--archive", crawled, "--section", "宜昌", "--format", "json"))["coverage"]
    numbers = ("month", "listed", "captured", "stored", "gone", "pending")
    assert [tuple(row[name] for name in numbers) for row in told_of] == [("2014-03", 5, 4, 3, 1, 1)]
    # Every capture is as good as one of a crawl.
    assert run("verify", "--archive", crawled).exit_code == 0
    again = run("reextract", "--dry-run", "--archive", crawled, "--format", "json")
    assert set(report(again)["outcomes"]) == {"same"}, again.output
    cited = run("cite", HOST + FOURTH, "--archive", crawled)
    digest = hashlib.sha256(design(1, TITLES[FOURTH]).encode()).hexdigest()
    assert digest in cited.output and "北京时间 2017-05-02 17:30:00" in cited.output
    assert told["run"] in run("runs", "show", told["run"], "--archive", crawled).output

    # The same source again adds nothing but its run; nor does it when it is packed in another way.
    state = content(crawled)
    bare = write_warc(tmp_path / "bare.warc", captures(), packed=False)
    for other in (source, bare):
        more = report(run("import", other, *own))
        assert (more["copied"], more["known"], more["new"]) == (0, 14, 0)
    assert content(crawled) == state
    assert len(rows(crawled, "SELECT 1 FROM runs WHERE command = 'import'")) == 3

    # Undone, the archive is as it was; the crawl's version begins at its own capture again.
    undone = run("runs", "undo", told["run"], "--archive", crawled)
    assert undone.exit_code == 0, undone.output
    assert run("verify", "--archive", crawled).exit_code == 0
    timed = ("articles", "versions", "listing_sightings", "article_sections")
    assert content(crawled, without=timed) == {name: before[name] for name in TABLES if name not in timed}
    assert histories(crawled) == {FIRST: [("now", "now", True)], THIRD: [("now", "now", False)]}
    # And what was undone can be imported again.
    assert report(run("import", source, *own))["copied"] == 14
    assert {name: len(of) for name, of in content(crawled).items()} == {name: len(of) for name, of in state.items()}
    assert run("verify", "--archive", crawled).exit_code == 0


@pytest.mark.slow
def test_spans_limits_and_wrong_use(tmp_path: Path) -> None:
    definition, archive = tmp_path / "t.toml", tmp_path / "archive.db"
    definition.write_text(DEFINITION, encoding="utf-8")
    source = write_warc(tmp_path / "theirs.warc.gz", captures())
    own = ("--portal", definition, "--archive", archive, "--format", "json")
    spans: dict[tuple[object, ...], int] = {
        (): 14,
        ("--since", "2017-05-02"): 8,
        ("--until", "2017-05-01"): 6,
        ("--since", "2017-01-01", "--until", "2017-12-31"): 5,
        ("--limit", "2"): 2,
    }
    for options, copied in spans.items():
        assert report(run("import", source, *own, "--dry-run", *options))["copied"] == copied, options
    assert not archive.exists()
    (tmp_path / "old.arc").write_bytes(b"")
    (tmp_path / "bad.wacz").write_bytes(b"PK no")
    for path, reason in (
        ("none.warc.gz", "there is no such file"),
        ("old.arc", "warcio recompress"),
        ("t.toml", "is none of these"),
        ("bad.wacz", "cannot be read as a WACZ"),
    ):
        refused = run("import", tmp_path / path, *own)
        assert refused.exit_code == 2 and reason in refused.output, refused.output
    # Nothing of the portal: the command fails, and makes no archive.
    foreign = write_warc(tmp_path / "foreign.warc.gz", [Captured("http://www.other.example/", YEARS[0], "x")])
    assert run("import", foreign, *own).exit_code == 1 and not archive.exists()
    # A torn source: what is whole comes in, and the command says that it is not all.
    (tmp_path / "torn.warc.gz").write_bytes(source.read_bytes()[:-100])
    torn = run("import", tmp_path / "torn.warc.gz", *own)
    assert torn.exit_code == 1 and report(torn)["faults"] == 1
    assert rows(archive, "SELECT outcome FROM runs") == [("incomplete",)]
    assert "torn.warc.gz at" in run("runs", "show", "20", "--archive", archive).output
    assert run("verify", "--archive", archive).exit_code == 0


def test_a_killed_import_leaves_the_archive_as_it_was_or_whole(tmp_path: Path) -> None:
    definition, archive = tmp_path / "t.toml", tmp_path / "a" / "archive.db"
    archive.parent.mkdir()
    definition.write_text(DEFINITION, encoding="utf-8")
    first = write_warc(tmp_path / "first.warc.gz", captures()[:3])
    assert run("import", first, "--portal", definition, "--archive", archive).exit_code == 0
    before, whole = content(archive), tmp_path / "b" / "archive.db"
    shutil.copytree(archive.parent, whole.parent)
    source = write_warc(tmp_path / "theirs.warc.gz", captures())
    assert run("import", source, "--portal", definition, "--archive", whole).exit_code == 0
    after = content(whole)
    command = [sys.executable, "-m", "newscrawler", "import", str(source), "--portal", str(definition)]
    states = []
    for moment, number in ((0.15, signal.SIGKILL), (0.3, signal.SIGINT), (0.5, signal.SIGKILL)):
        process = program.Popen([*command, "--archive", str(archive)])
        time.sleep(moment)
        process.send_signal(number)
        process.wait()
        states.append(content(archive) == after)
        assert states[-1] or content(archive) == before
        assert run("verify", "--archive", archive).exit_code == 0
    assert run("import", source, "--portal", definition, "--archive", archive).exit_code == 0
    assert content(archive) == after
    assert not list(archive.parent.glob(".*.part"))


@nightly.by_day(1)
@pytest.mark.parametrize("portals", [("t.toml",), ("t.toml", "twin.toml")])
@pytest.mark.parametrize("is_earlier", [False, True])
def test_an_archive_that_is_not_whole_yet_is_made_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_earlier: bool, portals: tuple[str, ...]
) -> None:
    """The program that was to create it was killed, or it is of an earlier version."""
    archive = tmp_path / "archive.db"
    for name in portals:
        (tmp_path / name).write_text(DEFINITION.replace('"t"', f'"{name[:-5]}"', 1), encoding="utf-8")
    source = write_warc(tmp_path / "theirs.warc.gz", captures())
    names = [word for name in portals for word in ("--portal", tmp_path / name)]
    if is_earlier:
        with monkeypatch.context() as patched, new_archives.applying_migrations():
            patched.setattr(migrations, "FILES", migrations.FILES[:-1])
            open_archive(archive).close()
    else:
        with closing(sqlite3.connect(archive)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    before = run("import", source, *names, "--archive", archive, "--dry-run")
    assert before.exit_code == (2 if is_earlier else 0), before.output
    assert run("import", source, *names, "--archive", archive).exit_code == 0
    assert run("verify", "--archive", archive).exit_code == 0
    assert content(archive)["articles"]


@pytest.mark.slow
def test_two_processes_read_what_one_reads(tmp_path: Path) -> None:
    definition = tmp_path / "t.toml"
    definition.write_text(DEFINITION, encoding="utf-8")
    many = [
        Captured(f"/2014/0305/{n}.shtml", YEARS[n % 3], design(n % 3, f"第{n}道沟渠修好了")) for n in range(200, 260)
    ]
    source = write_warc(tmp_path / "theirs.warc.gz", [*captures(), *many])
    found = []
    for workers in (1, 2):
        archive = tmp_path / str(workers) / "archive.db"
        own = ("--portal", definition, "--archive", archive, "--workers", workers, "--format", "json")
        told = report(run("import", source, *own))
        found.append(
            ({**told, "run": None}, content(archive), rows(archive, "SELECT kind, url, reason FROM run_events"))
        )
    assert found[0] == found[1] and len(found[0][1]["articles"]) == 64


@pytest.mark.slow
def test_an_archive_in_use_costs_no_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    definition, archive = tmp_path / "t.toml", tmp_path / "archive.db"
    definition.write_text(DEFINITION, encoding="utf-8")
    own = ("--portal", definition, "--archive", archive)
    first = write_warc(tmp_path / "first.warc.gz", captures()[:3])
    assert run("import", first, *own).exit_code == 0
    # An article that is suppressed stays so, whatever versions of it come in.
    assert run("suppress", "add", HOST + FIRST, "--reason", "asked", "--archive", archive).exit_code == 0
    before = content(archive)
    source = write_warc(tmp_path / "theirs.warc.gz", captures())
    with closing(sqlite3.connect(archive, isolation_level=None)) as other:
        monkeypatch.setattr(connecting, "BUSY_SECONDS", 0.2)
        other.execute("BEGIN IMMEDIATE")
        failed = run("import", source, *own)
        assert failed.exit_code == 1 and content(archive) == before
        assert "the same command takes it in" in failed.output
        other.execute("ROLLBACK")
        # Who only reads is in nobody's way.
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM articles").fetchone()
        monkeypatch.setattr(filling.Filling, "take_all", None)
        assert run("import", source, *own).exit_code == 0
    assert len(content(archive)["articles"]) == 4 and not list(tmp_path.glob(".*.part"))
    assert run("verify", "--archive", archive).exit_code == 0
    hidden = "SELECT 1 FROM articles_flat WHERE url = ?"
    assert not rows(archive, hidden, HOST + FIRST) and rows(archive, hidden, HOST + FOURTH)


def test_one_file_of_many_portals(tmp_path: Path) -> None:
    """Records of other hosts cost no more than their headers, whatever they are."""
    definition, archive = tmp_path / "t.toml", tmp_path / "archive.db"
    definition.write_text(DEFINITION, encoding="utf-8")
    foreign = warc_bytes([Captured("http://www.other.example/", "no date", b"\0" * 1000, 500)] * 300)
    own = warc_bytes([Captured(SECOND, YEARS[0], design(0, TITLES[SECOND]))])
    (tmp_path / "all.warc.gz").write_bytes(foreign + own + foreign)
    told = report(
        run("import", tmp_path / "all.warc.gz", "--portal", definition, "--archive", archive, "--format", "json")
    )
    assert (told["records"], told["copied"], told["refused"]) == (1205, 1, {})
