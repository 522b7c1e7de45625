"""Next pages whose addresses an inline script composes: `$.get(base + page + '.html')`, `load('/list/7_' + page)`.

The page may load a part of a page when a reader scrolls or clicks, or its script writes the address into a link. The
script is not run: the sum that makes the address is read with the next number in it. What comes back counts only if it
brings new entries that go on where the page ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from newscrawler.listings.names_and_addresses import may_be_asked_for
from newscrawler.listings.page_addresses import plain, post_address
from newscrawler.listings.pagers.assigned import AssignedNumbers
from newscrawler.listings.pagers.calls import stated_page_counts
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.sums import Hole, Piece, SumReader, Value, pieces_of, read_sums
from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.script_tokens import Token, read_tokens

COMPOSED = "an address that a script composes"
"""The form of pager. Another pager that the page shows goes before it."""
_PAGE = re.compile(r"(?i)(?!.*(?:size|count|total|max|sum|all|last|first))(?:.*page.*|p|pn|pg|cur|curr|current)$")
"""Names of variables and elements that hold the number of a page."""
_WEAK = re.compile(r"(?i)(?:n|i|j|k|m|num|no|index|idx|times|more|step)$")
"""Names that hold one if the script counts them up."""
_REQUEST = re.compile(r"(?:get|post|ajax|getJSON|load|fetch|request|axios)$", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r"(?i)(?:^|[/_.?&-])(?:so|search|query|login|user|member|comments?|vote|hits?|click|count(?:er)?|stat(?:s|istics)?|log|track)"
    r"(?=$|[/_.?&=-])"
)
"""Parts of addresses that serve something else than lists of articles: a search, comments, a counter."""
_PARTS_OF_LOCATION = ("pathname", "href", "search", "origin", "host", "protocol")
_TEXT = re.compile(
    r"(?<![\w.$])([A-Za-z_$][\w$]{0,40})\s{0,5}[:=]\s{0,5}(['\"])([^'\"\n<>]{0,200})\2\s{0,5}(?=[;,\n}/]|$)"
)
_MARKS = "\ue000\ue001\ue002\ue003"
"""What stands for the numbers of pages in markup."""
_MOST_HOLES = len(_MARKS)
_HREF = re.compile(
    rf"<a\s[^<>]{{0,100}}?href\s*=\s*\\?['\"]?([^'\"<>\s{_MARKS}]{{0,200}})([{_MARKS}])([^'\"<>\s\\{_MARKS}]{{0,100}})"
)
_LONGEST_SCRIPT = 60_000
_MAX_TEXTS = 500
MOST = 3
"""Sums of one page that are tried."""


def read_composed(view: PagerView) -> PagerReading | None:
    """Read the sums of inline scripts that make the address of the next page."""
    guesses: dict[str, None] = {}
    shown = ""
    found = (address for script in view.scripts for address in addresses_in(view, script))
    wanted = (one for one in found if not is_of_others(_filled(one.pieces, "1")))
    is_last = any(pages <= view.number for pages, _ in stated_page_counts(view))
    for address in islice(wanted, MOST):
        for url in _following(view, address):
            guesses.setdefault(url)
        # A function that goes to any page of a list stands on the only page, too.
        shown = shown or ("" if address.is_gone_to or is_last else _filled(address.pieces, "…"))
    if not guesses:
        return None
    sign = f"a script loads its next pages from {shown[:100]}" if shown else ""
    return PagerReading(COMPOSED, guess_urls=tuple(guesses), sign=sign)


class ScriptAddress(NamedTuple):
    """What makes an address of a page."""

    method: str
    pieces: tuple[Piece, ...]
    """With one hole."""
    is_gone_to: bool = False
    """Whether the browser goes there, and no script loads it."""

    def first(self) -> str:
        """Return the text of the address with the number with which the script begins."""
        hole = next(piece for piece in self.pieces if isinstance(piece, Hole))
        return _filled(self.pieces, str(1 if hole.value is None else hole.value + hole.offset))


def addresses_in(view: PagerView, script: str) -> Iterator[ScriptAddress]:
    """Yield the sums of an inline script that make an address with the number of a page."""
    if len(script) > _LONGEST_SCRIPT or not any(mark in script for mark in ("+", "${", "{")):
        return
    tokens = read_tokens(script)
    names = PageNames(view, script)
    yield from _of_requests(tokens, names)
    for position, value in read_sums(tokens, names):
        if isinstance(value, tuple) and _is_address(value):
            yield ScriptAddress("GET", value, _is_gone_to(tokens, position))
        elif isinstance(value, tuple) and _is_address(link := _in_link(value)) and _is_like(view, link):
            yield ScriptAddress("GET", link)


def _is_like(view: PagerView, pieces: Sequence[Piece]) -> bool:
    """Whether a link that a script writes leads to a page like this one; scripts write all kinds of links."""
    url = view.target(_filled(pieces, str(view.number + 1)))
    return url is not None and view.is_like_this_page(url)


def _in_link(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the address in markup that a script writes: `"<a href='" + file + "_" + j + ".html'>"`; may be empty."""
    holes = [piece for piece in pieces if isinstance(piece, Hole)][:_MOST_HOLES]
    marks = iter(_MARKS)
    text = "".join(piece if isinstance(piece, str) else next(marks, "") for piece in pieces)
    match = _HREF.search(text)
    if match is None:
        return ()
    return (match[1], holes[_MARKS.index(match[2])], match[3])


def _is_gone_to(tokens: Sequence[Token], position: int) -> bool:
    """Whether the value that begins at a position is where the browser goes: `location.href = …`, `window.open(…)`."""
    before = [token.text for token in tokens[max(0, position - 4) : position]]
    if before[-1:] == ["="]:
        return before[-2] == "location" or before[-4:-1] == ["location", ".", "href"]
    return before[-1:] == ["("] and (before[-2] == "open" or before[-4:-2] == ["location", "."])


def is_of_others(address: str) -> bool:
    """Tell whether an address serves something else than a list of articles: a search, comments, a counter."""
    return _OF_OTHERS.search(urlsplit(address.partition("\n")[0]).path) is not None


def _is_address(pieces: Sequence[Piece]) -> bool:
    holes = [piece for piece in pieces if isinstance(piece, Hole)]
    text = _filled(pieces, "1")
    return len(holes) == 1 and not any(mark in text for mark in "<> \n#") and may_be_asked_for(text)


def _filled(pieces: Sequence[Piece], hole: str) -> str:
    """Return the text of pieces with something in place of the hole."""
    return "".join(hole if isinstance(piece, Hole) else piece for piece in pieces)


def _of_requests(tokens: list[Token], names: PageNames) -> Iterator[ScriptAddress]:
    """Yield the requests whose data has the number of the page: `$.post("/list", {page: page, id: 7})`."""
    for position in range(len(tokens) - 3):
        if tokens[position].kind != "name" or not _REQUEST.match(tokens[position].text):
            continue
        if tokens[position + 1].text != "(":
            continue
        reader = _Request(tokens, names)
        if reader.read(position + 2, "POST" if tokens[position].text.lower() == "post" else "GET"):
            yield ScriptAddress(reader.method, reader.pieces)


class _Request:
    """Reads the arguments of a call that asks for something: an address and data, or an object with both."""

    def __init__(self, tokens: list[Token], names: PageNames) -> None:
        self._tokens = tokens
        self._sums = SumReader(tokens, names)
        self.method = "GET"
        self.pieces: tuple[Piece, ...] = ()

    def read(self, position: int, method: str) -> bool:
        """Read the arguments that begin at a position; False if they make no request with one hole."""
        self.method = method
        url: Value | None = None
        data: list[tuple[str, Value]] = []
        if self._sums.mark(position) == "{":
            for name, value, members in self._members(position):
                if name == "url":
                    url = value
                elif name in ("data", "params"):
                    data = members or ([("", value)] if value is not None else [])
                elif name in ("type", "method") and isinstance(value, tuple) and value[:1] in (("POST",), ("post",)):
                    self.method = "POST"
        else:
            url, position = self._sums.value(position)
            if self._sums.mark(position) == "," and self._sums.mark(position + 1) == "{":
                data = [(name, value) for name, value, _ in self._members(position + 1) if value is not None]
        if not isinstance(url, tuple) or not data:
            return False
        pieces: list[Piece] = []
        for name, value in data:
            pieces += ["&" if pieces else "", f"{quote(name)}=" if name else ""]
            pieces += [quote(one, safe="=&%") if isinstance(one, str) else one for one in pieces_of(value)]
        texts = [piece for piece in url if isinstance(piece, str)]
        holes = [piece for piece in (*url, *pieces) if isinstance(piece, Hole)]
        if len(holes) != 1 or not may_be_asked_for("".join(texts)):
            return False
        join = "\n" if self.method == "POST" else "&" if "?" in "".join(texts) else "?"
        self.pieces = (*url, join, *pieces)
        return True

    def _members(
        self, position: int, *, is_inner: bool = False
    ) -> Iterator[tuple[str, Value | None, list[tuple[str, Value]]]]:
        """Yield name, value and the members of the value for each member of the object that begins at a position.

        Members of an inner object come without their own: no request has any, and a script could nest them without end.
        """
        position += 1
        for _ in range(20):
            if position + 1 >= len(self._tokens) or self._sums.mark(position) == "}":
                return
            name = self._tokens[position].text
            if self._sums.mark(position + 1) != ":":
                return
            position += 2
            has_members = self._sums.mark(position) == "{" and not is_inner
            inner = self._members(position, is_inner=True) if has_members else ()
            value, _ = self._sums.value(position)
            yield name, value, [(one, text) for one, text, _ in inner if text is not None]
            depth = 0
            for _ in range(400):
                text = self._sums.mark(position)
                depth += (text in ("{", "[", "(")) - (text in ("}", "]", ")"))
                if depth < 0 or position >= len(self._tokens):
                    return
                position += 1
                if depth == 0 and text == ",":
                    break
            else:
                return


class PageNames:
    """The values of the names of a page's scripts, and of its elements."""

    def __init__(self, view: PagerView, script: str) -> None:
        self._view = view
        self._script, self._assigned = script, AssignedNumbers(script)
        parts = urlsplit(view.page_url)
        values = (
            parts.path,
            view.page_url,
            f"?{parts.query}" if parts.query else "",
            f"{parts.scheme}://{parts.netloc}",
        )
        location = dict(zip(_PARTS_OF_LOCATION, (*values, parts.netloc, f"{parts.scheme}:"), strict=True))
        self._texts = {
            f"{owner}location.{name}": value
            for name, value in location.items()
            for owner in ("", "window.", "document.", "self.")
        }
        for text in view.scripts:
            for match in islice(_TEXT.finditer(text), _MAX_TEXTS):
                self._texts.setdefault(match[1], match[3])

    def named(self, name: str) -> Value | None:
        """Return the value of a variable; a hole for one that holds the number of a page."""
        last = name.rpartition(".")[2]
        number = self._view.variables.get(last)
        text = self._texts.get(name, self._texts.get(last))
        if number is None and text is not None and text.isdecimal() and len(text) < 7:
            number = int(text)
        if _PAGE.match(last) or (_WEAK.match(last) and self._is_counted(last)):
            return Hole(last, number)
        if text is not None:
            return (text,)
        return self._assigned.of(name, self) if number is None else number

    def _is_counted(self, name: str) -> bool:
        """Whether the script counts a variable up."""
        word = re.escape(name)
        pattern = rf"(?<![\w.$]){word}\s?(?:\+\+|\+=\s?1|=\s?{word}\s?\+\s?1)|\+\+\s?{word}(?![\w$])"
        return re.search(pattern, self._script) is not None

    def of_element(self, selector: str, method: str, argument: str) -> Value | None:
        """Return the value or an attribute of an element; a hole for one that holds the number of a page."""
        name = {"val": "value", "attr": argument, "data": f"data-{argument}", "prop": argument}.get(method)
        if name is None:
            return None
        if selector == "this":
            value = next((text for one in self._view.iter() if (text := one.get(name)) is not None), None)
        else:
            element = self._view.element(selector.lstrip("#."))
            value = element.get(name) if element is not None else None
        is_page = _PAGE.match(argument or selector.lstrip("#.")) is not None
        if value is None:
            return Hole(selector, None) if is_page else None
        if is_page and value.isdecimal() and len(value) < 7:
            return Hole(selector, int(value))
        return (value,)


def _following(view: PagerView, address: ScriptAddress) -> Iterator[str]:
    """Yield the addresses of the next page: the lower number first, which may be that of this page again."""
    method, pieces, _ = address
    hole = next(piece for piece in pieces if isinstance(piece, Hole))

    def url_of(number: int) -> str | None:
        text = _filled(pieces, str(number))
        if method != "POST":
            return view.target(text)
        base, _, body = text.partition("\n")
        url = view.address(plain(base))
        return post_address(url, body) if url else None

    first = (hole.value if hole.value is not None else 1) + hole.offset
    numbers = [first, first + 1]
    if view.number > 1:
        # A whole page again, whose script begins anew: its own address tells its number.
        own = next((n for n in (view.number, view.number - 1) if url_of(n) is None), None)
        numbers = [own + 1] if own is not None else numbers
    for number in numbers:
        url = url_of(number)
        if url and number > 0 and urlsplit(url).hostname == urlsplit(view.page_url).hostname:
            yield url
