"""Simulated portals crawled again and again, with crawls cut at random; what comes out is checked at every step.

`python tests/support/simulation.py --seeds 300` is the long run; the test suite takes a few seeds of it.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from newscrawler.demo.server import SiteServer
from newscrawler.portals import Portal
from support import driver, program
from support.completeness_checks import Witness
from support.front_portal import FrontPortal
from support.living_portal import NO_PAGER, PAGERS, SECTIONS, LivingPortal

FAULTS = ("500", "503", "404?", "reset", "hang", "521", "captcha", "empty")
HELD_BACK_SECONDS = 3.0
DEFINITION = """\
id = "living"
name = "试验网"
province = "湖北省"
homepage = "http://www.t.example/"
[crawl]
delay = 0
concurrency = {concurrency}
full_every_days = 0
"""


class Simulation:
    """One seed: a portal, an archive, and crawls until the faults stop."""

    def __init__(self, seed: int, folder: Path, *, real_kills: bool = False) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.folder = folder
        self.real_kills = real_kills
        self.archive = folder / "archive.db"
        size = {"sections": self.rng.choice((1, 2, 3)), "stories": self.rng.choice((4, 14, 24))}
        pager = self.rng.choice((*PAGERS, NO_PAGER))
        self.site = LivingPortal(self.rng, **size, pager=pager)
        if seed % 4 == 3:
            self.site = FrontPortal(self.rng, **size, pager=pager, has_stuck_column=seed % 8 == 7)
        self.witness = Witness(self.site, self.archive)
        self.definition = DEFINITION.format(concurrency=self.rng.choice((1, 2, 4)))
        self.portal = Portal.model_validate(
            {
                "id": "living",
                "name": "试验网",
                "province": "湖北省",
                "homepage": "http://www.t.example/",
                "crawl": {"delay": 0, "concurrency": self.rng.choice((1, 2, 4)), "full_every_days": 0},
            }
        )
        self.crawls: Counter[str] = Counter()
        self.url = ""

    def run(self) -> list[str]:
        """Play the seed; return what was wrong."""
        with SiteServer(self.site) as server:
            self.url = server.url
            for _ in range(self.rng.choice((3, 5, 8))):
                self._crawl_in_trouble()
                if self.rng.random() < 0.3:
                    self._let_a_week_pass()
                self.site.change()
            for _ in range(2):
                self._let_a_week_pass()
                self._crawl("healthy")
                self.site.change()
            self._crawl("healthy")
            self.site.make_ready()
            self._let_a_week_pass()
            self._crawl("healthy", full=True)
            for _ in range(2):  # withdrawn is what was missing twice, a day apart
                self._let_a_week_pass()
                self._crawl("refresh", refresh=timedelta(0))
            self.witness.finish()
        return self.witness.problems

    def _crawl_in_trouble(self) -> None:
        rng = self.rng
        options: dict[str, Any] = {}
        if rng.random() < 0.3:
            options["limit"] = rng.choice((1, 3, 8, 20))
        if rng.random() < 0.25:
            options["since"] = (self.site.today - timedelta(days=rng.choice((0, 1, 3, 9)))).isoformat()
        if rng.random() < 0.15:
            options["city"] = rng.choice(self.site.sections).partition("/")[0]
        if rng.random() < 0.1:
            options["full"] = True
        if rng.random() < 0.1:
            options = {"refresh": timedelta(0)}
        how = rng.choice(("faults", "faults", "kill", "stop"))
        # A crawl of its own process keeps the long waits that a portal in trouble is given.
        if how != "kill" or not self.real_kills:
            self._set_faults()
        if how == "kill" and self.real_kills:
            self._crawl_killed_for_real(options)
        else:
            self._crawl(how, **options)
        self.site.faults.clear()
        self.site.during.clear()

    def _set_faults(self) -> None:
        rng, site = self.rng, self.site
        share = rng.choice((0, 0, 0.1, 0.4))
        kinds = rng.sample(FAULTS, 3)
        for path in site.stories:
            if rng.random() < share:
                fault = rng.choice(kinds)
                if fault != "404?":
                    site.faults[path] = fault
        if rng.random() < 0.3:
            page = rng.choice((1, 1, 2, 3))
            base = rng.choice([*site.paths.values(), *(SECTIONS[name] for name in site.fronts())])
            site.faults[base if page == 1 else f"{base}?page={page}"] = rng.choice(
                ("500", "reset", "hang", "521", "empty")
            )
        if rng.random() < 0.05:
            site.faults["/"] = "503"
        if rng.random() < 0.05:
            site.faults["/robots.txt"] = "503"
        site.slow_seconds = HELD_BACK_SECONDS
        if rng.random() < 0.25:
            site.during = {rng.randrange(3, 20): rng.choice(site.leaves) for _ in range(rng.choice((1, 2)))}

    def _begin(self, how: str) -> int:
        self.crawls[how] += 1
        number = sum(self.crawls.values())
        self.site.begin(number)
        return number

    def _crawl(self, how: str, **options: Any) -> None:
        rng = self.rng
        number = self._begin(how)
        batch = rng.choice((1, 3, 10, 40, 200))
        spiders: list[Any] = []

        def cut() -> None:
            if spiders:
                (driver.kill if how == "kill" else driver.stop)(spiders[0])

        after = rng.randrange(1, 45) if how in ("kill", "stop") else 0
        self.site.on_answer = {after: lambda: driver.call_in_reactor(cut)} if after else {}
        settings = {
            "RETRY_TIMES": rng.choice((0, 0, 1)),
            # Short where answers are held back; a busy machine is no fault of the portal's.
            "DOWNLOAD_TIMEOUT": HELD_BACK_SECONDS / 2 if "hang" in self.site.faults.values() else 20,
            "NEWSCRAWLER_CAPTURES": False,
            "NEWSCRAWLER_BATCH_SIZE": batch,
        }
        driver.crawl(self.portal, self.archive, via=self.url, on_open=spiders.append, settings=settings, **options)
        self.site.on_answer = {}
        killed = bool(spiders) and driver.is_killed(spiders[0])
        changed = any(answers <= self.site.answers for answers in self.site.during)
        self.witness.look(number, killed=killed, changed_meanwhile=changed)

    def _crawl_killed_for_real(self, options: dict[str, Any]) -> None:
        """A crawl in a process of its own, killed with SIGKILL."""
        number = self._begin("SIGKILL")
        file = self.folder / "living.toml"
        file.write_text(self.definition, encoding="utf-8")
        command = [sys.executable, "-m", "newscrawler", "crawl", str(file), "--archive", str(self.archive)]
        if "refresh" not in options:
            for name, value in options.items():
                command += [f"--{name}"] if value is True else [f"--{name}", str(value)]
        after = self.rng.randrange(1, 40)
        process: list[subprocess.Popen[bytes]] = []

        def kill() -> None:
            process[0].send_signal(signal.SIGKILL)

        self.site.on_answer = {after: kill}
        environment = {**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"}
        process.append(
            program.Popen(
                [*command, "--via", self.url],
                env=environment,
                cwd=self.folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        process[0].wait(120)
        self.site.on_answer = {}
        changed = any(answers <= self.site.answers for answers in self.site.during)
        if self.archive.exists():
            self.witness.look(number, killed=process[0].returncode != 0, changed_meanwhile=changed)

    def _let_a_week_pass(self) -> None:
        """Set the clock back in the archive: what waits for another day is due."""
        if not self.archive.exists():
            return
        with closing(sqlite3.connect(self.archive, isolation_level=None)) as connection:
            connection.execute("UPDATE urls SET next_try = '2026-01-01T00:00:00Z' WHERE next_try IS NOT NULL")
            connection.execute("UPDATE urls SET missing_since = '2026-01-01T00:00:00Z' WHERE missing_since IS NOT NULL")
            connection.execute("UPDATE urls SET last_fetched = '2026-01-01T00:00:00Z'")


def hurry() -> None:
    """Shorten the waits that are for the sake of real portals."""
    from newscrawler.crawling.middlewares import retry
    from newscrawler.crawling.spider import blocking

    blocking.LONGEST_DELAY_SECONDS = 0.01
    retry.SHORTEST_WAIT_SECONDS = 0.01


def play(seed: int, *, real_kills: bool = False) -> tuple[int, dict[str, int], list[str]]:
    """Play one seed in a folder of its own; return it, its crawls by kind, and what was wrong."""
    hurry()
    with tempfile.TemporaryDirectory() as folder:
        simulation = Simulation(seed, Path(folder), real_kills=real_kills)
        try:
            problems = simulation.run()
        except Exception as error:
            problems = [*simulation.witness.problems, f"{type(error).__name__}: {error}"]
        return seed, dict(simulation.crawls), problems


def main() -> int:
    """Play seeds from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--real-kills", type=int, default=10, metavar="N", help="every N-th seed uses SIGKILL; 0: none")
    arguments = parser.parse_args()
    began = time.monotonic()
    crawls: Counter[str] = Counter()
    failed: dict[int, list[str]] = {}
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    with ProcessPoolExecutor(arguments.jobs) as pool:
        every = arguments.real_kills
        futures = [pool.submit(play, seed, real_kills=bool(every) and seed % every == every - 1) for seed in seeds]
        for future in futures:
            seed, counts, problems = future.result()
            crawls.update(counts)
            if problems:
                failed[seed] = problems
                print(f"seed {seed}:", *problems[:4], sep="\n  ", flush=True)
    kinds = ", ".join(f"{number} {kind}" for kind, number in crawls.most_common())
    print(
        f"{len(seeds)} seeds, {sum(crawls.values())} crawls ({kinds}), {len(failed)} seeds failed, "
        f"{time.monotonic() - began:.0f} s"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
