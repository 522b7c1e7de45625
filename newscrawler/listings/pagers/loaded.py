"""Lists that a script loads from an address which stands on the page: `<div class="list" data-url="/ajax/list?p=">`.

The script is not run: the address is asked for with the number of the page. What comes back is a part of a page, or
data; it counts if it brings new entries of the listing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.links import headlines_below
from newscrawler.listings.names_and_addresses import is_address, is_address_of_data
from newscrawler.listings.page_addresses import parameters, with_parameters
from newscrawler.listings.pagers.held import PAGE_PARAMETER, PLACE
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.view import PagerView

_ATTRIBUTE = re.compile(
    r"(?i)^(?:data-(?:[a-z]{1,20}-)?)?(?:url|href|api|src|ajax|action|load|link|next|more|path|page|pages?-?url|template|tpl"
    r"|(?:data-?)?source|json)$"
)
_FURTHER = re.compile(r"(?i)next|more")
"""Attributes whose address is that of the next page itself."""
_ORDINARY = frozenset({"href", "src", "action"})
"""Attributes of HTML itself, which other readers know."""
_LAST_NUMBER = re.compile(r"(?<!\d)(\d{1,6})(?:/|\.\w{1,6})?$")
LOADED = "an address of a script"
"""The form of pager. Another pager that the page shows goes before it."""
_TAGS = ("div", "ul", "ol", "a", "button", "span", "section", "p", "li", "tbody")
_MAX_ELEMENTS = 20_000
_LONGEST = 500
_LEAST_HEADLINES = 3
"""Headlines in an element whose attribute holds the address of a list's data."""
_MOST_LINKS = 60


def read_loaded(view: PagerView) -> PagerReading | None:
    """Read the address from which a script loads the entries of the next page, or that of a part of a page itself."""
    of_list = ""
    for element, name, value in _addresses(view):
        if url := _following(view, name, value):
            return PagerReading(LOADED, guess_urls=(url,), sign=f"a script loads its next pages from {value[:100]}")
        if not of_list and view.number == 1 and is_address_of_data(value) and _holds_headlines(element):
            of_list = _own(view, value)
    if of_list:
        # The data of a list may be all that the page shows already.
        return PagerReading(LOADED, whole_urls=(of_list,))
    is_part = view.number > 1 and view.root.find("head") is None and next(view.root.iter("script"), None) is None
    if is_part and (url := _after_part(view)):
        return PagerReading("a part of a page", guess_urls=(url,))
    return None


def _after_part(view: PagerView) -> str:
    """Return the address of the part after a part of a page, whose own address has its number; empty without one."""
    numbers = (str(view.number), str(view.number - 1))
    asked = view.asked or view.page_url
    own = parameters(asked)
    if name := next((name for name, value in own.items() if PAGE_PARAMETER.match(name) and value in numbers), ""):
        return with_parameters(asked, {name: str(int(own[name]) + 1)})
    parts = urlsplit(view.page_url)
    last = _LAST_NUMBER.search(parts.path)
    if last is None or last[1] not in numbers or parts.query:
        return ""
    path = f"{parts.path[: last.start(1)]}{int(last[1]) + 1}{parts.path[last.end(1) :]}"
    return parts._replace(path=path, fragment="").geturl()


def _holds_headlines(element: _Element) -> bool:
    return headlines_below(element, _MOST_LINKS) >= _LEAST_HEADLINES


def _own(view: PagerView, value: str) -> str:
    """Return the URL of an address on the page's own host; empty for one elsewhere."""
    url = view.target(value)
    return url if url and urlsplit(url).hostname == urlsplit(view.page_url).hostname else ""


def _addresses(view: PagerView) -> Iterator[tuple[_Element, str, str]]:
    """Yield the elements, names and values of attributes that may hold the address of entries."""
    for element in islice(view.iter(*_TAGS), _MAX_ELEMENTS):
        for name, value in element.attrib.items():
            if str(name).lower() not in _ORDINARY and len(value) <= _LONGEST and _ATTRIBUTE.match(str(name)):
                yield element, str(name), str(value).strip()


def _following(view: PagerView, attribute: str, value: str) -> str:
    """Return the address of the next page's entries; empty if a value is no address with a place for its number."""
    following = str(view.number + 1)
    filled = PLACE.sub(following, value, count=1)
    url = _own(view, filled)
    if not url:
        return ""
    if filled != value:
        return url
    for name, number in parameters(url).items():
        # The address of this page's entries, of the next one's, or without a number.
        if PAGE_PARAMETER.match(name) and number in ("", str(view.number), following):
            return with_parameters(url, {name: following})
    is_data = is_address_of_data(value)
    if not (is_data or is_address(value)) or looks_like_article(url):
        return ""
    last = _LAST_NUMBER.search(urlsplit(url).path)
    is_following = last is not None and last[1] == following and (is_data or view.is_like_this_page(url))
    return url if is_following or _FURTHER.search(attribute) else ""
