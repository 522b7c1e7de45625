"""From the payload of a capture to the page: what servers send, and what other crawlers keep of it.

A crawl of ours asks for gzip and deflate and keeps them. Others keep Brotli, Zstandard and chunks, or undo the codings
and leave the headers that name them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import brotli

from newscrawler.archive.captures.chunks import dechunked, is_chunked
from newscrawler.archive.captures.decoding import MAX_BODY_BYTES, MAX_CODINGS, DecodingError
from newscrawler.extraction.unpacking import DEFLATE, GZIP, UnpackingError, unpack

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_STEP = 2**20
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def body_of(payload: bytes, headers: Sequence[tuple[str, str]]) -> bytes:
    """Undo the codings that the headers name, where the payload has them. Raises DecodingError.

    A body of more than 64 MiB, or of more than two codings, is refused. Of a broken stream the part before the break
    is returned.
    """
    if is_chunked(headers):
        content = dechunked(payload)
        payload = payload if content is None else content
    named = ",".join(value for name, value in headers if name.lower() == "content-encoding").lower()
    codings = [name for part in named.split(",") if (name := part.strip()) and name != "identity"]
    if len(codings) > MAX_CODINGS:
        raise DecodingError(f"the body has {len(codings):,} content codings; at most {MAX_CODINGS} are undone")
    for coding in reversed(codings):
        if not payload:
            break
        undo = _CODINGS.get(coding)
        if undo is None:
            raise DecodingError(f"the body has the content coding {coding[:40]!r}, which is not known")
        try:
            payload = undo(payload)
        except UnpackingError as error:
            raise DecodingError(f"the body has the content coding {coding!r}: {error}") from None
    if len(payload) > MAX_BODY_BYTES:
        raise DecodingError(f"the body has more than {MAX_BODY_BYTES:,} bytes")
    return payload


def _gunzipped(payload: bytes) -> bytes:
    if _is_decoded(payload, _GZIP_MAGIC):
        return payload
    return unpack(payload, GZIP, MAX_BODY_BYTES, is_part_enough=True)


def _inflated(payload: bytes) -> bytes:
    return payload if _is_markup(payload) else unpack(payload, DEFLATE, MAX_BODY_BYTES, is_part_enough=True)


def _unbrotlied(payload: bytes) -> bytes:
    if _is_markup(payload):
        return payload
    decompressor, body = brotli.Decompressor(), bytearray()
    rest = payload
    try:
        while not decompressor.is_finished():
            part = decompressor.process(rest, output_buffer_limit=_STEP)
            body += part
            rest = b""
            _check_size(body)
            if not part and decompressor.can_accept_more_data():
                break
    except brotli.error as error:
        if not body:
            raise UnpackingError(f"it cannot be unpacked ({error})") from None
    return bytes(body)


def _unzstded(payload: bytes) -> bytes:
    if _is_decoded(payload, _ZSTD_MAGIC):
        return payload
    decompressor, body = zstd.ZstdDecompressor(), bytearray()
    rest = payload
    try:
        while not decompressor.eof:
            part = decompressor.decompress(rest, _STEP)
            body += part
            rest = b""
            _check_size(body)
            if not part and decompressor.needs_input:
                break
    except zstd.ZstdError as error:
        if not body:
            raise UnpackingError(f"it cannot be unpacked ({error})") from None
    return bytes(body)


_CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated,
    "br": _unbrotlied,
    "zstd": _unzstded,
}


def _is_decoded(payload: bytes, magic: bytes) -> bool:
    """Whether a payload is what its coding would unpack to: it is markup, and does not begin as the coding does."""
    return not payload.startswith(magic) and _is_markup(payload)


def _is_markup(payload: bytes) -> bool:
    """Whether a payload begins as a page of HTML, XML or JSON does; no packed stream of deflate or Brotli does so."""
    return payload[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{", b"[")


def _check_size(body: bytearray) -> None:
    if len(body) > MAX_BODY_BYTES:
        raise UnpackingError(f"it inflates to more than {MAX_BODY_BYTES:,} bytes")
