"""Addresses in the scripts of an edition's page, and what the objects around each say: its title, its page.

Scripts are read as text and never run. An object that holds objects with addresses may be a page of the newspaper:
`{"pageNo": "01", "pageName": "要闻", "articles": [{"title": "…", "href": "…"}]}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from newscrawler.listings.page_labels import PageLabel, read_page_label
from newscrawler.listings.script_tokens import Token

LONGEST_LABEL = 300
_MOST_AROUND = 6
"""Objects around an address that are asked for its page."""
_ADDRESS = re.compile(r"[\w./?=&%:;~+,-]{3,300}")
_PAGE_SUFFIX = re.compile(r"\.(?:s?html?|jspx?|aspx?|php|do)$", re.IGNORECASE)
_TITLE_NAME = re.compile(r"title|headline|subject|biaoti|^bt$|^name$", re.IGNORECASE)
_PAGE = r"(?:page|ban(?:mian)?|bm|layout|ver(?:sion)?|版面?)"
_PAGE_NUMBER = re.compile(rf"{_PAGE}[_-]?(?:no|num|number|order|code|hao|ci|xh|号|次)|bc|banci|版次", re.IGNORECASE)
_PAGE_NAME = re.compile(rf"{_PAGE}[_-]?(?:name|title|ming|label|名称?)|版名", re.IGNORECASE)
_PAGE_OBJECT = re.compile(rf"{_PAGE}(?:[_-]?(?:info|data))?", re.IGNORECASE)
_ANY_NUMBER = re.compile(r"no|num|number|code|xh|号", re.IGNORECASE)
_ANY_NAME = re.compile(r"name|title|label|名称?", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Z]{0,2}\d{1,3}", re.IGNORECASE)
_LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class ScriptAddress:
    """The address of a page of the web in a script."""

    href: str
    title: str
    """The title in the same object; empty without one."""
    page: PageLabel | None
    """The page of the newspaper that the objects around it name; None if they name none."""


@dataclass(slots=True)
class _Object:
    """An object of a script, with what its members may say of a page."""

    around: _Object | None
    name: str = ""
    """Of the member whose value it is."""
    title: str = ""
    named: dict[str, str] = field(default_factory=dict)
    """Number and name of a page, by members with the names of such: `no`, `name`."""
    maybe: dict[str, str] = field(default_factory=dict)
    """Number and name by members that may be those of anything."""

    def note(self, member: str, value: str) -> None:
        """Note a member."""
        if not self.title and _TITLE_NAME.search(member):
            self.title = value
        if len(value) > LONGEST_LABEL:
            return
        label = read_page_label(value)
        if label is not None and label.number and "版" in value:
            self.named.setdefault("no", label.number)
            if label.name:
                self.named.setdefault("name", label.name)
        elif _PAGE_NUMBER.fullmatch(member) and _NUMBER.fullmatch(value):
            self.named.setdefault("no", value.upper())
        elif _PAGE_NAME.fullmatch(member) and len(value) <= _LONGEST_NAME:
            self.named.setdefault("name", value)
        elif _ANY_NUMBER.fullmatch(member) and _NUMBER.fullmatch(value):
            self.maybe.setdefault("no", value.upper())
        elif _ANY_NAME.fullmatch(member) and len(value) <= _LONGEST_NAME:
            self.maybe.setdefault("name", value)

    def close(self) -> None:
        """Tell the object around it which page it is: `{"page": {"no": "01", "name": "要闻"}, "articles": […]}`."""
        if self.around is not None and _PAGE_OBJECT.fullmatch(self.name):
            for key, value in (self.maybe | self.named).items():
                self.around.named.setdefault(key, value)

    def page(self) -> tuple[PageLabel, bool] | None:
        """Return the innermost page around an address in this object, and whether members with the names of one say so.

        What may be the number of anything is one of a page only beside a name, and around the object.
        """
        node: _Object | None = self
        for _ in range(_MOST_AROUND):
            if node is None:
                break
            if node.named:
                return PageLabel(node.named.get("no", ""), node.named.get("name", "")), "name" in node.named
            if node is not self and len(node.maybe) > 1:
                return PageLabel(node.maybe["no"], node.maybe["name"]), False
            node = node.around
        return None


def read_script_addresses(scripts: Sequence[Sequence[Token]]) -> Iterator[ScriptAddress]:
    """Return the addresses of pages among the strings of scripts, in their order."""
    found = [item for tokens in scripts for item in _addresses(tokens)]
    labels = [around.page() for _, around in found]
    numbers = {label[0].number for label in labels if label is not None}
    for (href, around), label in zip(found, labels, strict=True):
        # One number for all may be that of a page of results, or of the whole edition. A page 0 counts something else.
        is_sure = label is not None and (label[1] or len(numbers - {""}) > 1) and not numbers & {"0", "00"}
        yield ScriptAddress(
            href, " ".join(around.title[:LONGEST_LABEL].split()), label[0] if is_sure and label else None
        )


def _addresses(tokens: Sequence[Token]) -> list[tuple[str, _Object]]:
    """Return the addresses of a script, with the objects that they stand in."""
    found: list[tuple[str, _Object]] = []
    current = _Object(None)
    for place, token in enumerate(tokens):
        member = tokens[place - 2].text if place > 1 and tokens[place - 1].text in (":", "=") else ""
        if token.kind == "mark" and token.text == "{":
            # A page's articles are one of its members, as is an array of them.
            current = _Object(current, member)
        elif token.kind == "mark" and token.text == "}":
            current.close()
            current = current.around or _Object(None)
        elif token.kind == "string" and is_page_address(value := unescaped(token.text)):
            found.append((value, current))
        elif member and token.kind in ("string", "number"):
            current.note(member, unescaped(token.text) if token.kind == "string" else token.text)
    return found


def is_page_address(text: str) -> bool:
    """Tell whether a text is the address of a page of the web with a number in it."""
    return (
        _ADDRESS.fullmatch(text) is not None
        and _PAGE_SUFFIX.search(text.partition("?")[0]) is not None
        and any(character.isdigit() for character in text)
    )


def unescaped(text: str) -> str:
    """Return the value of a string in a script, as JSON reads it; unchanged if JSON cannot read it."""
    if "\\" not in text:
        return text
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text.replace("\\/", "/")
