"""Listings whose next pages a form or a script asks for, crawled to their proven or unproven ends."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from newscrawler.demo.model import Response
from support import driver
from support.data_portal import DataPortal, serving
from support.pages import Pages, article, listing, small_portal

CITIES = {"武汉": "武汉市", "宜昌": "宜昌市", "黄石": "黄石市", "荆门": "荆门市", "随州": "随州市", "鄂州": "鄂州市"}
DAYS = [f"{date(2026, 6, 30) - timedelta(days=n)}" for n in range(20)]


def stories(city: int) -> list[tuple[str, str, str]]:
    return [
        (f"/{day[:4]}/{day[5:7]}{day[8:]}/{city}{800 - n}.shtml", f"青石坳第{n}段水渠修成通水", day)
        for n, day in enumerate(DAYS)
    ]


def rows(part: list[tuple[str, str, str]]) -> str:
    return "".join(f"<li><a href='{path}'>{title}</a> {day}</li>" for path, title, day in part)


def read(archive: Path, query: str) -> list[dict[str, Any]]:
    connection = sqlite3.connect(archive)
    connection.row_factory = sqlite3.Row
    with closing(connection):
        return [dict(row) for row in connection.execute(query)]


def test_pages_that_forms_and_scripts_ask_for_are_read(tmp_path: Path) -> None:
    posted, parts, down, years, hidden, other = (stories(n) for n in range(6))
    scroll = "<script>var page=1;$(window).scroll(function(){page++;$.get('/yc/more_'+page,add)})</script>"
    wrong = "<script>var page=1;$(window).scroll(function(){page++;$.get('/new/more_'+page,add)})</script>"
    pages: dict[str, Any] = {
        "/": "<html><body>" + "".join(f"<a href='/{n}/'>{name}</a> " for n, name in enumerate(CITIES)) + "</body></html>",
        "/1/": listing(parts[:8], scroll),
        "/yc/more_2": rows(parts[8:16]),
        "/yc/more_3": rows(parts[16:]),
        "/2/": listing(down[:8], "<a href='/2/2.html'>上一页</a> 第3页/共3页"),
        "/2/2.html": listing(down[8:16], "<a href='/2/1.html'>上一页</a> 第2页/共3页 <a href='/2/3.html'>下一页</a>"),
        "/2/1.html": listing(down[16:], "第1页/共3页 <a href='/2/2.html'>下一页</a>"),
        "/3/": listing(years[:8], "<a href='/3/'>2026年</a> <a href='/3/2025.html'>2025年</a>"),
        "/3/2025.html": listing(years[8:]),
        # A script hides the address of the second page; another listing of the portal shows its form.
        "/4/": listing(hidden[:8], "共2页 <a href='javascript:show(2)'>下一页</a>"),
        "/4/list_2.html": listing(hidden[8:]),
        # What the script loads is newer than what was read: another list of the portal.
        "/5/": listing(other[8:], wrong),
        "/new/more_2": rows(other[:8]),
        **{path: article(title, day) for city in range(6) for path, title, day in stories(city)},
    }  # fmt: skip
    site = Pages(pages)
    asked: list[dict[str, str]] = []

    def answer(target: str, body: str) -> bytes | None:
        if target == "/0/":
            sent = dict(parse_qsl(body))
            number = int(sent.get("__EVENTARGUMENT", "1"))
            asked.extend([sent] if body else [])
            links = "".join(
                f"<a href=\"javascript:__doPostBack('pager','{n}')\">{n}</a>" for n in (1, 2, 3) if n != number
            )
            state = f"<input type='hidden' name='__VIEWSTATE' value='{'x' * 6000}{number}'>"
            part = rows(posted[8 * number - 8 : 8 * number])
            return (
                f"<html><body><form method='post'>{state}<ul>{part}</ul><p><b>{number}</b>{links}</p></form>".encode()
            )
        found: Response = site.respond(target)
        return found.body if found.status == 200 else None

    server = DataPortal([])
    server.answer = answer
    with serving(server) as url:
        spider = driver.crawl(small_portal(), tmp_path / "a.db", via=url, settings={"NEWSCRAWLER_CAPTURES": False})
    sweeps = read(
        tmp_path / "a.db",
        """SELECT s.name, w.outcome, s.complete_back_to AS mark, w.entries
           FROM sections s JOIN sweeps w ON w.section = s.id ORDER BY s.id""",
    )
    assert {row["name"]: (row["outcome"], row["mark"], row["entries"]) for row in sweeps} == {
        "武汉市": ("end", "beginning", 20),
        "宜昌市": ("end", "beginning", 20),
        "黄石市": ("end", "beginning", 20),
        "荆门市": ("unproven", DAYS[7], 8),
        "荆门市/2025年": ("end", "beginning", 12),
        "随州市": ("end", "beginning", 20),
        "鄂州市": ("more", DAYS[19], 12),
    }
    assert spider.context.outcome == "incomplete"
    # Each page is asked for with the state of the page before.
    assert [(sent["__EVENTARGUMENT"], sent["__VIEWSTATE"][-1]) for sent in asked] == [("2", "1"), ("3", "2")]
