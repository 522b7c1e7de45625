"""The next page of a listing, for the pagers of Chinese content systems.

- a link that says 下一页 (most systems; the numbers of VSB count down, but its link is right);
- `createPageHTML(3, 0, "index", "shtml")`, a script of TRS WCM: number of pages, this page from 0, name, suffix;
- a row of numbers in which the one after the current page is a link (`index_2.shtml`, `?page=2`).
"""

from __future__ import annotations

import re

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.pagers import find_page_script
from newscrawler.extraction.selectors import select
from newscrawler.text.urls import resolve

_NEXT = re.compile(
    r"^[\s\[【<(（]*(?:下一?页|下一頁|下頁|后一?页|后页|next(?: ?page)?|[›»>]{1,2}|›|→)[\s\]】>)）›»]*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^[\s\[【]*(\d{1,5})[\s\]】]*$")
_MOST_TRIED = 100
"""The most links with the next page's number that are checked; a calendar has a dozen."""


def next_page(root: _Element, base_url: str, page_url: str, number: int, selector: str | None = None) -> str | None:
    """Return the absolute URL of the listing page after this one, the `number`-th from 1; None at the end.

    `selector` is the definition's own rule for the link; if it matches nothing, the listing ends here.
    """
    if selector:
        links = [link for element in select(root, selector) for link in element.iter("a")]
        return next((url for link in links if (url := _target(link, base_url, page_url))), None)
    return (
        _linked_next(root, base_url, page_url)
        or _scripted_next(root, page_url)
        or _numbered_next(root, base_url, page_url, number)
    )


def _target(link: _Element, base_url: str, page_url: str) -> str | None:
    url = (resolve(base_url, link.get("href") or "") or "").split("#", 1)[0]
    return url if url and url != page_url else None


def _linked_next(root: _Element, base_url: str, page_url: str) -> str | None:
    for link in root.iter("a"):
        text = text_up_to(link, 21)
        if len(text) > 20:
            continue
        label = text if text.strip() else link.get("title") or ""
        if (_NEXT.match(label) or "next" in (link.get("rel") or "").lower().split()) and (
            url := _target(link, base_url, page_url)
        ):
            return url
    return None


def _scripted_next(root: _Element, page_url: str) -> str | None:
    for element in root.iter("script"):
        script = find_page_script((element.text or "")[:200_000])
        if script is not None:
            following = script.current + 1
            return resolve(page_url, script.address(following)) if following < script.count else None
    return None


def _numbered_next(root: _Element, base_url: str, page_url: str, number: int) -> str | None:
    """Return the link whose text is `number` + 1, if it stands in a row with other page numbers."""
    tried = 0
    for link in root.iter("a"):
        match = _NUMBER.match(text_up_to(link, 12))
        if match is None or int(match[1]) != number + 1:
            continue
        tried += 1
        if tried > _MOST_TRIED:
            break
        row = link.getparent()
        if row is not None and row.tag in ("li", "span", "td", "b", "strong"):
            row = row.getparent()
        text = text_up_to(row, 600) if row is not None else ""
        # The number of the current page must stand beside it, as a link or not: in a calendar or a ranking it does not.
        if re.search(rf"(?<!\d){number}(?!\d)", text) and (url := _target(link, base_url, page_url)):
            return url
    return None
