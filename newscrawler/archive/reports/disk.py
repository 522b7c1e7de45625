"""Where the bytes of an archive are: in its file by table, and in its captures by kind and month."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from newscrawler.archive.rows import select_rows

_INDEX = ("search_index", "search_characters", "search_documents")
_REPRINTS = "reprint_"


def database_parts(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the bytes of the parts of the database, the largest first: `part` and `bytes`.

    Empty where SQLite was built without the table `dbstat`. It reads every page of the file.
    """
    try:
        pages = connection.execute("SELECT name, pgsize FROM dbstat")
        owners = dict(connection.execute("SELECT name, tbl_name FROM sqlite_master"))
        sizes: Counter[str] = Counter()
        for name, size in pages:
            sizes[_part(owners.get(name, name))] += size
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return []
        raise
    return [{"part": part, "bytes": size} for part, size in sizes.most_common()]


def _part(table: str) -> str:
    if table.startswith(_INDEX):
        return "search index"
    if table.startswith(_REPRINTS):
        return "reprints"
    return {"texts": "texts", "versions": "versions", "row_digests": "row digests"}.get(table, "other tables")


def captures_by_month(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return the captures per month (UTC) and kind: records, bytes, and how many records and bytes are revisits.

    The bytes are those of the responses; the records of requests beside them are not counted. A revisit says that a
    page was as before; it holds no page. Newest month first.
    """
    return select_rows(
        connection,
        """SELECT substr(fetched, 1, 7) AS month, kind, count(*) AS records, sum(coalesce(length, 0)) AS bytes,
             sum(refers_to IS NOT NULL) AS revisits,
             sum(iif(refers_to IS NOT NULL, coalesce(length, 0), 0)) AS revisit_bytes
           FROM captures WHERE file IS NOT NULL GROUP BY 1, 2 ORDER BY 1 DESC, 4 DESC""",
    )


def files_beside(archive: Path, captures: Path) -> list[dict[str, Any]]:
    """Return number and bytes of the files of an archive: database, captures, logs, copies from upgrades.

    `captures` is the folder of its WARC files.
    """
    folder = archive.absolute().parent
    groups = {
        "database": [archive, *(archive.with_name(archive.name + end) for end in ("-wal", "-shm"))],
        "captures": sorted(captures.glob("*/[!.]*.warc.gz*")),
        "index of captures": sorted(captures.glob("*/*.cdxj")),
        "logs": sorted((folder / "logs").glob("*.log*")),
        "copies from before upgrades": sorted(folder.glob(f"{archive.stem}.before-*{archive.suffix}")),
    }
    rows = []
    for what, paths in groups.items():
        sizes = [path.stat().st_size for path in paths if path.is_file() and not path.is_symlink()]
        rows.append({"what": what, "files": len(sizes), "bytes": sum(sizes)})
    return rows
