"""The Chinese pages say nothing in English: with every kind of alarm, every reason and every event; times are China's."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lxml import html

from newscrawler.text.labels import ALARM_KINDS, ARTICLE_TYPES, COMMANDS, DATE_EVIDENCE
from newscrawler.text.sentences import SENTENCES
from support.in_process import Pages, pages_of
from support.web import Crawled, own_pages

ENGLISH = re.compile(r"[A-Za-z]{2,}[ ,]+[a-z]{2,}")
NAMES = ("listing.entry", "legacy_tls", "allowed_hosts", "newscrawler", "--limit", "[sections]", "BibTeX", "CSL-JSON")


WRONG = {"/nothing/here": 404, "/search?city=nowhere": 400, "/search?q=(": 400}
"""Addresses that are answered by an error."""


def filled(sentence: str) -> str:
    """A sentence with numbers for its values."""
    return re.sub(r"\{\w+\}", "7", sentence)


@pytest.fixture
def told(copied: Path, crawled: Crawled) -> Iterator[tuple[Pages, list[str]]]:
    """An archive in which all that can be written was written, and the addresses of its pages."""
    with closing(sqlite3.connect(copied)) as connection:
        connection.execute("DELETE FROM run_events")
        connection.executemany(
            "INSERT INTO run_events (run, kind, url, section, reason, seen) VALUES (1, ?, NULL, NULL, ?, '2026-03-05T00:00:00Z')",
            [
                (("skipped", "failed", "blocked", "gone", "warning")[n % 5], filled(one))
                for n, one in enumerate(SENTENCES)
            ],
        )
        for number, kind in enumerate(ALARM_KINDS):
            connection.execute(
                """INSERT INTO alarms (portal, section, field, kind, state, level, message, before, after, samples,
                     first_seen, last_seen) VALUES ('demo', ?, 'editors', ?, 'open', 1, ?, ?, ?, '[]', ?, ?)""",
                [
                    "" if number % 2 else "宜昌市", kind, "no new entry for 20 days; the longest time without one was 3 days",
                    "a run that reads its sections", "none", "2026-03-05T16:30:00Z", "2026-03-05T18:30:00Z",
                ],
            )  # fmt: skip
        connection.execute(
            "UPDATE runs SET outcome = 'incomplete', reason = 'section 宜昌市: answered 500; 3 articles were blocked'"
        )
        for number, command in enumerate(COMMANDS):
            connection.execute("UPDATE runs SET command = ? WHERE id % 3 = ?", [command, number])
        connection.execute("UPDATE urls SET state = 'failed', reason = 'no response in time' WHERE id % 9 = 0")
        connection.execute("UPDATE sections SET listing_end = 'more', listing_end_reason = 'it states 9 pages'")
        for number, kind in enumerate(ARTICLE_TYPES):
            connection.execute("UPDATE versions SET article_type = ? WHERE id % 3 = ?", [kind, number])
        for number, kind in enumerate(DATE_EVIDENCE):
            connection.execute("UPDATE versions SET published_evidence = ? WHERE id % 3 = ?", [kind, number])
        ids = [row[0] for row in connection.execute("SELECT id FROM articles_flat LIMIT 9")]
        keys = [row[0] for row in connection.execute("SELECT key FROM runs")]
        connection.commit()
    paths = [path for path in own_pages(crawled) if not path.startswith(("/archive", "/sql"))]
    paths += [f"/article/{one}" for one in ids] + [f"/run/{key}" for key in keys]
    with pages_of(copied) as pages:
        yield pages, [*paths, "/coverage?portal=demo&section=宜昌市&state=failed", *WRONG]


def test_no_page_has_an_english_sentence(told: tuple[Pages, list[str]]) -> None:
    pages, paths = told
    found = []
    for path in paths:
        answer = pages.get(path, accept_language="zh")
        assert answer.status == WRONG.get(path, 200), path
        tree = html.document_fromstring(answer.text)
        for aside in tree.xpath(
            "//code | //pre | //section[@class='settings'] | //*[@class='reference'] | //*[@hreflang]"
        ):
            aside.clear()
        for text in [*tree.itertext(), *tree.xpath("//@title | //@aria-label")]:
            for name in NAMES:
                text = text.replace(name, "")
            if ENGLISH.search(text) and not text.strip().startswith(("http", "{")):
                found.append(f"{path}: {text.strip()[:100]}")
    assert found == []


def test_times_are_those_of_china_with_their_zone(told: tuple[Pages, list[str]]) -> None:
    """Moments of our clock and moments that a portal shows; the same moment in UTC is in the title."""
    pages, paths = told
    for language, zone in (("zh", "北京时间"), ("en", "UTC+8")):
        for path in paths:
            tree = html.document_fromstring(pages.get(path, accept_language=language).text)
            for aside in tree.xpath("//code | //pre | //*[@class='hint']"):
                aside.clear()
            shown = "".join(tree.xpath("//body")[0].itertext())
            assert not re.search(r"\d\d:\d\d(?::\d\d)? ?(?:Z|UTC\b(?!\+))|T\d\d:\d\d", shown), path
            for element in tree.xpath("//time[@title]"):
                assert element.text_content().endswith(zone), path
                utc = element.get("datetime")
                assert element.get("title") == f"{utc[:10]} {utc[11:16]} UTC"
    alarms = html.document_fromstring(pages.get("/alarms", accept_language="zh").text)
    assert "2026-03-06 00:30 北京时间" in alarms.text_content()
    assert alarms.xpath("//time/@title")[0] == "2026-03-05 16:30 UTC"


def test_files_keep_utc(told: tuple[Pages, list[str]]) -> None:
    pages, _ = told
    rows = json.loads(pages.get("/search.json").text)
    assert rows and all(row["first_seen"].endswith("Z") for row in rows)
