"""`[crawl]` and `[schedule]` of a definition: how politely, how much and when a portal is crawled."""

from __future__ import annotations

import re
from collections.abc import Callable

from pydantic import Field, ValidationInfo, field_validator, model_validator

from newscrawler.portals import schedule
from newscrawler.text.definitions import Table


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
