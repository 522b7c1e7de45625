"""Lists of captures (CDXJ, CDX) and the WARC files that they name, in a folder or below an address."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from newscrawler.importing.remote.client import Client, RemoteError
from newscrawler.importing.remote.index_lines import MAX_LINE, IndexedCapture, read_lines
from newscrawler.importing.remote.ranges import Ranges
from newscrawler.importing.remote.services import Fetched, Listed, Query

SUFFIXES = (".cdxj", ".cdx", ".cdxj.gz", ".cdx.gz")
AT_ONCE = 20_000
"""Lines per query."""


class IndexLists:
    """Files with lists of captures."""

    def __init__(self, client: Client, paths: Sequence[Path], base: str | Path) -> None:
        """Read nothing yet. `base` is the folder, or its address, below which the files lie that the lists name."""
        self._paths = {str(path): path for path in paths}
        self._ranges = Ranges(base, client)
        self.name = ", ".join(path.name for path in paths)

    def queries(self, hosts: Sequence[str], since: str, until: str) -> Sequence[Query]:
        """Return one query per list: what it has is selected later."""
        return [{"list": name, "at": "0", "columns": ""} for name in self._paths]

    def ask(self, query: Query) -> Listed:
        """Read some lines of a list. Raises RemoteError and OSError."""
        path = self._paths[query["list"]]
        with ExitStack() as stack:
            stream: BinaryIO = stack.enter_context(path.open("rb"))
            if path.name.lower().endswith(".gz"):
                stream = stack.enter_context(gzip.open(stream))  # type: ignore[assignment]
            try:
                stream.seek(int(query["at"]))
                lines = list(islice(_bounded(stream), AT_ONCE))
                end = stream.tell()
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise RemoteError(f"{path.name}: cannot be unpacked: {error}.") from None
        index = read_lines((line.decode("utf-8", "replace").rstrip("\r\n") for line in lines), query["columns"])
        further = [{**query, "at": str(end), "columns": index.columns}] if len(lines) == AT_ONCE else []
        return Listed(index, further)

    def fetch(self, capture: IndexedCapture) -> Fetched:
        """Return the record, byte for byte as it lies in its file."""
        return self._ranges.fetch(capture)


def _bounded(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file; one that is too long comes in pieces."""
    while line := stream.readline(MAX_LINE * 4):
        yield line
