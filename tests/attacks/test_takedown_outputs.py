"""A suppressed article whose every text is a mark: no output has a mark, of `serve` and of the commands."""

from __future__ import annotations

import gzip
import html as markup
import json
import os
import re
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from lxml import html
from warcio.archiveiterator import ArchiveIterator

from newscrawler.archive import open_archive, open_archive_read_only
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.export.formats import FORMATS
from newscrawler.archive.reports.statistics import REPORTS
from newscrawler.archive.suppressed_names import SuppressedNames
from newscrawler.cli.main import cli
from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from newscrawler.monitoring.alarms import pending_changes
from newscrawler.monitoring.message import text_of
from newscrawler.text.languages import languages
from newscrawler.web.sql.views import OPEN
from support import program
from support.integrity import run
from support.pages import DEFINITION, HOMEPAGE, Pages, article, listing
from support.web import Answer, Server, serving

MARK, NUMBER, COUNTY = "隐文标", "55512345", "秭归"
MARKS = (MARK, NUMBER, COUNTY)
HIDDEN = f"/2026/0305/{NUMBER}.shtml"
HOST = "http://www.t.example"
TITLE = f"{COUNTY}县{MARK}记河堤夜里抢修完成"
SEED = f"来源:{MARK}晚报"
LINKS = (
    f"<div class='related'><h3>相关阅读</h3><ul><li><a href='{HIDDEN}'>{TITLE}</a></li></ul></div>",
    f"<div class='foot'><a href='{NUMBER}.shtml'>上一篇</a></div>",
    f"<script>var next = '\\/2026\\/0305\\/{NUMBER}.shtml';</script>",
    f"<!-- {quote(TITLE)} -->",
    f"<!-- {''.join(f'&#{ord(character)};' for character in TITLE)} -->",
    f"<!-- {json.dumps(TITLE)} -->",
    f"<!-- {quote(TITLE.encode('gb18030'))} -->",
    "",
)
"""What pages of other articles have of the suppressed one; the last page has nothing of it."""


def hidden_page(revision: str = "") -> str:
    page = article(TITLE, source=f"{MARK}晚报", editor="殷文标", text=f"{MARK}正文{revision}。").replace("殷文标", MARK)
    extra = (
        f"<p>　　{MARK}第二段，（记者 {MARK} 通讯员 {MARK}）</p><p><img src='/img/{NUMBER}.jpg' alt='{MARK}图'></p>"
        f"<p><a href='/files/{NUMBER}.pdf'>{MARK}附件.pdf</a></p>"
    )
    head = f"<meta name='description' content='{MARK}摘要'><meta name='keywords' content='{MARK}词'>"
    return page.replace("<head>", f"<head>{head}").replace(
        "</div><div class='foot'>", f"{extra}</div><div class='foot'>"
    )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two crawls and a refresh; the suppressed article was edited, failed, and is named wherever a text can name it."""
    folder = tmp_path_factory.mktemp("marked")
    path = folder / "archive.db"
    others = {f"/2026/0305/10{number}.shtml": more for number, more in enumerate(LINKS)}
    pages: dict[str, object] = {
        "/": HOMEPAGE,
        "/robots.txt": Response(200, {"Content-Type": "text/plain"}, f"# {HOST}{HIDDEN}\nUser-agent: *\n".encode()),
        "/enshi/": listing([]),
        HIDDEN: hidden_page(),
    }
    for number, (address, more) in enumerate(others.items()):
        text = f"<a href='{HIDDEN}'>此前的报道</a>里说过这件事。" if number == 0 else ""
        pages[address] = article(f"青禾镇第{number}座桥通车", text=text).replace("</body>", f"{more}</body>")
    entries = [(address, f"青禾镇第{number}座桥通车", "2026-03-05") for number, address in enumerate(others)]
    pages["/yichang/"] = listing([(HIDDEN, TITLE, "2026-03-05"), *entries])
    definition = folder / "t.toml"
    definition.write_text(DEFINITION, encoding="utf-8")
    site = Pages(pages)  # type: ignore[arg-type]

    def command(*arguments: object) -> None:
        done = program.run(
            [sys.executable, "-m", "newscrawler", *map(str, arguments), "--archive", str(path)],
            env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"}, cwd=folder, capture_output=True, text=True, timeout=90,
        )  # fmt: skip
        assert done.returncode in (0, 1, 3), done.stderr

    with SiteServer(site) as server:
        command("crawl", definition, "--via", server.url)
        program.wait_for_next_second()
        site.pages[HIDDEN] = hidden_page("改过")
        command("refresh", definition, "--older-than", "0s", "--via", server.url)
        program.wait_for_next_second()
        site.pages[HIDDEN] = Response(500, {}, b"")
        command("refresh", definition, "--older-than", "0s", "--via", server.url)
    with closing(sqlite3.connect(path)) as connection:
        (versions,) = connection.execute("SELECT count(*) FROM versions WHERE title = ?", [TITLE]).fetchone()
        assert versions == 2
        assert connection.execute("SELECT 1 FROM credits WHERE name = ?", [MARK]).fetchone()
        assert connection.execute("SELECT 1 FROM images WHERE url LIKE ?", [f"%{NUMBER}%"]).fetchone()
        assert connection.execute("SELECT 1 FROM versions WHERE county LIKE ?", [f"{COUNTY}%"]).fetchone()
        assert connection.execute("SELECT 1 FROM run_events WHERE url LIKE ?", [f"%{NUMBER}%"]).fetchone()
        assert connection.execute("SELECT 1 FROM robots WHERE body LIKE ?", [f"%{NUMBER}%"]).fetchone()
    with closing(open_archive(path)) as connection, writing(connection):
        _name_it_everywhere(connection)
    command("annotate", "articles", "vectors")
    command("annotate", "articles", "places")
    command("suppress", "add", f"{HOST}{HIDDEN}", "--reason", "asked by the author")
    return path


def _name_it_everywhere(connection: sqlite3.Connection) -> None:
    """Put the address and the title where a run or an alarm may put them."""
    named = f"the page {HOST}{HIDDEN} ({TITLE}) has no text"
    connection.execute("UPDATE runs SET reason = ? WHERE id = 1", [named])
    connection.execute("UPDATE runs SET arguments = json_set(arguments, '$.url', ?) WHERE id = 1", [f"{HOST}{HIDDEN}"])
    connection.execute(
        "UPDATE runs SET counts = json_set(counts, '$.settings', json_object('NOTE', ?)) WHERE id = 1", [named]
    )
    connection.execute("UPDATE sweeps SET reason = ?", [named])
    connection.execute("UPDATE sections SET listing_end_reason = ?", [named])
    connection.execute(
        "UPDATE urls SET state = 'failed', reason = ? WHERE url LIKE '%/100.shtml'", [f"leads to {HIDDEN}"]
    )
    connection.execute(
        "INSERT INTO run_events VALUES (NULL, 1, 'failed', ?, '宜昌市', ?, '2026-03-05')", [f"{HOST}/x", named]
    )
    connection.execute(
        """INSERT INTO alarms (portal, section, field, kind, level, message, before, after, samples, first_seen, last_seen)
           VALUES ('t', '宜昌市', 'title', 'empty', 1.0, ?, ?, ?, ?, '2026-03-05T00:00:00Z', '2026-03-05T00:00:00Z')""",
        [named, TITLE, named, json.dumps([f"{HOST}{HIDDEN}", f"{HOST}/2026/0305/107.shtml"])],
    )


@pytest.fixture(scope="module")
def server(archive: Path) -> Iterator[Server]:
    with serving(archive) as running:
        yield running


def marks_in(data: bytes) -> list[str]:
    """The marks in an output, however they are written."""
    found = []
    for encoding in ("utf-8", "gb18030", "utf-16-le"):
        text = data.decode(encoding, "replace")
        written = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
        for form in (text, markup.unescape(text), unquote(text), written):
            found += [mark for mark in MARKS if mark in form]
    return found


def outputs(server: Server, archive: Path) -> Iterator[tuple[str, Answer]]:
    """All pages that lead from one to the next, and what is reached by a form."""
    ids = [row[0] for row in sqlite3.connect(archive).execute("SELECT id FROM articles")]
    runs = [row[0] for row in sqlite3.connect(archive).execute("SELECT key FROM runs")]
    states = ("stored", "pending", "not_an_article", "failed", "blocked", "gone", "foreign")
    waiting = [
        *("/", "/search", "/search?q=青禾镇", "/search?q=桥&sort=newest", "/search.csv", "/search.json", "/search.json?q=桥", "/concordance?q=桥", "/search.atom", "/search.feed.json?q=桥", "/withdrawals.atom", "/withdrawals.atom?kind=edited", "/concordance.csv?q=桥", f"/concordance?q={MARK}"),
        *("/calendar", "/calendar?year=2026", f"/calendar?q={MARK}", "/map", "/map?province=420000", f"/map?q={MARK}"),
        *("/withdrawals", "/withdrawals?kind=edited", "/coverage", "/runs", "/alarms?all=1", "/alarms", "/metrics", "/sql", "/archive", "/cities", "/outlets", "/editors"),
        *(f"/coverage?portal=t&section=宜昌市&state={state}" for state in states),
        *("/search?county=秭桂县", "/search?city=秭桂县", "/search?source=隐文表晚报", "/search?editor=隐文", "/city?name=秭桂县"),
        *(f"/run/{key}" for key in runs),
        *(f"/archive/{name}{suffix}?_size=max" for name in OPEN for suffix in ("", ".json", ".csv")),
        *(
            f"/article/{article}{rest}"
            for article in ids
            for rest in ("", ".bib", ".json", "/event", "/changes?from=1&to=2", *(f"/capture/{n}.{form}" for n in (1, 2) for form in ("html", "warc.gz")), *(f"/original/{n}{rest}" for n in (1, 2) for rest in ("", "/content")), "/image/1")
        ),
    ]  # fmt: skip
    seen = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            answer = server.get(quote(path, safe="/?=&%_"), Accept_Language="en")
            yield path, answer
            if answer.headers.get("content-type", "").startswith("text/html"):
                for link in html.document_fromstring(answer.text).xpath("//@href"):
                    address = urlsplit(urljoin(f"{server.address}{path}", link))
                    is_own = address.netloc == urlsplit(server.address).netloc
                    # Facets lead to all combinations of themselves.
                    if is_own and address.path != "/search" and "lang=" not in address.query:
                        waiting.append(unquote(f"{address.path}?{address.query}" if address.query else address.path))


def test_no_page_has_a_mark(server: Server, archive: Path) -> None:
    (key,) = sqlite3.connect(archive).execute("SELECT id FROM articles WHERE url = ?", [HOST + HIDDEN]).fetchone()
    statuses: dict[int, int] = {}
    captures = 0
    for path, answer in outputs(server, archive):
        statuses[answer.status] = statuses.get(answer.status, 0) + 1
        body = gzip.decompress(answer.body) if path.endswith(".warc.gz") and answer.status == 200 else answer.body
        captures += "/capture/" in path and answer.status == 200
        found = marks_in(body + str(answer.headers).encode())
        assert not found or all(mark in path for mark in found), (path, found)
        assert key in path or key not in answer.body.decode("utf-8", "replace"), path
        assert answer.status in (200, 302, 400, 404), (path, answer.text)
    assert statuses[200] > 80
    # The page that has nothing of it is offered: as a page and as a record, first and refreshed.
    assert captures >= 2
    hits = server.get(f"/search.json?q={quote(MARK)}")
    assert hits.json() == []


CACHED = (
    "/", "/cities", "/outlets", "/editors", f"/outlet?name={MARK}晚报", f"/editor?name={MARK}", "/city?name=宜昌市", "/metrics",
    "/outlet?name=山口晚报", "/withdrawals", "/withdrawals?kind=edited", "/coverage", "/coverage?portal=t&section=宜昌市", "/search", "/search?q=河堤", "/map", "/calendar", "/map?q=河堤", "/calendar?q=河堤", "/search.json?q=河堤",
)  # fmt: skip


def test_no_cached_page_has_a_mark(archive: Path, tmp_path: Path) -> None:
    """A page that was made a moment before the article was suppressed is not shown again."""
    copied = tmp_path / "archive.db"
    shutil.copy(archive, copied)
    address = f"{HOST}{HIDDEN}"
    assert run("suppress", "lift", address, "--archive", copied).exit_code == 0
    with serving(copied) as server:
        before = [server.get(quote(path, safe="/?=&")).text for path in CACHED]
        assert sum(MARK in text for text in before) > 6
        assert run("suppress", "add", address, "--reason", "again", "--archive", copied).exit_code == 0
        for path in CACHED:
            answer = server.get(quote(path, safe="/?=&"))
            found = marks_in(answer.body)
            assert not found or all(mark in path for mark in found), path


def test_no_command_has_a_mark(archive: Path, tmp_path: Path) -> None:
    (hidden,) = sqlite3.connect(archive).execute("SELECT id FROM articles WHERE url = ?", [HOST + HIDDEN]).fetchone()
    (visible,) = sqlite3.connect(archive).execute("SELECT id FROM articles WHERE url LIKE '%/107.shtml'").fetchone()
    keys = [row[0] for row in sqlite3.connect(archive).execute("SELECT key FROM runs")]
    formats = ("table", "json")
    walked = {
        "search": [["桥", "--format", form] for form in formats] + [["青禾镇", "--newest"]]
        + [[*asked, "--format", form] for asked in (["--like", visible], ["--like", hidden], ["--meaning", "河堤夜里抢修"]) for form in (*formats, "csv")],
        "concordance": [["桥", "--format", form] for form in (*formats, "csv")] + [[MARK], ["桥", "--sort", "left"]],
        "stats": [[*report, "--format", form] for report in ([], *([name] for name in REPORTS)) for form in (*formats, "csv")],
        "runs": [*(["list", "--format", form] for form in formats)]
        + [["show", key, "--format", form] for key in keys for form in formats],
        "coverage": [[*more, "--format", form] for more in ([], ["--urls"], ["--total"]) for form in formats],
        "health": [["show", "--all", "--format", form] for form in formats],
        "history": [[visible], [hidden], [visible[:1]], [hidden[:6]], [f"{HOST}{HIDDEN[:-7]}9.shtml"]],
        "cite": [[visible], [hidden], [visible, "--format", "bibtex"]],
        "reextract": [["--dry-run", "--format", form] for form in formats],
        "verify": [["--format", form] for form in formats],
        "export": [
            *([str(tmp_path / f"out.{form}"), "--format", form] for form in FORMATS),
            [str(tmp_path / "then.csv"), "--as-of", "2099-01-01"],
            [str(tmp_path / "changes.jsonl"), "--since-last", "marks"],
            [str(tmp_path / "described.csv"), "--manifest"],
        ],
        "sample": [
            *(["5", str(tmp_path / f"drawn.{form}"), "--stratify", "portal,source,county", "--format", form] for form in FORMATS),
            ["5", str(tmp_path / "drawn.csv"), "--search", MARK],
        ],
        "words": [
            *(["count", "桥", MARK, "--by", "city,month,source", "--format", form] for form in (*formats, "csv")),
            *(["list", "--segmenter", name, "--limit", "9999", "--format", form] for name in ("jieba", "pairs") for form in formats),
            ["compare", "--search", "桥", "--segmenter", "pairs"], ["near", "桥", "--segmenter", "pairs"],
        ],
        "events": [["--least", "2", "--segmenter", "pairs", "--format", form] for form in (*formats, "csv")],
        "watch": [["list", "--format", form] for form in formats],
        "doctor": [["--format", form] for form in formats],
        "disk": [["--format", form] for form in formats],
        "prune": [["--dry-run", "--format", form] for form in formats],
        "columns": [[]],
        "import": [["--wanted", "--portal", "t", "--format", form] for form in formats],
    }  # fmt: skip
    other = {
        "annotate": "tests/research/test_annotate.py asks it", "coding": "tests/research/test_coding.py asks it", "backup": "copies the whole archive", "merge": "writes an archive", "salvage": "writes an archive",
        "repair": "changes the archive", "suppress": "is the log of suppressions itself", "serve": "is walked above",
        "crawl": "asks the portal", "refresh": "asks the portal", "schedule": "asks portals", "check": "asks the portal",
        "portal": "asks the portal", "portals": "reads definitions", "extract": "reads pages",
        "notify": "sends a test, no alarm", "fleet": "shows machines and portals",
    }  # fmt: skip
    assert {*walked, *other} == set(cli.list_commands(None))  # type: ignore[arg-type]
    for name, calls in walked.items():
        for arguments in calls:
            options = [] if name == "columns" else ["--archive", archive]
            done = run(name, *arguments, *options)
            assert done.exit_code in (0, 1, 2, 3), (name, arguments, done.output)
            said = done.output.replace(" ".join(map(str, arguments)), "")
            found = marks_in(said.encode())
            assert not found or all(mark in str(arguments) for mark in found), (name, arguments, said)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) >= len(FORMATS) + 3
    for file in files:
        data = _texts_of(file) if file.suffix == ".sqlite" else file.read_bytes()
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as workbook:
                data = b"".join(workbook.read(part) for part in workbook.namelist())
        if file.suffix == ".wacz":
            data = _records_of(file)
        assert not marks_in(data), file.name


def _records_of(collection: Path) -> bytes:
    """All files of a collection, and its records with their bodies unpacked."""
    data = b""
    with zipfile.ZipFile(collection) as files:
        for name in files.namelist():
            data += files.read(name)
        with files.open("archive/data.warc.gz") as stream:
            for record in ArchiveIterator(stream):
                data += str(record.rec_headers).encode() + str(record.http_headers).encode()
                data += record.content_stream().read()
    assert data.count(b"WARC-Type") > 1  # other articles are in it
    return data


def _texts_of(copied: Path) -> bytes:
    """All values of an archive but the markup of other articles, which keeps its links."""
    with closing(sqlite3.connect(copied)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = {
            name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables if "search_" not in name
        }
        rows["texts"] = connection.execute("SELECT hash, body FROM texts").fetchall()
    return str(rows).encode()


def test_no_notification_has_a_mark(archive: Path) -> None:
    with closing(open_archive_read_only(archive)) as connection:
        changes = pending_changes(connection, "somebody")
        for language in languages().values():
            assert changes and not marks_in(text_of(changes, language).encode())
        assert f"{HOST}/2026/0305/107.shtml" in text_of(changes, languages()["en"])


def test_what_is_no_name_hides_nothing() -> None:
    names = SuppressedNames(
        frozenset({"http://a.example/2026/0305/123.shtml", "http://b.example/", "http://c.example/view?id=12"}),
        frozenset({"通知", "青禾镇修好河堤之后的第一个夏天…"}),
    )
    for text in (
        "http://a.example/2026/0305/1234.shtml", "/2026/0305/123.shtmlx", "通知", "http://b.example", "/view?id=123",
        "青禾镇修好河堤", "http://a.example/2026/0305/", "",
    ):  # fmt: skip
        assert not names.are_in(text), text
    for text in (
        "https://m.a.example/2026/0305/123.shtml?from=x", "'/2026/0305/123.shtml'", "见 /view?id=12。",
        "青禾镇 修好河堤之后的\n第一个夏天，孩子们", "http://b.example/",
    ):  # fmt: skip
        assert names.are_in(text), text
    assert not names.are_in("青禾镇修好河堤之后的第一个夏天", own="转载：青禾镇修好河堤之后的第一个夏天")
    assert not SuppressedNames(frozenset(), frozenset()).are_in("anything")
