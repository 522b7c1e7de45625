"""What is called complete of a newspaper is complete, whatever comes late: editions, pages, articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from newscrawler.demo.server import SiteServer
from newscrawler.text.clock import stamp
from support import driver, nightly, simulation
from support.aging_papers import FORMS, RHYTHMS, START, AgingPaper
from support.pages import small_portal

GAPS = (1, 2, 5)
"""Days between crawls. A full reading every 30 days finds everything."""


def missing_after_each_crawl(paper: AgingPaper, archive: Path, gaps: Sequence[int] = GAPS) -> list[set[str]]:
    """Crawl again and again; return what is shown and not stored after each crawl."""
    simulation.hurry()
    portal = small_portal(sections={"宜昌": paper.template}, crawl={"concurrency": 8})
    settings = {"NEWSCRAWLER_CAPTURES": False, "RETRY_TIMES": 0}
    missing = []
    with SiteServer(paper) as server:
        for gap in (0, *gaps):
            paper.today += timedelta(days=gap)
            spider = driver.crawl(portal, archive, via=server.url, moment=paper.moment(), settings=settings)
            assert spider.context.outcome == "done", spider.context.outcome_reason
            with closing(sqlite3.connect(archive)) as db:
                stored = {url.removeprefix("http://www.t.example") for (url,) in db.execute("SELECT url FROM articles")}
                (mark,) = db.execute("SELECT complete_back_to FROM sections").fetchone()
                assert mark == "beginning"
                # The archive has the time of this machine: the day of the newspaper is another.
                run = db.execute("SELECT max(id) FROM runs").fetchone()[0]
                db.execute(
                    "UPDATE listing_sightings SET last_seen = ? WHERE last_run = ?", (stamp(paper.moment()), run)
                )
                db.commit()
            missing.append(paper.shown() - stored)
    return missing


EVENTS = (
    "one is late", "several are late", "the oldest are late", "the newest are late", "a week is missing",
    "pages are late", "articles are added",
)  # fmt: skip
WORLDS = [(form, rhythm, event) for event in EVENTS for form in FORMS for rhythm in RHYTHMS]


def happen(paper: AgingPaper, event: str) -> None:
    """Let something happen to a newspaper between the first and the last crawl."""
    rng, days = paper.rng, sorted(day for day in paper.editions if day <= START)
    at = rng.randrange(1, len(days) - 7 if len(days) > 9 else 2)
    late = {
        "one is late": [rng.choice(days[1:-1])],
        "several are late": rng.sample(days[1:-1], min(4, len(days) - 2)),
        "the oldest are late": days[:2],
        "the newest are late": days[-2:],
        "a week is missing": days[at : at + 7] if len(days) > 9 else days[1:2],
    }
    for day in late.get(event, ()):
        paper.delay(day, (START - day).days + rng.randrange(1, sum(GAPS)))
    for day in days[-2:] if event not in late else ():
        if (START - day).days > 1:
            continue
        if event == "pages are late":
            paper.editions[day].pages[1] = START + timedelta(days=1)
        else:
            paper.add(paper.editions[day], 2, START + timedelta(days=1))


@nightly.by_day(0)
@pytest.mark.parametrize("number", [*range(0, len(WORLDS), 15), *range(7, len(WORLDS), 15)])
def test_what_comes_late_is_found_by_the_next_crawl(number: int, tmp_path: Path) -> None:
    form, rhythm, event = WORLDS[number]
    paper = AgingPaper(number, form, rhythm, length=40 if rhythm != "weekly" else 80)
    happen(paper, event)
    assert missing_after_each_crawl(paper, tmp_path / "a.db") == [set()] * 4, (form, rhythm, event)
