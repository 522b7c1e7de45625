"""Data in UTF-16 or UTF-32, as feeds and JSON may be: turned into UTF-8 before anything looks at its first bytes."""

from __future__ import annotations

import json
import re

_DECLARED = re.compile(r"\A\s*(<\?xml[^<>]{0,200}?)\s+encoding\s*=\s*[\"'][\w.-]{1,40}[\"']", re.IGNORECASE)


def as_utf8(body: bytes) -> bytes:
    """Return data in UTF-16 or UTF-32 as UTF-8, without a byte order mark; other data as it is.

    What XML declares of its charset is removed. Characters that cannot be read are replaced.
    """
    # RFC 8259 and XML begin with two ASCII characters, whose zero bytes show the charset.
    charset = json.detect_encoding(body[:4]) if len(body) > 3 else "utf-8"
    if not charset.startswith(("utf-16", "utf-32")):
        return body
    text = body.decode(charset, "replace").removeprefix("\ufeff")
    return _DECLARED.sub(r"\1", text).encode("utf-8", "replace")
