"""What reprints are known by: the pieces of a body, and the numbers under which nearly equal bodies meet.

These numbers are MinHash signatures cut into bands.

A one-permutation MinHash whose empty bins are filled from the next one (Shrivastava and Li, "Densifying One
Permutation Hashing", 2014). The same body has the same bands in every archive; a change here needs a migration that
compares all articles anew.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from newscrawler.archive.code_points import SPACE, distinct, folded

Hashes = NDArray[np.uint64]

SHORTEST = 100
"""Letters and numbers that a body needs to be compared: shorter ones are alike by chance."""
SHINGLE = 4
"""Letters and numbers of a piece."""
BANDS = 10
_ROWS = 4

# Odd constants without a pattern: the digits of the golden ratio, and of the square roots of 2, 3 and 5.
_FACTORS = np.array([0x9E3779B97F4A7C15, 0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B], dtype=np.uint64)
_STARTS = (np.arange(BANDS * _ROWS, dtype=np.uint64) << np.uint64(32)) // np.uint64(BANDS * _ROWS)
_BAND_NUMBERS = np.arange(BANDS, dtype=np.uint64)


def bands(body: str) -> list[int]:
    """Return the bands of a body, as signed 64-bit numbers; none for a short body."""
    windows = _windows(body)
    if len(windows) <= SHORTEST - SHINGLE:
        return []
    # Only pieces whose first code point is a multiple of 4: a quarter of the work, the same choice in every copy.
    chosen = windows[windows[:, 0] % np.uint64(4) == 0]
    if not len(chosen):
        return []
    hashes = np.sort(_mixed(chosen) >> np.uint64(32))
    signature = hashes[np.searchsorted(hashes, _STARTS) % len(hashes)]
    # The low bits are the band's own number: equal rows in different places are no match.
    keys = _mixed(signature.reshape(BANDS, _ROWS)) & ~np.uint64(0xF) | _BAND_NUMBERS
    found: list[int] = keys.view(np.int64).tolist()
    return found


@lru_cache(maxsize=256)
def pieces(body: str) -> Hashes:
    """Return the set of pieces of a body, each of four letters or numbers, as 64-bit hashes in order.

    The last are kept: where many articles are alike, the same few are compared again and again.
    """
    return distinct(_mixed(_windows(body)))


def likeness(one: Hashes, other: Hashes) -> float:
    """Return how much two sets of pieces have in common (Jaccard): 0 to 1."""
    both = len(one) + len(other)
    different = len(distinct(np.concatenate((one, other))))
    return (both - different) / different if different else 0.0


def _windows(body: str) -> Hashes:
    codes, kinds = folded(body)
    letters = codes[kinds != SPACE].astype(np.uint64)
    if len(letters) < SHINGLE:
        return np.empty((0, SHINGLE), dtype=np.uint64)
    return np.lib.stride_tricks.sliding_window_view(letters, SHINGLE)


def _mixed(rows: Hashes) -> Hashes:
    """Return a 64-bit hash of each row of four numbers."""
    hashes: Hashes = (rows * _FACTORS).sum(axis=1, dtype=np.uint64)
    hashes ^= hashes >> np.uint64(32)
    hashes *= _FACTORS[0]
    hashes ^= hashes >> np.uint64(29)
    return hashes
