"""A long crawl on a small machine: does memory stay flat, does the speed stay, does the archive equal the portal?

    python benchmarks/load.py [--articles 100000] [--kill-every SECONDS] [--weight 25000] [--folder DIR]

Generates a portal, serves it with nginx on loopback and runs `newscrawler crawl` with everything on, one process.
With `--kill-every` the crawl gets a SIGKILL after so many seconds and is restarted, until it ends by itself.
At the end, each article of the archive is compared with what the generator wrote: URL, city, title, source, time, body.
Exit status: 0, or 1 if the archive differs, memory exceeded 350 MB, or the last tenth was more than a tenth slower
than the first. After SIGTERM and SIGINT it removes everything that it made.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from generated_portal import definition, generate, served, truth

LOOK_EVERY_SECONDS = 0.5
MOST_MEMORY_MB = 350
COMPARED_FROM = 10_000
"""The number of articles from which the tenths are long enough to compare them."""


@dataclass
class Course:
    """How a crawl went: (CPU seconds, articles) at every look, and its peak memory."""

    looks: list[tuple[float, float, int]] = field(default_factory=list)
    """Wall seconds, CPU seconds of the crawl, articles stored."""
    peak_mb: float = 0.0
    kills: int = 0

    def rates(self) -> list[float]:
        """Return the articles per CPU second in each tenth of the articles."""
        last = self.looks[-1][2]
        found = []
        for tenth in range(10):
            part = [look for look in self.looks if last * tenth / 10 <= look[2] <= last * (tenth + 1) / 10]
            spent = part[-1][1] - part[0][1] if part else 0.0
            found.append((part[-1][2] - part[0][2]) / spent if spent else 0.0)
        return found


def crawl(command: list[str], archive: Path, kill_every: float) -> Course:
    """Run the crawl to its end; kill and restart it every `kill_every` seconds, if that is not 0."""
    course = Course()
    began, before = time.monotonic(), 0.0
    while True:
        started, spent = time.monotonic(), 0.0
        with running(command) as process:
            while process.poll() is None:
                time.sleep(LOOK_EVERY_SECONDS)
                try:
                    spent, memory = usage(process.pid)
                except (FileNotFoundError, ProcessLookupError, IndexError):
                    continue
                course.peak_mb = max(course.peak_mb, memory)
                course.looks.append((time.monotonic() - began, before + spent, stored(archive)))
                if kill_every and time.monotonic() - started > kill_every:
                    process.send_signal(signal.SIGKILL)
        before += spent
        if process.returncode != -signal.SIGKILL:
            if process.returncode != 0:
                raise SystemExit(f"the crawl ended with status {process.returncode}")
            return course
        course.kills += 1


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a crawl; it does not outlive the block, whose folders it writes to."""
    environment = {**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def usage(pid: int) -> tuple[float, float]:
    """Return the CPU seconds that a process has used and the memory that it held at most, in MB."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(peak.split()[1]) / 1024


def stored(archive: Path) -> int:
    """Return how many articles the archive has."""
    if not archive.exists():
        return 0
    with closing(sqlite3.connect(f"{archive.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute("SELECT coalesce(max(n), 0) FROM articles").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def differences(archive: Path, folder: Path) -> list[str]:
    """Hold every article against the truth; return what differs."""
    columns = "url, city, title, source, published, body"
    with closing(sqlite3.connect(archive)) as connection:
        # Hashes, since the texts of a large portal would fill the memory.
        wanted = {
            said.url: hash((said.url, said.city, said.title, said.source, said.published, said.body))
            for said in truth(folder)
        }
        found = [
            f"{row[0]} is not what the portal says: {row}"
            for row in connection.execute(f"SELECT {columns} FROM articles_flat")
            if wanted.pop(row[0], None) != hash(row)
        ]
        found += [f"{url} is missing" for url in wanted]
        open_urls = connection.execute("SELECT count(*) FROM urls WHERE state <> 'done'").fetchone()[0]
        marks = connection.execute("SELECT count(*) FROM sections WHERE complete_back_to = 'beginning'").fetchone()[0]
    found += [f"{open_urls} URLs are not done"] * bool(open_urls)
    found += [f"{marks} of 17 sections are complete"] * (marks != 17)
    return found


def main() -> int:
    """Run the load and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--kill-every", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--weight", type=int, default=25_000, help="bytes of an article page")
    parser.add_argument("--folder", type=Path, help="keep the generated portal here, and use it again")
    options = parser.parse_args()
    # As an exception, so that whoever ends this takes the folder, the server and the crawl with it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix="newscrawler-load-") as scratch:
        work = Path(scratch)
        folder = options.folder or work / "portal"
        if not folder.exists():
            print(f"writing {options.articles:,} pages …", file=sys.stderr)
            generate(folder, articles=options.articles, weight=options.weight)
        file = work / "generated.toml"
        file.write_text(definition(), encoding="utf-8")
        archive = work / "archive.db"
        with served(folder, work / "nginx") as url:
            command = [sys.executable, "-m", "newscrawler", "crawl", str(file), "--archive", str(archive), "--via", url]
            course = crawl(command, archive, options.kill_every)
        wrong = differences(archive, folder)
        files = (path for path in work.rglob("*") if folder not in path.parents and path.is_file())
        size = sum(path.stat().st_size for path in files) / 1e9
        shutil.rmtree(work / "warc", ignore_errors=True)
    wall, cpu, count = course.looks[-1]
    rates = course.rates()
    print(
        f"{count:,} articles in {wall:,.0f} s ({count / wall:.1f} a second), {1000 * cpu / count:.2f} s CPU a thousand"
    )
    print(f"killed {course.kills} times; archive, captures and logs {size:.2f} GB")
    print(f"peak memory {course.peak_mb:.0f} MB (at most {MOST_MEMORY_MB})")
    print(f"articles a CPU second, tenth by tenth: {' '.join(f'{rate:.0f}' for rate in rates)}")
    slower = 1 - rates[-1] / rates[0] if count >= COMPARED_FROM else 0.0
    print(f"the last tenth is {slower:+.1%} slower than the first (at most +10%)")
    print("the archive equals the truth" if not wrong else f"{len(wrong)} differences from the truth")
    for line in wrong[:5]:
        print(f"  {line}")
    too_slow = not options.kill_every and slower > 0.1
    return 1 if wrong or course.peak_mb > MOST_MEMORY_MB or too_slow else 0


if __name__ == "__main__":
    sys.exit(main())
