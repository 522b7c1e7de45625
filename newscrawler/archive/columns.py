"""The columns of `articles_flat`: one row per article, its newest version, lists joined with 、.

The view in the database, exports and the data dictionary are built from this one definition.
A change here needs a migration that creates the view again.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of `articles_flat`."""

    name: str
    sql: str
    type: str
    """text, integer, number (with a fraction), date (`2019-07-10`) or datetime (`2026-07-10T01:30:00Z`)."""
    meaning: str
    source: str
    """Where its values come from."""
    unit: str = "plain text"
    """What a value is counted in, or the code or notation that it is written in."""
    is_list: bool = False
    """Several values, joined with 、."""


def _names(part: str) -> str:
    return (
        "(SELECT group_concat(name, '、') FROM (SELECT name FROM credits "
        f"WHERE version = v.id AND part = '{part}' GROUP BY name ORDER BY min(position)))"
    )


_CITIES = (
    "(SELECT group_concat(city, '、') FROM (SELECT city FROM ("
    "SELECT t.city, t.city_code FROM article_sections l JOIN sections t ON t.id = l.section "
    "WHERE l.article = a.n AND t.city IS NOT NULL "
    "UNION SELECT v.city, v.city_code WHERE s.city IS NULL AND v.city IS NOT NULL"
    ") GROUP BY city ORDER BY min(city_code)))"
)
CITIES_OF_ARTICLES = """SELECT l.article AS n, t.city AS city, t.city_code AS city_code
  FROM article_sections l JOIN sections t ON t.id = l.section WHERE t.city IS NOT NULL
UNION SELECT a.n, v.city, v.city_code
  FROM articles a JOIN versions v ON v.id = a.version LEFT JOIN sections s ON s.id = a.section
  WHERE s.city IS NULL AND v.city IS NOT NULL"""
"""SQL: article (`n`) and city, for each city of an article, as the column `cities` and the filter by city mean it."""
MISSING_SINCE = (
    "(SELECT min(u.missing_since) FROM urls u WHERE u.article = a.n AND NOT EXISTS "
    "(SELECT 1 FROM urls o WHERE o.article = a.n AND o.missing_since IS NULL AND o.last_fetched >= u.missing_since))"
)
"""SQL: since when the portal answers for `articles a` that it is not there; NULL when one of its addresses was read."""

COLUMNS: tuple[Column, ...] = (
    Column(
        "id",
        "a.id",
        "text",
        "stable id of the article, the same in every archive",
        "made from portal and the document's key",
        "24 hexadecimal digits",
    ),
    Column("url", "a.url", "text", "address on the portal's own host", "the address that was fetched", "URL"),
    Column(
        "portal", "a.portal", "text", "id of the portal's definition", "the portal's definition", "id of a definition"
    ),
    Column(
        "province",
        "p.province",
        "text",
        "province of the portal",
        "the portal's definition",
        "name of a division, GB/T 2260",
    ),
    Column(
        "city",
        "coalesce(s.city, v.city)",
        "text",
        "division of the section that listed it first; of the title's place when that section is about none",
        "the portal's sections and navigation; the article's title or dateline",
        "name of a division, GB/T 2260",
    ),
    Column(
        "city_code",
        "CASE WHEN s.city IS NULL THEN v.city_code ELSE s.city_code END",
        "text",
        "code of the city: GB/T 2260, or our own, with a Z, for a zone without one",
        "the gazetteer, by the name",
        "code, GB/T 2260",
    ),
    Column(
        "cities",
        _CITIES,
        "text",
        "divisions of its sections, and of the title's place when the first section is about none, joined with 、",
        "the portal's sections and navigation; the article's title or dateline",
        "names of divisions, GB/T 2260",
        is_list=True,
    ),
    Column(
        "county",
        "v.county",
        "text",
        "county that the title or dateline names",
        "the article's title or dateline",
        "name of a division, GB/T 2260",
    ),
    Column(
        "county_code",
        "v.county_code",
        "text",
        "GB/T 2260 code of the county",
        "the gazetteer, by the name",
        "code, GB/T 2260",
    ),
    Column("section", "s.name", "text", "section that listed it first", "the portal's navigation, or its definition"),
    Column("title", "v.title", "text", "title as shown on the page", "the page"),
    Column("subtitle", "v.subtitle", "text", "second title line, shown beside the title", "the page"),
    Column("source", "v.source", "text", "outlet that the page names (来源)", "the page; else the listing"),
    Column(
        "published",
        "v.published",
        "text",
        "ISO 8601, as precise as the page shows it; +08:00 where it has a time",
        "the page; else the URL, else the listing",
        "ISO 8601, day to second, +08:00",
    ),
    Column(
        "published_date",
        "v.published_date",
        "date",
        "the day of publication",
        "published",
        "day, ISO 8601, Asia/Shanghai",
    ),
    Column(
        "published_evidence",
        "v.published_evidence",
        "text",
        "where the date stood: page, url or listing",
        "the rule that found the date",
        "page, url or listing",
    ),
    Column(
        "listed_date",
        "a.listed_date",
        "date",
        "date beside the listing's link",
        "the listings of the portal's sections",
        "day, ISO 8601, Asia/Shanghai",
    ),
    Column("editors", _names("editor"), "text", "names of the editors, joined with 、", "the page", is_list=True),
    Column(
        "authors",
        _names("author"),
        "text",
        "names of reporters, correspondents and other authors, joined with 、",
        "the page",
        is_list=True,
    ),
    Column("summary", "v.summary", "text", "the page's own summary (摘要)", "the page"),
    Column("body", "x.body", "text", "plain text, one paragraph a line", "the page"),
    Column("keywords", "v.keywords", "text", "the page's own keywords, joined with 、", "the page", is_list=True),
    Column(
        "article_type",
        "v.article_type",
        "text",
        "原创, 转载 or unknown",
        "computed from the page",
        "原创, 转载 or unknown",
    ),
    Column(
        "char_count",
        "v.char_count",
        "integer",
        "characters of the body that are not white space",
        "computed from body",
        "characters",
    ),
    Column(
        "language",
        "v.language",
        "text",
        "ISO 639-1 code of the body's language",
        "computed from body",
        "code, ISO 639-1",
    ),
    Column("image_count", "v.image_count", "integer", "images in the body", "computed from the page", "images"),
    Column(
        "first_seen",
        "a.first_seen",
        "datetime",
        "when a crawl first stored it, UTC",
        "the clock of the crawl",
        "time, ISO 8601, UTC",
    ),
    Column(
        "last_seen",
        "a.last_seen",
        "datetime",
        "when a crawl last fetched it, UTC",
        "the clock of the crawl",
        "time, ISO 8601, UTC",
    ),
    Column(
        "status",
        "a.status",
        "text",
        "live, gone, blocked or unknown",
        "the portal's answers to crawls",
        "live, gone, blocked or unknown",
    ),
    Column(
        "version_count", "a.version_count", "integer", "versions seen so far", "computed from the crawls", "versions"
    ),
    Column(
        "content_hash",
        "v.content_hash",
        "text",
        "SHA-256 of title and body, white space aside",
        "computed from title and body",
        "SHA-256, hexadecimal",
    ),
    Column(
        "page",
        "a.page",
        "text",
        "name of the newspaper page (版名) that shows the article",
        "the newspaper's edition",
    ),
    Column(
        "page_no",
        "a.page_no",
        "text",
        "number of the newspaper page (版次) that shows the article, as printed",
        "the newspaper's edition",
        "A01, 01, …",
    ),
    Column(
        "published_at",
        "CASE WHEN length(v.published) > 10 THEN strftime('%Y-%m-%dT%H:%M:%SZ', v.published) END",
        "datetime",
        "the moment of publication, UTC; empty where only the day is known",
        "published",
        "time, ISO 8601, UTC",
    ),
    Column(
        "run",
        "(SELECT r.key FROM runs r WHERE r.id = v.run)",
        "text",
        "key of the run that stored the newest version",
        "the crawls",
        "key of a run",
    ),
    Column(
        "listed_source",
        "a.listed_source",
        "text",
        "outlet that the listing names beside the link",
        "the listings of the portal's sections, by listing.json.source",
    ),
    Column(
        "missing_since",
        MISSING_SINCE,
        "datetime",
        "since when the portal answers that the article is not there; empty while it has it",
        "the crawls: the first 404 or 410 at an address of the article, or other document there",
        "time, ISO 8601, UTC",
    ),
)

COLUMN_NAMES = tuple(column.name for column in COLUMNS)

NOT_SUPPRESSED = "NOT EXISTS (SELECT 1 FROM suppressions h WHERE h.article = a.id AND h.lifted IS NULL)"
"""SQL condition on `articles a`: the article is not suppressed."""

_VERSIONS = f"""FROM articles a
JOIN portals p ON p.id = a.portal AND {NOT_SUPPRESSED}
JOIN versions v ON v.id = a.version"""
_SECTIONS = "LEFT JOIN sections s ON s.id = a.section"

FROM_VERSIONS = f"{_VERSIONS}\n{_SECTIONS}"
"""SQL: the tables of most columns, one row per article. Without the texts, they are read in a fraction of the time."""

FROM = f"{_VERSIONS}\nJOIN texts x ON x.hash = v.text\n{_SECTIONS}"
"""SQL: the tables of all columns."""


def select_list(names: tuple[str, ...] = COLUMN_NAMES, *, named: bool = True) -> str:
    """Return the select list of these columns, with or without their names; raise KeyError for an unknown name."""
    by_name = {column.name: column for column in COLUMNS}
    return ",\n  ".join(by_name[name].sql + f" AS {name}" * named for name in names)


def view_sql() -> str:
    """Return the statement that creates the view."""
    return f"CREATE VIEW articles_flat AS\nSELECT\n  {select_list()}\n{FROM}"


CITIES_OF_SELECTED = """SELECT DISTINCT l.article, t.city FROM selected k
  CROSS JOIN article_sections l ON l.article = k.n CROSS JOIN sections t ON t.id = l.section WHERE t.city IS NOT NULL
UNION SELECT a.n, v.city FROM selected k CROSS JOIN articles a ON a.n = k.n CROSS JOIN versions v ON v.id = a.version
  LEFT JOIN sections s ON s.id = a.section WHERE s.city IS NULL AND v.city IS NOT NULL"""
"""SQL: the cities of the articles in `selected(n)`, one row per article and city, as the filter by city finds them."""

CHINA_MONTH = "substr(datetime(moment, '+8 hours'), 1, 7)"
"""SQL: the month of a column `moment`, which is in UTC, in China."""
