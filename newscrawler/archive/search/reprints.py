"""Reprints among the hits of one page: shown below the first of them, so that no story stands there twice.

A reprint is an article with nearly the same text, of another portal or with the same title.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from newscrawler.archive.search.hits import Hit


def with_reprints_apart(connection: sqlite3.Connection, hits: Sequence[Hit]) -> tuple[list[Hit], dict[str, list[Hit]]]:
    """Return the hits without reprints of earlier ones, and the reprints by the id of the hit that they belong to."""
    clusters = dict(
        connection.execute(
            """SELECT a.id, m.cluster FROM json_each(?) j CROSS JOIN articles a ON a.id = j.value
               CROSS JOIN reprint_members m ON m.article = a.n""",
            [json.dumps([hit.id for hit in hits])],
        ).fetchall()
    )
    first: dict[int, Hit] = {}
    kept: list[Hit] = []
    apart: dict[str, list[Hit]] = {}
    for hit in hits:
        cluster = clusters.get(hit.id)
        origin = first.setdefault(cluster, hit) if cluster is not None else hit
        # Notices of one portal may differ in their dates and titles alone, and each is news.
        if origin is not hit and (hit.portal != origin.portal or hit.title == origin.title):
            apart.setdefault(origin.id, []).append(hit)
        else:
            kept.append(hit)
    return kept, apart
