"""What annotates articles: our own annotators, and those of installed packages.

A plug-in is an installed package with an entry point of the group `newscrawler.annotators`. The name of the entry point
is what `newscrawler annotate articles NAME` is given; its value is a class that has the protocol `Annotator`, or
`Embedder` (`embedding.py`) for vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, TypeGuard, cast

from newscrawler import places
from newscrawler.archive.annotations import Annotation, AnnotationError
from newscrawler.archive.errors import UnavailableError
from newscrawler.archive.vectors import KIND
from newscrawler.research.embedding import Embedder, SentenceEncoder

GROUP = "newscrawler.annotators"
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


class PlaceAnnotator:
    """Names of divisions and counties of the portal's province, with their codes of GB/T 2260."""

    kind = "places"

    @property
    def version(self) -> str:
        """The version of the rules, and the year of the gazetteer."""
        return f"1 of {places.EDITION.year}"

    def annotate(self, article: AnnotatedArticle) -> Iterator[Annotation]:
        """Yield one annotation per name: the full name of the place, and its code."""
        province = places.province(article.province)
        if province is None:
            return
        within = places.match_division(article.city, province) if article.city else None
        for field, text in (("title", article.title), ("body", article.body)):
            for found in places.places_named(text, province, within):
                yield Annotation(found.place.name, field, found.start, found.end, found.place.code)


ANNOTATORS: dict[str, Callable[[], Annotator | Embedder]] = {"places": PlaceAnnotator, "vectors": SentenceEncoder}


def annotator_names() -> list[str]:
    """Return the names of our annotators and of those of plug-ins, sorted."""
    return sorted({*ANNOTATORS, *(point.name for point in entry_points(group=GROUP))})


def makes_vectors(annotator: Annotator | Embedder) -> TypeGuard[Embedder]:
    """Tell whether an annotator makes vectors, in place of annotations."""
    return annotator.kind == KIND


def make_embedder(name: str) -> Embedder:
    """Return an annotator that makes vectors. Raises AnnotationError, as `make_annotator` does, and for another one."""
    annotator = make_annotator(name)
    if not makes_vectors(annotator):
        raise AnnotationError("the annotator {name!r} makes no vectors.", name=name)
    return annotator


def make_annotator(name: str) -> Annotator | Embedder:
    """Return an annotator. Raises AnnotationError when it is unknown or cannot be loaded, and UnavailableError."""
    if name in ANNOTATORS:
        return ANNOTATORS[name]()
    points = tuple(entry_points(group=GROUP, name=name))
    if not points:
        raise AnnotationError(
            "there is no annotator {name!r}; there are {known}.", name=name, known=", ".join(annotator_names())
        )
    if len({point.value for point in points}) > 1:
        raise AnnotationError("several plug-ins have the annotator {name!r}; uninstall all but one.", name=name)
    return _load(points[0])


def _load(point: EntryPoint) -> Annotator | Embedder:
    try:
        annotator = point.load()()
    except Exception as error:
        raise AnnotationError(
            "the plug-in {name} cannot be loaded ({kind}: {error}); update or uninstall it.",
            name=point.name,
            kind=type(error).__name__,
            error=error,
        ) from error
    work = "embed" if getattr(annotator, "kind", "") == KIND else "annotate"
    if missing := [member for member in ("kind", "version", work) if not hasattr(annotator, member)]:
        raise AnnotationError(
            "the plug-in {name} lacks {missing}; update or uninstall it.", name=point.name, missing=", ".join(missing)
        )
    return cast("Annotator | Embedder", annotator)


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
