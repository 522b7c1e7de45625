"""The options of a crawl, from the command line or from `scrapy crawl -a`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from newscrawler import places
from newscrawler.portals import Portal
from newscrawler.text.durations import parse_duration


class OptionError(ValueError):
    """An option that cannot be used. The message says what could be."""


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """The options of one crawl. `None` and empty mean: all."""

    cities: tuple[str, ...] = ()
    """Names of divisions or sections, as the user wrote them."""
    since: str | None = None
    """ISO date; listings are read back to it."""
    limit: int | None = None
    """The number of articles that the crawl fetches at most."""
    full: bool = False
    """Read every listing to its end, whatever the archive knows."""
    retry: bool = False
    """Request again at once what failed, was blocked or is gone."""
    via: str | None = None
    """Fetch from this address instead of the portal's own."""
    refresh: timedelta | None = None
    """Read no listing, but fetch stored articles again that were last fetched this long ago."""

    NAMES: ClassVar[tuple[str, ...]] = ("city", "since", "limit", "full", "retry", "via", "refresh")

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> CrawlOptions:
        """Read options from strings or values: city (one, several joined by commas, or a sequence), since,
        limit, full, retry, via. Raises OptionError.
        """
        city = values.get("city") or ()
        cities = city.replace("，", ",").split(",") if isinstance(city, str) else city
        return cls(
            cities=tuple(name.strip() for name in cities if name.strip()),
            since=_date(values.get("since")),
            limit=_limit(values.get("limit")),
            full=_switch(values.get("full")),
            retry=_switch(values.get("retry")),
            via=_address(values.get("via")),
            refresh=duration(values.get("refresh")),
        )

    def as_arguments(self) -> dict[str, Any]:
        """Return the options that are set, for the record of the run."""
        values = {**asdict(self), "refresh": str(self.refresh) if self.refresh is not None else None}
        return {name: value for name, value in values.items() if value}

    def check_cities(self, portal: Portal) -> None:
        """Raise OptionError if a city is neither a division of the province nor a section of the definition."""
        province = portal.province_division
        for name in self.cities:
            is_named = name in portal.sections or name in portal.extra_sections
            if not is_named and places.match_division(name, province) is None:
                near = places.nearest_names(name, province) or [
                    division.name for division in places.divisions_of(province)
                ]
                raise OptionError(
                    f"{name!r} is neither a division of {province.name} nor a section of portal {portal.id}; "
                    f"the nearest names are {'、'.join(near)}."
                )

    def wants(self, section: str, division: places.Division | None, province: places.Division) -> bool:
        """Whether the crawl reads a section."""
        if not self.cities:
            return True
        codes = {match.code for name in self.cities if (match := places.match_division(name, province))}
        return section in self.cities or (division is not None and division.code in codes)


def duration(value: str | timedelta | None) -> timedelta | None:
    """Read a duration such as `7d`, `12h`, `30m` or `45s`; raises OptionError."""
    if value is None or isinstance(value, timedelta):
        return value
    try:
        return parse_duration(value)
    except ValueError as error:
        raise OptionError(f"{value!r} {error}.") from None


def _switch(value: str | bool | None) -> bool:
    return value.lower() in ("1", "true", "yes") if isinstance(value, str) else bool(value)


def _date(value: str | date | None) -> str | None:
    if value is None or value == "":
        return None
    try:
        return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()[:10]
    except ValueError:
        raise OptionError(f"{value!r} is not a valid date; use YYYY-MM-DD.") from None


def _limit(value: str | int | None) -> int | None:
    if value is None or value == "":
        return None
    try:
        number = int(value)
    except ValueError:
        number = 0
    if number < 1:
        raise OptionError(f"{value!r} is not a valid limit; give a number of articles, 1 or more.")
    return number


def _address(value: str | None) -> str | None:
    if not value:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise OptionError("this is not a valid address; use a form such as http://127.0.0.1:8000.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        # The run records its options, and messages quote them.
        raise OptionError(
            "this address has a user, a password or a query, which would be recorded with the run; "
            "give scheme, host, port and folder only."
        )
    return value
