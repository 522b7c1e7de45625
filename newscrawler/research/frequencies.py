"""How often words occur, per city, outlet, month or another group: articles and occurrences, absolute and relative.

Articles are those that a search finds (their title, summary or body contains the word). Occurrences are counted in
titles and bodies, as a concordance shows them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from newscrawler.archive.columns import CITIES_OF_ARTICLES, FROM_VERSIONS
from newscrawler.archive.errors import UserError
from newscrawler.archive.filters import ArticleFilter, city_names, near_names
from newscrawler.archive.indexing.code_points import fold_quickly
from newscrawler.archive.rows import select_rows
from newscrawler.archive.search.query import parse_query, word_filter
from newscrawler.research.texts import numbers_by_date, read_texts

GROUPS = {
    "portal": "a.portal",
    "province": "p.province",
    "city": "k.city",
    "source": "v.source",
    "year": "substr(v.published_date, 1, 4)",
    "month": "substr(v.published_date, 1, 7)",
}
"""What frequencies can be grouped by: name to SQL. An article counts once for each of its cities."""
MOST_WORDS = 20
_MILLION = 1_000_000


class WordsError(UserError):
    """Words that cannot be counted; the message says why and what to do."""


def count_words(
    connection: sqlite3.Connection, words: Sequence[str], article_filter: ArticleFilter, by: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return one row per word and group, in the order of the words and then of the groups.

    Each row has `word`, the group, `articles` that contain the word, `of_articles` (all of the group), `share` of them,
    `occurrences`, `characters` (of all bodies of the group) and `per_million` (occurrences per million characters).
    Raises WordsError, SearchError and FilterError.
    """
    if len(words) > MOST_WORDS:
        raise WordsError("there are {count} words; {most} is the most.", count=len(words), most=MOST_WORDS)
    for name in by:
        if name not in GROUPS:
            near = near_names(name, list(GROUPS)) or list(GROUPS)
            raise WordsError("cannot group by {name!r}; use {near}.", name=name, near=", ".join(near))
        if by.count(name) > 1:
            raise WordsError("the words are grouped by {name!r} twice.", name=name)
    # Temporary tables are written, not the archive.
    connection.execute("PRAGMA query_only = OFF")
    rows: list[dict[str, Any]] = []
    for word in words:
        _count_into_table(connection, word, article_filter)
        rows += _grouped(connection, word, article_filter, by)
    return rows


def _count_into_table(connection: sqlite3.Connection, word: str, article_filter: ArticleFilter) -> None:
    """Fill `temp.counted` with the articles that contain a word, and how often each does."""
    highlights = parse_query(word).highlights
    found = word_filter(word)
    numbers = numbers_by_date(connection, replace(article_filter, search=found))
    connection.execute("DROP TABLE IF EXISTS temp.counted")
    connection.execute("CREATE TEMP TABLE counted (n INTEGER PRIMARY KEY, occurrences INTEGER NOT NULL)")
    connection.executemany(
        "INSERT INTO temp.counted VALUES (?, ?)",
        (
            (text.n, sum(1 for _, content in text.fields() for _ in highlights.finditer(fold_quickly(content))))
            for text in read_texts(connection, numbers)
        ),
    )


def _grouped(
    connection: sqlite3.Connection, word: str, article_filter: ArticleFilter, by: Sequence[str]
) -> list[dict[str, Any]]:
    where, values = article_filter.where(connection)
    cities = ""
    if "city" in by:
        cities = f"LEFT JOIN (SELECT DISTINCT n, city, city_code FROM ({CITIES_OF_ARTICLES})) k ON k.n = a.n"
    if "city" in by and article_filter.cities:
        # Otherwise each article of the city would count for its other cities, too.
        names = city_names(connection, article_filter.cities)
        where += f" AND k.city IN ({', '.join('?' * len(names))})"
        values = [*values, *names]
    groups = "".join(f"{GROUPS[name]} AS {name}, " for name in by)
    grouped = ", ".join(GROUPS[name] for name in by)
    order = ", ".join("min(k.city_code)" if name == "city" else GROUPS[name] for name in by)
    rows = select_rows(
        connection,
        f"""SELECT {groups} count(c.n) AS articles, count(*) AS of_articles,
              CAST(total(c.occurrences) AS INTEGER) AS occurrences, CAST(total(v.char_count) AS INTEGER) AS characters
            {FROM_VERSIONS} {cities} LEFT JOIN temp.counted c ON c.n = a.n
            WHERE {where} {f"GROUP BY {grouped} ORDER BY {order}" if by else ""}""",
        values,
    )
    return [
        {"word": word}
        | {name: row[name] for name in by}
        | {
            "articles": row["articles"],
            "of_articles": row["of_articles"],
            "share": round(row["articles"] / row["of_articles"], 6) if row["of_articles"] else None,
            "occurrences": row["occurrences"],
            "characters": row["characters"],
            "per_million": round(_MILLION * row["occurrences"] / row["characters"], 3) if row["characters"] else None,
        }
        for row in rows
    ]
