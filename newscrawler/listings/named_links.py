"""The named links of a page: each address that the page offers under a name, in whatever form it does so.

A menu of cities may be made of links, of options of a `<select>`, of areas of a map, of elements with `onclick` or
`data-url`, of JSON, or of markup that a script writes. All become one thing here: a `NamedLink`, with its names, its
address and the blocks in which it stands. No script is run; see `script_strings`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.script_strings import (
    MAX_SCRIPT,
    UNKNOWN,
    ScriptString,
    read_strings,
    written_markup,
)
from newscrawler.text.urls import resolve

MAX_NAMED_LINKS = 5_000
"""The most named links that are read of one page and its parts."""
MAX_NAME = 20
"""Characters of a name of a menu."""
MAX_SCRIPTS = 1_000_000
"""Characters of scripts that are read of one page."""
_MAX_HANDLERS = 2_000
"""Handlers, data attributes and scripts that are read of one page."""
_MAX_DEPTH = 2
"""Markup in a script may hold a script with markup."""
_BLOCKS = 4
"""The nearest elements around a link that tell a menu from a single link."""
_MAX_FUNCTION = 2_000
"""Characters of a function that a handler calls."""

_SPACE = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_MAY_NAME = re.compile(r"[\u3400-\u9fff]|\\u[0-9a-fA-F]{4}|%u[0-9a-fA-F]{4}|&#x?[0-9a-fA-F]{4}")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_GENERIC = re.compile(
    r"(?:更多|进入|点击|查看|详情|详细|浏览|访问|频道|首页|more|enter|[>»›→.\[\]【】（）()+\s])*", re.IGNORECASE
)
"""A text of a link that names nothing; the caption beside it does."""
_ADDRESS = re.compile(
    r"""(?xia)
      https?://[^\s'"<>]+ | //[\w-]+(?:\.[\w-]+)+[^\s'"<>]* | www\.[\w-]+\.[^\s'"<>]+
    | \.{0,2}/[^\s'"<>]*
    | [\w%~.-]+(?:/[\w%~.-]+)*/
    | (?:[\w%~.-]+/)*[\w%~.-]+\.(?:s?html?|php|jspx?|aspx?|do|action|cgi)(?:[?\#][^\s'"<>]*)?
    | \?[\w-]+=[^\s'"<>]*
    """
)
FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|bmp|svg|ico|js|css|json|xml|swf|mp[34]|m3u8|flv|woff2?|ttf|eot|zip|rar|pdf|docx?|xlsx?|apk)"
    r"(?:[?#]|$)",
    re.IGNORECASE,
)
"""The end of an address that is a file, and not a page."""
_NAMING = ("title", "alt", "aria-label", "label")
_ADDRESSING = re.compile(r"href|url|link|goto|jump|target|path|src|site", re.IGNORECASE)
_SELECTED = re.compile(
    r"[\w.$]{0,60}(?:\.options)?\[[^\[\]]{0,60}selectedIndex[^\[\]]{0,10}\]\.value|\$\(this\)\.val\(\)"
)
_FUNCTION = re.compile(
    r"function\s+([\w$]{1,60})\s*\(([\w$,\s]{0,200})\)\s*\{|([\w$]{1,60})\s*[=:]\s*function\s*\(([\w$,\s]{0,200})\)\s*\{"
)
_CALL = re.compile(r"(?:^|[;\s:.])([\w$]{1,60})\s*\(")


@dataclass(frozen=True, slots=True)
class NamedLink:
    """An address and the names under which a page offers it."""

    names: tuple[str, ...]
    """What names it, the best first: its text, its title, the text of its image."""
    url: str
    """Absolute."""
    blocks: tuple[Hashable, ...]
    """The blocks in which it stands, nearest first. Links of one menu have one in common."""


@dataclass(slots=True)
class LinkReader:
    """Reads the named links of a page and its parts, within one bound for all of them."""

    links: list[NamedLink] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)
    """The variables that the scripts set."""
    _functions: dict[str, tuple[list[str], str]] = field(default_factory=dict)
    """The functions of the scripts: parameters, and the beginning of the body."""
    _handlers_left: int = _MAX_HANDLERS
    _characters_left: int = MAX_SCRIPTS

    def read_page(self, page: Page, base: str, around: tuple[Hashable, ...] = ()) -> None:
        """Read a page, or a part of one. `around` are the blocks of the page in which the part stands."""
        self._read_elements(page.root, base, around, 0)

    def read_script(self, script: str, base: str, around: tuple[Hashable, ...]) -> None:
        """Read the text of a script file. Addresses in it are relative to `base`, the page that loads it."""
        self._read_script(script, base, around, 0)

    def _read_elements(self, root: _Element, base: str, around: tuple[Hashable, ...], depth: int) -> None:
        for script in root.iter("script"):
            if script.get("src") is None and script.text:
                self._note_functions(script.text)
        for element in root.iter():
            if len(self.links) >= MAX_NAMED_LINKS:
                return
            if not isinstance(element.tag, str) or not element.attrib:
                continue
            blocks = (*blocks_of(element), *around)
            if address := self._address(element, base):
                if names := tuple(self._names(element)):
                    self.links.append(NamedLink(names, address, blocks))
            elif element.tag != "meta":
                for name, value in _attributes(element):
                    if name.startswith("data-") and value.lstrip()[:1] in ("[", "{") and self._take_handler():
                        self._read_pairs(self._strings(value), base, (element, *blocks))
        for script in root.iter("script"):
            if script.get("src") is None and script.text and self._take_handler():
                around_script = (script, *blocks_of(script), *around)
                if "template" in (kind := script.get("type") or "") or "html" in kind:
                    self._read_markup(script.text, base, around_script, depth)
                else:
                    self._read_script(script.text, base, around_script, depth)

    # Addresses

    def _address(self, element: _Element, base: str) -> str | None:
        """Return the absolute URL to which an element leads; None if it leads nowhere."""
        href = element.get("href") or element.get("{http://www.w3.org/1999/xlink}href") or element.get("xlink:href")
        if href and element.tag in ("a", "area") and UNKNOWN not in href and (url := resolve(base, href)):
            return without_anchor(url)
        if element.tag == "option" and (url := self._option_address(element, base)):
            return url
        handlers = [href] if href and href.lower().lstrip().startswith("javascript:") else []
        handlers += [element.get(name) or "" for name in ("onclick", "onmousedown", "onmouseup", "ontouchstart")]
        for handler in filter(None, handlers):
            if self._take_handler() and (text := self._address_in(handler)):
                return _absolute(base, text)
        for name, value in _attributes(element):
            is_data = name.startswith("data-") and element.tag not in ("img", "script", "iframe")
            if is_data and _ADDRESSING.search(name) and is_address(value.strip()):
                return _absolute(base, value.strip())
        return None

    def _option_address(self, option: _Element, base: str) -> str | None:
        value = (option.get("value") or "").strip()
        if is_address(value):
            return _absolute(base, value)
        select = next(islice(option.iterancestors("select"), 1), None)
        handler = select.get("onchange") if select is not None else None
        if value and handler and self._take_handler():
            handler = _SELECTED.sub("this.value", handler[:_MAX_FUNCTION])
            text = self._first_address(read_strings(handler, {**self._known, "this.value": value, "value": value}))
            return _absolute(base, text) if text else None
        return None

    def _address_in(self, handler: str) -> str | None:
        """Return the address in a handler: one of its strings, or what the function that it calls makes of them."""
        handler = handler[:_MAX_FUNCTION]
        strings = read_strings(handler.lstrip().removeprefix("javascript:"), dict(self._known))
        if address := self._first_address(strings):
            return address
        call = _CALL.search(handler)
        function = self._functions.get(call[1]) if call else None
        if function is None or not strings:
            return None
        parameters, body = function
        values = dict(zip(parameters, (string.text for string in strings), strict=False))
        return self._first_address(read_strings(body, {**self._known, **values}))

    @staticmethod
    def _first_address(strings: list[ScriptString]) -> str | None:
        return next((text for string in strings if is_address(text := string.text.strip())), None)

    def _note_functions(self, script: str) -> None:
        for match in islice(_FUNCTION.finditer(script[:MAX_SCRIPT]), 200):
            name, parameters = match[1] or match[3], match[2] or match[4] or ""
            body = script[match.end() : match.end() + _MAX_FUNCTION]
            body = body.split("function ", 1)[0]
            self._functions.setdefault(name, ([part.strip() for part in parameters.split(",")], body))

    # Names

    def _names(self, element: _Element) -> Iterator[str]:
        """Yield the names of an element: its text, attributes and images; the caption if its text names nothing."""
        text = self._text(element)
        if _is_name(text):
            yield text
        for holder in (element, *islice(element.iter("img", "input", "svg", "image"), 3)):
            for attribute, value in _attributes(holder):
                is_naming = attribute in _NAMING or attribute.startswith("data-") or holder.tag == "input"
                if is_naming and len(value) <= 2 * MAX_NAME and _is_name(name := _SPACE.sub(" ", value).strip()):
                    yield name
        if _GENERIC.fullmatch(text) and element.tag != "option" and _is_name(caption := self._caption(element)):
            yield caption

    def _text(self, element: _Element) -> str:
        """Return the text that an element shows, also what a script inside it writes; empty if it is too long."""
        pieces: list[str] = [element.text or ""]
        for node in islice(element.iterdescendants(), 40):
            if node.tag == "script" and node.text:
                pieces.append(_TAG.sub("", written_markup(self._strings(node.text))))
            elif isinstance(node.tag, str) and node.tag != "style":
                pieces.append(node.text or "")
            pieces.append(node.tail or "")
            if sum(map(len, pieces)) > 40 * MAX_NAME:
                return ""
        return _SPACE.sub(" ", "".join(pieces).replace(UNKNOWN, "")).strip()

    def _caption(self, element: _Element) -> str:
        """Return the text beside a link that has none of its own, if it can belong to no other link."""
        own = self._text(element)
        for around in islice(element.iterancestors(), 2):
            if around.tag in ("body", "html") or len({link.get("href") for link in islice(around.iter("a"), 4)}) > 1:
                return ""
            text = self._text(around)
            rest = text.replace(own, " ", 1).strip() if own else text
            if rest:
                return rest
        return ""

    # Scripts

    def _take_handler(self) -> bool:
        self._handlers_left -= 1
        return self._handlers_left >= 0

    def _strings(self, script: str) -> list[ScriptString]:
        if len(script) > _MAX_FUNCTION and not _MAY_NAME.search(script):
            return []
        script = script[: max(self._characters_left, 0)]
        self._characters_left -= len(script)
        return read_strings(script, self._known)

    def _read_script(self, script: str, base: str, around: tuple[Hashable, ...], depth: int) -> None:
        if not _MAY_NAME.search(script):
            return
        strings = self._strings(script)
        written = [string for string in strings if string.is_written]
        others = [string for string in strings if not string.is_written]
        for part in (written, others):
            if part and "<" in (markup := written_markup(part)):
                self._read_markup(markup, base, around, depth)
        self._read_pairs(strings, base, around)

    def _read_markup(self, markup: str, base: str, around: tuple[Hashable, ...], depth: int) -> None:
        if depth < _MAX_DEPTH:
            page = read_page(f"<html><body>{markup}</body></html>".encode("utf-8", "replace"), encoding="utf-8")
            if isinstance(page, Page):
                self._read_elements(page.root, base, around, depth + 1)

    def _read_pairs(self, strings: list[ScriptString], base: str, around: tuple[Hashable, ...]) -> None:
        """Read names and addresses that stand side by side in a script or in JSON, in either order."""
        groups: dict[int, list[str]] = {}
        for string in strings:
            groups.setdefault(string.group, []).append(string.text.strip())
        for texts in groups.values():
            for names, address in _records(texts):
                url = _absolute(base, address)
                if url and len(self.links) < MAX_NAMED_LINKS:
                    self.links.append(NamedLink(names, url, around))


def blocks_of(element: _Element) -> tuple[Hashable, ...]:
    """Return the nearest elements around an element; not the whole body, in which all links are equal."""
    return tuple(islice((block for block in element.iterancestors() if block.tag not in ("body", "html")), _BLOCKS))


def _attributes(element: _Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def is_address(text: str) -> bool:
    """Whether a text of an attribute or a script is the address of a page, and nothing else."""
    return len(text) <= 2_000 and UNKNOWN not in text and bool(_ADDRESS.fullmatch(text)) and not FILE.search(text)


def _is_name(text: str) -> bool:
    return 0 < len(text) <= MAX_NAME and "<" not in text and _HAN.search(text) is not None


def _absolute(base: str, address: str) -> str | None:
    url = resolve(base, address)
    return without_anchor(url) if url else None


def without_anchor(url: str) -> str:
    """Return a URL without its fragment, unless that is a route of a script."""
    return url if "#/" in url else url.split("#", 1)[0]


def _records(texts: list[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield names and address of each record of a group: a name begins a record, or an address if one comes first."""
    names: list[str] = []
    address = ""
    begins_with_name: bool | None = None
    for text in texts:
        is_name = _is_name(text)
        if not is_name and not is_address(text):
            continue
        begins_with_name = is_name if begins_with_name is None else begins_with_name
        if is_name == begins_with_name and (address if is_name else names):
            if names and address:
                yield tuple(names), address
            names, address = [], ""
        if is_name:
            names.append(text)
        else:
            address = address or text
    if names and address:
        yield tuple(names), address
