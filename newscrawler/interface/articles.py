"""Articles of an archive as typed values, and the filters that choose them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

from newscrawler.archive.columns import COLUMNS, Column
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.export.fields import split_list
from newscrawler.archive.filters import ArticleFilter

Names = str | Iterable[str]
"""One name, or several, of which any may fit."""


class Filters(TypedDict, total=False):
    """The arguments that choose articles, as the options of `newscrawler export` do. What is left out chooses all."""

    portals: Names
    """Ids or names of portals."""
    cities: Names
    """Divisions in any form of their name: 宜昌 or 宜昌市. An article counts for each of its cities."""
    counties: Names
    sources: Names
    """Outlets that the pages name."""
    editors: Names
    authors: Names
    statuses: Names
    """live, gone, blocked, unknown."""
    since: date | str
    """The first day of publication, as a date or as `2019-07-10`."""
    until: date | str
    """The last day of publication."""
    search: str
    """Words that an article contains, as for `Archive.search`."""


def filter_of(filters: Filters) -> ArticleFilter:
    """Return the filter of these arguments. Raises ValueError for a wrong day, word or name of an argument."""
    if unknown := sorted(set(filters) - set(Filters.__annotations__)):
        raise ValueError(f"there is no filter {unknown[0]!r}; there are {', '.join(Filters.__annotations__)}.")
    given: dict[str, Any] = {name: value for name, value in filters.items() if value is not None}
    words = given.pop("search", None)
    values: dict[str, Any] = {name: _day(given.pop(name)) for name in ("since", "until") if given.get(name)}
    values |= {name: (names,) if isinstance(names, str) else tuple(names) for name, names in given.items()}
    if words:
        from newscrawler.archive.search.query import word_filter

        values["search"] = word_filter(words)
    return ArticleFilter(**values)


def _day(value: object) -> str:
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError(f"{value!r} is not a valid date; use YYYY-MM-DD.") from None


@dataclass(frozen=True, slots=True)
class Article:
    """An article in its newest version: one row of the view `articles_flat`.

    The fields are the columns of that view, in its order, with lists as tuples and times as dates. `None` and an empty
    tuple mean that the page does not give the value. `newscrawler columns` explains each one.
    """

    id: str
    """Stable id, the same in every archive: 24 hexadecimal digits."""
    url: str
    portal: str
    """Id of the portal's definition."""
    province: str
    city: str | None
    """Division of the section that listed it first, else the one that its title names."""
    city_code: str | None
    """Code of GB/T 2260."""
    cities: tuple[str, ...]
    """All divisions for which the article counts."""
    county: str | None
    county_code: str | None
    section: str | None
    title: str
    subtitle: str | None
    source: str | None
    """The outlet that the page names (来源)."""
    published: str | None
    """ISO 8601, as precise as the page shows it: `2019-07-10` or `2019-07-10T09:30:00+08:00`."""
    published_date: date | None
    published_evidence: str | None
    """Where the date stood: page, url or listing."""
    listed_date: date | None
    editors: tuple[str, ...]
    authors: tuple[str, ...]
    summary: str | None
    body: str
    """Plain text, one paragraph per line."""
    keywords: tuple[str, ...]
    article_type: str
    """原创, 转载 or unknown."""
    char_count: int
    """Characters of the body that are not white space."""
    language: str
    image_count: int
    first_seen: datetime
    """When a crawl first stored it, UTC."""
    last_seen: datetime
    """When a crawl last fetched it, UTC."""
    status: str
    """live, gone, blocked or unknown."""
    version_count: int
    content_hash: str
    page: str | None
    """Name of the newspaper page (版名)."""
    page_no: str | None
    """Number of the newspaper page (版次)."""
    published_at: datetime | None
    """The moment of publication, UTC; None where only the day is known."""
    run: str
    """Key of the run that stored the newest version."""
    listed_source: str | None
    """The outlet that the listing names beside the link."""
    missing_since: datetime | None
    """Since when the portal answers that the article is not there; None while it has it."""


def article_of(row: Sequence[object]) -> Article:
    """Return the article of a row with all columns. Raises ArchiveError for a date that is not valid."""
    return Article(*(typed(column, value) for column, value in zip(COLUMNS, row, strict=True)))  # type: ignore[arg-type]


def typed(column: Column, value: object) -> object:
    """Return a value of the view as Python has it: lists as tuples, days and times as `date` and `datetime` (UTC)."""
    if column.is_list:
        return tuple(split_list(value))
    if value is None or column.type not in ("date", "datetime"):
        return value
    try:
        return _READ[column.type](str(value))
    except ValueError:
        raise ArchiveError(
            f"the archive holds {value!r} as {column.name}, which is not a valid {column.type}; "
            "'newscrawler verify' looks for damage."
        ) from None


_READ: Mapping[str, Any] = {"date": date.fromisoformat, "datetime": datetime.fromisoformat}
