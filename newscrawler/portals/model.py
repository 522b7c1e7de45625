"""The definition of a portal: what its keys mean and which values they take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer, model_validator

from newscrawler import places
from newscrawler.portals.browser import BrowserRules
from newscrawler.portals.crawl_rules import CrawlRules, ScheduleRules
from newscrawler.portals.evidence import EvidenceRules
from newscrawler.portals.rules import ListingRules, OneOrSeveral, PresentArticleRules
from newscrawler.text.address_templates import WHOLE, read_keys
from newscrawler.text.clock import CHINA
from newscrawler.text.definitions import Table

_HOST = re.compile(r"[\w-]+(\.[\w-]+)+\.?|localhost")
_EDITION = re.compile(r"\{(?:yyyy|yy)\}")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")


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
