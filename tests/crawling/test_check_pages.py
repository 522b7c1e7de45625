"""`check --save` and `check --pages`: a definition is developed on saved pages, and their values are compared."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from newscrawler.crawling.saved_responses import INDEX, SavedResponses, SavedResponsesError
from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from support.crawls import check
from support.pages import DEFINITION, Pages, article, listing

ENTRIES = [(f"/2026/0305/{n}.html", f"河边新修了第{n}段步道", "2026-03-05") for n in range(1, 5)]


def site() -> Pages:
    pages: dict[str, Any] = {
        "/": "<html><body><a href='/yichang/'>宜昌</a></body></html>",
        "/yichang/": listing(ENTRIES),
    }
    pages |= {path: article(title) for path, title, _ in ENTRIES}
    body = gzip.compress(article(ENTRIES[0][1]).encode())
    pages[ENTRIES[0][0]] = Response(200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, body)
    pages[ENTRIES[1][0]] = Response(302, {"Location": "/moved.html"}, b"")
    pages["/moved.html"] = article(ENTRIES[1][1])
    return Pages(pages)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    with SiteServer(site()) as server:
        done = check(tmp_path, "--via", server.url, "--save", "pages")
        requested = [request.path for request in server.requests]
    assert done.returncode == 0, done.stderr
    assert "expected.json written" in done.stderr
    assert ENTRIES[0][0] in requested
    return tmp_path / "pages"


def test_saved_pages_give_the_same_without_the_portal(tmp_path: Path, saved: Path) -> None:
    done = check(tmp_path, "--pages", "pages", "--format", "json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert [(row["section"], row["entries"]) for row in report["sections"]] == [("宜昌市", 4)]
    assert [row["values"]["title"] for row in report["articles"]] == [title for _, title, _ in ENTRIES[:3]]
    expected = json.loads((saved / "expected.json").read_text(encoding="utf-8"))
    assert {row["url"]: row["values"] for row in report["articles"]} == expected["articles"]
    first = next(file for file in saved.glob("*.html") if f"<h1>{ENTRIES[0][1]}" in file.read_text(encoding="utf-8"))
    assert check(tmp_path, "--pages", str(first)).returncode == 0


def test_a_definition_that_finds_something_else_is_told_what(tmp_path: Path, saved: Path) -> None:
    wrong = DEFINITION + "[article]\ntitle = '.info'\n"
    done = check(tmp_path, "--pages", "pages", definition=wrong)
    assert done.returncode == 1
    assert "title is '来源:山口晚报" in done.stderr and "'河边新修了第1段步道' is expected" in done.stderr


@pytest.mark.slow
def test_a_corrected_value_is_expected_and_a_removed_one_is_not_compared(tmp_path: Path, saved: Path) -> None:
    file = saved / "expected.json"
    expected = json.loads(file.read_text(encoding="utf-8"))
    first, second, _ = expected["articles"].values()
    first["editors"] = "丁二"
    del second["title"], second["body"]
    expected["sections"]["恩施"] = {"url": "http://www.t.example/enshi/"}
    file.write_text(json.dumps(expected), encoding="utf-8")
    done = check(tmp_path, "--pages", "pages")
    errors = [line for line in done.stderr.splitlines() if line.startswith("Error")]
    assert done.returncode == 1 and len(errors) == 2
    assert "editors is '丁一鸣', but '丁二' is expected" in done.stderr
    assert "section 恩施 is expected and was not found" in done.stderr


def test_what_was_not_saved_is_not_fetched(tmp_path: Path, saved: Path) -> None:
    done = check(tmp_path, "--pages", "pages", "--articles", "4")
    assert done.returncode == 1
    assert "http://www.t.example/2026/0305/4.html is not among the saved pages of pages" in done.stderr


@pytest.mark.slow
def test_delays_and_quotas_of_the_portal_do_not_hold_for_saved_pages(tmp_path: Path, saved: Path) -> None:
    slow = DEFINITION.replace("delay = 0", "delay = 60\nmax_requests = 1")
    assert check(tmp_path, "--pages", "pages", definition=slow).returncode == 0


def test_a_folder_with_files_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "mine.txt").write_text("x")
    done = check(tmp_path, "--save", "pages")
    assert done.returncode == 2 and "pages is not empty; name a new folder" in done.stderr
    assert check(tmp_path, "--save", "new", "--pages", "pages").returncode == 2


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[1]",
        '{"url": 5}',
        "[" * 50_000,
        '{"url": "http://a.example/", "status": 200, "content_type": "", "location": "", "file": "../../etc/passwd"}',
        '{"url": "http://a.example/", "status": 200, "content_type": "", "location": "", "file": "/etc/passwd"}',
        '{"url": 5, "status": 200, "content_type": "", "location": "", "file": "0001.html"}',
        '{"url": "http://a.example/", "status": "x", "content_type": "", "location": "", "file": "0001.html"}',
    ],
)
def test_a_hostile_index_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / INDEX).write_text(line + "\n", encoding="utf-8")
    with pytest.raises(SavedResponsesError):
        SavedResponses.read(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["", "[]", '{"sections": [], "articles": {}}', '{"sections": {"a": 1}, "articles": {}}']
)
def test_a_file_of_expected_values_that_cannot_be_read_is_wrong_usage(tmp_path: Path, saved: Path, text: str) -> None:
    (saved / "expected.json").write_text(text, encoding="utf-8")
    done = check(tmp_path, "--pages", "pages")
    assert done.returncode == 2 and "expected.json does not have the form" in done.stderr


def test_the_last_response_of_an_address_counts(tmp_path: Path) -> None:
    saved = SavedResponses.create(tmp_path / "pages")
    saved.add("http://a.example/", 503, "text/html", "", b"busy")
    saved.add("http://a.example/", 200, "text/html", "", b"here")
    found = SavedResponses.read(tmp_path / "pages").find("http://a.example/")
    assert found is not None and (found[0].status, found[1]) == (200, b"here")
