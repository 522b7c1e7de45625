"""The definition of a portal: what its keys mean and which values they take."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from pydantic import (
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from newscrawler import places
from newscrawler.portals import schedule
from newscrawler.portals.browser import BrowserRules
from newscrawler.portals.evidence import EvidenceRules
from newscrawler.portals.json_rules import ArticleJson, ListingJson, TableWithJson
from newscrawler.text.address_templates import WHOLE, read_keys
from newscrawler.text.clock import CHINA
from newscrawler.text.definitions import Pattern, Selector, Table

_HOST = re.compile(r"[\w-]+(\.[\w-]+)+\.?|localhost")
_EDITION = re.compile(r"\{(?:yyyy|yy)\}")
_LAST_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")


def _last_day(value: object) -> date:
    """Accept a date of TOML, and its text."""
    day = value if isinstance(value, date) and not isinstance(value, datetime) else None
    if isinstance(value, str) and _LAST_DAY.fullmatch(value):
        with suppress(ValueError):
            day = date.fromisoformat(value)
    if day is None:
        raise ValueError("is not a date; write the last day of the old design as in 2015-06-30")
    if day >= datetime.now(CHINA).date():
        raise ValueError("is not in the past; rules for the present design have no until")
    return day


LastDay = Annotated[date, BeforeValidator(_last_day)]
OneOrSeveral = BeforeValidator(lambda value: [value] if isinstance(value, dict) else value)
"""Accepts one table where several may stand."""


class ListingRules(TableWithJson):
    """`[listing]`, or one of several `[[listing]]`: help where the general rules misread a listing."""

    until: LastDay | None = None
    """The last day (China's) of the design for which these rules are; None: for the present one."""

    sections: tuple[str, ...] = ()
    """The names of the sections for which these rules are; empty: for all."""
    url: Pattern | None = None
    """A regular expression searched for in the address of a listing for which these rules are."""
    entry: Selector | None = None
    """The links of the articles, or elements that each hold one such link."""
    next: Selector | None = None
    """The link to the next listing page, where the general rules do not find it."""
    columns: bool = True
    """Whether a section's front page is followed into its columns."""
    json_rules: ListingJson | None = Field(default=None, validation_alias="json")
    """`[listing.json]`: rules for listings that are data."""


class ArticleRules(TableWithJson):
    """Which links are articles, and one override per field."""

    url: Pattern | None = None
    """A regular expression searched for in the link's URL."""
    title: Selector | None = None
    source: Selector | None = None
    published: Selector | None = None
    editors: Selector | None = None
    authors: Selector | None = None
    summary: Selector | None = None
    body: Selector | None = None
    drop: tuple[Selector, ...] = ()
    """Elements that are removed from the body."""
    json_rules: ArticleJson | None = Field(default=None, validation_alias="json")
    """`[article.json]`: articles whose text comes as data."""


class DatedArticleRules(ArticleRules):
    """`[[article.rules]]`: the rules for a design of the past."""

    until: LastDay
    """The last day of the design (China's)."""


class PresentArticleRules(ArticleRules):
    """`[article]`: the rules for the present design."""

    rules: Annotated[tuple[DatedArticleRules, ...], OneOrSeveral] = ()
    """Rules for pages that were captured before a redesign."""

    @field_validator("rules")
    @classmethod
    def _different_days(cls, value: tuple[DatedArticleRules, ...]) -> tuple[DatedArticleRules, ...]:
        if len({rules.until for rules in value}) < len(value):
            raise ValueError("has two tables with the same until; keep one")
        return value

    def on(self, day: date) -> PresentArticleRules:
        """Return the rules for a page that was captured on a day (China's), as if they were the present ones."""
        rules = min((one for one in self.rules if day <= one.until), key=lambda one: one.until, default=None)
        if rules is None:
            return self
        values = {name: getattr(rules, name) for name in ArticleRules.model_fields}
        return PresentArticleRules.model_construct(**{**values, "url": rules.url or self.url})


class CrawlRules(Table):
    """`[crawl]`: politeness and quota for this portal."""

    delay: float = Field(default=1.0, ge=0, le=3600)
    """Seconds between two requests to the portal, over all its hosts."""
    concurrency: int = Field(default=4, ge=1, le=64)
    """The most requests to the portal at the same time."""
    group: str | None = Field(default=None, pattern=r"^[a-z0-9_]+$", max_length=64)
    """A name that portals on one server have in common: delay and concurrency then hold for all of them together."""
    encoding: str | None = None
    """Charset of the pages; needed only where detection fails."""
    full_every_days: int = Field(default=30, ge=0)
    """After so many days a listing is read to its end again, which finds entries that moved; 0: never."""
    hours: str | None = None
    """Hours of the day, in China's time, in which the portal may be crawled: `22:00-06:00`."""
    max_requests: int | None = Field(default=None, ge=1)
    """The most requests of one crawl; the next crawl continues."""
    max_bytes: int | None = Field(default=None, ge=1)
    """The most bytes received in one crawl; the next crawl continues."""
    legacy_tls: bool = False
    """Allow TLS 1.0 and weak ciphers, for a portal that supports nothing better. Such a connection can be forged."""

    @field_validator("hours")
    @classmethod
    def _range_of_hours(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
            raise ValueError("is not a valid range of hours; use for example 22:00-06:00")
        return value

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                b"a".decode(value)
            except (LookupError, ValueError):
                raise ValueError("is not a charset that Python knows; use gb18030, utf-8 or big5") from None
        return value


class ScheduleRules(Table):
    """`[schedule]`: when `newscrawler schedule` crawls this portal. Times are China's."""

    every: str | None = None
    """A duration that divides a day evenly, counted from midnight: `6h`."""
    cron: str | None = None
    """The five fields of cron, instead of `every`."""
    jitter: str | None = None
    """A random delay of at most this duration before each start: `10m`."""
    refresh: str | None = None
    """Time of day at which stored articles are fetched again: `03:30`."""
    deadline: str = "12h"
    """A crawl that takes longer than this duration is stopped."""

    @field_validator("every", "cron", "jitter", "refresh", "deadline")
    @classmethod
    def _readable(cls, value: str | None, info: ValidationInfo) -> str | None:
        readers: dict[str | None, Callable[[str], object]] = {
            "every": schedule.times_of_every,
            "cron": schedule.times_of_cron,
            "refresh": schedule.times_of_clock,
        }
        if value is not None:
            readers.get(info.field_name, schedule.parse_positive_duration)(value)
        return value

    @model_validator(mode="after")
    def _one_of_two(self) -> ScheduleRules:
        if self.every and self.cron:
            raise ValueError("has both every and cron; keep one")
        return self

    @property
    def crawl_times(self) -> schedule.Times | None:
        """When a crawl begins; None if no schedule says so."""
        if self.every:
            return schedule.times_of_every(self.every)
        return schedule.times_of_cron(self.cron) if self.cron else None

    @property
    def refresh_times(self) -> schedule.Times | None:
        """When a refresh begins; None if no schedule says so."""
        return schedule.times_of_clock(self.refresh) if self.refresh else None


class PortalKind(StrEnum):
    """What is crawled: a news site, or a digital newspaper with one edition per day."""

    PORTAL = "portal"
    NEWSPAPER = "newspaper"


class Portal(Table):
    """One news portal. Four keys are enough for a portal of a usual shape; the rest are overrides."""

    id: str = Field(pattern=r"^[a-z0-9_]+$", max_length=64)
    """Name of the spider, and key of the portal in the archive."""
    name: str = Field(min_length=1)
    province: str
    """Full or short name of the province; stored as the full name."""
    homepage: str
    allowed_hosts: tuple[str, ...] = ()
    """More hosts of the portal, beside the homepage's own host and its subdomains."""
    sections: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    """Section name to URL (absolute, or relative to the homepage). If empty, sections are found on the homepage."""
    extra_sections: dict[str, str] = Field(default={}, validation_alias="sections.extra")
    """`[sections.extra]`: sections beside those of the homepage, as in `sections`."""
    feeds: tuple[str, ...] = ()
    """RSS or Atom feeds and sitemaps, read in addition to the sections (absolute, or relative to the homepage)."""
    listing: Annotated[tuple[ListingRules, ...], OneOrSeveral] = ()
    """Rules for listings; for each listing, the first that is for it counts."""
    article: PresentArticleRules = PresentArticleRules()
    crawl: CrawlRules = CrawlRules()
    schedule: ScheduleRules = ScheduleRules()
    browser: BrowserRules = BrowserRules()
    evidence: EvidenceRules = EvidenceRules()

    @model_validator(mode="before")
    @classmethod
    def _take_extra_sections(cls, values: object) -> object:
        """Read the table `[sections.extra]`, which TOML puts into `sections`."""
        if not isinstance(values, Mapping) or not isinstance(sections := values.get("sections"), Mapping):
            return values
        if not isinstance(extra := sections.get("extra"), Mapping):
            return values
        others = {name: url for name, url in sections.items() if name != "extra"}
        return {**values, "sections": others, "sections.extra": extra}

    @model_serializer(mode="wrap")
    def _write_extra_sections(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Write the definition as TOML has it, so that it can be read again."""
        values: dict[str, Any] = dump(self)
        if extra := values.pop("extra_sections", None):
            values["sections"] = {**values.get("sections", {}), "extra": extra}
        return values

    @field_validator("province")
    @classmethod
    def _known_province(cls, value: str) -> str:
        division = places.province(value)
        if division is None:
            names = "、".join(province.name for province in places.provinces())
            raise ValueError(f"is not a province; use one of {names}")
        return division.name

    @field_validator("homepage")
    @classmethod
    def _http_homepage(cls, value: str) -> str:
        parts = urlsplit(_http_url(value))
        return value if parts.path else urlunsplit(parts._replace(path="/"))

    @field_validator("allowed_hosts")
    @classmethod
    def _bare_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if not _HOST.fullmatch(host):
                raise ValueError(f"contains {host[:120]!r}, which is not a host name; use for example news.example.cn")
        return tuple(host.lower() for host in value)

    @model_validator(mode="after")
    def _sections_on_own_hosts(self) -> Portal:
        all_sections = [*self.sections.items(), *self.extra_sections.items()]
        if "" in (name.strip() for name, _ in all_sections):
            raise ValueError('sections: \'\' is not a name of a section; use for example "宜昌市" = "/yichang/"')
        named = [(f"sections: {name[:120]!r} = {url[:120]!r}", url) for name, url in all_sections]
        for where, url in [*named, *((f"feeds: {url[:120]!r}", url) for url in self.feeds)]:
            try:
                if not self.owns(self.section_url(url)):
                    raise ValueError("leaves the portal's hosts; correct it, or add its host to allowed_hosts")
            except ValueError as error:
                raise ValueError(f"{where} {error}") from None
        return self

    @model_validator(mode="after")
    def _templates_on_own_hosts(self) -> Portal:
        tables = [("listing.json", rules.json_rules) for rules in self.listing]
        articles = [("article.json", rules.json_rules) for rules in (self.article, *self.article.rules)]
        for name, table in [*tables, *articles]:
            template = table.url if table is not None else None
            if template and not WHOLE.match(template) and not self.owns(urljoin(self.homepage, template)):
                raise ValueError(
                    f"{name}: url = {template[:120]!r} leaves the portal's hosts; add its host to allowed_hosts"
                )
        return self

    @property
    def kind(self) -> PortalKind:
        """A newspaper has editions only: the URL of each of its sections holds the year of an edition."""
        urls = [*self.sections.values(), *self.extra_sections.values()]
        editions = [_EDITION.search(url) is not None for url in urls]
        return PortalKind.NEWSPAPER if editions and all(editions) else PortalKind.PORTAL

    @property
    def province_division(self) -> places.Division:
        """The province as a division of the gazetteer."""
        division = places.province(self.province)
        assert division is not None  # validated  # noqa: S101
        return division

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Hosts that belong to the portal, each with all its subdomains."""
        own = (urlsplit(self.homepage).hostname or "").removeprefix("www.")
        return tuple(dict.fromkeys((own, *(host.removeprefix("www.") for host in self.allowed_hosts))))

    def listing_rules(self, section: str, url: str) -> ListingRules:
        """Return the rules for the listing of a section, which begins at a URL, in its present design."""
        for rules in self.listing:
            if rules.until is not None:
                continue
            is_named = not rules.sections or section in rules.sections
            if is_named and (rules.url is None or re.search(rules.url, url)):
                return rules
        return ListingRules()

    def at(self, moment: str) -> Portal:
        """Return the portal with the rules of the design that it had at a moment, as the archive writes moments.

        Raises ValueError for another text.
        """
        if not self._has_dated_rules:
            return self
        day = datetime.fromisoformat(moment).astimezone(CHINA).date()
        # The design that ended first is that of the day; where it has no rules for a listing, a later one may have.
        dated = sorted((one.until, number) for number, one in enumerate(self.listing) if one.until and day <= one.until)
        past = [self.listing[number].model_copy(update={"until": None}) for _, number in dated]
        present = [rules for rules in self.listing if rules.until is None]
        return self.model_copy(update={"article": self.article.on(day), "listing": (*past, *present)})

    @cached_property
    def _has_dated_rules(self) -> bool:
        return bool(self.article.rules) or any(rules.until is not None for rules in self.listing)

    def data_url(self, url: str, keys: str = "") -> str | None:
        """Return the address of the data of an article (`[article.json]`); None without one.

        `keys` is what a listing gave to keys of the template, as `Listed` holds it.
        """
        rules = self.article.json_rules
        if rules is None:
            return None
        return rules.address_of(url, self.article.url, read_keys(keys))

    def owns(self, url: str) -> bool:
        """Tell whether a URL is on one of the portal's hosts or their subdomains."""
        return bool(self.host_of(url))

    def host_of(self, url: str) -> str:
        """Return the longest of the portal's hosts to which a URL belongs, or an empty string."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return ""
        own = [own for own in self.hosts if host == own or host.endswith(f".{own}")]
        return max(own, key=len, default="") if parts.scheme in ("http", "https") else ""

    def section_url(self, url: str) -> str:
        """Return the absolute URL of a section of the definition. Raises ValueError if it is not an http(s) URL."""
        return _http_url(urljoin(self.homepage, url))


def _http_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        is_valid = parts.scheme in ("http", "https") and (parts.port is None or parts.port > 0)
    except ValueError:
        is_valid = False
    if not is_valid or not (_HOST.fullmatch(host) or ":" in host) or _BLANK.search(value):
        raise ValueError(
            "is not a URL that can be crawled; it must start with http:// or https:// and name a host, without blanks"
        )
    if "@" in parts.netloc:
        raise ValueError("must not name a user or a password, because runs, captures and messages record it")
    return value
