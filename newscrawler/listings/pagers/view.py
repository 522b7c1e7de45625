"""A listing page as the readers of pagers see it: its links, its scripts, its text, and which page it is.

A page may have several lists with a pager each. A view is then of a part of the page: of the elements around one list,
or of all that is left without those of other lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.links import MAX_LINKS
from newscrawler.listings.pagers.script_text import evaluate
from newscrawler.text.patterns import late
from newscrawler.text.urls import resolve

MAX_SCRIPT = 200_000
"""Characters of an inline script that are read; of a longer one, half from its beginning and half from its end."""
MAX_SCRIPTS = 200
MAX_VARIABLES = 500
MAX_FORMS = 20
_VARIABLE = late(
    r"(?<![\w.])(?P<name>[A-Za-z_$][\w$]{0,40})\s{0,5}=\s{0,5}(?P<sum>['\"]?[\w$][\w$+ -]{0,60}['\"]?)\s{0,5}[;,\n}/]"
)
MAX_TEXT = 400_000
MAX_LABEL = 30
"""Characters of the label of a pager's link."""
_SPACE = late(r"\s+")
_CODE = frozenset({"script", "style", "noscript", "template"})
_NUMBER_AT_END = late(r"(?:[-_]?\d{1,9})?(?:\.\w{1,6})?$")
_FOLDER_OF_PAGE = late(r"(?i)(?<=/)page/\d{1,6}/?$")
_NUMBERED = late(r"^/?(?:[\w-]{0,40}?\d{1,9}\.\w{1,6}|page/\d{1,6}/?)$", re.IGNORECASE)
_FOLDER_OF_A_PAGE = late(r"(.*/)(\d{1,6})/$")
_MORE_IMAGE = late(r"(?i)(?:^|/)(?:[\w-]{0,12}[_-])?(?:more|gengduo)\d{0,2}\.(?:gif|png|jpe?g|svg|webp)$")
"""The file of an image without words that leads to more of a list."""
_NEXT_IMAGE = late(
    r"(?i)(?:^|/)(?:[\w-]{0,12}[_-])?(?:next|xiayiye|xiaye)(?:[_-]?(?:page|btn|on))?\d{0,2}\.(?:gif|png|jpe?g|svg|webp)$"
)
"""That of one that leads to the next page."""
_PAGE_NAME = late(r"(?i)(?:cur(?:rent)?_?)?page(?:_?(?:no|num|number|index))?|p|pn|pg|cp")
_COUNTING_NAME = late(
    rf"{_PAGE_NAME.pattern}|\w{{0,10}}(?:start|offset|from|begin|skip|first|row|index|time|_|rand)\w{{0,5}}"
)
_INDEX_AT_END = late(r"(?:^|(?<=/))(?:index|default|list)$", re.IGNORECASE)


@dataclass(slots=True)
class Label:
    """A link, or an element that acts as one, and what it is called."""

    element: _Element
    text: str
    """Visible text, or what stands for it: `title`, `aria-label`, `alt` of an image."""
    is_text: bool
    """Whether the text is visible."""
    href: str
    """As written; empty without one."""
    url: str | None
    """Where it leads, if that is an http(s) URL other than this page's."""


@dataclass
class PagerView:
    """One listing page, or a part of it. `number` is its position in the sweep, from 1."""

    root: _Element
    base_url: str
    page_url: str
    number: int
    left_out: frozenset[_Element] = frozenset()
    """Elements below `root` that do not belong to the view."""
    encoding: str = "utf-8"
    """The charset of the page, in which its forms send what they hold."""
    counts_down: bool = False
    """Whether the pager of the listing is known to count its pages down."""
    asked: str = ""
    """The address by which a later page was asked for, if that was a POST (`page_addresses`)."""
    read: Set[str] = frozenset()
    """The pages of the listing that were read, as far as they are known (`page_identity`)."""

    def iter(self, *tags: str) -> Iterator[_Element]:
        """Yield the elements of the view with one of these tags (without any: all nodes) in the order of the page."""
        elements: Iterator[_Element] = self.root.iter(*tags)
        return (one for one in elements if one not in self.left_out) if self.left_out else elements

    def target(self, href: str) -> str | None:
        """Return the absolute URL of a link; None if it leads to no page or to this page itself."""
        url = (resolve(self.base_url, href) or "").split("#", 1)[0]
        return url if url and url != self.page_url.split("#", 1)[0] else None

    def address(self, name: str) -> str | None:
        """Return the absolute URL of an address that a script builds, which browsers resolve like a link's."""
        return resolve(self.base_url, name)

    @cached_property
    def labels(self) -> list[Label]:
        """The links with a short label, or none that is text."""
        labels = []
        for element in islice(self.iter("a"), MAX_LINKS):
            text = _SPACE.sub(" ", text_up_to(element, MAX_LABEL + 1)).strip()
            if len(text) > MAX_LABEL:
                continue
            href = (element.get("href") or "").strip()
            labels.append(Label(element, text or _hidden_label(element), bool(text), href, self.target(href)))
        return labels

    @cached_property
    def scripts(self) -> list[str]:
        """The texts of inline scripts in the view."""
        return _script_texts(self.iter("script"))

    @cached_property
    def page_scripts(self) -> list[str]:
        """The texts of inline scripts of the whole page: a pager may call a function that stands anywhere."""
        return _script_texts(self._page.iter("script"))

    @cached_property
    def calling_scripts(self) -> list[str]:
        """The texts of inline scripts that may write a pager of this view; `is_own_call` decides for each call."""
        return self.scripts if self._is_whole else self.page_scripts

    def is_own_call(self, script: str, targets: Iterable[str]) -> bool:
        """Tell whether a call that writes a pager writes it into this view.

        `targets` are texts of the call that may be the id of the element into which it writes. Without such an element
        it writes where its script stands.
        """
        if self._is_whole:
            return True
        element = next((found for name in targets if (found := self._elements_by_id.get(name)) is not None), None)
        if element is None:
            return script in self.scripts
        if element in self.left_out:
            return False
        return any(node is self.root for node in (element, *element.iterancestors()))

    def element(self, identifier: str) -> _Element | None:
        """Return the element of the whole page that has an id; None without one."""
        return self._elements_by_id.get(identifier)

    @property
    def _is_whole(self) -> bool:
        return not self.left_out and self.root is self._page

    @cached_property
    def _page(self) -> _Element:
        root: _Element = self.root.getroottree().getroot()
        return root

    @cached_property
    def _elements_by_id(self) -> dict[str, _Element]:
        return {name: element for element in self._page.iter() if (name := element.get("id"))}

    @cached_property
    def forms(self) -> dict[str, _Element]:
        """The forms of the whole page, by each of their names; a form without a name has its number."""
        forms: dict[str, _Element] = {}
        for number, form in enumerate(islice(self._page.iter("form"), MAX_FORMS)):
            for name in (form.get("name"), form.get("id"), str(number)):
                if name:
                    forms.setdefault(name, form)
        return forms

    @cached_property
    def control_names(self) -> dict[str, str]:
        """The names under which forms send their controls, by the ids of the controls."""
        controls = islice(self._page.iter("input", "select"), MAX_LINKS)
        return {one.get("id", ""): name for one in controls if one.get("id") and (name := one.get("name"))}

    @cached_property
    def variables(self) -> dict[str, int]:
        """The whole numbers that inline scripts give to names, also as a sum: `var nxt = nowPage + 1`.

        Those of the view's own scripts come first.
        """
        values: dict[str, int] = {}
        for script in self.scripts if self._is_whole else [*self.scripts, *self.page_scripts]:
            for match in islice(_VARIABLE.finditer(script), MAX_VARIABLES):
                value = evaluate(match["sum"].strip().strip("'\""), values)
                if value is not None and value.isdecimal() and len(value) < 10:
                    values.setdefault(match["name"], int(value))
        return values

    @cached_property
    def script_urls(self) -> list[str]:
        """The absolute URLs of external scripts."""
        sources = (element.get("src") for element in islice(self.iter("script"), MAX_SCRIPTS))
        return [url for source in sources if source and (url := resolve(self.base_url, source))]

    @cached_property
    def text(self) -> str:
        """The visible text of the page, white space collapsed, one blank between two elements."""
        pieces: list[str] = []
        size = 0
        for element in self.iter():
            if isinstance(element.tag, str) and element.tag not in _CODE and element.text:
                pieces.append(element.text)
                size += len(element.text)
            if element.tail and element is not self.root:
                pieces.append(element.tail)
                size += len(element.tail)
            if size > MAX_TEXT:
                break
        return _SPACE.sub(" ", " ".join(pieces))[:MAX_TEXT]

    def is_like_this_page(self, url: str) -> bool:
        """Tell whether a URL is this page's but for a number at the end of its file's name or in its query.

        `/yc/`, `/yc/index_2.html`, `/yc.html`, `/yc_2.html`, `/yc/2.htm`, `/yc/page/2/` and `/yc/?page=2` are alike;
        `/yc/2/` is a folder like any other on `/yc/`; on page 2, which has this address, `/yc/3/` is like it.
        """
        own, other = urlsplit(self.page_url), urlsplit(url)
        if own.netloc.removeprefix("www.") != other.netloc.removeprefix("www."):
            return False
        if own.path == other.path:
            return self._is_query_of_this_page(own.query, other.query)
        ours, theirs = _FOLDER_OF_A_PAGE.match(own.path), _FOLDER_OF_A_PAGE.match(other.path)
        if self.number > 1 and ours and theirs and ours[1] == theirs[1] and ours[2] == str(self.number):
            return True
        stem = _stem(own.path)
        return other.path.startswith(stem) and _NUMBERED.match(other.path[len(stem) :]) is not None

    def _is_query_of_this_page(self, own: str, other: str) -> bool:
        """Whether a query is this page's but for the number of the page: `?id=7&page=2` is, `?id=8` is not."""
        ours, others = dict(parse_qsl(own)), dict(parse_qsl(other))
        different = [name for name in {*ours, *others} if ours.get(name) != others.get(name)]
        if not any(character.isdigit() for name in different for character in others.get(name, "")):
            return False
        has_page = len(different) > 1 and any(map(_PAGE_NAME.fullmatch, different))
        of_lists = (name for name in different if name in ours and name in others)
        if has_page and not all(map(_COUNTING_NAME.fullmatch, of_lists)):
            return False  # the page has a number of its own, and the other one is that of a list
        # What is different has to number pages. An offset stands for as many entries as a page has.
        numbers = {ours[name] for name in different if name in ours}
        return all(
            number in ("", "0", str(self.number), str(self.number - 1)) or (self.number > 1 and len(different) == 1)
            for number in numbers
        )


def _script_texts(elements: Iterator[_Element]) -> list[str]:
    some = islice(elements, MAX_SCRIPTS)
    return [_shortened(text) for element in some if (text := element.text) and not text.isspace()]


def _shortened(script: str) -> str:
    if len(script) <= MAX_SCRIPT:
        return script
    return f"{script[: MAX_SCRIPT // 2]}\n{script[-MAX_SCRIPT // 2 :]}"


def _hidden_label(element: _Element) -> str:
    """Return what a link without text is called, or the file of its image."""
    own = element.get("title") or element.get("aria-label") or ""
    if own.strip():
        return own.strip()[:MAX_LABEL]
    for image in islice(element.iter("img"), 3):
        if label := (image.get("alt") or image.get("title") or "").strip():
            return label[:MAX_LABEL]
    files = [image.get("src") or "" for image in islice(element.iter("img"), 3)]
    if any(map(_MORE_IMAGE.search, files)):
        return "more"
    # Without an address it is the arrow of a show of pictures.
    leads_on = not (element.get("href") or "#").strip().lower().startswith(("#", "javascript:"))
    return "下一页" if leads_on and any(map(_NEXT_IMAGE.search, files)) else ""


def _stem(path: str) -> str:
    """Return the part of a path that the pages of one listing share."""
    stem = _NUMBER_AT_END.sub("", _FOLDER_OF_PAGE.sub("", path), count=1) or path
    return _INDEX_AT_END.sub("", stem)
