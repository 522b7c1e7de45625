"""Indexes of web archives: CDXJ, CDX, and what CDX servers answer. All of them give the same captures.

An index is hostile: its lines are bounded, and a line that cannot be read is counted and left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_LINE = 32_768
"""Characters of one line."""
_NAMES = {
    "timestamp": "date", "url": "url", "original": "url", "mime": "mime", "mimetype": "mime", "mime-detected": "",
    "status": "status", "statuscode": "status", "digest": "digest", "length": "length", "offset": "offset",
    "filename": "file",
}  # fmt: skip
"""Names of fields, in the two families of servers, to ours."""
_LETTERS = {
    "b": "timestamp", "a": "url", "m": "mime", "s": "status", "k": "digest", "S": "length",
    "V": "offset", "g": "filename",
}  # fmt: skip
"""Letters of the first line of a CDX file; others are of no use here."""
_COLUMNS = {
    7: "N b a m s k S",  # CDX server of the Wayback Machine
    9: "N b a m s k r V g",
    10: "N b a m s k r M V g",
    11: "N b a m s k r M S V g",
}
"""Number of fields to their letters, for files without a first line that names them."""
_TIMESTAMP = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})[0-9]{0,3}")
_NUMBER = re.compile(r"[0-9]{1,15}")
_DEFAULT_PORT = re.compile(r"(http://[^/?#:@]+):80(?=[/?#]|\Z)|(https://[^/?#:@]+):443(?=[/?#]|\Z)")


@dataclass(frozen=True, slots=True)
class IndexedCapture:
    """One capture that an index names."""

    url: str
    date: str
    """As in a WARC file: `2014-04-01T08:00:00Z`."""
    status: int = 0
    """0: the index does not tell."""
    mime: str = ""
    digest: str = ""
    """Base 32 of a SHA-1, mostly, with or without a prefix; empty: the index does not tell."""
    file: str = ""
    """The WARC file that has it; empty: the index does not tell."""
    offset: int = 0
    length: int = 0

    @property
    def timestamp(self) -> str:
        """The 14 digits of its time."""
        return re.sub("[^0-9]", "", self.date)


@dataclass(slots=True)
class Index:
    """What an answer, or a part of a file, has of an index."""

    captures: list[IndexedCapture] = field(default_factory=list)
    unreadable: int = 0
    """Lines that are no captures."""
    resume_key: str = ""
    """What a server wants to be sent for the lines that follow; empty: nothing follows."""
    columns: str = ""
    """Letters of the CDX fields, as the last line that names them has them; empty: none did."""

    @property
    def lines(self) -> int:
        """The number of captures and of lines that cannot be read."""
        return len(self.captures) + self.unreadable


def read_answer(text: str) -> Index:
    """Read what a CDX server answered: a JSON array of rows, or one capture per line."""
    if not text.lstrip().startswith("[["):
        return read_lines([] if text.strip() == "[]" else text.splitlines())
    index = Index()
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return Index(unreadable=1)
    names = rows[0]
    for number, row in enumerate(rows[1:], 1):
        if row == []:  # a resumption key follows
            follows = rows[number + 1 : number + 2]
            if follows and isinstance(follows[0], list) and follows[0] and isinstance(follows[0][0], str):
                index.resume_key = follows[0][0][:MAX_LINE]
            break
        is_row = isinstance(row, list) and isinstance(names, list) and len(row) == len(names)
        _add(index, dict(zip(map(str, names), row, strict=True)) if is_row else None)
    return index


def read_lines(lines: Iterable[str], columns: str = "") -> Index:
    """Read lines of CDXJ, of JSON or of a CDX file, also mixed. `columns`: letters of the CDX fields."""
    index = Index(columns=columns)
    for line in lines:
        if line.startswith((" CDX ", "CDX ")):
            index.columns = line.split("CDX ", 1)[1].strip()
        elif line.strip() and not line.startswith(("!", "#")):
            _add(index, _fields(line.strip(), index.columns) if len(line) <= MAX_LINE else None)
    return index


def _fields(line: str, columns: str) -> Mapping[str, Any] | None:
    if line.startswith("{"):
        return _object(line)
    _key, _, rest = line.partition(" ")
    timestamp, _, block = rest.partition(" ")
    if block.lstrip().startswith("{"):
        found = _object(block)
        return None if found is None else {"timestamp": timestamp, **found}
    values = line.split(" ")
    letters = (columns or _COLUMNS.get(len(values), "")).split(" ")
    if len(letters) != len(values):
        return None
    return {_LETTERS[letter]: value for letter, value in zip(letters, values, strict=True) if letter in _LETTERS}


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _add(index: Index, fields: Mapping[str, Any] | None) -> None:
    capture = _capture(fields) if fields is not None else None
    if capture is None:
        index.unreadable += 1
    else:
        index.captures.append(capture)


def _capture(fields: Mapping[str, Any]) -> IndexedCapture | None:
    values = {
        own: str(value) for name, value in fields.items() if (own := _NAMES.get(name)) and isinstance(value, str | int)
    }
    when = _TIMESTAMP.fullmatch(values.get("date", ""))
    url = values.get("url", "")
    if when is None or not url:
        return None
    return IndexedCapture(
        url=_DEFAULT_PORT.sub(lambda match: match[1] or match[2], url, count=1),
        date="{}-{}-{}T{}:{}:{}Z".format(*when.groups()),
        status=_number(values.get("status", "")),
        mime=_text(values.get("mime", "")).lower(),
        digest=_text(values.get("digest", ""))[:100],
        file=_text(values.get("file", "")),
        offset=_number(values.get("offset", "")),
        length=_number(values.get("length", "")),
    )


def _number(value: str) -> int:
    return int(value) if _NUMBER.fullmatch(value) else 0


def _text(value: str) -> str:
    return "" if value == "-" else value
