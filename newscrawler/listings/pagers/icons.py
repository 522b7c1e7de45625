"""Pagers of pictures and icons without a word: `<a href="index_1.html"><i class="icon-you"></i></a>`.

What such a link means follows from its address: it is like this page's and leads to a page that was not read. Words of
a direction in its classes or in the name of its picture only help to choose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.links import title_weight
from newscrawler.listings.page_addresses import page_identity
from newscrawler.listings.pagers.actions import address_in_code
from newscrawler.listings.pagers.elements import is_named_like_pager
from newscrawler.listings.pagers.labels import code_of, is_disabled, is_in_slider
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.submissions import submitted_by
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.patterns import late

ICONS = "icons"
"""The form of pager. Another pager that the page shows goes before it."""
_FORWARD = late(
    r"^(?:next\w{0,6}|\w{0,8}next|nxt|right\w{0,6}|(?:arrow|angle|chevron|caret)right|forward|after|xyy|xiaye|xiayiye|xia|you|下一?页|下页|后一?页|右)$"
)
_BACK = late(
    r"^(?:prev\w{0,8}|\w{0,8}prev|pre|left\w{0,6}|(?:arrow|angle|chevron|caret)left|back\w{0,4}|before|syy|shangye|shangyiye|shang|zuo|first|上一?页|上页|前一?页|首页|左)$"
)
_NAMES_NOTHING = late(r"(?i)arrow|icon|img|image|button|btn|箭头|图标|图片|翻页|page|^[\W\d_]*$")
"""Names of a picture that say nothing about what it is for."""
_LAYOUT = late(r"(?i)(?:pull|float|text|align|margin|padding|border|pos|[mp])-(?:left|right)(?![\w-])")
"""Classes that place an element, and say nothing about where it leads."""
_PIECES = late(r"[^A-Za-z\u3400-\u9fff]+|(?<=[a-z])(?=[A-Z])")
_PAGE_NAME = late(r"(?i)(?!.*(?:size|per))(?:.*page.*|pn?|pg|cp|.*(?:start|offset|from|begin|skip).*)")
"""Names of parameters with the number of a page, or of its first entry."""
_FILE = late(r"[^/#?]{1,80}(?=\.\w{2,5}(?:[?#]|$))")
_NUMBER = late(r"(\d{1,9})\D*$")
_MOST_OF_A_PAGER = 6
"""Icons of one pager: to the first page, the one before, the next, the last."""
_LEVELS = 4
_MOST_AROUND = 40
"""Elements in that around a link which stands alone."""
_LONGEST_PAGER = 120
_MOST_LINKS = 2_000
_MOST_PARTS = 8
_BUTTONS = ("button", "span", "i", "em", "div", "li", "img", "svg")
_MOST_ELEMENTS = 20_000
_LEAST_TITLE = 5
"""Han characters of a title."""


@dataclass(slots=True)
class _Icon:
    element: _Element
    url: str | None
    """Where it leads, also by the code of a click on it; None if that is not known, or this page."""
    pager: _Element | None
    """The element around it that is named like a pager."""
    direction: int
    """1: forward, -1: back, 0: nothing says it."""
    is_off: bool
    code: str


def read_icons(view: PagerView) -> PagerReading | None:
    """Read the links and buttons that have no words, and that turn the pages of this list by their address or place."""
    icons = list(islice(_icons(view), _MOST_LINKS))
    leading = [icon for icon in icons if icon.url and _turns_pages(view, icon)]
    alike = [icon for icon in icons if icon.url and icon.pager is None and view.is_like_this_page(icon.url)]
    if len(alike) > _MOST_OF_A_PAGER:  # pictures of articles, or of other lists
        leading = [icon for icon in leading if icon.pager is not None]
    on = [icon for icon in leading if icon.url and not icon.is_off and not _is_read(view, icon.url)]
    if on and len(on) <= _MOST_OF_A_PAGER:
        # Of several, the one for the next page stands before the one for the last page.
        best = max(on, key=lambda icon: icon.direction)
        return PagerReading(ICONS, best.url or "")
    return _without_address(icons)


def leads_back_by_icon(view: PagerView) -> bool:
    """Whether a later page has a link without words to a page like it that was read."""
    icons = islice(_icons(view), _MOST_LINKS)
    return any(icon.url and _turns_pages(view, icon) and _is_read(view, icon.url) for icon in icons)


def _icons(view: PagerView) -> Iterator[_Icon]:
    """Yield the links without words that lead to nothing with a title, and the buttons without words of pagers."""
    titled: set[str] | None = None
    pagers: dict[_Element, bool] = {}
    for label in view.labels:
        has_words = any(character.isalnum() for character in label.text)
        if (has_words and (label.is_text or not _says_nothing(label.text))) or is_in_slider(label.element):
            continue
        if label.url:
            titled = _titled(view) if titled is None else titled
            if label.url in titled:
                continue
        # One that leads to this page is switched off.
        leads_here = bool(label.href) and not label.url and not label.href.lower().startswith(("#", "javascript:"))
        yield _icon(view, label.element, label.url, leads_here, pagers)
    for element in islice(view.iter(*_BUTTONS), _MOST_ELEMENTS):
        is_button = element.tag == "button" or element.get("onclick")
        if is_button and not text_up_to(element, 1).strip() and next(element.iter("a"), None) is None:
            icon = _icon(view, element, None, False, pagers)
            if icon.pager is not None and not is_in_slider(element):
                yield icon


def _icon(view: PagerView, element: _Element, url: str | None, leads_here: bool, pagers: dict[_Element, bool]) -> _Icon:
    code = "" if url or leads_here else code_of(element)
    address = address_in_code(code, view.page_scripts, view.variables) if code else None
    url = url or (view.target(address) if address else None)
    url = url or (submitted_by(view, element, code, view.variables) if code else None)
    is_off = leads_here or is_disabled(element) or (address is not None and not url)
    return _Icon(element, url, _pager_around(element, pagers), _direction(element), is_off, code)


def _says_nothing(name: str) -> bool:
    pieces = [piece for piece in _PIECES.split(name) if piece]
    is_direction = any(_FORWARD.match(piece.lower()) or _BACK.match(piece.lower()) for piece in pieces)
    return is_direction or _NAMES_NOTHING.search(name) is not None


def _titled(view: PagerView) -> set[str]:
    """Return where the links lead that have a title: an icon or a picture beside it belongs to the title."""
    links = islice(view.iter("a"), _MOST_LINKS)
    return {
        url
        for link in links
        if title_weight(_name(link)) >= _LEAST_TITLE and (url := view.target(link.get("href") or ""))
    }


def _name(link: _Element) -> str:
    text = text_up_to(link, 60).strip()
    return text or link.get("title") or next((one.get("alt") or "" for one in link.iter("img")), "")


def _pager_around(element: _Element, known: dict[_Element, bool]) -> _Element | None:
    """Return the element that is named like a pager around a link; one around a list is none, whatever its name is.

    `known` keeps whether an element named like one is a pager: it may hold thousands of icons.
    """
    for around in islice(element.iterancestors(), _LEVELS):
        if is_named_like_pager(around):
            if around not in known:
                known[around] = len(text_up_to(around, _LONGEST_PAGER + 1)) <= _LONGEST_PAGER
            return around if known[around] else None
    return None


def _turns_pages(view: PagerView, icon: _Icon) -> bool:
    """Whether the address of a link is that of a page of this list.

    Outside of pagers the number beside a picture may be that of another list or an article: there a direction has to
    say it, or the number has to follow on that of this page.
    """
    url = icon.url or ""
    if url and page_identity(url) in view.read:
        return True
    if not view.is_like_this_page(url) or not (icon.direction or _counts_pages(view, url)):
        return False
    if icon.pager is not None:
        return True
    return not _is_of_another_list(view, url) and (
        bool(icon.direction) or _stands_alone(icon.element) or _follows(view, url)
    )


def _is_of_another_list(view: PagerView, url: str) -> bool:
    """Whether an address differs from that of a first page by the number of the listing: `/list/4180.html`."""
    is_numbered = _number(view.page_url) not in (None, 0, 1)
    return view.number == 1 and is_numbered and _same_but_for_number(view.page_url, url)


def _stands_alone(element: _Element) -> bool:
    """Whether a link has no picture, and stands in an element without a word."""
    around = element.getparent()
    if around is None or next(islice(around.iter(), _MOST_AROUND, None), None) is not None:
        return False
    has_words = any(character.isalnum() for character in text_up_to(around, 60))
    return not has_words and next(element.iter("img"), None) is None


def _counts_pages(view: PagerView, url: str) -> bool:
    """Whether the parameter by which an address differs from this page's numbers pages: `?view=2` does not."""
    own, other = urlsplit(view.page_url), urlsplit(url)
    if own.path != other.path:
        return True
    ours, others = dict(parse_qsl(own.query)), dict(parse_qsl(other.query))
    return any(_PAGE_NAME.fullmatch(name) for name in {*ours, *others} if ours.get(name) != others.get(name))


def _follows(view: PagerView, url: str) -> bool:
    number, own = _number(url), _number(view.page_url)
    # The number of a listing, of which the next one is that of another listing, is in the address of its first page.
    is_own = own is None or view.number > 1 or own in (0, 1) or not _same_but_for_number(view.page_url, url)
    return is_own and number in (view.number, view.number + 1)


def _same_but_for_number(one: str, other: str) -> bool:
    return _NUMBER.sub("", one.partition("#")[0]) == _NUMBER.sub("", other.partition("#")[0])


def _number(url: str) -> int | None:
    """Return the last number in the path and the query of an address; None without one."""
    parts = urlsplit(url)
    match = _NUMBER.search(f"{parts.path}?{parts.query}")
    return int(match[1]) if match else None


def _is_read(view: PagerView, url: str) -> bool:
    """Whether a page was read, as far as it is known; else whether its number is lower than that of this page."""
    if page_identity(url) in view.read:
        return True
    if len(view.read) >= view.number:
        return False
    number, own = _number(url), _number(view.page_url)
    return view.number > 1 and own is not None and (number is None or number < own)


def _direction(element: _Element) -> int:
    """Return 1 if the names of an icon or a picture say that it leads forward, -1 for back, else 0."""
    pieces = [piece.lower() for name in _names(element) for piece in _PIECES.split(_LAYOUT.sub(" ", name)) if piece]
    return any(map(_FORWARD.match, pieces)) - any(map(_BACK.match, pieces))


def _names(element: _Element) -> Iterator[str]:
    for part in islice(element.iter(), _MOST_PARTS):
        if not isinstance(part.tag, str):
            continue
        for name in (
            "class",
            "id",
            "rel",
            "title",
            "aria-label",
            "alt",
            "href",
            "xlink:href",
            "{http://www.w3.org/1999/xlink}href",
        ):
            if (value := part.get(name)) and (part is not element or name != "href"):
                yield value
        yield from _FILE.findall(part.get("src") or "")[-1:]


def _without_address(icons: list[_Icon]) -> PagerReading | None:
    """Tell a pager of icons that only a script turns from one whose icon for the next page is switched off.

    That an icon leads forward, its name must say, or that one beside it is switched off.
    """
    pagers: dict[_Element, list[_Icon]] = {}
    for icon in icons:
        if icon.pager is not None:
            pagers.setdefault(icon.pager, []).append(icon)
    for own in pagers.values():
        off = [icon for icon in own if icon.is_off]
        live = [icon for icon in own if not icon.url and not icon.is_off]
        forward = next((icon for icon in live if icon.direction > 0), None)
        if forward is None and len(own) == 2 and off and off[0].direction <= 0:
            forward = next((icon for icon in live if icon.direction == 0), None)
        if forward is not None:
            shown = f" ({forward.code[:60]})" if forward.code else ""
            return PagerReading(ICONS, sign=f"an icon of its pager is a button of a script{shown}")
        if not live and len(own) > 1 and (own[-1].is_off or any(icon.direction > 0 for icon in off)):
            return PagerReading(ICONS, is_last=True)
    return None
