"""Pagers whose pages are buttons of a form that is sent."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.page_addresses import plain, post_body
from newscrawler.listings.pagers import PagerView, read_ways
from newscrawler.listings.ways import SUBMITTED, WaysOn

URL = "http://news.t.example/cat/yichang"
STATE = "<input type='hidden' name='token' value='x7'>"


def ways(markup: str, number: int = 1) -> WaysOn:
    page = read_page(f"<html><body>{markup}</body></html>".encode(), url=URL)
    assert isinstance(page, Page)
    return read_ways(PagerView(page.root, URL, URL, number))


def buttons(*numbers: int, current: int = 0, tag: str = "<button name='page' value='{n}'{off}>{n}</button>") -> str:
    return "".join(tag.format(n=n, off=" disabled" if n == current else "") for n in numbers)


FIELD = "<input type='submit' name='page' value='{n}'{off}>"
WORDS = "<button type='submit' name='p' value='{n}'{off}>第{n}页</button>"
ASP = "<input type='submit' name='ctl00$pager$b{n}' value='{n}'{off}>"


@pytest.mark.parametrize(
    ("inside", "number", "sent"),
    [
        (buttons(1, 2, 3, current=1), 1, {"page": "2"}),
        (buttons(1, 2, 3, current=2), 2, {"page": "3"}),
        (buttons(1, 2, 3, current=1, tag=FIELD), 1, {"page": "2"}),
        (buttons(1, 2, 3, current=1, tag=WORDS), 1, {"p": "2"}),
        (f"<b>1</b>{buttons(2, 3, tag=ASP)}", 1, {"ctl00$pager$b2": "2"}),
        (buttons(1, 2, 3), 2, {"page": "3"}),
        (buttons(1, 2, 9, current=1) + "…", 1, {"page": "2"}),
        ("<div class='pager'>" + buttons(1, 2, tag="<button name='go' value='{n}'{off}>{n}</button>") + "</div>", 1, {"go": "2"}),
        ("<button name='page' value='1' disabled>上一页</button><button name='page' value='2'>下一页</button>", 1, {"page": "2"}),
        ("<input type='hidden' name='page' value='1'><button>下一页</button>", 1, {"page": "2"}),
    ],
)  # fmt: skip
def test_the_button_of_the_next_page_is_pressed(inside: str, number: int, sent: dict[str, str]) -> None:
    found = ways(f"<form method='post' action='/cat/yichang'>{STATE}{inside}</form>", number)
    (url,) = (*found.next_urls, *found.guess_urls)
    assert plain(url) == URL and found.pager == SUBMITTED
    assert dict(parse_qsl(post_body(url) or "")) == {"token": "x7", **sent}


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        (f"<form method='get' action='/l'>{buttons(1, 2, current=1)}</form>", "http://news.t.example/l?page=2"),
        (f"<form>{buttons(1, 2, tag=FIELD)}</form>", f"{URL}?page=2"),
        (f"<form id='f' action='/l'></form><p>{buttons(1, 2, tag='<button form=f name=page value={n}>{n}</button>')}</p>", "http://news.t.example/l?page=2"),
        (f"<form class='pager'>{buttons(1, 2, tag='<button formaction=/l/{n}.html>{n}</button>')}</form>", "http://news.t.example/l/2.html"),
    ],
)  # fmt: skip
def test_a_form_may_be_sent_by_get_and_its_buttons_stand_elsewhere(markup: str, address: str) -> None:
    assert ways(markup).next_urls == (address,)


@pytest.mark.parametrize("inside", [buttons(1, 2, 3, current=3), buttons(1, 2) + "<b>3</b>"])
def test_the_last_button_proves_the_end(inside: str) -> None:
    found = ways(f"<form method='post'>{inside}</form>", 3)
    assert found.end and not found.next_urls


def test_a_button_without_a_name_sends_its_form() -> None:
    found = ways("<form action='/cat/yichang_2'><button>下一页</button></form>")
    assert [*found.next_urls, *found.guess_urls] == ["http://news.t.example/cat/yichang_2"] and not found.end
    off = ways("<form action='/cat/yichang_2'><button disabled>下一页</button></form>")
    assert off.end and not off.next_urls
    # Nothing shows what it asks for: no proof of an end.
    assert not ways("<form method='post'><button>下一页</button></form>").end


def test_a_form_that_is_not_sent_is_told() -> None:
    secret = "<input type='password' name='k'>"
    found = ways(f"<form method='post'>{secret}{buttons(1, 2, current=1)}</form>")
    assert found.signs and not found.next_urls
    away = ways(f"<form method='post' action='http://other.example/'>{buttons(1, 2, current=1)}</form>")
    assert away.signs and not away.next_urls


@pytest.mark.parametrize(
    "markup",
    [
        # A vote, buttons of scripts, a field of another kind, one button.
        f"<form method='post' action='/vote'>{buttons(1, 2, 3, tag='<button name=score value={n}>{n}</button>')}</form>",
        f"<form>{buttons(1, 2, 3, tag='<button type=button name=page value={n}>{n}</button>')}</form>",
        f"<form>{buttons(1, 2, 3, tag='<input name=page value={n}>')}</form>",
        f"<form>{buttons(1, current=1)}</form>",
        f"<form class='page'>{buttons(5, 7)}</form>",
    ],
)
def test_other_buttons_turn_no_pages(markup: str) -> None:
    found = ways(markup)
    assert not found.next_urls and not found.guess_urls and not found.end
