"""Sifting files on the machines of a cluster: each makes a sifted file, which the one that stores takes from a share.

A sifted file has a name there that follows from all that decides on what it holds. So it does not matter how often it
is made, and what a machine has finished is found again after the machine, the scheduler or the command was killed.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from newscrawler import __version__
from newscrawler.archive.sharing.cluster import Cluster, divided_on, threads_of
from newscrawler.archive.sharing.share import Share, check_seen
from newscrawler.importing.sifting import Wanted, file_of, sift
from newscrawler.importing.sources import Source

FOLDER = "sifted"


def sifted_elsewhere(
    cluster: Cluster, folder: Path, wanted: Wanted, sources: Sequence[tuple[int, Source]]
) -> Generator[int, None, None]:
    """Let a cluster sift sources; yield the number of each whose sifted file lies in the folder now, in their order.

    Raises SchedulerError, WorkerError and UnavailableError.
    """
    if not sources:
        return
    if cluster.share:
        share, seen = Share(cluster.share).below(FOLDER), None
    else:
        share, seen = Share(str(folder / "shared")), folder
    # Together they send no more requests than one.
    threads = threads_of(cluster) if any(source.delay for _, source in sources) else 1
    names = {number: _name(source, wanted) for number, source in sources}
    items = [(number, replace(source, delay=source.delay * threads), names[number]) for number, source in sources]
    with closing(divided_on(cluster, _sifting, (share, seen, wanted), items, is_long=True)) as results:
        for number in results:
            share.get(names[number], file_of(folder, number))
            share.remove(names[number])
            yield number


def _name(source: Source, wanted: Wanted) -> str:
    """Return the name of a sifted file: a digest of its source and of what is wanted."""
    try:
        changed = source.path.stat().st_mtime_ns
    except OSError:
        changed = 0
    place = [source.url or str(source.path.absolute()), source.member, source.name, source.size, changed]
    portals = [portal.model_dump_json() for portal in wanted.portals]
    values = [__version__, place, portals, wanted.since, wanted.until, str(wanted.captured)]
    return f"{hashlib.sha256(json.dumps(values).encode()).hexdigest()}.sifted"


@contextmanager
def _sifting(share: Share, seen: Path | None, wanted: Wanted) -> Iterator[Callable[[tuple[int, Source, str]], int]]:
    """Give the function that sifts one source on a machine of a cluster."""
    if seen is not None:
        check_seen(seen)

    def work(item: tuple[int, Source, str]) -> int:
        number, source, name = item
        if not share.has(name):
            with tempfile.TemporaryDirectory(prefix="newscrawler-sifting-") as here:
                sift(source, file_of(Path(here), number), wanted)
                share.put(name, file_of(Path(here), number))
        return number

    yield work
