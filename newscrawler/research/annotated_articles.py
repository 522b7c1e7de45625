"""What an annotator is, what it gets and what it may return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from newscrawler.archive.annotations import Annotation
from newscrawler.archive.errors import UnavailableError

MOST_PER_ARTICLE = 10_000
"""Annotations that one article may get."""
MOST_CHARACTERS = 1_000
"""Characters of a value or a reference."""


class AnnotatorFailedError(UnavailableError):
    """An annotator that failed, or returned what it may not; the message names it and the article."""


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """The newest version of an article, as an annotator gets it."""

    id: str
    province: str
    city: str | None
    published_date: str | None
    title: str
    body: str
    """Plain text, one paragraph per line."""


class Annotator(Protocol):
    """Annotates articles. It is made once per process, without arguments."""

    @property
    def kind(self) -> str:
        """What it annotates: places, people, topics, …"""

    @property
    def version(self) -> str:
        """Changes when its annotations may change."""

    def annotate(self, article: AnnotatedArticle) -> Iterable[Annotation]:
        """Return the annotations of an article."""


def annotations_of(name: str, annotator: Annotator, article: AnnotatedArticle) -> list[Annotation]:
    """Return the annotations of an article. Raises AnnotatorFailedError, also for what may not be returned."""
    texts = {"": "", "title": article.title, "body": article.body}
    found: list[Annotation] = []
    try:
        for annotation in annotator.annotate(article):
            if fault := _fault(annotation, texts) or ("it has too many" if len(found) == MOST_PER_ARTICLE else ""):
                raise AnnotatorFailedError(
                    f"the annotator {name} gave a wrong annotation of the article {article.id}: {fault}."
                )
            found.append(annotation)
    except AnnotatorFailedError:
        raise
    except Exception as error:
        raise AnnotatorFailedError(
            f"the annotator {name} failed at the article {article.id} ({type(error).__name__}: {error})."
        ) from error
    return found


def _fault(annotation: Annotation, texts: dict[str, str]) -> str:
    """Say what is wrong with an annotation; empty: nothing."""
    if annotation.field not in texts:
        return f"there is no field {annotation.field!r}"
    if not isinstance(annotation.value, str) or not 0 < len(annotation.value) <= MOST_CHARACTERS:
        return f"its value is not a text of 1 to {MOST_CHARACTERS} characters"
    if annotation.reference is not None and len(annotation.reference) > MOST_CHARACTERS:
        return f"its reference has more than {MOST_CHARACTERS} characters"
    start, stop = annotation.start, annotation.stop
    if (start is None) != (stop is None):
        return "it has a beginning or an end, and not both"
    if start is not None and stop is not None and not 0 <= start < stop <= len(texts[annotation.field]):
        return f"{start} to {stop} is not a place in the field {annotation.field!r}"
    return ""
