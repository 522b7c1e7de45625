"""From the raw article of a page to the article of the archive. Each value is normalised here, and only here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from newscrawler import places
from newscrawler.extraction.model import Attachment, Evidence, Image, RawArticle, RawCredit
from newscrawler.normalization.dates import date_in_url, parse_published
from newscrawler.normalization.listed import UNLISTED, Listed
from newscrawler.normalization.outlets import outlet_of
from newscrawler.normalization.people import AUTHOR_ROLES, EDITOR_ROLES, Credit, credits_of
from newscrawler.normalization.text import char_count, clean_body, clean_line, clean_markup, language_of, text_hash
from newscrawler.text.names import is_unit
from newscrawler.text.roles import Role
from newscrawler.text.urls import identity

_MOBILE = re.compile(r"^(?:m|wap|3g|mobile)\.(?=[^.]+\.)")
_DATELINE = re.compile(r"[^\n，。！？；]{0,40}?[讯电](?=[\s（(：:，,　])")
"""本报长阳讯, 三峡日报讯（记者 …）, 新华社武汉7月10日电: the words before the text begins."""

LISTING = "listing"
"""The evidence of a value that only the listing of an article shows."""
ORIGINAL, REPRINT, UNKNOWN = "原创", "转载", "unknown"


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a field was found: the rule, the text as printed, and a confidence from 0 to 1.

    Of the body, `raw` is not its text but the path of the element that holds it.
    """

    rule: str
    raw: str
    confidence: float


@dataclass(slots=True)
class Article:
    """An article as the archive stores it. Empty strings and lists mean that the page does not give the value."""

    url: str
    """As it was fetched; empty if the URL of the page is not known."""
    key: str
    """What identifies the document within its portal: `cms:document-id`, else the identity of the URL."""
    title: str
    body: str
    """Plain text, one paragraph per line."""
    body_html: str
    subtitle: str = ""
    source: str = ""
    published: str = ""
    """ISO 8601 as precise as the page shows: `2019-07-10` or `2019-07-10T09:30:00+08:00`."""
    published_date: str = ""
    published_evidence: str = ""
    """Where the date was: page, url or listing."""
    summary: str = ""
    keywords: list[str] = field(default_factory=list)
    article_type: str = UNKNOWN
    language: str = "zh"
    credits: list[Credit] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    place: places.Mention | None = None
    """The division and county that title or dateline name."""
    cms: str = ""
    encoding: str = ""
    provenance: dict[str, Provenance] = field(default_factory=dict)

    @property
    def editors(self) -> list[str]:
        """Names of its editors, in page order, each once; who checked or approved it is in `credits` only."""
        return self._names(EDITOR_ROLES)

    @property
    def authors(self) -> list[str]:
        """Names of those who wrote it, in page order, each once; photographers are in `credits` only."""
        return self._names(AUTHOR_ROLES)

    @property
    def char_count(self) -> int:
        """Characters of the body that are not white space."""
        return char_count(self.body)

    @property
    def content_hash(self) -> str:
        """A hash of title and body: two versions with the same hash have the same text."""
        return text_hash(self.title, self.body)

    def _names(self, roles: frozenset[str]) -> list[str]:
        return list(dict.fromkeys(credit.name for credit in self.credits if credit.role in roles))


def normalize(
    raw: RawArticle,
    *,
    base: datetime,
    province: places.Division | None = None,
    within: places.Division | None = None,
    listed: Listed = UNLISTED,
    portal_name: str = "",
) -> Article:
    """Turn a raw article into values.

    `base` is when the page was fetched, against which 昨天 and 07-10 are read. `province` is the portal's.
    `within` is the division whose section listed the article. Of what is `listed`, the date counts if the page and its
    URL have none, the source if the page names none. `portal_name` distinguishes an original from a reprint.
    """
    if outlet_of(listed.source) and not (raw.source and outlet_of(raw.source.text)):
        raw = replace(raw, source=Evidence(listed.source, LISTING, 0.5))
    url = raw.url or ""
    article = Article(
        url=url,
        key=_key(raw),
        title=clean_line(raw.title.text),
        body=clean_body(raw.body),
        body_html=clean_markup(raw.body_html),
        subtitle=_line(raw.subtitle),
        summary=_line(raw.summary),
        images=raw.images,
        attachments=raw.attachments,
        cms=raw.cms or "",
        encoding=raw.encoding,
    )
    article.source = outlet_of(raw.source.text) if raw.source else ""
    article.keywords = _keywords(raw.keywords)
    mentions = [(mention, credits_of(mention.label, mention.text)) for mention in raw.credits]
    people = (credit for _, credits in mentions for credit in credits)
    article.credits = _distinct(_with_senders([credit for credit in people if credit.name != article.source]))
    article.language = language_of(article.body or article.title)
    _set_published(article, raw, base, listed.date)
    article.article_type = _article_type(raw.article_type, article.source, portal_name)
    if province is not None:
        article.place = places.mentioned_place(article.title, province, within)
        if article.place is None and (dateline := _DATELINE.match(article.body)):
            article.place = places.mentioned_place(dateline.group(), province, within)
    article.provenance = _provenance(raw, article, mentions)
    return article


def _key(raw: RawArticle) -> str:
    """Return what tells a document from all others of its portal.

    Sites of one portal on hosts of their own may each count their documents; `m.` and `wap.` show those of the main
    site.
    """
    own = identity(raw.url) if raw.url else ""
    if raw.cms and raw.document_id:
        return f"{raw.cms}:{_MOBILE.sub('', own.partition('/')[0])}:{raw.document_id}"
    return own


def _line(evidence: Evidence | None) -> str:
    return clean_line(evidence.text) if evidence else ""


def _keywords(evidence: Evidence | None) -> list[str]:
    if evidence is None:
        return []
    text = evidence.text
    for separator in "，、;；|":
        text = text.replace(separator, ",")
    if "," not in text:
        text = text.replace(" ", ",")
    return list(dict.fromkeys(word for part in text.split(",") if (word := clean_line(part))))


def _with_senders(credits: Sequence[Credit]) -> Iterable[Credit]:
    """Give the unit that sent a text in a role of its own where a person is named as the writer.

    Such as 供稿：县水利局 撰稿：何田.
    """
    if not any(credit.role in AUTHOR_ROLES and not is_unit(credit.name) for credit in credits):
        return credits
    return (
        replace(credit, role=Role.SENDER) if credit.role == Role.CONTRIBUTOR and is_unit(credit.name) else credit
        for credit in credits
    )


def _distinct(credits: Iterable[Credit]) -> list[Credit]:
    """Return each name once per role, at its first mention."""
    first: dict[tuple[str, str], Credit] = {}
    for credit in credits:
        first.setdefault((credit.role, credit.name), credit)
    return list(first.values())


def _set_published(article: Article, raw: RawArticle, base: datetime, listed_date: str) -> None:
    """Take the date from the page, else from the URL, else from the listing."""
    in_url = date_in_url(article.url)
    days = [date.fromisoformat(day) for day in (in_url, listed_date) if day]
    if raw.published and (published := parse_published(raw.published.text, base=base, days=days)):
        article.published, article.published_date = published.iso, published.date
        article.published_evidence = "page"
    elif in_url:
        article.published = article.published_date = in_url
        article.published_evidence = "url"
    elif listed_date:
        article.published = article.published_date = listed_date
        article.published_evidence = LISTING


def _article_type(evidence: Evidence | None, source: str, portal_name: str) -> str:
    """Return 原创 or 转载: what the page says, else whether its source is the portal itself."""
    if evidence:
        if "原创" in evidence.text:
            return ORIGINAL
        if "转" in evidence.text:
            return REPRINT
    if source and portal_name:
        return ORIGINAL if source == portal_name else REPRINT
    return UNKNOWN


def _provenance(
    raw: RawArticle, article: Article, mentions: Sequence[tuple[RawCredit, list[Credit]]]
) -> dict[str, Provenance]:
    known = {
        name: Provenance(evidence.rule, evidence.text, evidence.confidence)
        for name in ("title", "subtitle", "source", "published", "summary", "keywords", "article_type")
        if (evidence := getattr(raw, name))
    }
    if article.published_evidence in ("url", LISTING):
        raw_date = article.url if article.published_evidence == "url" else article.published_date
        known["published"] = Provenance(article.published_evidence, raw_date, 0.5)
        if raw.published is not None:
            # What the page prints cannot be true: it is kept as evidence, not as value.
            known["published_printed"] = Provenance(raw.published.rule, raw.published.text, 0.0)
    known["body"] = Provenance(raw.body_rule, raw.body_path, raw.body_confidence)
    for name, roles in (("editors", EDITOR_ROLES), ("authors", AUTHOR_ROLES)):
        named = [mention for mention, credits in mentions if any(credit.role in roles for credit in credits)]
        if named:
            known[name] = Provenance(
                "、".join(dict.fromkeys(mention.rule for mention in named)),
                " ".join(f"{mention.label} {mention.text}".strip() for mention in named),
                min(mention.confidence for mention in named),
            )
    return known
