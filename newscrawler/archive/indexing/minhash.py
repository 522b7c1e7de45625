"""The fingerprints of bodies by which reprints are detected: sets of pieces, MinHash signatures and their bands.

It is a one-permutation MinHash whose empty bins are filled from the next one (Shrivastava and Li, "Densifying One
Permutation Hashing", 2014). The same body has the same bands in every archive; a change here needs a migration that
compares all articles again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from newscrawler.archive.indexing.code_points import SPACE, distinct, folded

Hashes = NDArray[np.uint64]
Signature = NDArray[np.uint32]

SHORTEST = 100
"""Letters and numbers that a body needs to be compared: shorter ones are similar by chance."""
SHINGLE = 4
"""Letters and numbers per piece."""
BANDS = 10
_ROWS = 4
"""Numbers of a signature per band."""

# Odd constants without a pattern: the digits of the golden ratio, and of the square roots of 2, 3 and 5.
_FACTORS = np.array([0x9E3779B97F4A7C15, 0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B], dtype=np.uint64)
_STARTS = (np.arange(BANDS * _ROWS, dtype=np.uint64) << np.uint64(32)) // np.uint64(BANDS * _ROWS)
_BAND_NUMBERS = np.arange(BANDS, dtype=np.uint64)
_NONE: Signature = np.empty(0, dtype=np.uint32)


def signature(body: str) -> Signature:
    """Return the signature of a body: `BANDS` times four numbers of 32 bits; none for a short body."""
    letters = _letters(body)
    if len(letters) < SHORTEST:
        return _NONE
    # Only pieces whose first code point is a multiple of 4: a quarter of the work, and the same pieces in every copy.
    sample = _hashed(letters)[letters[: 1 - SHINGLE] & np.uint64(3) == 0]
    if not len(sample):
        return _NONE
    hashes = np.sort(sample >> np.uint64(32))
    return hashes[np.searchsorted(hashes, _STARTS) % len(hashes)].astype(np.uint32)


def bands(signature: Signature) -> list[int]:
    """Return the bands of a signature, as signed 64-bit numbers."""
    # The low bits are the band's own number: equal rows in different places are no match.
    rows = signature.astype(np.uint64).reshape(-1, _ROWS)
    keys = _mixed((rows * _FACTORS).sum(axis=1, dtype=np.uint64)) & ~np.uint64(0xF) | _BAND_NUMBERS[: len(rows)]
    band_keys: list[int] = keys.view(np.int64).tolist()
    return band_keys


def stored_signature(blob: bytes) -> Signature:
    """Return the signature, or several in succession, in a blob of the archive."""
    return np.frombuffer(blob, dtype="<u4")


def agreement(one: Signature, others: Sequence[bytes]) -> list[float]:
    """Return the share of equal numbers of a signature and each of the others, which are given as stored.

    It estimates how much two bodies have in common, without reading them.
    """
    rows = stored_signature(b"".join(others)).reshape(len(others), -1)
    shares: list[float] = (rows == one).mean(axis=1).tolist()
    return shares


@lru_cache(maxsize=256)
def pieces(body: str) -> Hashes:
    """Return the set of pieces of a body, each of four letters or numbers, as 64-bit hashes in order.

    The results are cached: where many articles are similar, the same few are compared repeatedly.
    """
    return distinct(_hashed(_letters(body)))


def likeness(one: Hashes, other: Hashes) -> float:
    """Return how much two sets of pieces have in common (Jaccard): 0 to 1."""
    both = len(one) + len(other)
    different = len(distinct(np.concatenate((one, other))))
    return (both - different) / different if different else 0.0


def _letters(body: str) -> Hashes:
    """Return the folded letters and numbers of a body."""
    codes, kinds = folded(body)
    letters: Hashes = codes[kinds != SPACE].astype(np.uint64)
    return letters


def _hashed(letters: Hashes) -> Hashes:
    """Return a 64-bit hash of each piece, in the order in which the pieces begin."""
    count = max(len(letters) - SHINGLE + 1, 0)
    hashes = np.zeros(count, dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        hashes += letters[place : place + count] * factor
    return _mixed(hashes)


def _mixed(hashes: Hashes) -> Hashes:
    """Mix the bits of these numbers, so that each depends on all others. Changes them in place."""
    hashes ^= hashes >> np.uint64(32)
    hashes *= _FACTORS[0]
    hashes ^= hashes >> np.uint64(29)
    return hashes
