"""The rows of WARC files that were replaced, and the end of a replacement that a killed program left unfinished.

A replacement has four steps: rows of `replaced_files` name the new file; the new file appears; one transaction moves
the captures to it; the index follows, and the old files are removed. Whatever the last step was, the rows of captures
say which files are needed.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from newscrawler.archive.atomic import folder_beside
from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.recovery import index_lines
from newscrawler.archive.captures.warc_files import folder_of, is_finished
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.rows import select_rows

_IS_USED = "EXISTS (SELECT 1 FROM captures c WHERE c.file = {})"


def replacement_of(connection: sqlite3.Connection, file: str) -> str | None:
    """Return the file that replaced a WARC file; None when none did, or while captures are still in the old one."""
    row = connection.execute(
        f"SELECT replacement FROM replaced_files WHERE file = ? AND NOT {_IS_USED.format('?1')}", (file,)
    ).fetchone()
    return str(row[0]) if row else None


def finish_replacements(connection: sqlite3.Connection, portal: str) -> list[str]:
    """Finish what was begun, and undo what cannot be finished; return one sentence per file.

    Needs the lock of the portal, so that nobody else replaces files of it. Raises OSError.
    """
    root = folder_of(connection)
    if (root / portal).is_symlink():
        return []
    rows = select_rows(
        connection,
        f"""SELECT file, replacement, {_IS_USED.format("r.file")} AS is_used,
              {_IS_USED.format("r.replacement")} AS is_replaced
            FROM replaced_files r WHERE substr(file, 1, ?) = ?""",
        (len(portal) + 1, f"{portal}/"),
    )
    begun = [row for row in rows if row["is_used"]]
    sentences = []
    for name in dict.fromkeys(row["replacement"] for row in begun if not row["is_replaced"]):
        with folder_beside(root / name):
            pass  # it removes what the killed program was writing
        if is_finished(root, portal, name):
            (root / name).unlink()
            sentences.append(f"{name}: was removed; it was a copy that was not finished")
    with writing(connection):
        connection.executemany("DELETE FROM replaced_files WHERE file = ?", [(row["file"],) for row in begun])
    old = [row for row in rows if not row["is_used"] and is_finished(root, portal, row["file"])]
    if old:
        new = {Path(row["replacement"]).name for row in old if row["is_replaced"]}
        names = {Path(row["file"]).name for row in old} | new
        cdxj.replace_files(root / portal, names, index_lines(connection, root / portal, new))
    for row in old:
        (root / row["file"]).unlink()
        sentences.append(f"{row['file']}: was removed; {row['replacement']} has what was kept of it")
    return sentences
