"""The rows of an export: the newest versions, or the archive as it was at a moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from itertools import chain
from typing import Any

from newscrawler.archive.columns import COLUMN_NAMES, FROM, select_list
from newscrawler.archive.export.errors import ExportError
from newscrawler.archive.filters import ArticleFilter, near_names
from newscrawler.text.clock import stamp

FETCH_ROWS = 500
_LIKE = 0.6
"""How alike a column's name and a mistyped one are at least: names in Latin letters share many of them by chance."""

AS_OF = """WITH moment (t) AS (SELECT ?),
urls AS NOT MATERIALIZED (
  SELECT u.article, u.last_fetched, CASE WHEN u.missing_since <= t THEN u.missing_since END AS missing_since
  FROM main.urls u, moment),
article_sections AS (SELECT l.* FROM main.article_sections l, moment WHERE l.first_listed <= t),
articles AS (
  SELECT m.n, m.id, m.portal, m.key, m.url, m.listed_date, m.listed_source, m.page, m.page_no, m.first_seen,
    coalesce(
      (SELECT l.section FROM article_sections l WHERE l.article = m.n AND l.section = m.section),
      (SELECT l.section FROM article_sections l WHERE l.article = m.n ORDER BY l.first_listed, l.section LIMIT 1)
    ) AS section,
    (SELECT w.id FROM versions w WHERE w.article = m.n AND w.seen_from <= t ORDER BY w.number DESC LIMIT 1) AS version,
    (SELECT count(*) FROM versions w WHERE w.article = m.n AND w.seen_from <= t) AS version_count,
    CASE
      WHEN m.last_seen > t OR m.status = 'live' THEN 'live'
      WHEN coalesce((SELECT min(u.missing_since) FROM main.urls u WHERE u.article = m.n) > t, 0) THEN 'live'
      WHEN m.status <> 'gone' THEN 'unknown'
      WHEN (SELECT max(u.last_fetched) FROM main.urls u WHERE u.article = m.n) <= t
        OR EXISTS (SELECT 1 FROM main.urls u JOIN captures c ON c.url = u.url
                   WHERE u.article = m.n AND c.status IN (404, 410) AND c.fetched <= t
                     AND julianday(c.fetched) >= julianday(u.missing_since) + 1) THEN 'gone'
      ELSE 'unknown'
    END AS status,
    CASE WHEN m.last_seen <= t THEN m.last_seen ELSE max(
      m.first_seen,
      coalesce((SELECT max(w.seen_from) FROM versions w WHERE w.article = m.n AND w.seen_from <= t), ''),
      coalesce((SELECT max(w.seen_to) FROM versions w WHERE w.article = m.n AND w.seen_to <= t), ''),
      coalesce((SELECT max(c.fetched) FROM main.urls u JOIN captures c ON c.url = u.url
                WHERE u.article = m.n AND c.status IN (200, 304) AND c.fetched <= t), '')) END AS last_seen
  FROM main.articles m, moment WHERE m.first_seen <= t)
"""
"""SQL: the tables `articles`, `article_sections` and `urls` as they were at a moment, under their own names.

An article has the newest version that was seen by then. It is live when it was read later, or is live today, or was
not missing yet; gone when its withdrawal was settled by then; otherwise unknown. What was missing then and
came back is not known to have been missing.
"""


def columns_named(names: Sequence[str]) -> tuple[str, ...]:
    """Return these columns (default: all). Raises ExportError for an unknown one."""
    for name in names:
        if name not in COLUMN_NAMES:
            near = near_names(name, list(COLUMN_NAMES), least=_LIKE)
            hint = f"the nearest are {', '.join(near)}; " if near[1:] else f"did you mean {near[0]!r}? " if near else ""
            raise ExportError(f"there is no column {name!r}; {hint}'newscrawler columns' lists them.")
        if names.count(name) > 1:
            raise ExportError(f"the column {name!r} is named twice.")
    return tuple(names) or COLUMN_NAMES


def without_body(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns without the body. Raises ExportError when none is left."""
    left = tuple(name for name in columns if name != "body")
    if not left:
        raise ExportError("without the body no column is left; name others with --columns.")
    return left


def moment_of(text: str) -> str:
    """Return a day (its last second) or a time, UTC unless it names another zone, as a timestamp of ours.

    Raises ExportError for any other text, and for the future.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ExportError(f"{text!r} is not a valid date or time; use 2026-07-10 or 2026-07-10T08:00:00Z.") from None
    if len(text) <= len("2026-07-10"):
        moment = datetime.combine(moment.date(), time(23, 59, 59))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if moment.year <= 1 or moment.year >= 9999:
        raise ExportError(f"{text}: the year is out of range.")
    if stamp(moment)[:10] > stamp()[:10]:
        raise ExportError(f"{text}: is in the future; use a past date.")
    return stamp(moment)


@dataclass(frozen=True, slots=True)
class Selection:
    """Articles and columns, with the condition already resolved against an archive."""

    connection: sqlite3.Connection
    columns: tuple[str, ...]
    where: str
    """SQL on the tables of `columns.FROM`."""
    values: tuple[str, ...]
    as_of: str | None = None
    """A timestamp of ours; None for the newest versions."""
    is_chosen: bool = False
    """Whether `temp.chosen` names the articles, and their order."""

    @classmethod
    def of(
        cls,
        connection: sqlite3.Connection,
        article_filter: ArticleFilter,
        columns: Sequence[str] = COLUMN_NAMES,
        as_of: str | None = None,
    ) -> Selection:
        """Resolve a filter; raises FilterError when it names something unknown."""
        where, values = article_filter.where(connection)
        return cls(connection, tuple(columns), where, tuple(values), as_of)

    def execute(
        self,
        expressions: str,
        more: str = "",
        *,
        before: str = "",
        joins: str = "",
        values: Sequence[object] = (),
        tables: str = FROM,
    ) -> sqlite3.Cursor:
        """Select expressions on tables, those of `columns.FROM` or `FROM_VERSIONS`, for the selected articles.

        `more` follows the condition, `before` stands ahead of the statement; `values` are those of `joins`.
        """
        head, moment = (AS_OF, (self.as_of,)) if self.as_of else ("", ())
        return self.connection.execute(
            f"{before} {head}SELECT {expressions} {tables} {joins} WHERE {self.where} {more}",
            (*moment, *values, *self.values),
        )

    def rows(self) -> sqlite3.Cursor:
        """Return a cursor over the rows in the order in which the articles were first stored, or chosen."""
        if self.is_chosen:
            return self.execute(select_list(self.columns), "ORDER BY o.place", joins="JOIN temp.chosen o ON o.n = a.n")
        return self.execute(select_list(self.columns), "ORDER BY a.n")

    def chosen(self, choice: Choice) -> Selection:
        """Return the selection of the articles that were chosen from this one, in the order of the choice.

        It writes a temporary table, so a connection has one such selection at most.
        """
        self.connection.execute("CREATE TEMP TABLE chosen (place INTEGER PRIMARY KEY, n INTEGER NOT NULL)")
        self.connection.executemany(
            "INSERT INTO temp.chosen (place, n) VALUES (?, ?)", enumerate(choice.numbers, start=1)
        )
        self.connection.execute("CREATE INDEX temp.chosen_n ON chosen(n)")
        return replace(self, where="a.n IN (SELECT n FROM temp.chosen)", values=(), is_chosen=True)

    def run_keys(self) -> list[str]:
        """Return the keys of the runs that stored the versions, sorted."""
        versions = self.execute("DISTINCT v.run")
        runs = {row[0] for row in versions}
        keys = self.connection.execute("SELECT id, key FROM runs")
        return sorted(key for number, key in keys if number in runs)


@dataclass(frozen=True, slots=True)
class Choice:
    """Articles that were chosen from a selection, and how."""

    numbers: Sequence[int]
    """Row numbers (`articles.n`) in the order of the rows of the export. A number may occur several times."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the manifest says of the choice."""
    notes: Sequence[str] = ()
    """What the user should know, one clause each."""

    @property
    def has_repeats(self) -> bool:
        """Whether an article was chosen several times."""
        return len(set(self.numbers)) < len(self.numbers)


Chooser = Callable[[Selection], Choice]


def rows(
    connection: sqlite3.Connection, article_filter: ArticleFilter, columns: tuple[str, ...]
) -> Iterator[Sequence[object]]:
    """Return the rows of the selected articles; memory holds a few hundred of them.

    Raises FilterError at once when the filter names something unknown.
    """
    cursor = Selection.of(connection, article_filter, columns).rows()
    return chain.from_iterable(iter(lambda: cursor.fetchmany(FETCH_ROWS), []))
