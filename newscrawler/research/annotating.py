"""Annotating the articles of an archive, on several processes. What was stored stays when the work is interrupted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from newscrawler.archive import open_archive, open_archive_read_only
from newscrawler.archive.annotations import (
    Annotation,
    ArticleState,
    finish_annotation_run,
    start_annotation_run,
    store_annotations,
)
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.progress import Progress, unwatched
from newscrawler.archive.sharing.cluster import Workers
from newscrawler.archive.sharing.reading import divided_reading
from newscrawler.archive.vectors import Vector, store_vector
from newscrawler.research.annotated_articles import (
    AnnotatedArticle,
    Annotator,
    AnnotatorFailedError,
    annotations_of,
)
from newscrawler.research.annotators import make_annotator, makes_vectors
from newscrawler.research.embedding import Embedder, embed, embedded_text
from newscrawler.research.segmentation import Segmentation
from newscrawler.research.texts import Text, numbers_by_date, read_texts

_AT_ONCE = 200
"""Articles that a process reads, and that one transaction stores."""

_Annotated = list[tuple[ArticleState, list[Annotation] | Vector]]


@dataclass(frozen=True, slots=True)
class AnnotationResult:
    """What a run of an annotator came to."""

    key: str
    tool: str
    """Name and version of the annotator."""
    articles: int
    annotations: int


def annotate(
    archive: str | Path,
    name: str,
    article_filter: ArticleFilter,
    *,
    segmentation: Segmentation | None = None,
    workers: Workers = None,
    progress: Progress = unwatched,
) -> AnnotationResult:
    """Annotate the newest versions of the articles that a filter selects.

    `segmentation` says for the annotator `words` what divides texts into words; None: the default.
    What the same annotator said of these versions before is replaced. When a run is interrupted, or an annotator fails,
    what was stored before stays, and the run has no end. Raises AnnotationError, ArchiveError, FilterError and
    AnnotatorFailedError.
    """
    annotator = make_annotator(name, segmentation)
    with closing(open_archive(archive, creates=False)) as connection:
        numbers = numbers_by_date(connection, article_filter)
        with writing(connection):
            run = start_annotation_run(
                connection,
                kind=annotator.kind,
                tool=name,
                tool_version=annotator.version,
                arguments={"filter": article_filter.as_dict()},
            )
        pieces = [numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE)]
        articles = count = 0
        work = divided_reading(
            _annotating,
            Path(archive),
            (name, segmentation),
            pieces,
            workers=workers,
            articles=len(numbers),
            portal=None,
        )
        with closing(work) as results:
            for annotated in results:
                with writing(connection):
                    count += sum(_store(connection, run, state, found) for state, found in annotated)
                articles += len(annotated)
                progress("articles", articles, len(numbers))
        with writing(connection):
            key = finish_annotation_run(connection, run)
    return AnnotationResult(key, f"{name} {annotator.version}", articles, count)


def _store(connection: sqlite3.Connection, run: int, state: ArticleState, found: list[Annotation] | Vector) -> int:
    if isinstance(found, Vector):
        store_vector(connection, run, state, found)
        return 1
    return store_annotations(connection, run, state, found)


def _embedded(name: str, embedder: Embedder, texts: Sequence[Text]) -> _Annotated:
    if not texts:
        return []
    try:
        vectors = embed(embedder, [embedded_text(text.title, text.body) for text in texts])
    except Exception as error:
        raise AnnotatorFailedError(
            f"the annotator {name} failed at the articles from {texts[0].id} on ({type(error).__name__}: {error})."
        ) from error
    return [(text.state, vector) for text, vector in zip(texts, vectors, strict=True)]


@contextmanager
def _annotating(
    archive: str, name: str, segmentation: Segmentation | None
) -> Iterator[Callable[[Sequence[int]], _Annotated]]:
    """Give the function that annotates a piece of the articles, for one process."""
    annotator = make_annotator(name, segmentation)
    with closing(open_archive_read_only(archive)) as connection:

        def work(numbers: Sequence[int]) -> _Annotated:
            texts = list(read_texts(connection, numbers))
            if makes_vectors(annotator):
                return _embedded(name, annotator, texts)
            plain = cast("Annotator", annotator)
            return [(text.state, annotations_of(name, plain, _article(text))) for text in texts]

        yield work


def _article(text: Text) -> AnnotatedArticle:
    return AnnotatedArticle(text.id, text.province, text.city, text.published_date, text.title, text.body)
