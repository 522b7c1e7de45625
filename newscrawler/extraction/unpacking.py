"""Unpacking gzip and deflate from strangers in small steps: size, number of parts and time are bounded."""

from __future__ import annotations

import time
import zlib

MAX_PARTS = 1_000
"""Gzip members of one stream. Honest servers send one; packers that work in blocks one per 64 KiB."""
MAX_SECONDS = 3.0
"""CPU time of one stream. Sixteen honest megabytes take a tenth of a second."""
_STEP = 65_536
"""Packed bytes that are unpacked at once; between the steps the time is looked at."""
GZIP = (zlib.MAX_WBITS + 16,)
DEFLATE = (zlib.MAX_WBITS, -zlib.MAX_WBITS)
"""Windows of zlib to try: RFC 9110 means deflate with a header of zlib's, some servers send it without."""


class UnpackingError(ValueError):
    """A packed body that is refused or is none; the message says why."""


def unpack(data: bytes, windows: tuple[int, ...], limit: int, *, is_part_enough: bool = False) -> bytes:
    """Unpack a stream into at most `limit` bytes. What follows a whole stream and is not packed is ignored.

    With `is_part_enough`, the part of a broken stream before the break is returned. Raises UnpackingError for a broken
    stream otherwise; for more bytes, parts or time than allowed; and for what is not packed in this way.
    """
    cause = ""
    for bits in windows:
        body = bytearray()
        try:
            is_whole = _inflate(data, bits, limit, body)
        except zlib.error as error:
            cause = f"it cannot be unpacked ({error})"
            is_whole = False
        else:
            cause = "it broke off"
        if is_whole or (body and is_part_enough):
            return bytes(body)
    raise UnpackingError(cause)


def _inflate(data: bytes, bits: int, limit: int, body: bytearray) -> bool:
    """Append what a stream inflates to; return whether it is whole."""
    view = memoryview(data)
    ends = time.thread_time() + MAX_SECONDS
    inflater, parts = zlib.decompressobj(bits), 1
    for start in range(0, len(data), _STEP):
        rest: bytes | memoryview = view[start : start + _STEP]
        while rest:
            if inflater.eof:
                inflater, parts = zlib.decompressobj(bits), parts + 1
                if parts > MAX_PARTS:
                    raise UnpackingError(f"it has more than {MAX_PARTS:,} packed parts")
            try:
                body += inflater.decompress(rest, limit - len(body) + 1)
            except zlib.error:
                if parts > 1:
                    return True  # padding or garbage behind a whole stream
                raise
            if len(body) > limit:
                raise UnpackingError(f"it inflates to more than {limit:,} bytes")
            rest = inflater.unused_data if inflater.eof else b""
        if time.thread_time() > ends:
            raise UnpackingError(f"unpacking it takes longer than {MAX_SECONDS:g} s")
    return inflater.eof
