"""What bad input gets: a clear message, the right exit status, and nothing stored overwritten with less."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from newscrawler.cli.main import cli
from newscrawler.demo.model import Response
from support import nightly, program
from support.pages import HOMEPAGE, Pages, article, html, listing

ENTRIES = [
    (f"/2026/0305/{number}.shtml", f"山口镇第{number}号堤段加固完工", "2026-03-05") for number in range(101, 105)
]


def portal(**changes: str | Response) -> Pages:
    """A portal with one section of four articles; changes by path."""
    pages: dict[str, object] = {"/": HOMEPAGE, "/yichang/": listing(ENTRIES), "/enshi/": listing([])}
    pages |= {path: article(title) for path, title, _ in ENTRIES}
    return Pages({**pages, **changes})  # type: ignore[arg-type]


def test_the_plain_portal_is_crawled_without_complaint(crawl) -> None:
    done = crawl(portal())
    assert done.status == 0, done.messages
    assert [row["title"] for row in done.rows("SELECT title FROM articles_flat ORDER BY title")] == [
        title for _, title, _ in ENTRIES
    ]


@nightly.by_day(0)
@pytest.mark.parametrize("answer", [html("oops", 500), html("", 200), html("no", 403)])
def test_a_homepage_that_cannot_be_used_fails_the_crawl_and_names_the_key(crawl, answer: Response) -> None:
    done = crawl(portal(**{"/": answer}))
    assert done.status == 1
    assert "homepage" in done.messages and "http://www.t.example/" in done.messages
    assert done.one("SELECT outcome FROM runs")["outcome"] == "failed"


def test_a_homepage_without_a_division_says_what_to_write(crawl) -> None:
    done = crawl(portal(**{"/": "<html><body><a href='/about/'>关于我们</a></body></html>"}))
    assert done.status == 1
    assert "[sections]" in done.messages


def test_a_homepage_that_redirects_off_the_portal_is_not_followed(crawl) -> None:
    away = Response(302, {"Location": "http://elsewhere.example/"}, b"")
    done = crawl(portal(**{"/": away}))
    assert done.status == 1
    assert "redirects off the portal to http://elsewhere.example/" in done.messages


def test_an_unreachable_homepage_names_the_cause(tmp_path: Path) -> None:
    file = tmp_path / "t.toml"
    file.write_text(
        'id = "t"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "http://127.0.0.1:9/"\n[crawl]\ndelay = 0\n'
    )
    done = program.run(
        [sys.executable, "-m", "newscrawler", "crawl", str(file), "--archive", str(tmp_path / "a.db")],
        env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "refused" in done.stderr and "Traceback" not in done.stderr


def test_a_private_address_is_refused_unless_it_is_allowed(crawl) -> None:
    done = crawl(portal(), allow_private=False)
    assert done.status == 1
    assert "NEWSCRAWLER_ALLOW_PRIVATE=1" in done.messages
    assert done.rows("SELECT * FROM articles") == []


def test_one_failing_article_costs_only_itself_and_is_fetched_by_the_next_crawl(crawl) -> None:
    site = portal()
    healthy = site.pages[ENTRIES[1][0]]
    site.pages[ENTRIES[1][0]] = html("Internal Server Error", 500)
    first = crawl(site)
    assert first.status == 1
    assert "answered 500" in first.messages
    assert first.one("SELECT count(*) AS n FROM articles")["n"] == 3
    assert first.one("SELECT state, tries FROM urls WHERE state <> 'done'") == {"state": "failed", "tries": 1}
    site.pages[ENTRIES[1][0]] = healthy
    second = crawl(site)
    assert second.status == 0, second.messages
    assert second.one("SELECT count(*) AS n FROM articles")["n"] == 4


def test_a_missing_article_is_gone_and_no_failure(crawl) -> None:
    site = portal()
    del site.pages[ENTRIES[0][0]]
    done = crawl(site)
    assert done.status == 0, done.messages
    assert done.one("SELECT state FROM urls WHERE state <> 'done'")["state"] == "gone"


@nightly.by_day(3)
@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("", "empty"),
        ("<html><body></body></html>", "no article"),
        ("<html><body><h1>只有标题</h1></body></html>", "no article"),
        (
            "<html><head><title>用户登录</title></head><body><form action='/login'><input name='user'>"
            "<input type='password' name='pw'><button>登录</button></form></body></html>",
            "login",
        ),
    ],
    ids=["empty", "bare", "no-body", "login"],
)
def test_a_page_that_is_no_article_is_not_stored_as_one(crawl, page: str, word: str) -> None:
    done = crawl(portal(**{ENTRIES[2][0]: page}))
    assert done.status == 1
    assert word in done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 3
    assert done.one("SELECT state FROM urls WHERE state <> 'done'")["state"] in ("failed", "blocked")


def test_an_article_that_redirects_off_the_portal_is_not_followed(crawl) -> None:
    done = crawl(portal(**{ENTRIES[0][0]: Response(301, {"Location": "http://elsewhere.example/x.shtml"}, b"")}))
    assert done.status == 1
    assert "redirects off the portal to http://elsewhere.example/x.shtml" in done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 3


def test_the_homepage_in_place_of_an_article_is_blocked(crawl) -> None:
    done = crawl(portal(**{ENTRIES[0][0]: Response(302, {"Location": "/"}, b"")}))
    assert done.status == 1
    assert done.one("SELECT state FROM urls WHERE state <> 'done'")["state"] == "blocked"


def test_a_listing_that_fails_fails_its_section_only(crawl) -> None:
    done = crawl(portal(**{"/enshi/": html("busy", 503)}))
    assert done.status == 1
    assert "恩施土家族苗族自治州" in done.messages and "503" in done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 4
    marks = {row["name"]: row["complete_back_to"] for row in done.rows("SELECT name, complete_back_to FROM sections")}
    assert marks == {"宜昌市": "beginning", "恩施土家族苗族自治州": None}


@pytest.mark.slow
def test_a_listing_that_went_blind_is_noticed(crawl) -> None:
    site = portal()
    assert crawl(site).status == 0
    site.pages["/yichang/"] = "<html><body><p>系统升级中</p></body></html>"
    done = crawl(site)
    assert done.status == 1
    assert "earlier crawls saw some" in done.messages


def test_robots_txt_is_obeyed(crawl) -> None:
    site = portal(
        **{"/robots.txt": Response(200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /enshi/\n")}
    )
    done = crawl(site)
    assert done.status == 1
    assert "robots.txt" in done.messages
    assert "/enshi/" not in crawl.requests
    assert done.one("SELECT policy, status FROM robots") == {"policy": "rules", "status": 200}


def test_a_robots_txt_that_answers_500_forbids_everything(crawl) -> None:
    done = crawl(portal(**{"/robots.txt": html("error", 500)}))
    assert done.status == 1
    assert "robots.txt" in done.messages
    assert set(crawl.requests) == {"/robots.txt"}


def test_a_robots_txt_that_is_missing_allows_everything_whatever_its_body_says(crawl) -> None:
    missing = Response(404, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /\n")
    assert crawl(portal(**{"/robots.txt": missing})).status == 0


def test_an_archive_path_that_cannot_be_used_ends_the_crawl_before_a_request(crawl, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    done = crawl(portal(), archive=folder)
    assert done.status == 2
    assert "is a directory" in done.messages
    other = tmp_path / "notes.txt"
    other.write_text("no database at all, just a few lines of text\n" * 50)
    done = crawl(portal(), archive=other)
    assert done.status == 2
    assert "is not a SQLite file" in done.messages
    assert other.read_text().startswith("no database at all")


def test_a_wrong_definition_names_file_key_value_and_fix(crawl) -> None:
    done = crawl(
        portal(),
        definition='id = "t"\nname = "试验网"\nprovince = "湖北"\nhomepage = "http://a.example/"\nhompage = 1\n',
    )
    assert done.status == 2
    for part in ("t.toml", "hompage", "homepage"):
        assert part in done.messages


@pytest.mark.slow
def test_a_story_whose_pages_name_the_next_only_is_read_to_its_end(crawl) -> None:
    """The first page names the next one, or a few and the last, or all in a menu. Behind the last one it comes again.

    The first page may also link to itself, by its number.
    """

    def address(path: str, number: int) -> str:
        return path if number == 1 else path.replace(".shtml", f"_{number}.shtml")

    def link(path: str, number: int, text: object) -> str:
        return f"<a href='{address(path, number)}'>{text}</a> "

    def turns(path: str, number: int) -> str:
        return (link(path, number - 1, "上一页") if number > 1 else "") + link(path, number + 1, "下一页")

    def window(path: str, number: int) -> str:
        return "".join(link(path, n, n) for n in sorted({number, min(number + 1, 7), 7}))

    def menu(path: str, number: int) -> str:
        return f"<select>{''.join(f'<option value={address(path, n)}>第{n}页</option>' for n in range(1, 4))}</select>"

    def numbers(path: str, number: int) -> str:
        return "".join(f"<a href='{path}?page={n}'>{n}</a> " for n in range(1, 4))

    counts = {turns: 4, window: 7, menu: 3, numbers: 3}
    pages = {}
    for (path, title, _), (pager, count) in zip(ENTRIES, counts.items(), strict=True):
        for number in range(1, count + 2):
            text = article(title).replace("的事。", f"的第{min(number, count)}段话。")
            shown = f"</div><div class='page'>{pager(path, number)}</div><div class='foot'>"
            whole = text.replace("</div><div class='foot'>", shown)
            pages[address(path, number)] = pages[f"{path}?page={number}"] = whole
    done = crawl(portal(**pages))
    assert done.status == 0, done.messages
    rows = {
        row["url"].partition(".example")[2]: row["body"] for row in done.rows("SELECT url, body FROM articles_flat")
    }
    found = [re.findall("第([0-9])段", rows[path]) for path, *_ in ENTRIES]
    assert found == [[str(n) for n in range(1, count + 1)] for count in counts.values()]
    outcomes = CliRunner().invoke(cli, ["reextract", "--archive", str(done.archive), "--dry-run", "--format", "json"])
    assert json.loads(outcomes.stdout)["outcomes"] == {"same": 4}


def test_a_story_in_two_pages_is_joined_and_fails_as_a_whole(crawl) -> None:
    first = article("两页的故事").replace(
        "</div><div class='foot'>",
        "</div><div class='page'>1 <a href='/2026/0305/101_2.shtml'>2</a> "
        "<a href='/2026/0305/101_2.shtml'>下一页</a></div><div class='foot'>",
    )
    second = article("两页的故事").replace("的事。", "的后半段。")
    site = portal(**{ENTRIES[0][0]: first, "/2026/0305/101_2.shtml": html("busy", 503)})
    done = crawl(site)
    assert done.status == 1 and "page 2: answered 503" in done.messages
    assert done.one("SELECT count(*) AS n FROM articles")["n"] == 3
    site.pages["/2026/0305/101_2.shtml"] = second
    done = crawl(site)
    assert done.status == 0, done.messages
    body = done.one("SELECT body FROM articles_flat WHERE title = '两页的故事'")["body"]
    assert "这是2026-03-05的事" in body and "的后半段" in body


@nightly.by_day(1)
@pytest.mark.parametrize(
    "address",
    ["http://localhost:9", "http://127.1:9", "http://2130706433:9", "http://0x7f.1:9", "http://[::1]:9"],
)
def test_odd_notations_of_a_private_address_are_refused_with_the_fix(tmp_path: Path, address: str) -> None:
    file = tmp_path / "t.toml"
    file.write_text('id = "t"\nname = "试验网"\nprovince = "湖北省"\nhomepage = "http://www.t.example/"\n')
    environment = {name: value for name, value in os.environ.items() if name != "NEWSCRAWLER_ALLOW_PRIVATE"}
    done = program.run(
        [
            sys.executable,
            "-m",
            "newscrawler",
            "crawl",
            str(file),
            "--archive",
            str(tmp_path / "a.db"),
            "--via",
            address,
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "NEWSCRAWLER_ALLOW_PRIVATE=1" in done.stderr
