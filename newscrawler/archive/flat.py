"""The columns of `articles_flat`: one row an article, its newest version, lists joined with 、.

One place says what each column is: the view in the database, exports and the data dictionary are made from it.
A change here needs a migration that makes the view anew.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of `articles_flat`."""

    name: str
    sql: str
    type: str
    meaning: str


def _names(part: str) -> str:
    return (
        "(SELECT group_concat(name, '、') FROM (SELECT name FROM credits "
        f"WHERE version = v.id AND part = '{part}' GROUP BY name ORDER BY min(position)))"
    )


_CITIES = (
    "(SELECT group_concat(city, '、') FROM (SELECT t.city FROM article_sections l JOIN sections t ON t.id = l.section "
    "WHERE l.article = a.n AND t.city IS NOT NULL GROUP BY t.city ORDER BY min(t.city_code)))"
)

COLUMNS: tuple[Column, ...] = (
    Column("id", "a.id", "text", "stable id of the article, the same in every archive"),
    Column("url", "a.url", "text", "address on the portal's own host"),
    Column("portal", "a.portal", "text", "id of the portal's definition"),
    Column("province", "p.province", "text", "province of the portal"),
    Column(
        "city",
        "coalesce(s.city, v.city)",
        "text",
        "division of the section that listed it first; of the title's place when that section is about none",
    ),
    Column(
        "city_code",
        "CASE WHEN s.city IS NULL THEN v.city_code ELSE s.city_code END",
        "text",
        "GB/T 2260 code of the city",
    ),
    Column("cities", _CITIES, "text", "divisions of all sections that listed it, joined with 、"),
    Column("county", "v.county", "text", "county that the title or dateline names"),
    Column("county_code", "v.county_code", "text", "GB/T 2260 code of the county"),
    Column("section", "s.name", "text", "section that listed it first"),
    Column("title", "v.title", "text", "title as shown on the page"),
    Column("subtitle", "v.subtitle", "text", "second title line, shown beside the title"),
    Column("source", "v.source", "text", "outlet that the page names (来源)"),
    Column("published", "v.published", "text", "ISO 8601, as precise as the page shows it; +08:00 where it has a time"),
    Column("published_date", "v.published_date", "date", "the day of publication"),
    Column("published_evidence", "v.published_evidence", "text", "where the date stood: page, url or listing"),
    Column("listed_date", "a.listed_date", "date", "date beside the listing's link"),
    Column("editors", _names("editor"), "text", "names of the editors, joined with 、"),
    Column("authors", _names("author"), "text", "names of reporters, correspondents and other authors, joined with 、"),
    Column("summary", "v.summary", "text", "the page's own summary (摘要)"),
    Column("body", "x.body", "text", "plain text, one paragraph a line"),
    Column("keywords", "v.keywords", "text", "the page's own keywords, joined with 、"),
    Column("article_type", "v.article_type", "text", "原创, 转载 or unknown"),
    Column("char_count", "v.char_count", "integer", "characters of the body that are not white space"),
    Column("language", "v.language", "text", "ISO 639-1 code of the body's language"),
    Column("image_count", "v.image_count", "integer", "images in the body"),
    Column("first_seen", "a.first_seen", "datetime", "when a crawl first stored it, UTC"),
    Column("last_seen", "a.last_seen", "datetime", "when a crawl last fetched it, UTC"),
    Column("status", "a.status", "text", "live, gone, blocked or unknown"),
    Column("version_count", "a.version_count", "integer", "versions seen so far"),
    Column("content_hash", "v.content_hash", "text", "SHA-256 of title and body, white space aside"),
)

COLUMN_NAMES = tuple(column.name for column in COLUMNS)

SHOWN = "NOT EXISTS (SELECT 1 FROM suppressions h WHERE h.article = a.id AND h.lifted IS NULL)"
"""SQL: an article of `articles a` that no takedown hides."""

FROM = f"""FROM articles a
JOIN portals p ON p.id = a.portal AND {SHOWN}
JOIN versions v ON v.id = a.version
JOIN texts x ON x.hash = v.text
LEFT JOIN sections s ON s.id = a.section"""


def select_list(names: tuple[str, ...] = COLUMN_NAMES) -> str:
    """Return the select list of these columns; raises KeyError for a name that is none."""
    by_name = {column.name: column for column in COLUMNS}
    return ",\n  ".join(f"{by_name[name].sql} AS {name}" for name in names)


def view_sql() -> str:
    """Return the statement that makes the view."""
    return f"CREATE VIEW articles_flat AS\nSELECT\n  {select_list()}\n{FROM}"
