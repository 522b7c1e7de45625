"""What extraction hands on: raw strings as the page shows them, each with the rule that found it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Evidence:
    """One raw value of a page.

    `text` is the value as printed, white space collapsed; `rule` names what found it, such as
    `override`, `trs`, `json-ld` or `generic:meta-line`; `confidence` runs from 0 (a guess) to 1 (certain).
    """

    text: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class RawCredit:
    """One mention of people, not yet split into names.

    `label` is the word before the names as printed (编辑, 责任编辑, 记者, 来源 is never one), or empty where
    only the position tells, as in `(记者 梁剑 杨雪 通讯员 覃丹)`, whose roles stand inside `text`.
    """

    label: str
    text: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the body: absolute URL and its caption, empty where the page shows none."""

    url: str
    caption: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that the body links to (PDF, DOC, XLS, ...): absolute URL and link text."""

    url: str
    text: str


@dataclass(slots=True)
class RawArticle:
    """An article as the page shows it: strings, not values. `normalization` turns it into an `Article`."""

    url: str | None
    encoding: str
    title: Evidence
    body: str
    """Plain text, one paragraph a line."""
    body_html: str
    """The same body in a small, sanitised subset of HTML."""
    body_rule: str
    body_confidence: float
    subtitle: Evidence | None = None
    source: Evidence | None = None
    published: Evidence | None = None
    summary: Evidence | None = None
    keywords: Evidence | None = None
    article_type: Evidence | None = None
    credits: list[RawCredit] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    cms: str | None = None
    """Id of the content system that was recognised, the name of its module in `extraction.cms`."""
    document_id: str | None = None
    """The content system's own id of the document, unique within the portal."""
    canonical_url: str | None = None
    """`rel=canonical` when it stays on the page's own site."""
    next_pages: list[str] = field(default_factory=list)
    """Absolute URLs of the article's further pages, in order, without the page itself."""
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class ArticleOverrides:
    """A portal's own rules, tried before all others: a CSS selector a field, or XPath after `/` or `./`.

    An empty string leaves the field to the other rules; so does a selector that finds nothing on a page.
    `drop` lists what is cut out of the body.
    """

    title: str = ""
    source: str = ""
    published: str = ""
    editors: str = ""
    authors: str = ""
    summary: str = ""
    body: str = ""
    drop: tuple[str, ...] = ()


class NoArticle(StrEnum):
    """Why a page is no article."""

    EMPTY = "empty"
    BINARY = "binary"
    UNDECODABLE = "undecodable"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    LISTING = "listing"
    GALLERY = "gallery"
    VIDEO = "video"
    LOGIN = "login"
    CAPTCHA = "captcha"
    SCRIPT_CHALLENGE = "script-challenge"
    ERROR_PAGE = "error-page"
    NO_TITLE = "no-title"
    NO_BODY = "no-body"


@dataclass(frozen=True, slots=True)
class NotAnArticle:
    """The verdict that a page is no article: the kind, and a sentence of evidence for a reader."""

    reason: NoArticle
    detail: str
