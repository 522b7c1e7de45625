"""The digests that a manifest gives per run: whoever has the archive can prove that an exported article is its own.

A digest is the SHA-256 of one line per exported version of the run, in the order of the articles' ids. A line is a JSON
array and a line feed: the article's id, the number of its version, `content_hash` (title and body), outlet, time of
publication, credits in their order, and SHA-256 and time of the capture that it was read from. No row number of the
archive is part of it, so it is the same after a merge. A version that was changed, added or removed changes it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable

LINE = """a.id, v.number, v.content_hash, v.source, v.published,
  (SELECT group_concat(credit, '、') FROM (
     SELECT role || ' ' || name AS credit FROM credits WHERE version = v.id ORDER BY position)),
  (SELECT digest FROM captures WHERE id = v.capture), (SELECT fetched FROM captures WHERE id = v.capture)"""
"""SQL: the values of a line, on the tables of `columns.FROM`."""


def run_digests(connection: sqlite3.Connection, rows: Iterable[tuple[object, ...]]) -> dict[str, dict[str, object]]:
    """Return key of a run to the number of its versions and their digest.

    Each row has the id of the run, then the values of LINE; they come in the order of the articles' ids.
    """
    hashes: dict[object, tuple[int, hashlib._Hash]] = {}
    for run, *values in rows:
        count, digest = hashes.get(run) or (0, hashlib.sha256())
        digest.update(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        hashes[run] = count + 1, digest
    keys = dict(connection.execute("SELECT id, key FROM runs"))
    return {
        str(keys[run]): {"versions": count, "sha256": digest.hexdigest()}
        for run, (count, digest) in sorted(hashes.items(), key=lambda item: str(keys[item[0]]))
    }
