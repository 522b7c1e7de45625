"""Reprints: articles with nearly the same body, whatever section, portal or day they appeared in.

A body is compared as a set of pieces of four letters and numbers each. Two bodies
whose sets have at least `SIMILAR` in common (Jaccard) are a pair; articles that pairs connect are a cluster.

Candidates come from locality-sensitive hashing: articles that share a band of their signatures
(`archive/indexing/minhash.py`). Where the whole signatures are similar too, the texts are compared.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from newscrawler.archive.columns import NOT_SUPPRESSED

if TYPE_CHECKING:
    from newscrawler.archive.indexing.minhash import Signature

SIMILAR = 0.8
"""Two bodies with at least this much in common are reprints."""
MAX_IN_BAND = 20
"""How many articles of one band are considered, the newest first: boilerplate shares a band with thousands."""
MAX_SIGNATURES = 32
"""How many candidates have their signatures compared: those that share most bands."""
MIN_AGREEMENT = 0.55
"""Share of a signature that must agree before texts are compared. Bodies that are just `SIMILAR` stay below it once
in a hundred to a thousand times."""
MAX_TEXTS = 8
"""How many candidates have their texts compared."""


def cluster_article(connection: sqlite3.Connection, n: int) -> None:
    """Synchronize the clusters with the newest version of an article. Must run inside its transaction."""
    row = connection.execute(
        f"""SELECT g.version, g.signature, CASE WHEN {NOT_SUPPRESSED} THEN a.version END
            FROM articles a LEFT JOIN reprint_signatures g ON g.article = a.n WHERE a.n = ?""",
        (n,),
    ).fetchone()
    compared, signature, newest = row or (None, b"", None)
    if compared == newest:
        return
    if compared is not None:
        _remove(connection, n, signature)
    if newest is not None:
        _add(connection, n, newest)


def rebuild_clusters(connection: sqlite3.Connection) -> int:
    """Rebuild the clusters from all newest versions; return their number. Must run inside a transaction."""
    for table in ("reprint_signatures", "reprint_bands", "reprint_pairs", "reprint_members"):
        connection.execute(f"DELETE FROM {table}")
    newest = connection.execute(
        f"SELECT n, version FROM articles a WHERE version IS NOT NULL AND {NOT_SUPPRESSED} ORDER BY n"
    ).fetchall()
    for n, version in newest:
        _add(connection, n, version)
    return len(newest)


def _add(connection: sqlite3.Connection, n: int, version: int) -> None:
    body = connection.execute(
        "SELECT x.body FROM versions v JOIN texts x ON x.hash = v.text WHERE v.id = ?", (version,)
    ).fetchone()[0]
    # Imported here, since it imports numpy, which commands that only read do not need.
    from newscrawler.archive.indexing.minhash import bands, signature

    own = signature(body)
    keys = bands(own)
    _pair(connection, n, body, own, keys)
    connection.execute("INSERT INTO reprint_signatures VALUES (?, ?, ?)", (n, version, own.astype("<u4").tobytes()))
    connection.executemany("INSERT OR IGNORE INTO reprint_bands VALUES (?, ?)", [(key, n) for key in keys])


@cache
def _sharing(count: int) -> str:
    """Return the query for the newest articles in each of `count` bands; its last value is the article itself."""
    newest = "SELECT article FROM reprint_bands WHERE band = ?{} AND article <> ?{} ORDER BY article DESC LIMIT {}"
    parts = [newest.format(number, count + 1, MAX_IN_BAND) for number in range(1, count + 1)]
    return " UNION ALL ".join(f"SELECT * FROM ({part})" for part in parts)


def _pair(connection: sqlite3.Connection, n: int, body: str, signature: Signature, keys: Sequence[int]) -> None:
    """Find the articles that are nearly the same, by signature and bands, and join their clusters."""
    candidates = _alike(connection, n, signature, keys)
    if not candidates:
        return
    from newscrawler.archive.indexing.minhash import likeness, pieces

    own = pieces(body)
    for other in candidates:
        cluster, other_cluster = _cluster(connection, n), _cluster(connection, other)
        if cluster is not None and cluster == other_cluster:
            continue
        similarity = likeness(own, pieces(_body(connection, other)))
        if similarity >= SIMILAR:
            pair = (n, other, similarity)
            connection.executemany("INSERT INTO reprint_pairs VALUES (?, ?, ?)", [pair, (other, n, similarity)])
            _join(connection, {cluster, other_cluster} - {None}, (n, other))


def _alike(connection: sqlite3.Connection, n: int, signature: Signature, keys: Sequence[int]) -> list[int]:
    """Return the articles whose texts are worth a comparison, the most promising first."""
    if not keys:
        return []
    shared = Counter(row[0] for row in connection.execute(_sharing(len(keys)), [*keys, n]))
    if not shared:
        return []
    from newscrawler.archive.indexing.minhash import agreement

    nearest = sorted(shared, key=lambda number: (-shared[number], -number))[:MAX_SIGNATURES]
    placeholders = ", ".join("?" * len(nearest))
    signatures = dict(
        connection.execute(
            f"SELECT article, signature FROM reprint_signatures WHERE article IN ({placeholders})", nearest
        )
    )
    shares = zip(agreement(signature, [signatures[number] for number in nearest]), nearest, strict=True)
    # Of those with equal shares, the newest first.
    promising = sorted(((share, number) for share, number in shares if share >= MIN_AGREEMENT), reverse=True)
    return [number for _, number in promising[:MAX_TEXTS]]


def _join(connection: sqlite3.Connection, clusters: Iterable[int | None], members: tuple[int, int]) -> None:
    existing = [cluster for cluster in clusters if cluster is not None]
    lowest = min([*existing, *members])
    connection.executemany(
        "INSERT INTO reprint_members VALUES (?, ?) ON CONFLICT (article) DO UPDATE SET cluster = excluded.cluster",
        [(member, lowest) for member in members],
    )
    for cluster in existing:
        if cluster != lowest:
            connection.execute("UPDATE reprint_members SET cluster = ? WHERE cluster = ?", (lowest, cluster))


def _remove(connection: sqlite3.Connection, n: int, stored: bytes) -> None:
    """Remove an article, given its stored signature, and cluster the articles again that it connected."""
    from newscrawler.archive.indexing.minhash import bands, stored_signature

    keys = bands(stored_signature(stored))
    partners = [row[0] for row in connection.execute("SELECT other FROM reprint_pairs WHERE article = ?", (n,))]
    cluster = _cluster(connection, n)
    connection.execute("DELETE FROM reprint_signatures WHERE article = ?", (n,))
    connection.executemany("DELETE FROM reprint_bands WHERE band = ? AND article = ?", [(key, n) for key in keys])
    connection.execute("DELETE FROM reprint_pairs WHERE article = ?", (n,))
    connection.executemany("DELETE FROM reprint_pairs WHERE article = ? AND other = ?", [(p, n) for p in partners])
    if cluster is None:
        return
    _regroup(connection, cluster)
    for partner in partners:
        (partner_signature,) = connection.execute(
            "SELECT signature FROM reprint_signatures WHERE article = ?", (partner,)
        ).fetchone()
        signature = stored_signature(partner_signature)
        _pair(connection, partner, _body(connection, partner), signature, bands(signature))


def _regroup(connection: sqlite3.Connection, cluster: int) -> None:
    """Split a cluster into the groups that its pairs still connect."""
    members = {
        row[0] for row in connection.execute("SELECT article FROM reprint_members WHERE cluster = ?", (cluster,))
    }
    connection.execute("DELETE FROM reprint_members WHERE cluster = ?", (cluster,))
    while members:
        group, queue = set(), [members.pop()]
        while queue:
            member = queue.pop()
            group.add(member)
            others = connection.execute("SELECT other FROM reprint_pairs WHERE article = ?", (member,)).fetchall()
            queue += [other for (other,) in others if other not in group]
        members -= group
        if len(group) > 1:
            connection.executemany(
                "INSERT INTO reprint_members VALUES (?, ?)", [(member, min(group)) for member in sorted(group)]
            )


def _cluster(connection: sqlite3.Connection, n: int) -> int | None:
    row = connection.execute("SELECT cluster FROM reprint_members WHERE article = ?", (n,)).fetchone()
    return int(row[0]) if row else None


def _body(connection: sqlite3.Connection, n: int) -> str:
    """Return the body that was compared, of the version to which the signature belongs."""
    row = connection.execute(
        """SELECT x.body FROM reprint_signatures g JOIN versions v ON v.id = g.version JOIN texts x ON x.hash = v.text
           WHERE g.article = ?""",
        (n,),
    ).fetchone()
    return str(row[0])
