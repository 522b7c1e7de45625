"""A content system: how to recognise its pages, and where they show each field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from newscrawler.extraction.page import Page
from newscrawler.extraction.rules import Rule
from newscrawler.text.definitions import Selector, Table, check_pattern


@dataclass(frozen=True, slots=True)
class Signs:
    """Where fingerprints are looked for: the page's address, the ids and classes of its blocks, the beginnings of its
    comments, the addresses of its scripts."""

    address: str
    blocks: str
    comments: str
    scripts: str


def _compile(value: object) -> object:
    return re.compile(check_pattern(value)) if isinstance(value, str) else value


def _with_id(pattern: re.Pattern[str]) -> re.Pattern[str]:
    if "id" not in pattern.groupindex:
        raise ValueError(r"has no group for the id; write it as in /t\d+_(?P<id>\d+)\.html")
    return pattern


_Text = Annotated[str, Field(min_length=1)]
_Pattern = Annotated[re.Pattern[str], BeforeValidator(_compile)]
_IdPattern = Annotated[_Pattern, AfterValidator(_with_id)]


class Fingerprint(Table):
    """`[fingerprint]`: what pages of the system have and others lack. Any one sign is enough."""

    urls: tuple[_Pattern, ...] = ()
    """Regular expressions that are searched for in the page's URL."""
    blocks: tuple[_Text, ...] = ()
    """Parts of the id and classes of a block, as they stand in the page: `id class class`."""
    comments: tuple[_Text, ...] = ()
    """Parts of the first 80 characters of a comment."""
    scripts: tuple[_Text, ...] = ()
    """Parts of a script's address."""
    metas: tuple[Annotated[_Text, AfterValidator(str.lower)], ...] = ()
    """Names of `<meta>` elements."""
    markup: tuple[_Text, ...] = ()
    """Parts of the page's markup, such as an id that is not a block's."""


class DocumentId(Table):
    """`[document_id]`: regular expressions whose group `id` is the system's own id of the document."""

    urls: tuple[_IdPattern, ...] = ()
    """Searched for in the page's URL. A match is a fingerprint, too."""
    scripts: tuple[_IdPattern, ...] = ()
    """Searched for in the addresses of the page's scripts."""


class FieldRules(Table):
    """`[rules]`: where fields stand. Rules are tried in order; fields without a value go to the generic rules."""

    title: tuple[Rule, ...] = ()
    subtitle: tuple[Rule, ...] = ()
    source: tuple[Rule, ...] = ()
    published: tuple[Rule, ...] = ()
    editors: tuple[Rule, ...] = ()
    authors: tuple[Rule, ...] = ()
    summary: tuple[Rule, ...] = ()
    keywords: tuple[Rule, ...] = ()
    body: tuple[Selector, ...] = ()
    """The element that holds the main text."""
    drop: tuple[Selector, ...] = ()
    """Elements that are cut out of the page."""


class ContentSystem(Table):
    """One content system, as a file of `cms/` describes it."""

    id: str = Field(pattern=r"^[a-z0-9_]+$", max_length=64)
    """Stored with each article, and part of its document id."""
    name: str = Field(min_length=1)
    order: int = 0
    """Systems with a lower number are tried first. The numbers of the shipped ones are 10 and more."""
    fingerprint: Fingerprint = Fingerprint()
    document_id: DocumentId = DocumentId()
    rules: FieldRules = FieldRules()

    @model_validator(mode="after")
    def _has_sign(self) -> ContentSystem:
        sign = self.fingerprint
        signs = (sign.urls, sign.blocks, sign.comments, sign.scripts, sign.metas, sign.markup, self.document_id.urls)
        if not any(signs):
            raise ValueError("has nothing to recognise a page by; add [fingerprint] or [document_id] with urls")
        return self

    def recognises(self, page: Page, signs: Signs) -> bool:
        """Tell whether the page carries the system's fingerprint."""
        own = self.fingerprint
        for pattern in (*own.urls, *self.document_id.urls):
            if pattern.search(signs.address):
                return True
        for parts, text in (
            (own.blocks, signs.blocks),
            (own.comments, signs.comments),
            (own.scripts, signs.scripts),
            (own.metas, page.meta),
            (own.markup, page.text),
        ):
            for part in parts:
                if part in text:
                    return True
        return False

    def find_document_id(self, signs: Signs) -> str | None:
        """Return the system's own id of the document, or None if neither URL nor scripts show it."""
        for patterns, text in ((self.document_id.urls, signs.address), (self.document_id.scripts, signs.scripts)):
            for pattern in patterns:
                if match := pattern.search(text):
                    return match["id"]
        return None
