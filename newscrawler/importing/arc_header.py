"""The header of an ARC record, the form of web archives before WARC, as the header of a WARC record.

An ARC record begins with one line: address, IP address, date, type, and more in version 2; the length comes last.
What follows is the response as it was received, which is kept byte for byte.
"""

from __future__ import annotations

import re
import uuid

from newscrawler.archive.captures.warc_record import uri

_LINE = re.compile(
    r"(?P<url>[a-z][a-z0-9+.-]{0,20}:[^\s]{1,4000}) (?P<ip>[0-9a-fA-F.:]{1,45}) (?P<date>[0-9]{14}) [^\r\n]{0,4000}?"
    r"\b(?P<length>[0-9]{1,15})\r?\n\Z",
    re.IGNORECASE,
)
_DATE = re.compile("(....)(..)(..)(..)(..)(..)")


def arc_header(line: bytes) -> tuple[bytes, dict[str, str]] | None:
    """Return the header of a WARC record of what a line begins, and its fields; None if no ARC record begins so."""
    match = _LINE.match(line.decode("utf-8", "replace"))
    if match is None:
        return None
    url = uri(match["url"])
    fields = {
        "WARC-Type": "response" if url.lower().startswith(("http:", "https:")) else "metadata",
        "WARC-Target-URI": url,
        "WARC-Date": _DATE.sub(r"\1-\2-\3T\4:\5:\6Z", match["date"]),
        "WARC-IP-Address": match["ip"],
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, match[0])}>",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": match["length"],
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.0\r\n{lines}\r\n".encode(), {name.lower(): value for name, value in fields.items()}
