"""The definition of a portal: what its keys mean and which values they take."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from urllib.parse import urljoin, urlsplit, urlunsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from newscrawler import places
from newscrawler.portals import schedule
from newscrawler.text.definitions import Pattern, Selector, Table

_HOST = re.compile(r"[\w-]+(\.[\w-]+)+\.?|localhost")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")


class ListingRules(Table):
    """`[listing]`: where the generic reading of listings has to be helped."""

    entry: Selector | None = None
    """The links of the articles, or elements that each hold one such link."""
    next: Selector | None = None
    """The link to the next listing page."""


class ArticleRules(Table):
    """`[article]`: which links are articles, and overrides a field."""

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
    """Elements that are cut out of the body."""


class CrawlRules(Table):
    """`[crawl]`: manners towards this portal."""

    delay: float = Field(default=1.0, ge=0, le=3600)
    """Seconds between two requests to the portal, over all its hosts."""
    concurrency: int = Field(default=4, ge=1, le=64)
    """Requests under way to the portal at the same time."""
    encoding: str | None = None
    """Charset of the pages; only where detection fails."""
    full_every_days: int = Field(default=30, ge=0)
    """A listing is read to its end again after so many days, which finds what was re-ordered; 0: never."""
    hours: str | None = None
    """Hours of the day, in China's time, in which the portal may be crawled: `22:00-06:00`."""
    max_requests: int | None = Field(default=None, ge=1)
    """Requests of one crawl at most; the next crawl goes on."""
    max_bytes: int | None = Field(default=None, ge=1)
    """Bytes received in one crawl at most; the next crawl goes on."""
    legacy_tls: bool = False
    """Allow TLS 1.0 and weak ciphers, for a portal that speaks nothing better. The link is then hardly secure."""

    @field_validator("hours")
    @classmethod
    def _span_of_hours(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
            raise ValueError("is no span of hours; write it as in 22:00-06:00")
        return value

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                b"a".decode(value)
            except (LookupError, ValueError):
                raise ValueError("is no charset that Python knows; use gb18030, utf-8 or big5") from None
        return value


class ScheduleRules(Table):
    """`[schedule]`: when `newscrawler schedule` crawls this portal. Times are China's."""

    every: str | None = None
    """A span that a day holds a whole number of times, counted from midnight: `6h`."""
    cron: str | None = None
    """Five fields of cron, in place of `every`."""
    jitter: str | None = None
    """Start up to so much later, at random: `10m`."""
    refresh: str | None = None
    """Time of day at which stored articles are asked for again: `03:30`."""
    deadline: str = "12h"
    """A crawl that takes longer is stopped."""

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
        """When a crawl begins; None: not by a schedule."""
        if self.every:
            return schedule.times_of_every(self.every)
        return schedule.times_of_cron(self.cron) if self.cron else None

    @property
    def refresh_times(self) -> schedule.Times | None:
        """When a refresh begins; None: not by a schedule."""
        return schedule.times_of_clock(self.refresh) if self.refresh else None


class Portal(Table):
    """One news portal. Four keys are enough for a portal of a usual shape; the rest are overrides."""

    id: str = Field(pattern=r"^[a-z0-9_]+$", max_length=64)
    """Name of the spider and key in the archive."""
    name: str = Field(min_length=1)
    province: str
    """Full or short name of the province, stored as its full name."""
    homepage: str
    allowed_hosts: tuple[str, ...] = ()
    """Hosts beside the homepage's own and its subdomains."""
    sections: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    """Section name to URL (absolute, or relative to the homepage); empty: found on the homepage."""
    feeds: tuple[str, ...] = ()
    """RSS or Atom feeds and sitemaps, read besides the sections (absolute, or relative to the homepage)."""
    listing: ListingRules = ListingRules()
    article: ArticleRules = ArticleRules()
    crawl: CrawlRules = CrawlRules()
    schedule: ScheduleRules = ScheduleRules()

    @field_validator("province")
    @classmethod
    def _known_province(cls, value: str) -> str:
        found = places.province(value)
        if found is None:
            names = "、".join(province.name for province in places.provinces())
            raise ValueError(f"is no province; use one of {names}")
        return found.name

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
                raise ValueError(f"holds {host[:120]!r}, which is no host name; write it as in news.example.cn")
        return tuple(host.lower() for host in value)

    @model_validator(mode="after")
    def _sections_on_own_hosts(self) -> Portal:
        if "" in (name.strip() for name in self.sections):
            raise ValueError('sections: \'\' is no name of a section; write it as in "宜昌市" = "/yichang/"')
        named = [(f"sections: {name[:120]!r} = {url[:120]!r}", url) for name, url in self.sections.items()]
        for where, url in [*named, *((f"feeds: {url[:120]!r}", url) for url in self.feeds)]:
            try:
                if not self.owns(self.section_url(url)):
                    raise ValueError("leaves the portal's hosts; correct it, or add its host to allowed_hosts")
            except ValueError as error:
                raise ValueError(f"{where} {error}") from None
        return self

    @property
    def province_division(self) -> places.Division:
        """The province as the gazetteer knows it."""
        found = places.province(self.province)
        assert found is not None  # validated  # noqa: S101
        return found

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Hosts that belong to the portal, themselves and with all their subdomains."""
        own = (urlsplit(self.homepage).hostname or "").removeprefix("www.")
        return tuple(dict.fromkeys((own, *(host.removeprefix("www.") for host in self.allowed_hosts))))

    def owns(self, url: str) -> bool:
        """Whether a URL stands on one of the portal's hosts or their subdomains."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return False
        return parts.scheme in ("http", "https") and any(host == own or host.endswith(f".{own}") for own in self.hosts)

    def section_url(self, url: str) -> str:
        """The absolute URL of a section given in the definition; raises ValueError when it is not http(s)."""
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
            "is no URL that can be crawled; it starts with http:// or https://, names a host and has no white space"
        )
    return value
