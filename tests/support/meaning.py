"""Vectors for tests: an embedder without a model, and what a search by them has to find."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 96


class PairsEmbedder:
    """A direction per pair of characters, the same on every machine; a text has the sum of its pairs."""

    kind, version = "vectors", "1"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        return np.array([sum(map(_direction, _pairs(text)), np.zeros(DIMENSIONS)) for text in texts])


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def _direction(pair: str) -> NDArray[np.float64]:
    digest = hashlib.shake_128(pair.encode()).digest(DIMENSIONS)
    return np.frombuffer(digest, np.uint8).astype(np.float64) - 127.5


def cosines(archive: Path, article: str) -> dict[str, float]:
    """Similarity of each other article to this one, computed from all stored vectors one by one."""
    with closing(sqlite3.connect(archive)) as connection:
        rows = dict(connection.execute("SELECT article, vector FROM vectors"))
    vectors = {name: np.frombuffer(blob, np.int8).astype(float) for name, blob in rows.items()}
    own = vectors.pop(article)
    return {name: float(own @ other / np.linalg.norm(own) / np.linalg.norm(other)) for name, other in vectors.items()}
