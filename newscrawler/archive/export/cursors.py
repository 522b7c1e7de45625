"""What was exported before: the marks of `--since-last NAME`, and what is new, changed or gone since.

A mark belongs to a name and a filter. It holds a fingerprint of each article's row as it was exported, over all
columns but `last_seen` and the body (which `content_hash` stands for). So a change is found whatever made it: a crawl,
a merge, a takedown, an undone run.

The mark is set when the file is whole and has its name. A crash in between leaves the old mark: the next export
repeats what the last one had. Nothing is ever left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from hashlib import blake2b
from itertools import chain

from newscrawler.archive.columns import COLUMN_NAMES, select_list
from newscrawler.archive.database.connection import writing
from newscrawler.archive.export.selection import Selection
from newscrawler.archive.filters import ArticleFilter
from newscrawler.text.clock import stamp

_COMPARED = tuple(name for name in COLUMN_NAMES if name not in ("last_seen", "body"))


class Mark:
    """The mark of a name and a filter, and what has changed since it was set.

    Needs a connection that may write; all of it is read in one transaction of the caller.
    """

    def __init__(self, name: str, chosen: ArticleFilter, selection: Selection) -> None:
        """Take down the state of the articles that are meant, in a temporary table."""
        self._name = name
        self._filter = filter_text(chosen)
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
        """Yield what is new, changed or gone: `change`, then the columns of the selection.

        Of an article that is not in the selection any more only `change` and `id` are given; the columns have it.
        """
        columns = self._selection.columns
        changed = self._selection.execute(
            f"""CASE WHEN t.article IS NULL THEN 'new' WHEN a.status = 'gone' THEN 'gone' ELSE 'changed' END,
            {select_list(columns)}""",
            "AND t.fingerprint IS NOT o.fingerprint ORDER BY a.n",
            joins="""JOIN temp.export_now o ON o.n = a.n
            LEFT JOIN export_states t ON t.cursor = ? AND t.article = o.id""",
            values=(self._id,),
        )
        gone = self._connection.execute(
            """SELECT t.article FROM export_states t LEFT JOIN articles a ON a.id = t.article
               LEFT JOIN temp.export_now o ON o.n = a.n WHERE t.cursor = ? AND o.n IS NULL""",
            (self._id,),
        )
        empty = dict.fromkeys(columns)
        lost = (("gone", *(empty | {"id": article}).values()) for (article,) in gone)
        return chain(changed, lost)

    def runs(self) -> list[str]:
        """Return the keys of the runs that stored the newest versions of what is new or changed, sorted."""
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

    def set(self) -> None:
        """Set the mark to what was read, in a transaction of its own."""
        with writing(self._connection):
            (mark,) = self._connection.execute(
                """INSERT INTO export_cursors (name, filter, exported) VALUES (?, ?, ?)
                   ON CONFLICT (name, filter) DO UPDATE SET exported = max(exported, excluded.exported) RETURNING id""",
                (self._name, self._filter, stamp()),
            ).fetchone()
            self._connection.execute("CREATE UNIQUE INDEX temp.export_now_id ON export_now(id)")
            self._connection.execute(
                "DELETE FROM export_states WHERE cursor = ? AND article NOT IN (SELECT id FROM temp.export_now)",
                (mark,),
            )
            self._connection.execute(
                """INSERT INTO export_states (cursor, article, fingerprint)
                   SELECT ?, id, fingerprint FROM temp.export_now ORDER BY id
                   ON CONFLICT (cursor, article) DO UPDATE SET fingerprint = excluded.fingerprint
                     WHERE fingerprint <> excluded.fingerprint""",
                (mark,),
            )


def filter_text(chosen: ArticleFilter) -> str:
    """Return a filter as JSON: the fields that are set, lists sorted."""
    values = {
        name: sorted(value) if isinstance(value, tuple) else value for name, value in asdict(chosen).items() if value
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def _fingerprint(*values: object) -> bytes:
    return blake2b(json.dumps(values, ensure_ascii=False).encode(), digest_size=16).digest()
