"""How fast an import reads the WARC files of others: one run, one table, with the load of the machine.

    python benchmarks/import.py [--foreign N] [--pages N] [--rounds N]

- *Foreign records* belong to other hosts. They are passed over, beside fastwarc that only iterates over the same file; and for
  all portals at once, beside one.
- *Matched records* become articles, up to the part that a merge takes in, beside the extraction and storing of the
  same pages from memory, without any WARC.
- *Two workers* beside one, by the clock: an import of one file and of four up to the part, and `reextract --dry-run`.
- *Dask* with two workers of this machine, which are there already, beside our own two, which must start: the same.
- *Memory*: the peak of a process that imports a source, and of one that imports a source four times as large.
- *A second import* of the same source: the seconds of both, and the bytes that were read of the source.

Rates are per second of processor time of this process, which other work on the machine disturbs less than the clock. The
two sides of a comparison run in turn, each first in every second round. A number is the median of the rounds, a ratio the
median of the ratios, behind it the lowest and the highest one: a machine that becomes slow or fast meanwhile does so for
both sides. Nothing is measured the first time, when modules and tables are loaded. Pages have the size of real ones (25 KB).
fastwarc is in the group `bench`; without it the first row is left out.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from comparing import compared
from generated_portal import HOST, definition, generate, truth
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawler.archive import open_archive
from newscrawler.archive.articles import Fetched, store_article
from newscrawler.archive.database.batch import Batch
from newscrawler.archive.runs import start_run
from newscrawler.archive.sharing.cluster import Cluster, Workers
from newscrawler.crawling.recording.run_record import portal_values
from newscrawler.extraction.model import NotAnArticle
from newscrawler.importing.articles import ArticleReader
from newscrawler.importing.filling import Filling
from newscrawler.importing.importer import filled_from
from newscrawler.importing.job import Import, ImportResult
from newscrawler.importing.part import Part
from newscrawler.importing.readers import Readers
from newscrawler.importing.selection import Selection
from newscrawler.importing.sources import find_sources
from newscrawler.importing.warc_records import Fault, WarcRecords
from newscrawler.portals import Portal, load_portal, load_portals
from newscrawler.reading import read_article

CAPTURED = "2026-07-01T00:00:00Z"
TYPE = "text/html; charset=utf-8"


def pages_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield address and bytes of the generated articles."""
    for said in truth(folder):
        yield said.url, (folder / said.url.removeprefix(HOST).lstrip("/")).read_bytes()


def write_warc(path: Path, pages: Iterator[tuple[str, bytes]], copies: int = 1) -> int:
    """Write a WARC file as other crawlers do, with a request beside each response; return the number of records."""
    count = 0
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for url, body in pages:
            for _ in range(copies):
                headers = StatusAndHeaders("200 OK", [("Content-Type", TYPE)], protocol="HTTP/1.1")
                dated = {"WARC-Date": CAPTURED}
                response = writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), http_headers=headers, warc_headers_dict=dated
                )
                asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x.example")], is_http_request=True)
                request = writer.create_warc_record(url, "request", http_headers=asked, warc_headers_dict=dated)
                writer.write_request_response_pair(request, response)
                count += 2
    return count


def split(folder: Path, count: int) -> Path:
    """Write the pages of the portal into so many files; return their folder."""
    into = folder / "split"
    into.mkdir()
    pages = list(pages_of(folder / "site"))
    for number in range(count):
        write_warc(into / f"{number}.warc.gz", iter(pages[number::count]))
    return into


def spent(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Return the seconds that some work takes."""
    began = clock()
    work()
    return clock() - began


def passed_over(path: Path, portals: Sequence[Portal]) -> None:
    with path.open("rb") as stream:
        wanted = [one for one in WarcRecords(stream, Selection(portals)) if not isinstance(one, Fault)]
    assert not wanted, "the records are not foreign"


def iterated(path: Path) -> None:
    from fastwarc import ArchiveIterator

    with path.open("rb") as stream:
        for _ in ArchiveIterator(stream, parse_http=False):
            pass


class Building:
    """Imports of one source, up to the part."""

    def __init__(self, source: Path, portal: Portal) -> None:
        self._source = source
        self.portal = portal

    def run(self, workers: Workers) -> int:
        """Build a part; return the number of its versions."""
        job = Import((self._source,), self.portal, workers=workers)
        sources = list(find_sources(self._source))
        with tempfile.TemporaryDirectory() as folder:
            part = Part(Path(folder), self.portal, {}, None)
            with closing(part.connection), closing(Readers(workers)) as readers:
                result = ImportResult()
                with filled_from(job, sources, Path(folder), None, readers) as sifting:
                    Filling(part, job, result, Path(folder), _silent, readers, sifting).take_all(sources)
                part.finish_captures()
                ArticleReader(part, (), Counter(), readers).read_all(_silent)
                return int(part.connection.execute("SELECT count(*) FROM versions").fetchone()[0])


def from_memory(pages: list[tuple[str, bytes]], portal: Portal) -> None:
    """Read and store pages as an import does, without any WARC."""
    with tempfile.TemporaryDirectory() as folder, closing(open_archive(Path(folder) / "archive.db")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        run = start_run(connection, portal_values(portal), command="import", arguments={})
        connection.execute("COMMIT")
        batch = Batch(connection)
        fetched = Fetched(run=run, seen=CAPTURED, extractor="benchmark")
        moment = datetime.fromisoformat(CAPTURED)
        for url, body in pages:
            article = read_article(body, portal, url=url, content_type=TYPE, fetched=moment)
            assert not isinstance(article, NotAnArticle), article
            batch.add(store_article, portal.id, article, fetched)
        batch.flush()


def _silent(*_: object) -> None:
    pass


def command(*arguments: object) -> None:
    words = [sys.executable, "-m", "newscrawler", *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stderr}")


MEASURED = """
import json, resource, sys
from newscrawler.cli.main import cli
try:
    cli(sys.argv[1:])
except SystemExit as end:
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    read = int(next(line.split()[1] for line in open("/proc/self/io") if line.startswith("rchar")))
    print(json.dumps({"status": end.code, "megabytes": kilobytes / 1024, "read": read}))
"""


def measured(*arguments: object) -> dict[str, float]:
    """Return exit status, peak memory (MiB) and bytes read of a command in a process of its own. Linux only."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--foreign", type=int, default=4_000, help="foreign responses (default: 4000)")
    parser.add_argument("--pages", type=int, default=600, help="pages of the portal (default: 600)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement (default: 5)")
    options = parser.parse_args()
    load = os.getloadavg()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        rows = list(_rows(folder, options.foreign, options.pages, options.rounds))
    print(f"load before {load[0]:.1f}, after {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores\n")
    print("| measured | ours | beside | ratio | must reach |\n|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def _rows(folder: Path, foreign: int, count: int, rounds: int) -> Iterator[tuple[str, ...]]:
    toml = folder / "generated.toml"
    toml.write_text(definition(), encoding="utf-8")
    other = folder / "other.toml"
    other.write_text(definition("other", "http://www.other.example/"), encoding="utf-8")
    generate(folder / "site", articles=count)
    pages = list(pages_of(folder / "site"))
    own, large = folder / "own.warc.gz", folder / "large.warc.gz"
    write_warc(own, iter(pages))
    records = write_warc(large, iter(pages), max(1, foreign // count))
    portal, stranger = load_portal(str(toml)), load_portal(str(other))

    def ours() -> float:
        return spent(lambda: passed_over(large, [stranger]))

    ours()
    try:
        one = compared(rounds, ours, lambda: spent(lambda: iterated(large)))
        rates = f"{records / one.ours:,.0f}", f"{records / one.beside:,.0f}"
        yield "foreign records/s, beside fastwarc", *rates, str(one), "0.7"
    except ImportError:
        print("fastwarc is not installed: its row is left out", file=sys.stderr)
    everybody, _ = load_portals()
    one = compared(rounds, lambda: spent(lambda: passed_over(large, [*everybody, stranger])), ours)
    measured_as = f"foreign records/s for {len(everybody) + 1} portals, beside one"
    yield measured_as, f"{records / one.ours:,.0f}", f"{records / one.beside:,.0f}", str(one), "1"
    building = Building(own, portal)
    building.run(1)
    one = compared(rounds, lambda: spent(lambda: building.run(1)), lambda: spent(lambda: from_memory(pages, portal)))
    rates = f"{count / one.ours:,.1f}", f"{count / one.beside:,.1f}"
    yield "matched pages/s, beside pages from memory", *rates, str(one), "0.8"
    yield from _workers(folder, toml, building, rounds)
    yield from _memory_and_second(folder, toml, own, other, large)


def _workers(folder: Path, toml: Path, building: Building, rounds: int) -> Iterator[tuple[str, ...]]:
    wall = time.perf_counter
    several = Building(split(folder, 4), building.portal)
    for what, one_of in (("import with", building), ("import of four files,", several)):
        two = compared(rounds, *(lambda n=n, one_of=one_of: spent(lambda: one_of.run(n), wall) for n in (2, 1)))
        yield f"{what} two workers, seconds", f"{two.ours:.1f}", f"{two.beside:.1f} (one)", str(two), "1.7"
    archive = folder / "workers" / "archive.db"
    command("import", folder / "own.warc.gz", "--portal", toml, "--archive", archive)
    again = ("reextract", "--dry-run", "--archive", archive, "--workers")
    two = compared(rounds, *(lambda n=n: spent(lambda: command(*again, n), wall) for n in (2, 1)))
    yield "reextract --dry-run, two workers, seconds", f"{two.ours:.1f}", f"{two.beside:.1f} (one)", str(two), "1.7"
    try:
        from distributed import LocalCluster
    except ImportError:
        print("distributed is not installed: its rows are left out", file=sys.stderr)
        return
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as dask:
        on = Cluster(dask.scheduler_address)
        several.run(on)  # its workers import the program once, whatever they do later
        for what, one_of in (("one file", building), ("four files", several)):
            one = compared(rounds, *(lambda n=n, one_of=one_of: spent(lambda: one_of.run(n), wall) for n in (on, 2)))
            measured_as = f"import of {what}, Dask with two workers, seconds"
            yield measured_as, f"{one.ours:.1f}", f"{one.beside:.1f} (our two)", str(one), "0.9"
        on_dask = (*again[:-1], "--scheduler", dask.scheduler_address)
        one = compared(
            rounds, lambda: spent(lambda: command(*on_dask), wall), lambda: spent(lambda: command(*again, 2), wall)
        )
        measured_as = "reextract --dry-run, Dask with two workers, seconds"
        yield measured_as, f"{one.ours:.1f}", f"{one.beside:.1f} (our two)", str(one), "0.9"


def _memory_and_second(folder: Path, toml: Path, own: Path, other: Path, large: Path) -> Iterator[tuple[str, ...]]:
    four = folder / "four.warc.gz"
    with four.open("wb") as out:
        for _ in range(4):
            out.write(large.read_bytes())
    peaks = [
        measured("import", path, "--portal", other, "--archive", folder / "foreign" / "archive.db", "--dry-run")
        for path in (four, large)
    ]
    more, less = (peak["megabytes"] for peak in peaks)
    yield "peak MiB, four times the foreign records", f"{more:.0f}", f"{less:.0f} (once)", f"{more / less:.2f}", "1"
    own_archive = ("--archive", folder / "second" / "archive.db", "--workers", 1)
    first = measured("import", own, "--portal", toml, *own_archive)
    (folder / "none").mkdir()
    again, nothing = (measured("import", source, "--portal", toml, *own_archive) for source in (own, folder / "none"))
    size = own.stat().st_size
    read = f"{max(0, again['read'] - nothing['read']) / 1e6:.1f}"
    yield "MB read by a second import, beside the source", read, f"{size / 1e6:.1f}", "", "its index"
    yield "peak MiB of the first import", f"{first['megabytes']:.0f}", f"{again['megabytes']:.0f} (second)", "", "flat"


if __name__ == "__main__":
    main()
