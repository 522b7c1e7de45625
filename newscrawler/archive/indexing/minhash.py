"""What reprints are known by: the pieces of a body, and the numbers under which nearly equal bodies meet.

These numbers are MinHash signatures cut into bands.

A one-permutation MinHash whose empty bins are filled from the next one (Shrivastava and Li, "Densifying One
Permutation Hashing", 2014). The same body has the same bands in every archive; a change here needs a migration that
compares all articles anew.
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
"""Letters and numbers that a body needs to be compared: shorter ones are alike by chance."""
SHINGLE = 4
"""Letters and numbers of a piece."""
BANDS = 10
_ROWS = 4
"""Numbers of a signature that make one band."""

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
    # Only pieces whose first code point is a multiple of 4: a quarter of the work, the same choice in every copy.
    chosen = _hashed(letters)[letters[: 1 - SHINGLE] & np.uint64(3) == 0]
    if not len(chosen):
        return _NONE
    hashes = np.sort(chosen >> np.uint64(32))
    return hashes[np.searchsorted(hashes, _STARTS) % len(hashes)].astype(np.uint32)


def bands(signature: Signature) -> list[int]:
    """Return the bands of a signature, as signed 64-bit numbers."""
    # The low bits are the band's own number: equal rows in different places are no match.
    rows = signature.astype(np.uint64).reshape(-1, _ROWS)
    keys = _mixed((rows * _FACTORS).sum(axis=1, dtype=np.uint64)) & ~np.uint64(0xF) | _BAND_NUMBERS[: len(rows)]
    found: list[int] = keys.view(np.int64).tolist()
    return found


def stored_signature(blob: bytes) -> Signature:
    """Return a signature, or several one after the other, as the archive keeps them."""
    return np.frombuffer(blob, dtype="<u4")


def agreement(one: Signature, others: Sequence[bytes]) -> list[float]:
    """Return for each of the other signatures, as stored, which share of its numbers agrees with this one.

    That estimates what two bodies have in common, without reading them.
    """
    rows = stored_signature(b"".join(others)).reshape(len(others), -1)
    found: list[float] = (rows == one).mean(axis=1).tolist()
    return found


@lru_cache(maxsize=256)
def pieces(body: str) -> Hashes:
    """Return the set of pieces of a body, each of four letters or numbers, as 64-bit hashes in order.

    The last are kept: where many articles are alike, the same few are compared again and again.
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
    """Let every bit of these numbers depend on all others. Changes them in place."""
    hashes ^= hashes >> np.uint64(32)
    hashes *= _FACTORS[0]
    hashes ^= hashes >> np.uint64(29)
    return hashes
