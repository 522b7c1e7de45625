"""Annotating the articles of an archive, on several processes. What was stored stays when the work is interrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

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
from newscrawler.archive.worker_processes import divided, processes_for
from newscrawler.research.annotators import AnnotatedArticle, annotations_of, make_annotator
from newscrawler.research.texts import Text, numbers_by_date, read_texts

_AT_ONCE = 200
"""Articles that a process reads, and that one transaction stores."""

_Annotated = list[tuple[ArticleState, list[Annotation]]]


@dataclass(frozen=True, slots=True)
class AnnotationResult:
    """What a run of an annotator came to."""

    key: str
    articles: int
    annotations: int


def annotate(
    archive: str | Path,
    name: str,
    article_filter: ArticleFilter,
    *,
    workers: int | None = None,
    progress: Progress = unwatched,
) -> AnnotationResult:
    """Annotate the newest versions of the articles that a filter selects.

    What the same annotator said of these versions before is replaced. When a run is interrupted, or an annotator fails,
    what was stored before stays, and the run has no end. Raises AnnotationError, ArchiveError, FilterError and
    AnnotatorFailedError.
    """
    annotator = make_annotator(name)
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
        results = divided(_annotating, (str(archive), name), pieces, workers=workers or processes_for(len(numbers)))
        with closing(results):
            for annotated in results:
                with writing(connection):
                    count += sum(store_annotations(connection, run, state, found) for state, found in annotated)
                articles += len(annotated)
                progress("articles", articles, len(numbers))
        with writing(connection):
            key = finish_annotation_run(connection, run)
    return AnnotationResult(key, articles, count)


@contextmanager
def _annotating(archive: str, name: str) -> Iterator[Callable[[Sequence[int]], _Annotated]]:
    """Give the function that annotates a piece of the articles, for one process."""
    annotator = make_annotator(name)
    with closing(open_archive_read_only(archive)) as connection:

        def work(numbers: Sequence[int]) -> _Annotated:
            return [
                (text.state, annotations_of(name, annotator, _article(text)))
                for text in read_texts(connection, numbers)
            ]

        yield work


def _article(text: Text) -> AnnotatedArticle:
    return AnnotatedArticle(text.id, text.province, text.city, text.published_date, text.title, text.body)
