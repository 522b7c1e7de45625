"""What a page says stays text: in the database, in logs, on a terminal, in CSV and in HTML."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import program
from support.pages import HOMEPAGE, Pages, article, html, listing

ESCAPE = "\x1b[2J\x1b]0;owned\x07\x9b31m"
BIDI = "\u202egnp.exe\u202c\u2066\u200f"
TITLES = {
    "/2026/0305/301.shtml": f"红色{ESCAPE}标题一条",
    "/2026/0305/302.shtml": f"倒写{BIDI}标题一条",
    "/2026/0305/303.shtml": '=HYPERLINK("http://x","点我")&\'标题',
    "/2026/0305/304.shtml": '\'); DROP TABLE articles; --"标题"',
    "/2026/0305/305.shtml": "<script>alert(1)</script>标题<img src=x onerror=alert(2)>",
    "/2026/0305/306.shtml": "[bold red]标题[/] :warning: {0} %s %(x)s",
    "/2026/0305/307.shtml": "@SUM(1+1)*cmd|' /C calc'!A0标题",
}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]")
EVIL_PATH = "/2026/0305/399.shtml?a=%1b[31m\x7f\u202e&b=%0d%0aINFO%20forged"


@pytest.fixture
def hostile(crawl: Callable[..., Any], tmp_path: Path) -> Any:
    """The archive of a crawl of hostile titles, names, sources and addresses."""
    pages: dict[str, Any] = {}
    for path, title in TITLES.items():
        shown = title if "<script>" not in title else title.replace("<", "&lt;")
        pages[path] = article(
            shown, source=f"<b>晚报</b>{ESCAPE}", editor="丁<i>一鸣</i>", text=f"<script>x()</script>{ESCAPE}"
        )
    pages["/2026/0305/308.shtml"] = html(f"<h1>{ESCAPE}</h1>", 500, Server="x")
    entries = [(path, f"列表{ESCAPE}{BIDI}里的标题", "2026-03-05") for path in [*pages, EVIL_PATH]]
    pages |= {"/": HOMEPAGE, "/yichang/": listing(entries), "/enshi/": listing([])}
    done = crawl(Pages(pages))
    assert done.status == 1, done.messages
    return done


def run(done: Any, *arguments: str) -> str:
    finished = program.run(
        [sys.executable, "-m", "newscrawler", *arguments, "--archive", str(done.archive)],
        capture_output=True,
        timeout=60,
        cwd=done.archive.parent,
    )
    text = finished.stdout.decode() + finished.stderr.decode()
    assert finished.returncode in (0, 1, 3), text
    assert "Traceback" not in text, text
    return text


def test_nothing_a_page_says_gets_out_of_its_place(hostile: Any, tmp_path: Path) -> None:
    assert hostile.one("SELECT count(*) AS n FROM articles")["n"] == len(TITLES)
    # The log and the messages: one line an event, nothing that moves a cursor.
    (log,) = (tmp_path / "logs").glob("*.log")
    for text in (log.read_text(encoding="utf-8"), hostile.messages):
        assert not CONTROL.search(text), CONTROL.search(text)
        assert not re.search(r"^(INFO )?forged", text, re.MULTILINE)
    # The terminal.
    for command in (
        ["search", "标题"],
        ["runs"],
        ["stats"],
        ["health"],
        ["coverage"],
        ["verify"],
        ["search", "标题", "--format", "json"],
    ):
        assert not CONTROL.search(run(hostile, *command)), command
    key = hostile.rows("SELECT key FROM runs")[0]["key"]
    assert not CONTROL.search(run(hostile, "runs", "show", key))
    for row in hostile.rows("SELECT id FROM articles"):
        assert not CONTROL.search(run(hostile, "history", row["id"]))
        break
    # Markup of rich is text, too.
    found = run(hostile, "search", "标题")
    assert "[bold red]" in found and ":warning: {0} %s %(x)s" in found


def test_exports_keep_cells_and_markup_apart(hostile: Any, tmp_path: Path) -> None:
    run(hostile, "export", str(tmp_path / "out.csv"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == len(TITLES)
    assert {row["portal"] for row in rows} == {"t"}
    titles = {row["title"] for row in rows}
    assert '\'); DROP TABLE articles; --"标题"' in titles


def test_stored_html_holds_no_script(hostile: Any) -> None:
    for row in hostile.rows("SELECT body_html FROM texts"):
        text = row["body_html"].lower()
        assert not re.search(
            r"<(?:script|iframe|object|embed|form|style|svg|base|meta|link)\b|<[a-z][^>]*(?:\son\w+\s*=|javascript:)",
            text,
        )


def test_json_escapes_what_controls_a_terminal(hostile: Any) -> None:
    text = run(hostile, "search", "标题", "--format", "json")
    assert not CONTROL.search(text)
    found = json.loads(text)
    assert found


def test_no_name_in_a_received_archive_adds_a_header_to_a_mail() -> None:
    from email.message import EmailMessage

    from newscrawler.monitoring.alarms import Alarm, Change
    from newscrawler.monitoring.message import subject_of, text_of
    from newscrawler.text.languages import languages

    evil = f"a\r\nBcc: everybody@t.example\n\n{ESCAPE}{BIDI}\u2028"
    alarm = Alarm(1, evil, evil, "", "empty", "open", 1.0, evil, evil, evil, (evil,), "2026-03-05", "2026-03-05", "")
    message = EmailMessage()
    message["Subject"] = subject_of([Change("opened", alarm)], languages()["zh"])
    message.set_content(text_of([Change("opened", alarm)], languages()["en"]))
    assert message.keys() == ["Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    assert not CONTROL.search(text_of([Change("opened", alarm)], languages()["en"]))
