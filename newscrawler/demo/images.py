"""Tiny real images, written out by hand so that their bytes do not depend on a compression library."""

from __future__ import annotations

import struct
import zlib


def png(red: int, green: int, blue: int, width: int = 8, height: int = 6) -> bytes:
    """A PNG of one colour (RFC 2083), its pixels in a stored, uncompressed deflate block."""
    pixels = (b"\0" + bytes((red, green, blue)) * width) * height
    stored = b"\x01" + struct.pack("<HH", len(pixels), len(pixels) ^ 0xFFFF) + pixels
    data = b"\x78\x01" + stored + struct.pack(">I", zlib.adler32(pixels))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def svg(colour: str, width: int = 480, height: int = 320) -> bytes:
    """An SVG of one `colour` (CSS notation)."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="{colour}"/></svg>'
    ).encode("ascii")
