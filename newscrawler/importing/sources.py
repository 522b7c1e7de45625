"""What can be imported: WARC and ARC files, WACZ collections, and folders of these and of saved pages."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeVar

from newscrawler.importing import file_lists
from newscrawler.importing.remote.files import open_address

WARC_SUFFIXES = (".warc", ".warc.gz")
WACZ_SUFFIX = ".wacz"
PAGE_SUFFIXES = (".html", ".htm", ".shtml", ".xhtml", ".shtm")
PROGRAM_SUFFIXES = "aspx?|php|jspx?|do|action|cgi"
"""Of addresses of programs, as a pattern."""
_PROGRAM_PAGE = re.compile(rf".+\.(?:s?html?|xhtml|{PROGRAM_SUFFIXES})(?:[?@].*)?", re.IGNORECASE | re.DOTALL)
"""Names that wget gives to pages of a program, or with a query: `show.asp?id=7`, for Windows `show.asp@id=7`."""
_ARC_SUFFIX = ".arc"
PACKED_ARC_SUFFIX = ".arc.gz"
MAX_EXPANSION = 100
"""How many times larger a packed file of a WACZ may become; WARC files are packed already."""
MAX_MEMBERS = 100_000
_LOCAL_HEADER = 30
Record = TypeVar("Record")


class SourceError(Exception):
    """A source that cannot be imported; the message names the cause and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file with captured pages."""

    path: Path
    name: str
    """As the record of an import names it: the path below what was asked for."""
    member: str = ""
    """Of a WACZ: the WARC file in it; empty for other files."""
    root: Path | None = None
    """Of a saved page: the folder that was asked for; None for other files."""
    size: int = 0
    """Bytes that are read; 0 if the file cannot be reached, or lies elsewhere."""
    url: str = ""
    """Where the file lies, if not here."""
    delay: float = 0.0
    """Seconds between two requests for parts of it."""


def find_sources(path: Path, *, base: str = "", delay: float = 0.0) -> Iterator[Source]:
    """Yield the files with captured pages that a path names, in the order of their names. Links are not followed.

    `base` and `delay` are of the files that a list names. Raises SourceError.
    """
    if path.name.lower().endswith(file_lists.SUFFIXES) and path.is_file():
        yield from _listed(path, base, delay)
        return
    if not path.exists():
        raise SourceError(f"{path}: there is no such file or folder.")
    if not path.is_dir():
        if not (path.name.lower().endswith((*WARC_SUFFIXES, PACKED_ARC_SUFFIX, WACZ_SUFFIX)) or _is_page(path)):
            raise SourceError(_refusal(path))
        found = list(_sources_of_file(path, path.name, path.parent))
        if not found:
            raise SourceError(f"{path}: has no WARC files ({', '.join(WARC_SUFFIXES)}) in a folder archive/.")
        yield from found
        return
    for file in _files(path):
        name = f"{path.name}/{file.relative_to(path).as_posix()}"
        if file.name.lower().endswith(_ARC_SUFFIX):
            raise SourceError(_refusal(file))
        yield from _sources_of_file(file, name, path)


def _listed(path: Path, base: str, delay: float) -> Iterator[Source]:
    try:
        for name, place in file_lists.read_list(path, base):
            if not name.lower().endswith((*WARC_SUFFIXES, PACKED_ARC_SUFFIX)):
                raise SourceError(f"{path}: {name[:200]} is no WARC file by its name.")
            if isinstance(place, str):
                yield Source(path, name, url=place, delay=delay)
            else:
                yield Source(place, name, size=_size(place))
    except file_lists.ListError as error:
        raise SourceError(str(error)) from None


def _refusal(path: Path) -> str:
    if path.name.lower().endswith(_ARC_SUFFIX):
        return (
            f"{path}: ARC files that are not packed are not read; "
            f"'warcio recompress {path.name} NAME.warc.gz' makes a WARC file of it."
        )
    return (
        f"{path}: is none of these: "
        f"{', '.join((*WARC_SUFFIXES, PACKED_ARC_SUFFIX, WACZ_SUFFIX, *PAGE_SUFFIXES, *file_lists.SUFFIXES))}, "
        "a folder."
    )


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _sources_of_file(path: Path, name: str, root: Path) -> Iterator[Source]:
    lower = path.name.lower()
    if lower.endswith((*WARC_SUFFIXES, PACKED_ARC_SUFFIX)):
        yield Source(path, name, size=_size(path))
    elif lower.endswith(WACZ_SUFFIX):
        for member, size in _members(path):
            yield Source(path, f"{name}!{member}", member=member, size=size)
    elif _is_page(path):
        yield Source(path, name, root=root, size=_size(path))


def _is_page(path: Path) -> bool:
    return path.suffix.lower() in PAGE_SUFFIXES or _PROGRAM_PAGE.fullmatch(path.name) is not None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _members(path: Path) -> list[tuple[str, int]]:
    """Return the WARC files of a WACZ, with their sizes: those below `archive/`, as its specification has it.

    That folder may lie in another one: who packs a collection again often packs its folder.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            count = len(archive.infolist())
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SourceError(f"{path}: cannot be read as a WACZ: {error}.") from None
    if count > MAX_MEMBERS:
        raise SourceError(f"{path}: has more than {MAX_MEMBERS:,} files.")
    return sorted(
        (name, size)
        for name, size in sizes.items()
        if name.lower().endswith(WARC_SUFFIXES) and _is_captures(PurePosixPath(name))
    )


def _is_captures(path: PurePosixPath) -> bool:
    if path.is_absolute() or ".." in path.parts:
        return False
    # macOS adds a file of its own beside each: `__MACOSX/archive/._data.warc.gz`.
    return "archive" in path.parts[:-1] and not path.name.startswith("._")


@contextmanager
def opened(source: Source, folder: Path) -> Iterator[BinaryIO]:
    """Open a source so that it can be read from any place. `folder` takes what must be unpacked first.

    Raises OSError and SourceError.
    """
    if source.url:
        with open_address(source.url, source.delay) as stream:
            yield stream
        return
    if not source.member:
        with source.path.open("rb") as stream:
            yield stream
        return
    try:
        with zipfile.ZipFile(source.path) as archive:
            info = archive.getinfo(source.member)
            if info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1:
                with source.path.open("rb") as stream:
                    yield _window(stream, info)
                return
            if info.file_size > MAX_EXPANSION * max(1, info.compress_size):
                raise SourceError(f"{source.name}: unpacks to {info.file_size:,} bytes, which is too many.")
            with tempfile.TemporaryFile(dir=folder) as unpacked:
                with archive.open(info) as packed:
                    shutil.copyfileobj(packed, unpacked, 2**20)
                yield unpacked
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError) as error:
        raise SourceError(f"{source.name}: cannot be read: {error}.") from None


def readable(records: Iterable[Record], source: Source) -> Iterator[Record]:
    """Yield the records of a source. Raises SourceError where the source cannot be read."""
    try:
        yield from records
    except OSError as error:
        raise unreadable(source, error) from None


def unreadable(source: Source, error: OSError) -> SourceError:
    """Return the error of a source that cannot be read."""
    return SourceError(f"{source.name}: {error.strerror or error}.")


def _window(stream: BinaryIO, info: zipfile.ZipInfo) -> BinaryIO:
    """Return the part of a ZIP file that holds a file which is not packed."""
    stream.seek(info.header_offset)
    header = stream.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile(f"{info.filename} does not begin where it should")
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    return io.BufferedReader(_Window(stream, info.header_offset + _LOCAL_HEADER + names, info.file_size), 2**16)


class _Window(io.RawIOBase):
    """A part of a file as a file."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream = stream
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        self._stream.seek(self._start + self._at)
        data = self._stream.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
