"""How long the collector takes for a parcel, and how much memory, by the size of its archive.

    python -m benchmarks.fleet_take_in                       a parcel of 1,000 articles, an archive of 200,000
    python -m benchmarks.fleet_take_in --articles 20000

A parcel is checked, and then taken in, as the collector does both. The time is compared with that of storing as many
articles in a crawl; the parcel is taken in once more when the archive has a tenth of its articles.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from newscrawler.archive.database.transaction import writing
from newscrawler.archive.merging.take_in import take_in
from newscrawler.fleet.part_check import check_part
from support.archives import CITIES, PORTAL, Room, article, store
from support.fleet_site import reopened

BODY = "。".join(f"第{{}}件事的第{number}句说的是桥和河边的路" for number in range(40))


def fill(room: Room, first: int, count: int) -> tuple[float, float]:
    """Store articles in batches of a thousand, as a crawl does; return the seconds, and those of the processor."""
    pieces = []
    for number in range(first, first + count):
        body = BODY.replace("{}", str(number))
        pieces.append(article(number, body=body, body_html=f"<p>{body}</p>"))
    began, used = time.perf_counter(), time.process_time()
    for start in range(0, count, 1000):
        with writing(room.connection):
            for number, piece in enumerate(pieces[start : start + 1000]):
                store(room.connection, room.portal, room.run, room.sections, piece, [CITIES[number % 3]])
    return time.perf_counter() - began, time.process_time() - used


def make_part(folder: Path, first: int, count: int) -> Path:
    """Make the archive inside of a parcel."""
    folder.mkdir()
    part = Room(folder / "part.db")
    fill(part, first, count)
    part.connection.execute("UPDATE runs SET outcome = 'done', finished = started")
    part.close()
    return folder / "part.db"


def measure(part: Path, archive: Path) -> tuple[int, float, float, float]:
    """Check a part and take it in; return articles, seconds, those of the processor, and megabytes at most."""
    # Begin to note the highest use of memory anew. Linux only.
    Path("/proc/self/clear_refs").write_text("5")
    before = memory_of("VmRSS")
    began, used = time.perf_counter(), time.process_time()
    check_part(part, PORTAL)
    taken = take_in(part, archive).added["articles"]
    seconds, used = time.perf_counter() - began, time.process_time() - used
    return taken, seconds, used, memory_of("VmHWM") - before


def memory_of(field: str) -> float:
    """Return megabytes of this process: used now (VmRSS), or at most (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


def main() -> None:
    """Fill an archive, take in a part, and compare with storing the same number of articles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        multiprocessing.get_context("spawn").Pool(1) as pool,
    ):
        folder = Path(name)
        archive = folder / "all" / "all.db"
        filled = 0
        # The collector is a process that runs on: it has loaded what it needs.
        Room(folder / "warm" / "all.db").close()
        pool.apply(measure, (make_part(folder / "warm" / "part", 1, 1), folder / "warm" / "all.db"))
        for number, size in enumerate((options.articles // 10, options.articles), 1):
            room = reopened(archive) if filled else Room(archive)
            while filled < size:
                count = min(10_000, size - filled)
                fill(room, filled + 1, count)
                filled += count
            room.close()
            ratios, processor, memory = [], [], []
            for turn in range(options.rounds):
                first = 10_000_000 * (number * options.rounds + turn)
                room = reopened(archive)
                stored, stored_cpu = fill(room, first, options.new)
                room.connection.execute("UPDATE runs SET outcome = 'done', finished = started")
                room.close()
                part = make_part(folder / f"part-{first}", first + 5_000_000, options.new)
                taken, seconds, used, most = pool.apply(measure, (part, archive))
                assert taken == options.new
                print(f"  {options.new:,} stored in {stored:.2f} s, taken in in {seconds:.2f} s", flush=True)
                ratios.append(seconds / stored)
                processor.append(used / stored_cpu)
                memory.append(most)
            print(
                f"an archive of {size:,} articles, a parcel of {options.new:,}, medians of {options.rounds}: taken in in"
            )
            print(
                f"{median(ratios):.2f} times the time of a crawl, {median(processor):.2f} times that of the processor;"
            )
            print(f"{max(memory):.0f} MB of memory at most")


if __name__ == "__main__":
    main()
