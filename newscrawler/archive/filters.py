"""The filters that search, export, statistics and the web pages share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any, Literal

from newscrawler import places
from newscrawler.archive.columns import NOT_SUPPRESSED
from newscrawler.archive.errors import UserError
from newscrawler.archive.rows import select_rows

_PUBLIC = f"FROM versions v JOIN articles a ON a.n = v.article WHERE {NOT_SUPPRESSED}"
"""All versions of the articles that are not suppressed."""


class FilterError(UserError):
    """A filter that names something unknown, or that can match nothing; the message says how to correct it."""


def check_days(since: str | None, until: str | None) -> None:
    """Raise FilterError when the first day is later than the last, since nothing could match."""
    if since and until and since > until:
        raise FilterError(
            "the first day, {since}, is later than the last, {until}; exchange since and until.",
            since=since,
            until=until,
        )


@dataclass(frozen=True, slots=True)
class WordFilter:
    """Words that an article has to contain; `search.query.word_filter` makes it of what a user writes."""

    text: str
    """As the user wrote it."""
    table: Literal["search_index", "search_characters"]
    match: str
    """The expression of FTS5 for this table."""


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """A selection of articles. An empty field selects all; several names in one field select any of them.

    Raises FilterError when the first day is later than the last.
    """

    portals: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    """Divisions in any form of their name; `columns.CITIES_OF_ARTICLES` says for which cities an article counts."""
    counties: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    since: str | None = None
    """First day of publication, ISO."""
    until: str | None = None
    """Last day of publication, ISO."""
    search: WordFilter | None = None

    def __post_init__(self) -> None:
        check_days(self.since, self.until)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that are set, for JSON: in the order of their names, lists sorted."""
        values: dict[str, Any] = {name: value for name, value in asdict(self).items() if value}
        if self.search:
            values["search"] = self.search.text
        return {name: sorted(value) if isinstance(value, tuple) else value for name, value in sorted(values.items())}

    def where(self, connection: sqlite3.Connection) -> tuple[str, list[str]]:
        """Return an SQL condition on the tables of `columns.FROM`, and its values.

        Raises FilterError for a portal, city, county, outlet or person that the archive does not know.
        """
        parts = ["1"]
        values: list[str] = []
        for condition, condition_values in self._conditions(connection):
            parts.append(condition)
            values += condition_values
        return " AND ".join(parts), values

    def _conditions(self, connection: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
        if self.portals:
            yield (
                f"a.portal IN ({_placeholders(self.portals)})",
                [known_portal(connection, name) for name in self.portals],
            )
        if self.cities:
            names = city_names(connection, self.cities)
            placeholders = _placeholders(names)
            yield (
                f"(v.city IN ({placeholders}) AND s.city IS NULL OR EXISTS "
                f"(SELECT 1 FROM article_sections l JOIN sections t ON t.id = l.section "
                f"WHERE l.article = a.n AND t.city IN ({placeholders})))",
                names * 2,
            )
        if self.counties:
            yield f"v.county IN ({_placeholders(self.counties)})", [_county(connection, name) for name in self.counties]
        if self.sources:
            yield (
                f"v.source IN ({_placeholders(self.sources)})",
                [_name(connection, name, "source") for name in self.sources],
            )
        for part, people in (("editor", self.editors), ("author", self.authors)):
            if people:
                yield (
                    f"EXISTS (SELECT 1 FROM credits c WHERE c.version = v.id AND c.part = '{part}' "
                    f"AND c.name IN ({_placeholders(people)}))",
                    [_name(connection, name, part) for name in people],
                )
        if self.statuses:
            yield f"a.status IN ({_placeholders(self.statuses)})", list(self.statuses)
        if self.since:
            yield "v.published_date >= ?", [self.since]
        if self.until:
            yield "v.published_date <= ?", [self.until]
        if self.search:
            table = self.search.table
            yield f"a.n IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)", [self.search.match]


def _placeholders(values: tuple[str, ...] | list[str]) -> str:
    return ", ".join("?" * len(values))


def known_portal(connection: sqlite3.Connection, name: str) -> str:
    """Return the id of a portal of the archive that is given by its id, its name, or a part that only its name has.

    Raises FilterError with the most similar ids and names when it is unknown.
    """
    names = portal_names(connection)
    if name in names:
        return name
    having = [identifier for identifier, full in names.items() if full == name]
    having = having or [identifier for identifier, full in names.items() if name and name in full]
    if len(having) == 1:
        return having[0]
    return known_name(name, [*names, *names.values()], "portal")


def portal_names(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the names of the portals of the archive by id."""
    return dict(connection.execute("SELECT id, name FROM portals ORDER BY id").fetchall())


def known_name(name: str, known: list[str], kind: str) -> str:
    """Return a name if it is a known one; raise FilterError with the most similar ones when it is not."""
    if name in known:
        return name
    if not known:
        raise FilterError("the archive has no {kind} {name!r}; it is empty.", kind=kind, name=name)
    if near := near_names(name, known):
        raise FilterError(
            "the archive has no {kind} {name!r}; the nearest it knows: {near}.",
            kind=kind,
            name=name,
            near="、".join(near),
        )
    raise FilterError(
        "the archive has no {kind} {name!r}, and none with a name like it; it has, for example, {some}.",
        kind=kind,
        name=name,
        some="、".join(known[:_MAX_NEAR]),
    )


_MAX_NEAR = 5
_MAX_COMPARED = 2_000
"""Names that are compared letter by letter: an archive may have many thousand."""


def near_names(name: str, known: list[str], *, least: float = 0.4) -> list[str]:
    """Return the names that contain this one or are part of it, then those that are spelt nearly like it; at most 5.

    `least` is how alike names are that count as spelt like each other, from 0 to 1.
    """
    parts = [other for other in known if name and other and (name in other or other in name)]
    letters = set(name)
    similar = [other for other in known if len(letters & set(other)) * 2 >= len(letters)]
    spelt = get_close_matches(name, similar[:_MAX_COMPARED], n=3, cutoff=least)
    return list(dict.fromkeys([*sorted(parts, key=len), *spelt]))[:_MAX_NEAR]


_NAMES = {
    "source": ("v.source", ""),
    "editor": ("c.name", "JOIN credits c ON c.version = v.id AND c.part = 'editor'"),
    "author": ("c.name", "JOIN credits c ON c.version = v.id AND c.part = 'author'"),
}
"""Kind of a name to its column, and the table that has it."""


def _name(connection: sqlite3.Connection, name: str, kind: str) -> str:
    """Return the name of an outlet or person that some version of an article has."""
    column, table = _NAMES[kind]
    source = f"FROM versions v {table} JOIN articles a ON a.n = v.article WHERE {NOT_SUPPRESSED}"
    if connection.execute(f"SELECT 1 {source} AND {column} = ? LIMIT 1", [name]).fetchone():
        return name
    rows = connection.execute(f"SELECT {column} {source} AND {column} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC")
    return known_name(name, [row[0] for row in rows], kind)


def city_names(connection: sqlite3.Connection, names: tuple[str, ...]) -> list[str]:
    """Return the full names of cities given in any form; raise FilterError for one that the archive cannot have."""
    return [_city(connection, name) for name in names]


def _city(connection: sqlite3.Connection, name: str) -> str:
    """Return the full name of a city given in any form, when the archive's provinces have it."""
    if connection.execute("SELECT 1 FROM sections WHERE city = ? LIMIT 1", [name]).fetchone():
        return name
    # The names in titles come last, since that query reads every version.
    for row in select_rows(connection, "SELECT DISTINCT province FROM portals"):
        province = places.province(row["province"])
        if province and (division := places.match_division(name, province)):
            return division.name
    known = [
        row["city"]
        for row in select_rows(
            connection,
            f"SELECT city FROM sections WHERE city IS NOT NULL UNION SELECT v.city {_PUBLIC} AND v.city IS NOT NULL",
        )
    ]
    return known_name(name, known, "city")


def _county(connection: sqlite3.Connection, name: str) -> str:
    """Return the full name of a county given by its full or short name."""
    known = [
        row["county"] for row in select_rows(connection, f"SELECT DISTINCT v.county {_PUBLIC} AND v.county IS NOT NULL")
    ]
    if name in known:
        return name
    for row in select_rows(connection, f"SELECT DISTINCT v.county, v.county_code {_PUBLIC} AND v.county IS NOT NULL"):
        division = places.division(row["county_code"])
        if division and name in division.names:
            return str(row["county"])
    return known_name(name, known, "county")
