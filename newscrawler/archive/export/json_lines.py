"""JSON lines: one object per article, lists as lists, unknown values as null."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TextIO

from newscrawler.archive.columns import Column
from newscrawler.archive.export.fields import split_list
from newscrawler.archive.export.writer import Row, Writer


class JsonLinesWriter(Writer):
    """Writes one line per row (UTF-8, characters as they are)."""

    media_type = "application/jsonl"
    is_text = True
    has_lists = True

    def open(self, target: TextIO, columns: Sequence[Column]) -> None:
        """Take the stream; there is no header."""
        self._stream = target
        self._names = [column.name for column in columns]
        self._lists = [position for position, column in enumerate(columns) if column.is_list]

    def write(self, rows: Iterable[Row]) -> None:
        """Write the rows."""
        encode = json.JSONEncoder(ensure_ascii=False).encode
        for row in rows:
            values = list(row)
            for position in self._lists:
                values[position] = split_list(values[position])
            text = encode(dict(zip(self._names, values, strict=True)))
            # U+2028 and U+2029 end a line for some readers; JSON leaves them as they are.
            text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
            self._stream.write(f"{text}\n")

    def close(self) -> None:
        """Do nothing: the file has no end mark."""
