"""The CDXJ index of a portal's WARC files: `index.cdxj` beside them, one line per capture, sorted.

Each line is `SURT-key timestamp JSON`, as pywb and other replay tools read it. The program itself uses the table in
the archive; the index can be rebuilt at any time.
"""

from __future__ import annotations

import heapq
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from pathlib import Path
from urllib.parse import urlsplit

from newscrawler.archive.atomic import new_file
from newscrawler.archive.captures.warc_record import warc_digest
from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.lock_files import exclusive
from newscrawler.archive.own_files import not_following

NAME = "index.cdxj"
LOCK = ".index.lock"
"""Lies beside the index while it is written."""
_AT_ONCE = 50_000
"""How many lines are sorted in memory."""
_WWW = re.compile(r"^www\d*\.")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def line(url: str, fetched: str, *, mime: str, status: int, digest: str, offset: int, length: int, file: str) -> str:
    """Return the line of a capture, with its line feed; `file` is the WARC's name without a folder."""
    fields = {
        "url": url,
        "mime": mime,
        "status": str(status),
        "digest": warc_digest(digest),
        "length": str(length),
        "offset": str(offset),
        "filename": file,
    }
    return f"{surt_key(url)} {re.sub('[^0-9]', '', fetched)[:14]} {json.dumps(fields)}\n"


def surt_key(url: str) -> str:
    """Return the key that sorts a URL by host from the right: `com,example)/path?query`.

    It is folded as replay tools fold it: lower case, without `www.` and default port, arguments of the query sorted.
    """
    parts = urlsplit(url.lower())
    host = ",".join(reversed(_WWW.sub("", parts.hostname or "").split(".")))
    try:
        port = parts.port
    except ValueError:
        port = None
    suffix = f":{port}" if port and port != _DEFAULT_PORTS.get(parts.scheme) else ""
    path = parts.path if parts.path in ("", "/") else parts.path.rstrip("/")
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return f"{host}{suffix}){path or '/'}{query}".replace(" ", "%20")


def append(folder: Path, lines: Iterable[str]) -> None:
    """Add lines at the end, also below a line that a crash cut off; `sort` sorts them in and drops such a line."""
    with _locked(folder), open(folder / NAME, "a+b", opener=not_following) as index:
        if index.tell():
            index.seek(-1, os.SEEK_END)
            if index.read(1) != b"\n":
                index.write(b"\n")
        index.writelines(text.encode() for text in lines)


def sort(folder: Path) -> None:
    """Sort in the lines that were appended, each line once. Memory holds only these lines."""
    path = folder / NAME
    if not path.exists():
        return
    with _locked(folder):
        end, tail = _unsorted_tail(path)
        if tail:
            _replace(path, heapq.merge(_lines(path, end), sorted(tail)))


def rebuild(folder: Path, lines: Iterable[str]) -> None:
    """Replace the index. Memory holds a part of the lines; sorted parts lie in files until they are merged."""
    lines = iter(lines)
    with _locked(folder), new_file(folder / NAME) as new, ExitStack() as stack:
        parts: list[Iterator[str]] = []
        while some := sorted(islice(lines, _AT_ONCE)):
            part = new.with_name(f"part-{len(parts)}")
            with part.open("x", encoding="utf-8", newline="\n") as stream:
                stream.writelines(some)
            parts.append(stack.enter_context(part.open(encoding="utf-8", newline="\n")))
        _write(new, heapq.merge(*parts))


def replace_files(folder: Path, files: Collection[str], lines: Iterable[str]) -> None:
    """Replace the lines of these files, named without a folder, with other lines."""
    rebuild(folder, chain(_lines_of_others(folder / NAME, files), lines))


def _lines_of_others(path: Path, files: Collection[str]) -> Iterator[str]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace", newline="\n") as index:
        yield from (text for text in index if text.endswith("}\n") and file_of(text) not in files)


def file_of(text: str) -> str:
    """Return the WARC file that a line names; empty when the line cannot be read."""
    try:
        return str(json.loads(text.split(" ", 2)[2])["filename"])
    except (ValueError, IndexError, KeyError, TypeError, RecursionError):
        return ""


def _unsorted_tail(path: Path) -> tuple[int, list[str]]:
    """Return where the sorted part ends, in bytes, and the lines behind it. Torn lines are left out."""
    end, last = 0, ""
    tail: list[str] = []
    with path.open(encoding="utf-8", errors="replace", newline="\n") as index:
        for text in index:
            if not tail and text > last and text.endswith("}\n"):
                end += len(text.encode())
                last = text
            else:
                tail.append(text)
    return end, [text for text in tail if text.endswith("}\n")]


def _lines(path: Path, end: int) -> Iterator[str]:
    read = 0
    with path.open(encoding="utf-8", errors="replace", newline="\n") as index:
        for text in index:
            read += len(text.encode())
            if read > end:
                return
            yield text


def _replace(path: Path, lines: Iterator[str]) -> None:
    with new_file(path) as new:
        _write(new, lines)


def _write(new: Path, lines: Iterable[str]) -> None:
    """Write lines to a new file, each once."""
    last = ""
    with new.open("x", encoding="utf-8", newline="\n") as index:
        for text in lines:
            if text != last:
                index.write(text)
            last = text


def refuse_links(folder: Path) -> None:
    """Raise ArchiveError when a portal's folder, its index or the index's lock is a symbolic link.

    An archive from somebody else may bring a link that leads to a file of ours.
    """
    for path in (folder, folder / LOCK, folder / NAME):
        if path.is_symlink():
            raise ArchiveError(f"{path}: is a symbolic link, which is not followed; remove it.")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the index: several crawls of one portal may end at once."""
    refuse_links(folder)
    with exclusive(folder / LOCK):
        yield
