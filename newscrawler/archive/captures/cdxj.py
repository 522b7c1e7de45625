"""The CDXJ index of a portal's WARC files: `index.cdxj` beside them, a line a capture, sorted.

Each line is `SURT-key timestamp JSON`, as pywb and other replay tools read it. The archive's own table is what
the program itself uses; the index can be made anew at any time.
"""

from __future__ import annotations

import fcntl
import heapq
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from newscrawler.archive.captures.warc_record import warc_digest
from newscrawler.archive.errors import ArchiveError

NAME = "index.cdxj"
LOCK = ".index.lock"
"""Lies beside the index; empty."""
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
    return f"{surt_key(url)} {re.sub('[^0-9]', '', fetched)} {json.dumps(fields)}\n"


def surt_key(url: str) -> str:
    """Return the key that sorts a URL by host from the right: `com,example)/path?query`.

    Folded as replay tools fold: lower case, `www.` and default port gone, arguments of the query sorted.
    """
    parts = urlsplit(url.lower())
    host = ",".join(reversed(_WWW.sub("", parts.hostname or "").split(".")))
    try:
        port = parts.port
    except ValueError:
        port = None
    shown = f":{port}" if port and port != _DEFAULT_PORTS.get(parts.scheme) else ""
    path = parts.path if parts.path in ("", "/") else parts.path.rstrip("/")
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return f"{host}{shown}){path or '/'}{query}".replace(" ", "%20")


def append(folder: Path, lines: Iterable[str]) -> None:
    """Add lines at the end, below one that a crash may have cut off; `sort` sorts them in and drops that one."""
    with _locked(folder), (folder / NAME).open("a+b") as index:
        if index.tell():
            index.seek(-1, os.SEEK_END)
            if index.read(1) != b"\n":
                index.write(b"\n")
        index.writelines(text.encode() for text in lines)


def sort(folder: Path) -> None:
    """Sort in what was appended, each line once; memory holds only the appended lines."""
    path = folder / NAME
    if not path.exists():
        return
    with _locked(folder):
        end, tail = _unsorted_tail(path)
        if tail:
            _replace(path, heapq.merge(_lines(path, end), sorted(tail)))


def rebuild(folder: Path, lines: Iterable[str]) -> None:
    """Write the index anew."""
    with _locked(folder):
        _replace(folder / NAME, iter(sorted(lines)))


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
    new = path.with_name(f".{NAME}.new")
    last = ""
    with new.open("w", encoding="utf-8", newline="\n") as index:
        for text in lines:
            if text != last:
                index.write(text)
            last = text
        index.flush()
        os.fsync(index.fileno())
    new.replace(path)


def refuse_links(folder: Path) -> None:
    """Raise ArchiveError when a portal's folder or its index is a link, which would be written through.

    A stranger's archive may bring one that leads to a file of ours.
    """
    for path in (folder, folder / LOCK, folder / NAME):
        if path.is_symlink():
            raise ArchiveError(f"{path}: is a symbolic link, which is not followed; remove it.")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the index alone: several crawls of one portal may end at once."""
    refuse_links(folder)
    with (folder / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
