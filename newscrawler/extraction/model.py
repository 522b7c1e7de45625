"""The result of extraction: raw strings as the page shows them, each with the rule that found it."""

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

    `label` is the word before the names as printed (编辑, 责任编辑, 记者; never 来源). It is empty where the
    roles are inside `text`, as in `(记者 梁剑 杨雪 通讯员 覃丹)`.
    """

    label: str
    text: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the body: absolute URL and caption, which is empty if the page shows none."""

    url: str
    caption: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that the body links to (PDF, DOC, XLS, ...): absolute URL and link text."""

    url: str
    text: str


GENERAL_BODY = "generic:density"
"""The general rule for a body."""
TEMPLATE = "template"
"""The rule of a body that stands where other pages of the portal have theirs, or that ends in lines that they have."""
UNSURE = 0.5
"""Bodies of less confidence are reported by `check` and watched by `health`."""


@dataclass(slots=True)
class RawArticle:
    """An article as the page shows it: strings, not values. `normalization` turns it into an `Article`."""

    url: str | None
    encoding: str
    title: Evidence
    body: str
    """Plain text, one paragraph per line."""
    body_html: str
    """The same body in a small, sanitised subset of HTML."""
    body_rule: str
    body_confidence: float
    """Below `UNSURE`, the text may be that of something else on the page."""
    body_path: str = ""
    """The path of the element that holds the text (see `element_paths`); empty if others have it, too."""
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
    next_pages: list[str] = field(default_factory=list)
    """Absolute URLs of the article's further pages, in order, without the page itself."""
    language: str = "zh"

    @property
    def is_by_template(self) -> bool:
        """Whether a template decided on the body, or on its first and last line."""
        return TEMPLATE in self.body_rule.split("、")


@dataclass(frozen=True, slots=True)
class ArticleOverrides:
    """A portal's own rules, tried before all others: one CSS selector per field, or XPath that starts with `/` or `./`.

    If a string is empty, or its selector matches nothing on a page, the other rules find the field. `drop` lists
    elements to remove from the body.
    """

    title: str = ""
    source: str = ""
    published: str = ""
    editors: str = ""
    authors: str = ""
    summary: str = ""
    body: str = ""
    drop: tuple[str, ...] = ()
    learnt: frozenset[str] = frozenset()
    """The fields whose selector comes from a template, not from a person."""
    furniture: frozenset[str] = frozenset()
    """Lines that a template knows from other pages, and that end no body."""

    def rule_of(self, field: str) -> str:
        """Return the name of the rule that finds a field by these selectors."""
        return TEMPLATE if field in self.learnt else "override"


class NoArticle(StrEnum):
    """Why a page is not an article."""

    EMPTY = "empty"
    BINARY = "binary"
    UNDECODABLE = "undecodable"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    LISTING = "listing"
    GALLERY = "gallery"
    VIDEO = "video"
    FORM = "form"
    LOGIN = "login"
    CAPTCHA = "captcha"
    SCRIPT_CHALLENGE = "script-challenge"
    ERROR_PAGE = "error-page"
    NO_TITLE = "no-title"
    NO_BODY = "no-body"
    SITE_PAGE = "site-page"
    """A page about the site itself, to which its foot leads: 关于我们, 用户协议."""


@dataclass(frozen=True, slots=True)
class NotAnArticle:
    """The rejection of a page: the reason, and a sentence of evidence for people."""

    reason: NoArticle
    detail: str
    is_other_kind: bool = False
    """Whether the page is surely another kind of page, so that no article can have been missed on it."""
