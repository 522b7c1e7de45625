"""What annotates articles: our own annotators, and those of installed packages.

A plug-in is an installed package with an entry point of the group `newscrawler.annotators`. The name of the entry point
is what `newscrawler annotate articles NAME` is given; its value is a class that has the protocol `Annotator`, or
`Embedder` (`embedding.py`) for vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, entry_points
from itertools import islice
from typing import TypeGuard, cast

from newscrawler import places
from newscrawler.archive.annotations import Annotation, AnnotationError
from newscrawler.archive.vectors import KIND
from newscrawler.research.annotated_articles import MOST_PER_ARTICLE, AnnotatedArticle, Annotator
from newscrawler.research.embedding import Embedder, SentenceEncoder
from newscrawler.research.key_words import WordAnnotator
from newscrawler.research.people import PeopleAnnotator
from newscrawler.research.segmentation import Segmentation

GROUP = "newscrawler.annotators"


class PlaceAnnotator:
    """Names of divisions and counties of the portal's province, with their codes of GB/T 2260."""

    kind = "places"

    @property
    def version(self) -> str:
        """The version of the rules, and the year of the gazetteer."""
        return f"1 of {places.EDITION.year}"

    def annotate(self, article: AnnotatedArticle) -> Iterator[Annotation]:
        """Yield one annotation per name, of the first ones: the full name of the place, and its code."""
        return islice(self._named(article), MOST_PER_ARTICLE)

    def _named(self, article: AnnotatedArticle) -> Iterator[Annotation]:
        province = places.province(article.province)
        if province is None:
            return
        within = places.match_division(article.city, province) if article.city else None
        for field, text in (("title", article.title), ("body", article.body)):
            for found in places.places_named(text, province, within):
                yield Annotation(found.place.name, field, found.start, found.end, found.place.code)


ANNOTATORS: dict[str, Callable[[], Annotator | Embedder]] = {
    "people": PeopleAnnotator,
    "places": PlaceAnnotator,
    "vectors": SentenceEncoder,
}
_WORDS = WordAnnotator.kind
"""The annotator that divides texts into words, as it is told to."""


def annotator_names() -> list[str]:
    """Return the names of our annotators and of those of plug-ins, sorted."""
    return sorted({*ANNOTATORS, _WORDS, *(point.name for point in entry_points(group=GROUP))})


def makes_vectors(annotator: Annotator | Embedder) -> TypeGuard[Embedder]:
    """Tell whether an annotator makes vectors, in place of annotations."""
    return annotator.kind == KIND


def make_embedder(name: str) -> Embedder:
    """Return an annotator that makes vectors. Raises AnnotationError, as `make_annotator` does, and for another one."""
    annotator = make_annotator(name)
    if not makes_vectors(annotator):
        raise AnnotationError("the annotator {name!r} makes no vectors.", name=name)
    return annotator


def make_annotator(name: str, segmentation: Segmentation | None = None) -> Annotator | Embedder:
    """Return an annotator. `segmentation` is for `words` alone; None: the default.

    Raises AnnotationError when it is unknown, cannot be loaded or takes no segmentation, and UnavailableError.
    """
    if name == _WORDS:
        return WordAnnotator(segmentation or Segmentation())
    if segmentation is not None:
        raise AnnotationError(
            "--segmenter and --dictionary are for the annotator 'words', not for {name!r}.", name=name
        )
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
