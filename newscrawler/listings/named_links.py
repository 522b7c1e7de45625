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
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.block_headings import GENERIC, heading_of_block
from newscrawler.listings.drawings import CAPTIONS, captions_of_drawing
from newscrawler.listings.names_and_addresses import MAX_NAME, is_address, is_name, records_in
from newscrawler.listings.script_strings import MAX_SCRIPT, ScriptString, read_strings, written_markup
from newscrawler.listings.script_values import UNKNOWN
from newscrawler.text.urls import resolve

MAX_NAMED_LINKS = 5_000
"""The most named links that are read of one page and its parts."""
MAX_SCRIPTS = 1_000_000
"""Characters of scripts that are read of one page."""
_MAXHANDLERS = 2_000
"""Handlers, data attributes and scripts that are read of one page."""
_MAX_DEPTH = 2
"""Markup in a script may hold a script with markup."""
_BLOCKS = 4
"""The nearest elements around a link that tell a menu from a single link."""
_MAX_FUNCTION = 2_000
"""Characters of a function that a handler calls."""

_SPACE = re.compile(r"\s+")
_MAY_NAME = re.compile(r"[\u3400-\u9fff]|\\u[0-9a-fA-F]{4}|%u[0-9a-fA-F]{4}|&#x?[0-9a-fA-F]{4}")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_NAMING = ("title", "alt", "aria-label", "label")
_ADDRESSING = re.compile(r"href|url|link|goto|jump|target|path|src|site", re.IGNORECASE)
_SELECTED = re.compile(
    r"[\w.$]{0,60}(?:\.options)?\[[^\[\]]{0,60}selectedIndex[^\[\]]{0,10}\]\.value|\$\(this\)\.val\(\)"
)
_FUNCTION = re.compile(
    r"function\s+([\w$]{1,60})\s*\(([\w$,\s]{0,200})\)\s*\{|([\w$]{1,60})\s*[=:]\s*function\s*\(([\w$,\s]{0,200})\)\s*\{"
)
_CALL = re.compile(r"(?:^|[;\s:.])([\w$]{1,60})\s{0,9}\(([^()]{0,300})\)")


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
    unnamed: list[NamedLink] = field(default_factory=list)
    """Links without a name in Han characters: words in Latin letters, and pictures, which have no name at all."""
    _known: dict[str, str] = field(default_factory=dict)
    """The variables that the scripts set."""
    _functions: dict[str, tuple[list[str], str]] = field(default_factory=dict)
    """The functions of the scripts: parameters, and the beginning of the body."""
    _of_script: dict[_Element, list[ScriptString]] = field(default_factory=dict)
    """The strings of each script element."""
    _handlers_left: int = _MAXHANDLERS
    _characters_left: int = MAX_SCRIPTS

    def read_page(self, page: Page, base: str, around: tuple[Hashable, ...] = ()) -> None:
        """Read a page, or a part of one. `around` are the blocks of the page in which the part stands."""
        self._know_location(base)
        self._read_elements(page.root, base, around, 0)

    def _know_location(self, base: str) -> None:
        """Let scripts know where their page is: `location.host`, `location.origin` and the like."""
        parts = urlsplit(base)
        values = {"protocol": f"{parts.scheme}:", "host": parts.netloc, "hostname": parts.hostname or ""}
        values["origin"] = f"{parts.scheme}://{parts.netloc}"
        for name, value in values.items():
            for owner in ("location", "window.location", "document.location"):
                self._known[f"{owner}.{name}"] = value

    def read_script(self, script: str, base: str, around: tuple[Hashable, ...]) -> None:
        """Read the text of a script file. Addresses in it are relative to `base`, the page that loads it."""
        self._note_functions(script)
        self._read_strings(self._strings(script), base, around, 0)

    def _read_elements(self, root: _Element, base: str, around: tuple[Hashable, ...], depth: int) -> None:
        scripts = [script for script in root.iter("script") if script.get("src") is None and script.text]
        # First the variables and functions: links and handlers use them.
        for script in scripts:
            if self._take_handler() and not _is_template(script):
                self._note_functions(script.text or "")
                self._of_script[script] = self._strings(script.text or "")
        for element in root.iter():
            if len(self.links) >= MAX_NAMED_LINKS:
                return
            if not isinstance(element.tag, str) or not element.attrib:
                continue
            blocks = (*blocks_of(element), *around)
            if address := self._address(element, base):
                if names := tuple(self._names(element)):
                    self.links.append(NamedLink(names, address, blocks))
                elif element.tag == "a" and len(self.unnamed) < MAX_NAMED_LINKS:
                    self._note_unnamed(element, address, blocks)
            elif element.tag != "meta":
                for _, value in _attributes(element):
                    if value.lstrip()[:1] in ("[", "{") and self._take_handler():
                        self._read_pairs(self._strings(value), base, (element, *blocks))
        for frame in root.iter("iframe"):
            if (markup := frame.get("srcdoc")) and self._take_handler():
                self._read_markup(markup, base, (frame, *blocks_of(frame), *around), depth)
        for script in scripts:
            around_script = (script, *blocks_of(script), *around)
            if _is_template(script) and self._take_handler():
                self._read_markup(script.text or "", base, around_script, depth)
            else:
                self._read_strings(self._of_script.get(script, []), base, around_script, depth)

    def _note_unnamed(self, element: _Element, address: str, blocks: tuple[Hashable, ...]) -> None:
        text = self._text(element)
        if text.isascii() and len(text) <= MAX_NAME and (text or next(element.iter("img"), None) is not None):
            self.unnamed.append(NamedLink((text,) if text else (), address, blocks))

    def texts_of_scripts(self) -> Iterator[str]:
        """Yield the texts of the page's own scripts."""
        for strings in self._of_script.values():
            yield from (string.text.strip() for string in strings)

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
        if value.lower().startswith("javascript:") and self._take_handler():
            return _absolute(base, self._address_in(value) or "")
        select = next(islice(option.iterancestors("select"), 1), None)
        handler = select.get("onchange") if select is not None else None
        if value and handler and self._take_handler():
            handler = _SELECTED.sub("this.value", handler[:_MAX_FUNCTION])
            text = self._address_in(handler, {"this.value": value, "value": value})
            return _absolute(base, text) if text else None
        return None

    def _address_in(self, handler: str, values: dict[str, str] | None = None) -> str | None:
        """Return the address in a handler: one of its strings, or what the function that it calls makes of them.

        `values` are the values of variables that the element gives to the handler.
        """
        known = {**self._known, **(values or {})}
        handler = handler[:_MAX_FUNCTION]
        if address := self._first_address(read_strings(handler.lstrip().removeprefix("javascript:"), dict(known))):
            return address
        call = _CALL.search(handler)
        function = self._functions.get(call[1]) if call else None
        if call is None or function is None:
            return None
        parameters, body = function
        for parameter, argument in zip(parameters, call[2].split(","), strict=False):
            read_strings(f"{parameter} = {argument}", known)
        return self._first_address(read_strings(body, known))

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
        if is_name(text):
            yield text
        yield from filter(is_name, captions_of_drawing(element))
        for holder in (element, *islice(element.iter("img", "input", "svg", "image"), 3)):
            for attribute, value in _attributes(holder):
                is_naming = attribute in _NAMING or attribute.startswith("data-") or holder.tag == "input"
                if is_naming and len(value) <= 2 * MAX_NAME and is_name(name := _SPACE.sub(" ", value).strip()):
                    yield name
        if element.tag == "area" and (handler := element.get("onmouseover")) and self._take_handler():
            yield from (shown for string in read_strings(handler) if is_name(shown := string.text.strip()))
        if GENERIC.fullmatch(text) and element.tag != "option":
            caption = self._caption(element) or (heading_of_block(element) if text and self._take_handler() else "")
            if is_name(caption):
                yield caption

    def _text(self, element: _Element) -> str:
        """Return the text that an element shows, also what a script inside it writes; empty if it is too long."""
        pieces: list[str] = [element.text or ""]
        for node in islice(element.iterdescendants(), 40):
            if node.tag == "script" and node.text:
                pieces.append(_TAG.sub("", written_markup(self._of_script.get(node, []))))
            elif isinstance(node.tag, str) and node.tag not in ("style", *CAPTIONS):
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

    def _read_strings(self, strings: list[ScriptString], base: str, around: tuple[Hashable, ...], depth: int) -> None:
        written = [string for string in strings if string.is_written]
        others = [string for string in strings if not string.is_written]
        for part in (written, others):
            if part and "<" in (markup := written_markup(part)):
                self._read_markup(markup, base, around, depth)
        self._read_pairs(strings, base, around)
        if depth < _MAX_DEPTH:
            for string in strings:  # JSON.parse('[{"name": "宜昌", "url": "/yc/"}]')
                if string.text[:1] in ("[", "{") and _MAY_NAME.search(string.text) and self._take_handler():
                    self._read_pairs(self._strings(string.text), base, around)

    def _read_markup(self, markup: str, base: str, around: tuple[Hashable, ...], depth: int) -> None:
        if depth < _MAX_DEPTH:
            page = read_page(f"<html><body>{markup}</body></html>".encode("utf-8", "replace"), encoding="utf-8")
            if isinstance(page, Page):
                self._read_elements(page.root, base, around, depth + 1)

    def _read_pairs(self, strings: list[ScriptString], base: str, around: tuple[Hashable, ...]) -> None:
        """Read names and addresses that stand side by side in a script or in JSON, in either order."""
        for names, address in records_in(strings):
            url = _absolute(base, address)
            if url and len(self.links) < MAX_NAMED_LINKS:
                self.links.append(NamedLink(names, url, around))


def blocks_of(element: _Element) -> tuple[Hashable, ...]:
    """Return the nearest elements around an element; not the whole body, in which all links are equal."""
    return tuple(islice((block for block in element.iterancestors() if block.tag not in ("body", "html")), _BLOCKS))


def _is_template(script: _Element) -> bool:
    """Whether the text of a script element is markup: `<script type="text/template">`."""
    kind = script.get("type") or ""
    return "template" in kind or "html" in kind


def _attributes(element: _Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def _absolute(base: str, address: str) -> str | None:
    url = resolve(base, address)
    return without_anchor(url) if url else None


def without_anchor(url: str) -> str:
    """Return a URL without its fragment, unless that is a route of a script."""
    return url if "#/" in url else url.split("#", 1)[0]
