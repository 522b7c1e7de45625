"""Further pages of an article that is split over several: `_2.shtml`, 1 2 下一页, 【1】【2】, `createPageHTML(...)`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.layout import Line
from newscrawler.extraction.page import Page

_TURN = re.compile(
    r"^[\s【\[(（<«‹]*(?:下一?页|下頁|下一頁|第?\d{1,3}页?|余下全文|全文阅读|阅读全文|在本页阅读全文)[\s】\])）>»›]*$"
)
_ALL = re.compile(r"全文")
_SCRIPT = re.compile(
    r"createPageHTML\(\s{0,9}['\"]?(\d{1,6})['\"]?\s{0,9},\s{0,9}['\"]?(\d{1,6})['\"]?\s{0,9},"
    r"\s{0,9}['\"]([\w./-]{1,100})['\"]\s{0,9},\s{0,9}['\"](\w{1,10})['\"]"
)
_STEM = re.compile(r"^(?P<stem>.*?)(?:[_-](?P<number>\d{1,3}))?(?P<suffix>\.\w{2,6})?$")
_QUERY = re.compile(r"(?:^|&)(?:page|p|pn|pageno|currpage)=(\d{1,3})(?:&|$)", re.I)
MOST_PAGES = 60
"""Pages of one article that are read."""
_MOST_LINKS = 2000


@dataclass(frozen=True, slots=True)
class PageScript:
    """The script of TRS WCM that writes a pager: `createPageHTML(3, 0, "index", "shtml")`."""

    count: int
    """All pages."""
    current: int
    """The number of this page; the first page is 0."""
    name: str
    suffix: str

    def address(self, number: int) -> str:
        """Return the relative address of a page after the first one: `index_2.shtml`."""
        return f"{self.name}_{number}.{self.suffix}"


def find_page_script(text: str) -> PageScript | None:
    """Return the first call of `createPageHTML` in a script or in markup."""
    begin = text.find("createPageHTML")
    match = _SCRIPT.search(text, begin) if begin >= 0 else None
    return PageScript(int(match[1]), int(match[2]), match[3], match[4]) if match else None


def further_pages(page: Page, lines: Iterable[Line], menus: Iterable[HtmlElement] = ()) -> list[str]:
    """Return the URLs of the article's pages after this one, in order: from the pager in `lines`, else from `menus`."""
    own = page.url or page.base_url
    numbered: dict[int, str] = {}
    turn: str | None = None
    seen = set()
    examined = 0
    for line in lines:
        if not line.linked or len(line.text) > 200 or line.block in seen:
            continue
        seen.add(line.block)
        if examined > _MOST_LINKS:
            break
        for link in line.block.element.iter("a"):
            examined += 1
            if examined > _MOST_LINKS:
                break
            text = " ".join(text_up_to(link).split())
            href = link.get("href") or ""
            if not _TURN.match(text) or _ALL.search(text) or href.startswith(("#", "javascript:")):
                continue
            url = page.absolute(href)
            number = _page_number(url, own) if url else None
            if url is None or number is None:
                continue
            if text.strip("【】[]()（）第页 ").isdigit():
                numbered.setdefault(number, url)
            else:
                turn = turn or url
    here = _page_number(own, own) if own else None
    ordered = [url for number, url in sorted(numbered.items()) if here is None or number > here]
    if not ordered:
        ordered = [url for number, url in sorted(_in_menus(page, menus, own)) if here is None or number > here]
    if not ordered and turn:
        ordered = [turn]
    if not ordered:
        ordered = _by_script(page)
    return [url for url in dict.fromkeys(ordered) if url != own][:MOST_PAGES]


def _in_menus(page: Page, menus: Iterable[HtmlElement], own: str | None) -> Iterator[tuple[int, str]]:
    """Yield number and URL of the article's pages in a menu: `<option value="88_2.html">第2页</option>`."""
    for option in islice(chain.from_iterable(menu.iter("option") for menu in menus), _MOST_LINKS):
        if not _TURN.match(" ".join(text_up_to(option).split())):
            continue
        url = page.absolute(option.get("value") or "")
        number = _page_number(url, own) if url else None
        if url and number:
            yield number, url


def _page_number(url: str, own: str | None) -> int | None:
    """Return the number of a page of the same article as `own`, or None for the URL of another document."""
    try:
        candidate, current = urlsplit(url), urlsplit(own or url)
    except ValueError:
        return None
    if own and (candidate.netloc != current.netloc):
        return None
    query = _QUERY.search(candidate.query)
    if candidate.path == current.path:
        return int(query[1]) if query else 0
    if query and not own:
        return int(query[1])
    theirs, ours = _split(candidate.path), _split(current.path)
    if theirs is None or ours is None:
        return None
    stem, number = theirs
    if stem in (ours[0], current.path.rsplit(".", 1)[0]) or (not own and number):
        return number
    whole = candidate.path.rsplit(".", 1)[0]
    if whole == ours[0]:
        return 0
    if ours[1] and whole.startswith(f"{ours[0]}_"):
        return number
    return None


def _split(path: str) -> tuple[str, int] | None:
    match = _STEM.match(path)
    if match is None:
        return None
    return match["stem"], int(match["number"] or 0)


def _by_script(page: Page) -> list[str]:
    script = find_page_script(page.text)
    if script is None:
        return []
    numbers = range(script.current + 1, min(script.count, MOST_PAGES))
    urls = (page.absolute(script.address(number)) for number in numbers)
    return [url for url in urls if url]
