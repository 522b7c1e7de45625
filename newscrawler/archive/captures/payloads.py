"""From the payload of a capture to the page: what servers send, and what other crawlers keep of it.

A crawl of ours asks for gzip and deflate and keeps them. Others keep Brotli, Zstandard and chunks, or undo the codings
and leave the headers that name them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import brotli

from newscrawler.archive.captures.chunks import dechunked, is_chunked
from newscrawler.archive.captures.decoding import MAX_BODY_BYTES, DecodingError, named_codings, undone
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
    for coding in named_codings(headers):
        if not payload:
            break
        payload = undone(payload, coding, _CODINGS, otherwise="which is not known")
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
    stream = brotli.Decompressor()

    def step(data: bytes) -> tuple[bytes, bool]:
        part = stream.process(data, output_buffer_limit=_STEP)
        return part, stream.is_finished() or (not part and stream.can_accept_more_data())

    return _in_steps(payload, step, brotli.error)


def _unzstded(payload: bytes) -> bytes:
    if _is_decoded(payload, _ZSTD_MAGIC):
        return payload
    stream = zstd.ZstdDecompressor()

    def step(data: bytes) -> tuple[bytes, bool]:
        part = stream.decompress(data, _STEP)
        return part, stream.eof or (not part and stream.needs_input)

    return _in_steps(payload, step, zstd.ZstdError)


def _in_steps(payload: bytes, step: Callable[[bytes], tuple[bytes, bool]], error: type[Exception]) -> bytes:
    """Unpack step by step. A step takes the payload, then nothing; it returns a part, and whether it is the last one.

    Where a step raises the error, the part before is returned. Raises UnpackingError where there is none, and for more
    than MAX_BODY_BYTES.
    """
    body, is_last, rest = bytearray(), False, payload
    try:
        while not is_last:
            part, is_last = step(rest)
            rest = b""
            body += part
            if len(body) > MAX_BODY_BYTES:
                raise UnpackingError(f"it inflates to more than {MAX_BODY_BYTES:,} bytes")
    except error as cause:
        if not body:
            raise UnpackingError(f"it cannot be unpacked ({cause})") from None
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
