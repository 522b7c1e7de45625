"""The whole crawl, compared with its floor and with trafilatura: pages per second, CPU, memory, in one run.

    python benchmarks/crawl.py [--sizes 1000,5000,20000] [--rounds 3] [--family seed|trs] [--weight 25000]
    python benchmarks/crawl.py --profile     # where the time of our crawl goes
    python benchmarks/crawl.py --start       # how long a crawl takes from its command to its first request

Side by side and alternating, each in a process of its own, from one nginx on loopback:

- floor: Scrapy without what a crawl can do without, parsing each article with lxml and reading nothing: the limit;
- bare: a Scrapy spider as it comes, with our concurrency, which follows the listings and leaves the articles alone;
- ours: `newscrawler crawl`, everything on (all fields, captures, archive, search index, reprints);
- no captures: the same without WARC files: what they cost;
- ours x2: everything on, with one worker per core;
- fields: the bare spider with our extraction and normalisation, writing JSON lines: what storing nothing would give;
- trafilatura: Scrapy with trafilatura, writing JSON lines: what one would write by hand.

Each also crawls a portal of a few articles, which tells what its start costs. The CPU time per page is without it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from generated_portal import FAMILIES, definition, generate, served

HERE = Path(__file__).resolve().parent
SMALL = 17
"""Articles of the portal that tells what a start costs: one per section."""


@dataclass
class Run:
    """One measured run."""

    articles: int
    seconds: float
    cpu_seconds: float
    peak_mib: float

    @property
    def rate(self) -> float:
        return self.articles / self.seconds


def measured(command: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Run a command; return wall seconds, CPU seconds of it and its children, and the peak memory of one process."""
    # A user's Python keeps its compiled modules; a setting that forbids it would add their compilation to ours alone.
    environment = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    errors = process.stderr.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{errors[-2000:]}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def run_ours(url: str, work: Path, workers: int, *options: str) -> Run:
    archive = work / "archive.db"
    for old in [*work.glob("archive.db*"), work / "warc"]:
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    file = work / "generated.toml"
    file.write_text(definition(homepage=f"{url}/"), encoding="utf-8")
    command = [sys.executable, "-m", "newscrawler", "crawl", str(file), "--archive", str(archive), *options]
    if workers > 1:
        command += ["--workers", str(workers)]
    seconds, cpu, peak = measured(command, {**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"})
    connection = sqlite3.connect(archive)
    articles = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    connection.close()
    return Run(articles, seconds, cpu, peak)


def run_peer(name: str, url: str, work: Path) -> Run:
    out = work / f"{name}.jsonl"
    out.unlink(missing_ok=True)
    command = [sys.executable, str(HERE / "crawl_peers.py"), name, url, str(out)]
    seconds, cpu, peak = measured(command, dict(os.environ))
    return Run(json.loads(out.with_suffix(".count").read_text()), seconds, cpu, peak)


def first_request(folder: Path) -> tuple[float, float]:
    """Crawl into a new archive; return wall and CPU seconds from the command to the first request of the portal."""
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        file = folder / "generated.toml"
        file.write_text(definition(homepage=f"http://127.0.0.1:{server.getsockname()[1]}/"), encoding="utf-8")
        command = [sys.executable, "-m", "newscrawler", "crawl", str(file), "--archive", str(folder / "archive.db")]
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["NEWSCRAWLER_ALLOW_PRIVATE"] = "1"
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        connection, _ = server.accept()
        seconds = time.perf_counter() - began
        process.kill()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = -signal.SIGKILL
        connection.close()
    return seconds, usage.ru_utime + usage.ru_stime


def report_start(starts: list[tuple[float, float]]) -> None:
    wall, cpu = (sorted(values) for values in zip(*starts, strict=True))
    for name, values in (("wall", wall), ("CPU", cpu)):
        print(f"{name} seconds to the first request: median {statistics.median(values):.2f}, least {values[0]:.2f}")


def compare(size: int, rounds: int, weight: int, family: str, work: Path, workers: int) -> dict[str, list[Run]]:
    """Generate a portal and run every contender on it, alternating."""
    folder = work / f"portal-{size}"
    generate(folder, articles=size, weight=weight, family=family)
    contenders = {
        "floor": lambda url: run_peer("floor", url, work),
        "bare": lambda url: run_peer("bare", url, work),
        "ours": lambda url: run_ours(url, work, 1),
        "no captures": lambda url: run_ours(url, work, 1, "--no-captures"),
        f"ours x{workers}": lambda url: run_ours(url, work, workers),
        "fields": lambda url: run_peer("fields", url, work),
        "trafilatura": lambda url: run_peer("trafilatura", url, work),
    }
    runs: dict[str, list[Run]] = {name: [] for name in contenders}
    with served(folder, work / "nginx") as url:
        for _ in range(rounds):
            for name, contender in contenders.items():
                run = contender(url)
                if run.articles != size:
                    raise SystemExit(f"{name} saw {run.articles} articles of {size}")
                runs[name].append(run)
    shutil.rmtree(folder)
    return runs


def report(size: int, runs: dict[str, list[Run]], starts: dict[str, list[Run]]) -> None:
    """Print a table of medians. The ratios compare CPU time per page, start apart, and pages per second."""
    rates = {name: statistics.median(run.rate for run in each) for name, each in runs.items()}
    start = {name: statistics.median(run.cpu_seconds for run in each) for name, each in starts.items()}
    cpu = {
        name: (statistics.median(run.cpu_seconds for run in each) - start[name]) / (size - SMALL) * 1000
        for name, each in runs.items()
    }
    print(f"\n{size} articles, {len(runs['ours'])} rounds, medians; CPU time per page without the start")
    print(
        f"{'':14}{'start CPU s':>12}{'CPU ms/page':>12}{'x floor':>9}{'pages/s':>9}{'x ours':>8}{'x trafil.':>10}"
        f"{'peak MiB':>10}"
    )
    for name, each in runs.items():
        rate = rates[name]
        print(
            f"{name:14}{start[name]:12.2f}{cpu[name]:12.2f}{cpu[name] / cpu['floor']:9.2f}{rate:9.1f}"
            f"{rate / rates['ours']:8.2f}{rate / rates['trafilatura']:10.2f}{max(run.peak_mib for run in each):10.0f}"
        )


def main() -> None:
    """Run the comparison for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,5000,20000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--weight", type=int, default=25_000, help="bytes of an article page")
    parser.add_argument("--family", choices=FAMILIES, default="seed")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--profile", action="store_true", help="profile our crawl of the first size instead")
    parser.add_argument("--start", action="store_true", help="measure the time to the first request instead")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="newscrawler-bench-") as folder:
        work = Path(folder)
        if options.start:
            report_start([first_request(work / str(number)) for number in range(options.rounds)])
            return
        if options.profile:
            profile(sizes[0], options.weight, options.family, work)
            return
        starts = compare(SMALL, options.rounds, options.weight, options.family, work, options.workers)
        for size in sizes:
            report(size, compare(size, options.rounds, options.weight, options.family, work, options.workers), starts)


def profile(size: int, weight: int, family: str, work: Path) -> None:
    """Crawl under cProfile and print where the time goes."""
    import cProfile
    import pstats

    from newscrawler.crawling.options import CrawlOptions
    from newscrawler.crawling.runner.single import crawl
    from newscrawler.portals import load_portal

    os.environ["NEWSCRAWLER_ALLOW_PRIVATE"] = "1"
    generate(work / "portal", articles=size, weight=weight, family=family)
    file = work / "generated.toml"
    profiler = cProfile.Profile()
    with served(work / "portal", work / "nginx") as url:
        file.write_text(definition(homepage=f"{url}/"), encoding="utf-8")
        profiler.enable()
        crawl([load_portal(str(file))], CrawlOptions(), work / "archive.db")
        profiler.disable()
    for order in ("tottime", "cumulative"):
        pstats.Stats(profiler).sort_stats(order).print_stats(60)


if __name__ == "__main__":
    main()
