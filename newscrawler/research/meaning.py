"""Articles that are nearest in meaning to an article or to a text, by their vectors.

A search first compares the signs of all vectors, one bit per dimension, which a small index of the archive holds. The
angle between two vectors grows with the number of signs that differ (Charikar 2002). Of the most promising, it then
computes the exact similarity: the cosine of the angle, 1 for the same direction, 0 for nothing in common.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from newscrawler.archive.columns import FROM_VERSIONS, NOT_SUPPRESSED
from newscrawler.archive.errors import UserError
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.search.search import SearchError, search_numbers
from newscrawler.archive.vectors import Vectors, latest_vectors, vector_of
from newscrawler.research.annotators import make_embedder
from newscrawler.research.embedding import VectorError, embed
from newscrawler.text.han import fold, runs

_PROMISING = 2_000
"""Articles, at least, whose similarity is computed exactly."""
_FEW = 5_000
"""Of so few articles all are compared exactly."""
_FUSED = 300
"""Articles of each of two orders that are fused."""
_RANK_CONSTANT = 60
"""Of the reciprocal ranks (Cormack, Clarke and Büttcher 2009): an article gets 1 / (60 + its place) from each order."""


class MeaningError(UserError):
    """A search by meaning that cannot be done; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Near:
    """An article that was found."""

    n: int
    """Its row number (`articles.n`)."""
    id: str
    similarity: float | None
    """From -1 to 1; None where only the words were found."""


def like_article(
    connection: sqlite3.Connection, article: int, article_filter: ArticleFilter, *, limit: int
) -> list[Near]:
    """Return the articles nearest in meaning to an article (`articles.n`), which is left out itself.

    It needs no model, only stored vectors. Raises MeaningError when it has no vector, and FilterError.
    """
    vectors = stored_vectors(connection)
    own = vector_of(connection, vectors, article)
    if own is None:
        raise MeaningError(
            "this article has no vector yet: it is newer than the last 'newscrawler annotate articles {tool}'; run "
            "that again.",
            tool=vectors.tool,
        )
    found = _nearest(connection, vectors, own, article_filter, limit + 1)
    return [one for one in found if one.n != article][:limit]


def like_text(connection: sqlite3.Connection, text: str, article_filter: ArticleFilter, *, limit: int) -> list[Near]:
    """Return the articles nearest to a text, by their meaning and by its words: the two orders are fused.

    Raises MeaningError, FilterError, UnavailableError when the model is not installed, and AnnotationError when the
    plug-in with the model is not.
    """
    vectors = stored_vectors(connection)
    embedder = make_embedder(vectors.tool)
    if embedder.version != vectors.tool_version:
        raise MeaningError(
            "the vectors were made by {tool} in version {stored}, and {installed} is installed: run 'newscrawler "
            "annotate articles {tool}' again.",
            tool=vectors.tool,
            stored=vectors.tool_version,
            installed=embedder.version,
        )
    try:
        ((own),) = embed(embedder, [text])
    except VectorError as error:
        raise MeaningError(
            "the text {text!r} has no meaning that can be compared: {error}.", text=text, error=error
        ) from None
    depth = max(limit, _FUSED)
    near = _nearest(connection, vectors, own.components, article_filter, depth)
    try:
        _, by_words = search_numbers(connection, " ".join(runs(fold(text))), article_filter, limit=depth)
    except SearchError:  # prose is no search: it has too many words, or none
        by_words = []
    similarity = {one.n: one.similarity for one in near}
    order = _fused([[one.n for one in near], by_words])
    return _named(connection, order[:limit], similarity)


def coverage(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return how many vectors can be searched, and how many articles are stored."""
    vectors = latest_vectors(connection)
    count = 0
    if vectors:
        (count,) = connection.execute(f"SELECT count(*) FROM vectors x WHERE {vectors.condition}").fetchone()
    (articles,) = connection.execute("SELECT count(*) FROM articles WHERE version IS NOT NULL").fetchone()
    return count, articles


def stored_vectors(connection: sqlite3.Connection) -> Vectors:
    """Return the vectors that are searched. Raises MeaningError where there are none."""
    vectors = latest_vectors(connection)
    if vectors is None:
        raise MeaningError("the archive has no vectors; 'newscrawler annotate articles vectors' makes them.")
    return vectors


def _fused(orders: Sequence[Sequence[int]]) -> list[int]:
    scores: dict[int, float] = {}
    for order in orders:
        for place, number in enumerate(order, start=1):
            scores[number] = scores.get(number, 0.0) + 1 / (_RANK_CONSTANT + place)
    return sorted(scores, key=lambda number: -scores[number])


_STATE = "x.article = a.id AND x.content_hash = v.content_hash AND x.text = v.text"
"""SQL: the vector `x` belongs to the version `v` of the article `a`."""


def _nearest(
    connection: sqlite3.Connection, vectors: Vectors, own: bytes, article_filter: ArticleFilter, limit: int
) -> list[Near]:
    """Return the articles of a filter whose newest versions are nearest, the nearest first."""
    where, values = article_filter.where(connection)
    chosen: set[int] | None = None
    if values:
        rows = connection.execute(f"SELECT a.n {FROM_VERSIONS} WHERE {where}", values)
        chosen = {number for (number,) in rows}
    found: dict[int, float] = {}
    if chosen is not None and len(chosen) <= _FEW:
        rows = connection.execute(
            f"""SELECT a.n, x.vector FROM json_each(?) j CROSS JOIN articles a ON a.n = j.value
                CROSS JOIN versions v ON v.id = a.version CROSS JOIN vectors x ON {_STATE} AND {vectors.condition}""",
            [json.dumps(sorted(chosen))],
        )
        _compare(rows.fetchall(), own, found)
    else:
        for piece in _promising(connection, vectors, own, max(_PROMISING, 4 * limit)):
            _compare([row for row in piece if chosen is None or row[0] in chosen], own, found)
            if len(found) >= limit:
                break
    best = sorted(found, key=lambda number: (-found[number], number))[:limit]
    return _named(connection, best, found)


def _promising(
    connection: sqlite3.Connection, vectors: Vectors, own: bytes, at_once: int
) -> Iterator[list[tuple[int, bytes]]]:
    """Yield row numbers and vectors of articles, those first whose signs differ least; only of newest versions."""
    target = np.packbits(np.frombuffer(own, np.int8) > 0)
    # In an archive of a stranger they may have any length. A list of them would cost twice the time of this array.
    rows = connection.execute(
        f"SELECT x.id, x.signs FROM vectors x WHERE {vectors.condition} AND length(x.signs) = ?", [len(target)]
    )
    stored = np.fromiter(rows, dtype=[("id", np.int64), ("signs", f"V{len(target)}")])
    # Eight bytes at once, where they divide evenly, cost an eighth.
    unit = np.uint64 if len(target) % 8 == 0 else np.uint8
    signs = np.ascontiguousarray(stored["signs"]).view(unit).reshape(len(stored), -1)
    order = np.argsort(np.bitwise_count(signs ^ target.view(unit)).sum(axis=1, dtype=np.uint16), kind="stable")
    for start in range(0, len(order), at_once):
        piece = stored["id"][order[start : start + at_once]].tolist()
        yield connection.execute(
            f"""SELECT a.n, x.vector FROM json_each(?) j CROSS JOIN vectors x ON x.id = j.value
                CROSS JOIN articles a ON a.id = x.article AND {NOT_SUPPRESSED}
                CROSS JOIN versions v ON v.id = a.version WHERE {_STATE}""",
            [json.dumps(piece)],
        ).fetchall()


def _compare(rows: list[tuple[int, bytes]], own: bytes, found: dict[int, float]) -> None:
    """Note the similarity of each article."""
    for number, similarity in _similarities(rows, own):
        found[number] = max(similarity, found.get(number, -1.0))


def _named(connection: sqlite3.Connection, numbers: list[int], similarity: Mapping[int, float | None]) -> list[Near]:
    ids = dict(
        connection.execute(
            "SELECT n, id FROM articles WHERE n IN (SELECT value FROM json_each(?))", [json.dumps(numbers)]
        )
    )
    return [
        Near(number, ids[number], None if (value := similarity.get(number)) is None else round(value, 4))
        for number in numbers
    ]


def _similarities(rows: list[tuple[int, bytes]], own: bytes) -> list[tuple[int, float]]:
    fitting = [row for row in rows if len(row[1]) == len(own)]
    if not fitting:
        return []
    matrix = np.frombuffer(b"".join(vector for _, vector in fitting), np.int8).reshape(len(fitting), -1)
    components, target = matrix.astype(np.float32), np.frombuffer(own, np.int8).astype(np.float32)
    lengths = np.linalg.norm(components, axis=1) * np.linalg.norm(target)
    cosines = components @ target / np.maximum(lengths, 1)
    return [(number, float(cosine)) for (number, _), cosine in zip(fitting, cosines, strict=True)]
