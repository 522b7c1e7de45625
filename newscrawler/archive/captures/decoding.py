"""Undoing the content codings of a payload, as far as a crawl would have."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

MAX_BODY_BYTES = 64 * 2**20
"""A body that inflates to more is refused as a decompression bomb."""


class BodyTooLargeError(Exception):
    """A body that inflates to more than MAX_BODY_BYTES."""

    def __init__(self) -> None:
        super().__init__(f"the body inflates to more than {MAX_BODY_BYTES:,} bytes")


def decoded(payload: bytes, headers: Sequence[tuple[str, str]]) -> bytes:
    """Undo gzip and deflate as `Content-Encoding` names them. Raises BodyTooLargeError.

    A payload of another coding is returned as it is. Of a broken stream the part before the break is returned.
    """
    codings = ",".join(value for name, value in headers if name.lower() == "content-encoding").lower()
    for coding in reversed([name.strip() for name in codings.split(",") if name.strip()]):
        if coding in ("gzip", "x-gzip"):
            payload = _inflated(payload, (zlib.MAX_WBITS + 16,))
        elif coding == "deflate":
            payload = _inflated(payload, (zlib.MAX_WBITS, -zlib.MAX_WBITS))
        elif coding != "identity":
            return payload
    return payload


def _inflated(payload: bytes, windows: tuple[int, ...]) -> bytes:
    for bits in windows:
        body, rest = bytearray(), payload
        try:
            while rest:
                inflater = zlib.decompressobj(bits)
                body += inflater.decompress(rest, MAX_BODY_BYTES - len(body) + 1)
                if len(body) > MAX_BODY_BYTES:
                    raise BodyTooLargeError
                rest = inflater.unused_data if inflater.eof else b""
        except zlib.error:
            if not body:
                continue
        return bytes(body)
    return payload
