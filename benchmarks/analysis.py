"""How long analysts wait on a large archive: one run, one table.

    python benchmarks/analysis.py [--articles 200000] [--archive FILE] [--only help,csv,stats,memory,pages]

- CSV of all articles, compared with the `sqlite3` shell and the same query, in turns; the rows are compared.
- `newscrawler --help`.
- The reports of `newscrawler stats`.
- The memory of each format of `newscrawler export`, at a quarter of the rows and at all of them (Linux: VmHWM).
- Pages of `newscrawler serve` with eight clients, in their own process; each sends requests without a pause.

The archive is generated when FILE does not exist (200,000 articles take about ten minutes) and is kept; without
--archive it is made for this run only. Targets apply from 100,000 articles on; smaller runs show numbers only.
Exit status: 0, or 1 if a target is missed or a response is wrong.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path

from generated import Writer

from archive import Filling, words
from newscrawler.archive import open_archive_read_only
from newscrawler.archive.columns import FROM, select_list
from newscrawler.archive.export.formats import FORMATS
from newscrawler.archive.reports.statistics import REPORTS

TARGETS_FROM = 100_000
CLIENTS = 8
PAGES = 400
"""Of each kind, over all clients."""
TURNS = 3
"""Of export and shell."""
QUERY = f"SELECT {select_list()} {FROM} ORDER BY a.n"
NEEDS = {"parquet": "pyarrow", "xlsx": "xlsxwriter"}
"""Format to what it needs; without it the format is left out, and the table says so."""

# VmHWM is of this program alone; ru_maxrss would count the process that started it.
_MEASURED = r"""
import atexit, re, sys
place = sys.argv.pop(1)
atexit.register(lambda: open(place, "w").write(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]))
from newscrawler.cli.main import main
main()
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    measure: str
    value: str
    target: str = ""
    is_reached: bool = True


def timed(command: list[str], out: Path | None = None) -> tuple[float, float]:
    """Run a command to its end; return its seconds by the clock and of processor time."""
    before = os.times()
    start = time.perf_counter()
    with (out or Path(os.devnull)).open("wb") as stream:
        done = subprocess.run(command, stdout=stream, stderr=subprocess.PIPE)
    clock = time.perf_counter() - start
    if done.returncode:
        sys.stderr.buffer.write(done.stderr)
        raise SystemExit(f"failed: {' '.join(command)[:300]}")
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return clock, processor


def newscrawler(*arguments: object) -> list[str]:
    """Return a command line of the program of this environment."""
    return [sys.executable, "-m", "newscrawler", *map(str, arguments)]


def check_help(_: Path, __: Path) -> Iterator[Row]:
    """Time `newscrawler --help`."""
    spent = [timed(newscrawler("--help")) for _ in range(9)]
    clock, processor = (statistics.median(column) for column in zip(*spent, strict=True))
    yield Row(
        "newscrawler --help, median of 9", f"{clock:.2f} s ({processor:.2f} s of processor)", "≤ 0.3 s", clock <= 0.3
    )


def check_csv(archive: Path, scratch: Path) -> Iterator[Row]:
    """Export all articles as CSV, beside the shell of SQLite; take the middle of some turns."""
    own, other = scratch / "own.csv", scratch / "shell.csv"
    shell = shutil.which("sqlite3")
    spent: dict[str, list[tuple[float, float]]] = {"export": [], "shell": []}
    for _ in range(TURNS):
        spent["export"].append(timed(newscrawler("export", own, "--archive", archive)))
        if shell:
            command = [shell, "-readonly", "-batch", "-csv", "-header", str(archive), QUERY]
            spent["shell"].append(timed(command, other))
    count = count_articles(archive)
    clock = {name: statistics.median(each[0] for each in times) for name, times in spent.items() if times}
    processor = {name: statistics.median(each[1] for each in times) for name, times in spent.items() if times}
    size = own.stat().st_size / 1e6
    yield Row(
        "CSV, newscrawler export", f"{count / clock['export']:,.0f} articles/s ({size / clock['export']:.0f} MB/s)"
    )
    if not shell:
        yield Row("CSV, compared with the shell", "not measured: there is no sqlite3 (Debian: apt install sqlite3)")
        return
    yield Row("CSV, sqlite3 -csv", f"{count / clock['shell']:,.0f} articles/s")
    ratio, of_processor = clock["shell"] / clock["export"], processor["shell"] / processor["export"]
    value = f"{ratio:.2f} ({of_processor:.2f} by processor time)"
    yield Row("export / shell", value, "≥ 0.3", ratio >= 0.3)
    differing = different_rows(own, other)
    yield Row("rows that differ from the shell's", f"{differing:,}", "0", differing == 0)
    own.unlink()
    other.unlink()


def different_rows(one: Path, other: Path) -> int:
    """Count the rows in which two CSV files differ."""
    csv.field_size_limit(2**27)
    with one.open(encoding="utf-8", newline="") as left, other.open(encoding="utf-8", newline="") as right:
        return sum(a != b for a, b in zip_longest(csv.reader(left), csv.reader(right)))


def count_articles(archive: Path) -> int:
    """Return how many articles an archive shows."""
    db = open_archive_read_only(archive)
    number = int(db.execute(f"SELECT count(*) {FROM}").fetchone()[0])
    db.close()
    return number


def formats() -> Iterator[tuple[str, str]]:
    """Yield each format that `newscrawler export` writes, and what it lacks here (empty: nothing)."""
    for name in FORMATS:
        needed = NEEDS.get(name, "sqlite3")
        yield name, "" if find_spec(needed) else needed


def check_stats(archive: Path, _: Path) -> Iterator[Row]:
    """Time each report of `newscrawler stats`; the table has the slowest."""
    spent = {name: timed(newscrawler("stats", name, "--format", "csv", "--archive", archive))[0] for name in REPORTS}
    slowest = max(spent, key=spent.__getitem__)
    yield Row(f"slowest of {len(spent)} reports of stats: {slowest}", f"{spent[slowest]:.1f} s")


def check_memory(archive: Path, scratch: Path) -> Iterator[Row]:
    """Hold the memory of an export of all articles against that of the oldest quarter."""
    db = open_archive_read_only(archive)
    count = db.execute("SELECT count(*) FROM versions").fetchone()[0]
    (until,) = db.execute(
        "SELECT published_date FROM versions ORDER BY published_date LIMIT 1 OFFSET ?", (count // 4,)
    ).fetchone()
    db.close()
    for name, lacking in formats():
        if lacking:
            yield Row(f"memory, {name}", f"not measured: {lacking} is not installed")
            continue
        out = scratch / f"out.{name}"
        quarter, _ = peak(scratch, "export", out, "--format", name, "--archive", archive, "--until", until)
        out.unlink()
        whole, seconds = peak(scratch, "export", out, "--format", name, "--archive", archive)
        size = out.stat().st_size / 1e6
        out.unlink()
        value = f"{quarter:.0f} MB at a quarter, {whole:.0f} MB at all ({seconds:.0f} s, {size:,.0f} MB)"
        yield Row(f"memory, {name}", value, "≤ 1.2 ×", whole <= 1.2 * quarter)


def peak(scratch: Path, *arguments: object) -> tuple[float, float]:
    """Run a command of the program; return its peak of resident memory in MB, and its seconds."""
    place = scratch / "peak"
    command = [sys.executable, "-c", _MEASURED, str(place), *map(str, arguments)]
    clock, _ = timed(command)
    return int(place.read_text()) / 1024, clock


def check_pages(archive: Path, _: Path) -> Iterator[Row]:
    """Serve the archive, warm it up, and let eight clients read."""
    if not find_spec("starlette") or not find_spec("newscrawler.web"):
        yield Row("pages of serve", "not measured: pip install 'newscrawler[web]'")
        return
    warm, asked = pages(archive, 16), pages(archive, PAGES)
    with serving(archive) as address:
        clients(address, warm)
        result = clients(address, asked)
    for kind, spent in result["milliseconds"].items():
        failed = result["failed"][kind]
        if failed:
            print(*failed[:3], sep="\n", file=sys.stderr)
        p95 = statistics.quantiles(spent, n=20)[-1] if len(spent) > 1 else float("inf")
        value = f"{statistics.median(spent or [0]):.0f} / {p95:.0f} / {max(spent, default=0):.0f} ms"
        value += f"; {len(failed)} wrong" if failed else ""
        yield Row(
            f"{kind}: median / p95 / longest, {CLIENTS} clients", value, "p95 ≤ 150 ms", p95 <= 150 and not failed
        )
    rate = sum(map(len, result["milliseconds"].values())) / result["seconds"]
    yield Row("pages a second", f"{rate:.0f}")


def pages(archive: Path, count: int) -> dict[str, list[str]]:
    """Draw paths: the homepage, searches for words of two and four characters, articles."""
    from urllib.parse import urlencode

    db = open_archive_read_only(archive)
    draw = random.Random(count)
    searched = [word for kind in ("2", "4") for word in words(db, kind, (count + 1) // 2, draw)]
    draw.shuffle(searched)
    (last,) = db.execute("SELECT max(n) FROM articles").fetchone()
    find = "SELECT id FROM articles WHERE n >= ? ORDER BY n LIMIT 1"
    ids = [db.execute(find, (draw.randint(1, last),)).fetchone()[0] for _ in range(count)]
    db.close()
    return {
        "home page": ["/"] * count,
        "search page": [f"/search?{urlencode({'q': word})}" for word in searched[:count]],
        "article page": [f"/article/{key}" for key in ids],
    }


class serving:  # noqa: N801  # reads as a statement
    """A server of the archive on a free port, while the block runs."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive

    def __enter__(self) -> str:
        command = newscrawler("serve", "--port", 0, "--archive", self._archive)
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log)
        ends = time.monotonic() + 60
        while time.monotonic() < ends and self._process.poll() is None:
            self._log.seek(0)
            said = self._log.read().decode(errors="replace")
            if found := re.search(r"http://[0-9.]+:\d+", said):
                return found.group()
            time.sleep(0.1)
        self.__exit__()
        raise RuntimeError(f"the server did not start: {said}")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def clients(address: str, asked: dict[str, list[str]]) -> dict[str, dict[str, list[float]]]:
    """Let clients ask for pages, in a process of their own; see page_clients.py."""
    program = Path(__file__).with_name("page_clients.py")
    wanted = json.dumps({"address": address, "clients": CLIENTS, "pages": asked})
    done = subprocess.run([sys.executable, program], input=wanted, capture_output=True, text=True, check=True)
    result: dict[str, dict[str, list[float]]] = json.loads(done.stdout)
    return result


CHECKS: dict[str, Callable[[Path, Path], Iterator[Row]]] = {
    "help": check_help,
    "csv": check_csv,
    "stats": check_stats,
    "memory": check_memory,
    "pages": check_pages,
}


def fill(archive: Path, count: int) -> None:
    """Make the archive with so many articles, unless it is there."""
    if not archive.exists():
        print(f"generating {count:,} articles …", file=sys.stderr)
        # Under its name only when it is whole, so that a run that was broken off is not taken for an archive.
        unfinished = archive.with_name(f"{archive.name}.unfinished")
        filling = Filling(unfinished)
        filling.grow(Writer().articles(count), count)
        filling.close()
        unfinished.rename(archive)


def measure(
    description: str | None, checks: dict[str, Callable[[Path, Path], Iterator[Row]]], prepare: Callable[[Path], object]
) -> int:
    """Read the options, make and prepare the archive, and print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000, help="how many to generate; default 200,000")
    parser.add_argument("--archive", type=Path, help="the archive: made when it is not there, and kept")
    parser.add_argument("--only", default=",".join(checks), help=f"some of {','.join(checks)}")
    options = parser.parse_args()
    is_reached = True
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        archive = options.archive or scratch / "archive.db"
        fill(archive, options.articles)
        prepare(archive)
        count = count_articles(archive)
        print(f"| {count:,} articles | | target | |\n|---|---|---|---|")
        for name in options.only.split(","):
            for row in checks[name](archive, scratch):
                has_targets = bool(row.target) and count >= TARGETS_FROM
                outcome = ("reached" if row.is_reached else "missed") if has_targets else ""
                print(f"| {row.measure} | {row.value} | {row.target} | {outcome} |", flush=True)
                is_reached &= row.is_reached or not has_targets
    return 0 if is_reached else 1


if __name__ == "__main__":
    sys.exit(measure(__doc__, CHECKS, lambda archive: None))
