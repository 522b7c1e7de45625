"""Lists of WARC files, such as the `warc.paths` of CC-NEWS: a path or an address per line, each a unit of work."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from newscrawler.importing.remote.files import is_address

SUFFIXES = (".paths", ".paths.gz")
MAX_FILES = 100_000
MAX_LINE = 4_096


class ListError(Exception):
    """A list that cannot be used; the message says why."""


def read_list(path: Path, base: str) -> Iterator[tuple[str, Path | str]]:
    """Yield the files of a list: what the line says, and the path, or the address, where the file lies.

    `base` is the folder, or the address, below which the files lie that a line does not name in full; empty: the folder
    of the list. Raises ListError and OSError.
    """
    for number, line in enumerate(_lines(path), 1):
        name = line.strip()
        if not name or name.startswith("#"):
            continue
        if number > MAX_FILES:
            raise ListError(f"{path}: has more than {MAX_FILES:,} lines; divide it.")
        if is_address(name):
            yield name, name
        elif "://" in name or "\0" in name:
            raise ListError(f"{path}: line {number:,} names no file that can be read: {name[:200]}")
        elif "://" in base and not name.startswith("/"):
            yield name, f"{base.rstrip('/')}/{name}"
        else:
            yield name, Path(base if "://" not in base and base else path.parent) / name


def _lines(path: Path) -> Iterator[str]:
    with ExitStack() as stack:
        stream: BinaryIO = stack.enter_context(path.open("rb"))
        if path.name.lower().endswith(".gz"):
            stream = stack.enter_context(gzip.open(stream))  # type: ignore[assignment]
        try:
            while line := stream.readline(MAX_LINE + 1):
                if len(line) > MAX_LINE:
                    raise ListError(f"{path}: is no list of files: a line has more than {MAX_LINE:,} bytes.")
                yield line.decode("utf-8", "replace")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ListError(f"{path}: cannot be unpacked: {error}.") from None
