"""Cursors of `export --since-last NAME`: what was exported before, and what is new, changed or gone since.

A cursor belongs to a name and a filter. It holds a fingerprint of each article's row as it was exported, over all
columns but `last_seen`, `run`, `published_at` (which `published` stands for) and the body (which `content_hash` stands
for). So every change is noticed, whether a crawl, a merge, a suppression or an undone run made it. Empty columns at the
end do not count: a column that a later version added changes no row until it has a value.

The cursor moves when the file is whole and has its name. After a crash in between, the old cursor is still there and
the next export repeats the rows of the last one. Nothing is ever left out.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import chain

from newscrawler.archive.columns import COLUMN_NAMES, select_list
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.export.selection import Selection
from newscrawler.archive.filters import ArticleFilter
from newscrawler.text.clock import stamp

_COMPARED = tuple(name for name in COLUMN_NAMES if name not in ("last_seen", "run", "published_at", "body"))


class Cursor:
    """The cursor of a name and a filter, and what has changed since it was moved.

    It needs a connection that may write. The caller reads all of it in one transaction.
    """

    def __init__(self, name: str, article_filter: ArticleFilter, selection: Selection) -> None:
        """Record the state of the selected articles in a temporary table."""
        self._name = name
        self._filter = json.dumps(article_filter.as_dict(), ensure_ascii=False)
        self._selection = selection
        self._connection = connection = selection.connection
        row = connection.execute(
            "SELECT id, exported FROM export_cursors WHERE name = ? AND filter = ?", (name, self._filter)
        ).fetchone()
        self._id: int | None = row[0] if row else None
        self.exported: str | None = row[1] if row else None
        connection.create_function("export_fingerprint", -1, _fingerprint, deterministic=True)
        connection.execute("DROP TABLE IF EXISTS temp.export_now")
        connection.execute("CREATE TEMP TABLE export_now (n INTEGER PRIMARY KEY, id TEXT, fingerprint BLOB)")
        compared = select_list(_COMPARED, named=False)
        selection.execute(
            f"a.n, a.id, export_fingerprint({compared})", "ORDER BY a.n", before="INSERT INTO temp.export_now"
        )

    def rows(self) -> Iterator[Sequence[object]]:
        """Return what is new, changed or gone: `change`, then the columns of the selection.

        An article that is not in the selection any more has only `change` and `id`; the columns must have `id`.
        """
        columns = self._selection.columns
        changed = self.changed(
            f"""CASE WHEN t.article IS NULL THEN 'new' WHEN a.status = 'gone' THEN 'gone' ELSE 'changed' END,
            {select_list(columns)}""",
            "ORDER BY a.n",
        )
        empty = dict.fromkeys(columns)
        lost = (("gone", *(empty | {"id": article}).values()) for article in self.lost())
        return chain(changed, lost)

    def lost(self) -> Iterator[str]:
        """Yield the ids of articles that were exported and are not in the selection any more."""
        rows = self._connection.execute(
            """SELECT t.article FROM export_states t LEFT JOIN articles a ON a.id = t.article
               LEFT JOIN temp.export_now o ON o.n = a.n WHERE t.cursor = ? AND o.n IS NULL""",
            (self._id,),
        )
        for (article,) in rows:
            yield article

    def changed(self, expressions: str, order: str, *, before: str = "") -> sqlite3.Cursor:
        """Select expressions for the articles of the selection that are new or changed.

        `before` stands ahead of the statement.
        """
        return self._selection.execute(
            expressions,
            f"AND t.fingerprint IS NOT o.fingerprint {order}",
            joins="""JOIN temp.export_now o ON o.n = a.n
            LEFT JOIN export_states t ON t.cursor = ? AND t.article = o.id""",
            values=(self._id,),
            before=before,
        )

    def runs(self) -> list[str]:
        """Return the keys of the runs that stored the newest versions of new and changed articles, sorted."""
        return sorted(
            row[0]
            for row in self._connection.execute(
                """SELECT DISTINCT r.key FROM temp.export_now o JOIN articles a ON a.n = o.n
                   JOIN versions v ON v.id = a.version JOIN runs r ON r.id = v.run
                   LEFT JOIN export_states t ON t.cursor = ? AND t.article = o.id
                   WHERE t.fingerprint IS NOT o.fingerprint""",
                (self._id,),
            )
        )

    def move(self) -> None:
        """Move the cursor to what was read, in a transaction of its own."""
        with writing(self._connection):
            (cursor,) = self._connection.execute(
                """INSERT INTO export_cursors (name, filter, exported) VALUES (?, ?, ?)
                   ON CONFLICT (name, filter) DO UPDATE SET exported = max(exported, excluded.exported) RETURNING id""",
                (self._name, self._filter, stamp()),
            ).fetchone()
            self._connection.execute("CREATE UNIQUE INDEX temp.export_now_id ON export_now(id)")
            self._connection.execute(
                "DELETE FROM export_states WHERE cursor = ? AND article NOT IN (SELECT id FROM temp.export_now)",
                (cursor,),
            )
            self._connection.execute(
                """INSERT INTO export_states (cursor, article, fingerprint)
                   SELECT ?, id, fingerprint FROM temp.export_now ORDER BY id
                   ON CONFLICT (cursor, article) DO UPDATE SET fingerprint = excluded.fingerprint
                     WHERE fingerprint <> excluded.fingerprint""",
                (cursor,),
            )


def _fingerprint(*values: object) -> bytes:
    size = len(values)
    while size and values[size - 1] is None:
        size -= 1
    return blake2b(json.dumps(values[:size], ensure_ascii=False).encode(), digest_size=16).digest()
