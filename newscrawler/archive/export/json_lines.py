"""JSON lines: one object an article, lists as lists, what is not known as null."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TextIO

from newscrawler.archive.columns import Column
from newscrawler.archive.export.fields import listed


def write_json_lines(stream: TextIO, fields: Sequence[Column], rows: Iterable[Sequence[object]]) -> int:
    """Write the rows, one a line (UTF-8, characters as they are); return their number."""
    names = [field.name for field in fields]
    lists = [position for position, field in enumerate(fields) if field.is_list]
    encode = json.JSONEncoder(ensure_ascii=False).encode
    count = 0
    for row in rows:
        values = list(row)
        for position in lists:
            values[position] = listed(values[position])
        # U+2028 and U+2029 end a line for some readers; JSON leaves them as they are.
        text = encode(dict(zip(names, values, strict=True))).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        stream.write(f"{text}\n")
        count += 1
    return count
