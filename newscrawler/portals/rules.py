"""`[listing]` and `[article]` of a definition: help where the general rules misread a portal, by design and date."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from newscrawler.portals.json_rules import ArticleJson, ListingJson, TableWithJson
from newscrawler.text.clock import CHINA
from newscrawler.text.definitions import Pattern, Selector

_LAST_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
