"""Citations: what they say, what other programs read in them, and that the digest is that of the bytes in the WARC."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
import re
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import bibtexparser
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.reports.citation import (
    Citation,
    CitationError,
    CitedCapture,
    bibtex,
    citation,
    csl_json,
    evidence,
    gb7714,
    ris,
)
from newscrawler.archive.rows import select_rows
from newscrawler.archive.suppression import suppress
from newscrawler.cli.main import cli
from newscrawler.normalization.people import Credit
from newscrawler.text.clock import CHINA
from newscrawler.text.printable import CONTROL
from support.archives import PORTAL, Room, article, start_run, transaction
from support.captures import FIRST, refresh, small_site
from support.crawls import Crawl
from support.pages import article as article_page


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path / "archive.db")
    yield room
    room.close()


CAPTURE = CitedCapture("http://www.ceshi.example/1.shtml", "2026-11-23T17:15:30Z", "ab" * 32, "ceshi/a.warc.gz", 1234)
CITED = Citation(
    id="5f0c1e2a" * 3,
    version=2,
    version_count=3,
    url="http://www.ceshi.example/2024/0510/1.shtml",
    title="青禾镇修好便民桥",
    subtitle="",
    authors=("陶一帆", "秦小禾"),
    outlet="青禾新闻网",
    portal="ceshi",
    portal_name="测试新闻网",
    published="2024-05-10T09:30:00+08:00",
    seen=CAPTURE.fetched,
    language="zh",
    content_hash="9c1d2e3f" * 8,
    captures=(CAPTURE,),
)


def cited(**changes: object) -> Citation:
    return dataclasses.replace(CITED, **changes)  # type: ignore[arg-type]


# From a row of an export to the bytes


@pytest.mark.slow
def test_the_whole_path_from_a_row_to_the_bytes_in_the_warc(crawl: Callable[..., Crawl], tmp_path: Path) -> None:
    site = small_site()
    done = crawl(site)
    before = str(site.pages[FIRST])
    after = article_page("山口修好了沟渠", text="后来又加了一道闸门。")
    site.pages[FIRST] = after
    refresh(site, done.archive)
    out = tmp_path / "rows.csv"
    assert run("export", out, "--columns", "id,url,version_count", "--archive", done.archive).exit_code == 0
    with out.open(encoding="utf-8", newline="") as stream:
        (row,) = [row for row in csv.DictReader(stream) if row["url"].endswith(FIRST)]
    assert row["version_count"] == "2"
    for options, page in ((["--version", 1], before), (["--version", 2], after), ([], after)):
        told = run("cite", row["id"], *options, "--style", "csl-json", "--archive", done.archive)
        (item,) = json.loads(told.stdout)
        (proof,) = item["custom"]["captures"]
        assert proof["sha256"] == hashlib.sha256(page.encode()).hexdigest()
        assert proof["sha256"] in item["note"]
        with (done.archive.parent / "warc" / proof["file"]).open("rb") as warc:
            warc.seek(proof["offset"])
            record = next(iter(ArchiveIterator(warc)))
            payload = record.content_stream().read()
        assert record.rec_headers.get_header("WARC-Target-URI") == proof["url"] == row["url"] == item["URL"]
        assert payload == page.encode()
        assert hashlib.sha256(payload).hexdigest() == proof["sha256"]


def test_a_story_of_several_pages_is_proved_page_by_page(demo_archive: Path) -> None:
    db = open_archive_read_only(demo_archive)
    several = [row["id"] for row in select_rows(db, "SELECT a.id FROM version_pages p JOIN articles a USING (version)")]
    assert several
    one = citation(db, several[0])
    assert len(one.captures) >= 2
    assert all(capture.digest in evidence(one) and capture.digest in evidence(one, "en") for capture in one.captures)
    assert "第 2 页 SHA-256" in evidence(one)


def test_a_capture_that_is_a_revisit_names_the_record_that_holds_the_page(room: Room) -> None:
    room.store(article(1))
    with transaction(room.connection):
        insert = "INSERT INTO captures (id, run, kind, url, fetched, status, file, offset, length, digest, refers_to)"
        values = "VALUES (?, ?, 'article', ?, ?, 200, ?, ?, 10, 'd', ?)"
        url = article(1).url
        room.connection.execute(f"{insert} {values}", (1, room.run, url, "2024-05-10T00:00:00Z", "a.warc.gz", 5, None))
        room.connection.execute(f"{insert} {values}", (2, room.run, url, "2024-06-10T00:00:00Z", "b.warc.gz", 7, 1))
        room.connection.execute("UPDATE versions SET capture = 2")
    (capture,) = citation(room.connection, article(1).url).captures
    assert (capture.fetched, capture.file, capture.offset) == ("2024-06-10T00:00:00Z", "a.warc.gz", 5)


def test_the_evidence_tells_chinas_time_with_its_zone_and_programs_get_utc() -> None:
    """The capture of 17:15 UTC is of the next day in China, as the access date says."""
    assert "采集于北京时间 2026-11-24 01:15:30，SHA-256" in evidence(CITED)
    for text in (evidence(CITED, "en"), bibtex(CITED), ris(CITED), csl_json(CITED)["note"]):
        assert "captured 2026-11-24 01:15:30 UTC+8, SHA-256" in text
        assert "17:15:30" not in text
    assert (
        csl_json(CITED)["custom"]["captured"] == csl_json(CITED)["custom"]["captures"][0]["fetched"] == CAPTURE.fetched
    )
    assert "采集于x" in evidence(cited(seen="x")), "of a damaged row"


# GB/T 7714-2015


def test_an_electronic_resource() -> None:
    assert gb7714(CITED) == (
        "陶一帆, 秦小禾. 青禾镇修好便民桥[EB/OL]. 青禾新闻网, 2024(2024-05-10)[2026-11-24]. "
        "http://www.ceshi.example/2024/0510/1.shtml."
    )


@pytest.mark.parametrize(
    ("outlet", "is_newspaper"),
    [
        ("三江晚报", True),
        ("人民网－人民日报", True),
        ("长江日报（客户端）", True),
        ("楚北日报网", False),
        ("新华社", False),
    ],
)
def test_a_newspaper_is_cited_as_one(outlet: str, is_newspaper: bool) -> None:
    text = gb7714(cited(outlet=outlet))
    assert (f"[N/OL]. {outlet}, 2024-05-10[2026-11-24]. " in text) == is_newspaper
    assert (f"[EB/OL]. {outlet}, 2024(2024-05-10)[2026-11-24]. " in text) != is_newspaper


@pytest.mark.parametrize(
    ("authors", "language", "begin"),
    [
        ((), "zh", "青禾镇"),
        (("甲",), "zh", "甲. 青"),
        (("甲", "乙", "丙"), "zh", "甲, 乙, 丙. 青"),
        (("甲", "乙", "丙", "丁"), "zh", "甲, 乙, 丙, 等. 青"),
        (("Ann Li", "B", "C", "D", "E"), "en", "Ann Li, B, C, et al. 青"),
    ],
)
def test_the_fourth_author_is_a_word(authors: tuple[str, ...], language: str, begin: str) -> None:
    assert gb7714(cited(authors=authors, language=language)).startswith(begin)


def test_what_the_page_does_not_say_is_left_out() -> None:
    assert "[EB/OL]. 青禾新闻网[2026-11-24]. http" in gb7714(cited(published=""))
    assert "issued" not in csl_json(cited(published=""))
    assert "date =" not in bibtex(cited(published="")).replace("urldate =", "")
    assert "修好便民桥: 四里路省下来[EB/OL]" in gb7714(cited(subtitle="四里路省下来"))


def test_the_access_date_is_the_day_of_the_capture_in_china() -> None:
    assert cited(seen="2024-05-10T15:59:59Z").accessed_date == "2024-05-10"
    assert cited(seen="2024-05-10T16:00:00Z").accessed_date == "2024-05-11"


def test_without_a_capture_it_is_said(room: Room) -> None:
    room.store(article(1), seen="2024-05-11T00:00:00Z")
    one = citation(room.connection, article(1).url)
    assert one.captures == ()
    assert "首见于北京时间 2024-05-11 08:00:00，未存网页原件" in evidence(one)
    assert "no capture kept" in bibtex(one)


# What other programs read

HOSTILE = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


def bibtex_entry(text: str) -> bibtexparser.model.Entry:
    """The entry that bibtexparser finds; a text that it cannot read is a failure."""
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    assert library.comments == [] and library.strings == []
    (entry,) = library.entries
    return entry


@given(title=HOSTILE, name=HOSTILE, outlet=HOSTILE, url=HOSTILE)
def test_bibtex_is_one_entry_whatever_a_page_says(title: str, name: str, outlet: str, url: str) -> None:
    clean = " ".join(title.split())
    one = cited(title=clean, authors=(" ".join(name.split()) or "甲", "乙"), outlet=outlet, url=f"http://t/{url}")
    text = bibtex(one)
    entry = bibtex_entry(text)
    assert entry.key == "ceshi-5f0c1e2a-9c1d2e3f"
    assert {field.key for field in entry.fields} <= {
        *("author", "title", "organization", "date", "year", "url", "urldate", "note", "language")
    }
    assert text.count("{") == text.count("}")
    assert bare(entry["title"]) == clean
    assert entry["author"].count("} and {") == 1 + name.count("} and {")
    assert not re.search(r"[\s{}\\]", entry["url"])


def ris_records(text: str) -> list[list[tuple[str, str]]]:
    """Records of RIS as its specification reads them: a tag, two blanks, a dash, a blank, a value; ER ends a record."""
    records: list[list[tuple[str, str]]] = [[]]
    for line in text.split("\r\n"):
        if line:
            tag, value = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line).groups()  # type: ignore[union-attr]
            records[-1].append((tag, value))
            if tag == "ER":
                records.append([])
    assert records.pop() == []
    return records


@given(title=HOSTILE, name=HOSTILE, outlet=HOSTILE, url=HOSTILE)
def test_ris_is_one_record_whatever_a_page_says(title: str, name: str, outlet: str, url: str) -> None:
    text = ris(cited(title=title or "题", authors=(name, "乙,丙"), outlet=outlet, url=f"http://t/{url}"))
    assert not CONTROL.search(text.replace("\r\n", ""))
    (record,) = ris_records(text)
    fields = dict(record)
    assert record[0][0] == "TY" and record[-1] == ("ER", "")
    assert fields["ID"] == "ceshi-5f0c1e2a-9c1d2e3f" and fields["AU"] == "乙，丙"
    assert (fields["PY"], fields["DA"], fields["Y2"]) == ("2024", "2024/05/10", "2026/11/24")
    assert CAPTURE.digest in fields["N1"] and len([tag for tag, _ in record if tag == "TI"]) == 1


def test_ris_of_several_is_a_record_each(demo_archive: Path) -> None:
    ids = [row["id"] for row in select_rows(open_archive_read_only(demo_archive), "SELECT id FROM articles LIMIT 3")]
    done = run("cite", *ids, "--style", "ris", "--archive", demo_archive)
    records = [dict(record) for record in ris_records(done.stdout_bytes.decode().replace("\r\n\r\n", "\r\n"))]
    assert [record["ID"].split("-")[1] for record in records] == [one[:8] for one in ids]


def bare(text: str) -> str:
    """A value as TeX prints it: its commands undone in one pass."""
    names = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"}
    undone = re.sub(
        r"\\text([a-z]+)\{\}|\\([$&#_%])", lambda found: names[found[1]] if found[1] else found[2], text[1:-1]
    )
    assert text[0] == "{" and text[-1] == "}"
    return undone


def test_bibtex_spells_out_what_tex_would_run() -> None:
    text = bibtex(cited(title=r"50% & $5 #1 a_b {c} \input{x} ~ ^"))
    assert r"50\% \& \$5 \#1 a\_b \textbraceleft{}c\textbraceright{} \textbackslash{}input" in text


def test_csl_json_is_rendered_by_a_processor() -> None:
    from citeproc import Citation as Cited
    from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        item = csl_json(cited(authors=("陶一帆",)))
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = CitationStylesBibliography(style, CiteProcJSON([item]), formatter.plain)
        bibliography.register(Cited([CitationItem(item["id"])]))
        text = str(bibliography.bibliography()[0])
    for part in ("陶一帆", "2024", "青禾镇修好便民桥", "http://www.ceshi.example/2024/0510/1.shtml"):
        assert part in text


CSL_STRINGS = {"id", "type", "title", "container-title", "publisher", "URL", "language", "note"}


@given(title=HOSTILE, published=HOSTILE | st.sampled_from(["2024", "2024-05", "2024-05-10"]), url=HOSTILE)
def test_csl_json_keeps_to_its_schema(title: str, published: str, url: str) -> None:
    item = csl_json(cited(title=title, published=published, url=url))
    assert item["type"] in {"webpage", "article-newspaper"}
    assert item["id"]
    for name, value in item.items():
        if name in CSL_STRINGS:
            assert isinstance(value, str), name
        elif name == "author":
            assert all(set(author) == {"literal"} and isinstance(author["literal"], str) for author in value)
        elif name in {"issued", "accessed"}:
            ((parts,),) = [value["date-parts"]]
            assert 1 <= len(parts) <= 3 and all(isinstance(part, int) for part in parts)
        else:
            assert name == "custom" and isinstance(value, dict)
    assert json.loads(json.dumps(item)) == item


def test_the_key_is_the_same_in_every_archive(tmp_path: Path) -> None:
    keys = set()
    for name in ("one", "other"):
        room = Room(tmp_path / name / "archive.db")
        if name == "other":
            room.store(article(7))
        room.store(article(1))
        keys.add(citation(room.connection, article(1).url).key)
        changed = article(1, title="青禾镇修好的桥改名")
        room.store(changed)
        assert citation(room.connection, changed.url).key not in keys
        assert citation(room.connection, changed.url, 1).key in keys
        room.close()
    assert len(keys) == 1


# The command


def test_every_style_names_capture_time_and_digest(demo_archive: Path) -> None:
    db = open_archive_read_only(demo_archive)
    row = select_rows(
        db,
        "SELECT a.id, c.fetched, c.digest FROM articles a JOIN versions v ON v.id = a.version JOIN captures c ON c.id = v.capture",
    )[0]
    fetched = datetime.fromisoformat(row["fetched"]).astimezone(CHINA)
    for style in ("gb7714", "bibtex", "csl-json", "ris"):
        done = run("cite", row["id"][:10], "--style", style, "--archive", demo_archive)
        assert done.exit_code == 0, done.output
        assert row["digest"] in done.stdout and f"{fetched:%Y-%m-%d %H:%M:%S}" in done.stdout
        assert (row["fetched"] in done.stdout) == (style == "csl-json")
        assert done.stderr == ""


def test_several_are_cited_at_once_each_once(demo_archive: Path) -> None:
    db = open_archive_read_only(demo_archive)
    rows = select_rows(db, "SELECT id, url FROM articles ORDER BY id LIMIT 3")
    names = [rows[0]["id"], rows[1]["url"], rows[2]["id"], rows[0]["id"]]
    done = run("cite", *names, "--style", "bibtex", "--archive", demo_archive)
    library = bibtexparser.parse_string(done.stdout)
    assert [entry.key.split("-")[1] for entry in library.entries] == [row["id"][:8] for row in rows]
    items = json.loads(run("cite", *names, "--style", "csl-json", "--archive", demo_archive).stdout)
    assert [item["custom"]["article"] for item in items] == [row["id"] for row in rows]


@pytest.mark.parametrize(
    ("wanted", "options", "said"),
    [
        ("http://www.ceshi.example/2024/0510/9.shtml", [], "the nearest it has: http://www.ceshi.example/2024/0510/"),
        ("zzzz", [], "newscrawler search"),
        ("", [], "the archive has no article ''"),
        ("%", [], "the archive has no article"),
        ("' OR 1=1 --", [], "the archive has no article"),
        ("http://[::1/", [], "the archive has no article"),
        ("a/" * 5000, [], "the archive has no article"),
        ("\udcff", [], "is not UTF-8"),
        ("http://www.ceshi.example/2024/0510/1.shtml", ["--version", 7], "has version 1 only"),
        ("http://www.ceshi.example/2024/0510/1.shtml", ["--version", 0], "--version"),
    ],
)
def test_what_cannot_be_cited_is_told_with_status_2(room: Room, wanted: str, options: list[object], said: str) -> None:
    for number in (1, 2, 3):
        room.store(article(number), cities=["宜昌市"])
    known = article(2).url
    done = run("cite", known, wanted, *options, "--archive", room.path)
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr) < 2000
    assert done.stdout == "", "nothing is printed when one is unknown"


def test_an_id_with_a_wrong_letter_finds_its_neighbour(room: Room) -> None:
    room.store(article(1))
    known = room.only()["id"]
    wrong = f"{known[:6]}{'0' if known[6] != '0' else '1'}{known[7:]}"
    with pytest.raises(CitationError, match=f"the nearest it has: {known}"):
        citation(room.connection, wrong)


def test_several_articles_under_one_name_are_listed(room: Room) -> None:
    room.store(article(1))
    with transaction(room.connection):
        start_run(room.connection, "another")
    another = Room(room.path, "another")
    another.store(article(1))
    another.close()
    with pytest.raises(CitationError, match="means several articles") as caught:
        citation(room.connection, article(1).url)
    ids = re.findall(r"\b[0-9a-f]{24}\b", str(caught.value))
    assert sorted(citation(room.connection, each).portal for each in ids) == sorted([PORTAL, "another"])


def test_what_was_taken_down_is_not_cited_nor_named(room: Room) -> None:
    room.store(article(1, title="不该再出现的标题"), cities=["宜昌市"])
    room.store(article(2), cities=["宜昌市"])
    hidden = article(1).url
    suppress(room.connection, hidden, reason="asked", by="test")
    done = run("cite", hidden, "--archive", room.path)
    assert done.exit_code == 2
    assert "is suppressed" in done.stderr and "suppress list" in done.stderr
    assert done.stdout == "" and "不该" not in done.stderr
    near = run("cite", article(3).url, "--archive", room.path).stderr
    assert hidden not in near and article(2).url in near


def test_names_and_titles_of_the_archive_cannot_move_the_cursor(room: Room) -> None:
    evil = article(1, title="标题\x1b[2J\u202e\n第二行", source="三江\x07晚报")
    evil.credits = [Credit(role="记者", name="甲\x1b]0;x\x07", outlet="", raw="")]
    room.store(evil)
    done = run("cite", evil.url, "--archive", room.path)
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 2
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", done.stdout)


def test_a_damaged_row_is_cited_as_far_as_it_goes(room: Room) -> None:
    room.store(article(1))
    room.connection.execute("UPDATE versions SET published = '昨天', title = ''")
    text = gb7714(citation(room.connection, article(1).url))
    assert "[N/OL]. 三江晚报[2024-05-11]" in text
    with sqlite3.connect(room.path) as other:
        other.execute("PRAGMA foreign_keys = OFF")
        other.execute("UPDATE articles SET version = NULL")
        other.execute("DELETE FROM versions")
    with pytest.raises(CitationError, match="lost the versions"):
        citation(room.connection, article(1).url)


def test_the_page_prints_as_utf_8(demo_archive: Path) -> None:
    db = open_archive_read_only(demo_archive)
    key = select_rows(db, "SELECT id FROM articles")[0]["id"]
    assert "[EB/OL]" in io.BytesIO(run("cite", key, "--archive", demo_archive).stdout_bytes).read().decode("utf-8")


def test_an_archive_from_a_stranger_cannot_break_a_reference(room: Room) -> None:
    room.store(article(1))
    evil = "x}\x1b[2J{\n"
    with transaction(room.connection):
        room.connection.execute(
            """INSERT INTO captures (id, run, kind, url, fetched, status, file, offset, length, digest)
               VALUES (1, ?, 'article', ?, ?, 200, ?, 5, 10, ?)""",
            (room.run, evil, evil, evil, evil),
        )
        room.connection.execute("UPDATE versions SET capture = 1, content_hash = ?, language = ?", (evil, evil))
    one = citation(room.connection, article(1).url)
    assert "\x1b" not in gb7714(one) + evidence(one) + bibtex(one)
    assert gb7714(one).count("\n") == evidence(one).count("\n") == 0
    assert bibtex_entry(bibtex(one)).key.startswith("ceshi-")
    assert "accessed" not in csl_json(one)


@pytest.mark.parametrize("archive", ["missing.db", ".", "text.db"])
def test_without_an_archive(archive: str, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no archive" * 200)
    done = run("cite", "5f0c1e", "--archive", tmp_path / archive)
    assert done.exit_code == 2 and done.stdout == ""
    assert str(tmp_path) in done.stderr
