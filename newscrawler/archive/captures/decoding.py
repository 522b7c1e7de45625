"""Undoing the content codings of a payload: gzip and deflate, the ones that a crawl asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from newscrawler.extraction.unpacking import DEFLATE, GZIP, UnpackingError, unpack

MAX_BODY_BYTES = 64 * 2**20
"""A body that inflates to more is refused as a decompression bomb."""
MAX_CODINGS = 2
"""Codings of one payload. Honest servers send one; a proxy may pack once more."""
_WINDOWS = {"gzip": GZIP, "x-gzip": GZIP, "deflate": DEFLATE}


class DecodingError(ValueError):
    """A payload that cannot be decoded, or only at too high a price; the message says why."""


def decoded(
    payload: bytes, headers: Sequence[tuple[str, str]], *, limit: int | None = None, is_part_enough: bool = True
) -> bytes:
    """Undo the codings that `Content-Encoding` names, into at most `limit` bytes (default: MAX_BODY_BYTES).

    Of a broken stream the part before the break is returned, if that is enough. Raises DecodingError for such a stream
    otherwise, for other codings, for more than two, and for a body that is too large, has too many parts or takes too
    long.
    """
    if not payload:
        return payload
    most = MAX_BODY_BYTES if limit is None else limit
    ways = {
        name: partial(unpack, windows=windows, limit=most, is_part_enough=is_part_enough)
        for name, windows in _WINDOWS.items()
    }
    for coding in named_codings(headers):
        payload = undone(payload, coding, ways, otherwise="which was not asked for")
    return payload


def named_codings(headers: Sequence[tuple[str, str]]) -> list[str]:
    """Return the codings that `Content-Encoding` names, in the order in which they are undone: the last one first.

    Raises DecodingError for more than two.
    """
    values = ",".join(value for name, value in headers if name.lower() == "content-encoding").lower()
    codings = [name for part in values.split(",") if (name := part.strip()) and name != "identity"]
    if len(codings) > MAX_CODINGS:
        raise DecodingError(f"the body has {len(codings):,} content codings; at most {MAX_CODINGS} are undone")
    return codings[::-1]


def undone(payload: bytes, coding: str, ways: Mapping[str, Callable[[bytes], bytes]], *, otherwise: str) -> bytes:
    """Undo one coding in the way that is given for it. `otherwise` says of what kind a coding without a way is.

    Raises DecodingError for such a coding, and where the way raises UnpackingError.
    """
    if coding not in ways:
        raise DecodingError(f"the body has the content coding {coding[:40]!r}, {otherwise}")
    try:
        return ways[coding](payload)
    except UnpackingError as error:
        raise DecodingError(f"the body has the content coding {coding!r}: {error}") from None
