"""What a merge changes in rows that the target had: told to the user, since an input may come from somebody else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

_BOTH = "main.articles a JOIN merged.articles b ON b.id = a.id"
_NEWEST = f"{_BOTH} JOIN main.versions v ON v.id = a.version JOIN merged.versions w ON w.id = b.version"
_FIELDS = ("subtitle", "source", "published", "published_evidence", "summary", "keywords")
_SUPPRESSED = "EXISTS (SELECT 1 FROM {}.suppressions h WHERE h.article = a.id AND h.lifted IS NULL)"

_CHANGES = (
    (
        "another title or text; 'newscrawler reextract --dry-run' compares them with their captures",
        f"SELECT a.url FROM {_NEWEST} WHERE v.content_hash <> w.content_hash",
    ),
    (
        "another value in a field beside title and text",
        f"""SELECT a.url FROM {_NEWEST} WHERE v.content_hash = w.content_hash
            AND ({" OR ".join(f"v.{name} IS NOT w.{name}" for name in _FIELDS)})""",
    ),
    ("another status", f"SELECT a.url FROM {_BOTH} WHERE a.status <> b.status"),
    ("an earlier first sighting", f"SELECT a.url FROM {_BOTH} WHERE a.first_seen <> b.first_seen"),
    ("another address", f"SELECT a.url FROM {_BOTH} WHERE a.url <> b.url"),
    (
        "a suppression that an input brought",
        f"SELECT a.url FROM {_BOTH} WHERE {_SUPPRESSED.format('merged')} AND NOT {_SUPPRESSED.format('main')}",
    ),
)


def effects(connection: sqlite3.Connection, inputs: Sequence[str]) -> Iterator[str]:
    """Yield one sentence per kind of change; the target is attached as `main`, the result as `merged`.

    `inputs` are the names under which the inputs are attached.
    """
    for what, query in _CHANGES:
        urls = [url for (url,) in connection.execute(f"{query} ORDER BY a.url")]
        if urls:
            yield f"{_articles(len(urls))} {'has' if len(urls) == 1 else 'have'} {what}, as {urls[0]}"
    lifted = {
        article
        for name in inputs
        for (article,) in connection.execute(
            f"""SELECT m.article FROM main.suppressions m JOIN {name}.suppressions x
                ON (x.article, x.since, x.by, x.reason) = (m.article, m.since, m.by, m.reason)
                WHERE m.lifted IS NULL AND x.lifted IS NOT NULL"""
        )
    }
    if lifted:
        stay = "stays" if len(lifted) == 1 else "stay"
        yield (
            f"{_articles(len(lifted))} {stay} suppressed although an input lifted it, as {min(lifted)}; "
            "'newscrawler suppress lift' shows it again"
        )


def _articles(count: int) -> str:
    return f"{count:,} article{'s' * (count != 1)}"
