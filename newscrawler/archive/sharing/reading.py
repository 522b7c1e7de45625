"""Reading an archive by several processes: of this machine, or of a cluster that gets a copy of the archive to read."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from newscrawler.archive.atomic import folder_beside, sha256
from newscrawler.archive.captures.reading import Opening, captures_elsewhere
from newscrawler.archive.captures.warc_files import captures_folder, opened_file, under_its_name
from newscrawler.archive.database.opening import open_archive_read_only
from newscrawler.archive.errors import UnavailableError
from newscrawler.archive.sharing.cluster import Cluster, Workers, divided_on
from newscrawler.archive.sharing.share import Share, check_seen
from newscrawler.archive.worker_processes import Item, Processes, Result, Start, process_count

_NAME = "archive.db"
QUEUED = 12
"""Units that a process has at once: it goes on with them while what it read is stored, some hundred at a time."""
OPEN_FILES = 4
"""WARC files in an object storage that a worker keeps open."""


def divided_reading(
    start: Start[Item, Result],
    archive: Path,
    arguments: tuple[object, ...],
    items: Sequence[Item],
    *,
    workers: Workers,
    articles: int,
    portal: str | None,
    processes: Processes | None = None,
) -> Generator[Result, None, None]:
    """Yield the result of each item, in their order, as `divided` does it.

    `start` gets the path of an archive, as text, and the arguments. `articles` is about how many articles, or captures,
    are read. `portal` is the one whose captures are read; None: no captures are. `processes` are those that
    do the work; None: some of its own.

    Raises UnavailableError where processes die, or a cluster or its share cannot be used.
    """
    if not isinstance(workers, Cluster):
        count = process_count(workers, articles, len(items))
        with ExitStack() as stack:
            group = processes or stack.enter_context(closing(Processes()))
            work = group.divided(start, (str(archive), *arguments), items, workers=count, queued=QUEUED)
            yield from stack.enter_context(closing(work))
        return
    if not items:
        return
    with (
        _shared(workers, archive, portal) as shared,
        closing(divided_on(workers, _reading, (start, shared, arguments), items)) as results,
    ):
        yield from results


@dataclass(frozen=True, slots=True)
class _SharedArchive:
    """A copy of an archive that machines of a cluster can read. It can be sent to them."""

    place: str
    """The copy, where all machines see its folder."""
    captures: str
    """The folder of the WARC files, where all machines see it."""
    share: Share | None = None
    """Where copy and WARC files are, if the machines do not see the folders."""
    name: str = ""
    """Of the copy in the share."""
    files: dict[str, str] = field(default_factory=dict)
    """WARC files in the share: the name that rows have, and the one there."""


@contextmanager
def _shared(cluster: Cluster, archive: Path, portal: str | None) -> Iterator[_SharedArchive]:
    """Give a copy of an archive as it is now. It is removed at the end."""
    with ExitStack() as stack:
        if not cluster.share:
            # Not the archive itself: two machines cannot share the memory beside its log.
            folder = stack.enter_context(folder_beside(archive.with_name(f"{archive.name}.shared")))
            _copy(archive, folder / _NAME)
            yield _SharedArchive(str(folder / _NAME), str(captures_folder(archive)))
            return
        copy = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newscrawler-share-"))) / _NAME
        _copy(archive, copy)
        name = sha256(copy)
        share = Share(cluster.share).below(f"reading-{name[:24]}")
        stack.callback(share.clear)
        share.put(f"{name}.db", copy)
        files = _put_captures(archive, share, portal) if portal else {}
        yield _SharedArchive("", "", share, f"{name}.db", files)


def _copy(archive: Path, copy: Path) -> None:
    with closing(open_archive_read_only(archive)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        # A single file, which any number of machines can read.
        target.execute("PRAGMA journal_mode = DELETE")


def _put_captures(archive: Path, share: Share, portal: str) -> dict[str, str]:
    """Put the WARC files to which rows of a portal point; return their names there."""
    root, names = captures_folder(archive), {}
    query = (
        "SELECT DISTINCT c.file FROM captures c JOIN runs r ON r.id = c.run WHERE r.portal = ? AND c.file IS NOT NULL"
    )
    with closing(open_archive_read_only(archive)) as connection:
        for (file,) in connection.execute(query, (portal,)):
            if name := under_its_name(root, file, partial(_put, share, f"warc/{file}")):
                names[file] = name
    return names


def _put(share: Share, name: str, path: Path) -> str:
    try:
        share.put(name, path)
    except UnavailableError:
        path.stat()  # FileNotFoundError: it was not the share
        raise
    return name


# In the workers


@contextmanager
def _reading(
    start: Start[Any, Any], shared: _SharedArchive, arguments: tuple[object, ...]
) -> Iterator[Callable[[Any], Any]]:
    """Give the function that works on an item, on a machine of a cluster."""
    with ExitStack() as stack:
        if shared.share is None:
            path = Path(shared.place)
            check_seen(path.parent)
            find: Opening = partial(opened_file, Path(shared.captures))
        else:
            path = _fetched(shared.share, shared.name)
            find = stack.enter_context(closing(_OpenFiles(shared.share, shared.files))).opened
        stack.enter_context(captures_elsewhere(captures_folder(path), find))
        yield stack.enter_context(start(str(path), *arguments))


_copies: tempfile.TemporaryDirectory[str] | None = None
"""Copies of archives that this process has fetched; they go with it."""


def _fetched(share: Share, name: str) -> Path:
    """Return the copy of an archive here; of those that were fetched only the newest is kept."""
    global _copies
    if _copies is None or not (Path(_copies.name) / name).exists():
        made = tempfile.TemporaryDirectory(prefix="newscrawler-share-")
        share.get(name, Path(made.name) / name)
        _copies = made
    return Path(_copies.name) / name


class _OpenFiles:
    """Some WARC files in a share, open: most records are read in the order in which they lie in them."""

    def __init__(self, share: Share, files: dict[str, str]) -> None:
        self._share = share
        self._files = files
        self._open: dict[str, tuple[BinaryIO, AbstractContextManager[BinaryIO]]] = {}

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """Give a WARC file by the name that rows have. Raises FileNotFoundError and UnavailableError."""
        if name not in self._files:
            raise FileNotFoundError(f"{name}: was not with the archive")
        if name not in self._open:
            if len(self._open) == OPEN_FILES:
                self._close(next(iter(self._open)))
            manager = self._share.opened(self._files[name])
            self._open[name] = manager.__enter__(), manager
        try:
            yield self._open[name][0]
        except OSError as error:  # of the storage: the record may be sound
            raise UnavailableError(f"{self._share.where}: {name} cannot be read: {error}") from error

    def _close(self, name: str) -> None:
        _, manager = self._open.pop(name)
        manager.__exit__(None, None, None)

    def close(self) -> None:
        """Close all."""
        for name in list(self._open):
            self._close(name)
