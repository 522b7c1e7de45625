"""What a crawl shows: a live table on a terminal, log lines elsewhere, a summary at the end in both."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text
from scrapy.crawler import Crawler

from newscrawler.cli.logs import printable
from newscrawler.cli.tables import made_table, print_table
from newscrawler.crawling.spider import PortalSpider

LOG_EVERY_SECONDS = 10.0
SHOWN_PROBLEMS = 10
STORED = ("new", "changed", "unchanged", "kept")

logger = logging.getLogger("newscrawler.progress")


class Progress:
    """Shows running crawls; `seconds` is how long they took."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._began = time.monotonic()
        self._crawlers: Sequence[Crawler] = ()
        self.seconds = 0.0

    @contextmanager
    def watch(self, crawlers: Sequence[Crawler]) -> Iterator[None]:
        """Show the progress of these crawlers until the context is left."""
        self._crawlers, self._began = crawlers, time.monotonic()
        try:
            if self._live:
                console = Console(stderr=True)
                with Live(get_renderable=self._render, console=console, refresh_per_second=4, transient=True):
                    yield
            else:
                with self._logging():
                    yield
        finally:
            self.seconds = time.monotonic() - self._began

    @contextmanager
    def _logging(self) -> Iterator[None]:
        """Log a line every few seconds, from a thread of its own, since the reactor holds this one."""
        over = threading.Event()

        def log() -> None:
            while not over.wait(LOG_EVERY_SECONDS):
                for spider in self._spiders():
                    logger.info("%s", self._line(spider))

        thread = threading.Thread(target=log, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _spiders(self) -> list[PortalSpider]:
        spiders = (crawler.spider for crawler in self._crawlers)
        return [spider for spider in spiders if isinstance(spider, PortalSpider) and hasattr(spider, "ledger")]

    def _render(self) -> Group:
        """Make the live picture: a line a city, a total with the time left."""
        parts: list[Text | object] = []
        for spider in self._spiders():
            rows = section_rows(spider)
            parts.append(made_table(printable(spider.portal.name), _HEADER, rows))
            parts.append(Text(self._line(spider)))
        return Group(*parts)  # type: ignore[arg-type]

    def _line(self, spider: PortalSpider) -> str:
        seconds = max(time.monotonic() - self._began, 0.001)
        settled = sum(spider.ledger.count(name) for name in (*STORED, "failed", "blocked", "gone"))
        left = max(spider.articles.requested - settled, 0)
        rate = settled / seconds
        rest = f", about {_duration(left / rate)} left for these" if left and rate else ""
        return (
            f"{spider.portal.id}: {settled:,} of {spider.articles.requested:,} articles found so far, "
            f"{rate:.1f} a second, {_duration(seconds)} gone{rest}"
        )


_HEADER = ("section", "listed", "new", "changed", "known", "gone", "blocked", "failed", "pages", "")


def section_rows(spider: PortalSpider) -> list[tuple[object, ...]]:
    """Return a row for each section of a crawl, in the portal's order."""
    tally = dict(spider.ledger.tally)
    rows: list[tuple[object, ...]] = []
    for sweep in list(spider.sweeps.values()):
        known = max(sweep.entries - sweep.new_entries, 0)
        counts = {name: tally.get((sweep.name, name), 0) for name in ("new", "changed", "gone", "blocked", "failed")}
        state = "empty" if sweep.reason == "empty" else sweep.outcome if sweep.is_over else "…"
        rows.append(
            (
                sweep.name,
                sweep.entries,
                counts["new"],
                counts["changed"],
                known,
                counts["gone"],
                counts["blocked"],
                counts["failed"],
                sweep.pages,
                state,
            )
        )
    return rows


def print_summary(spiders: Sequence[PortalSpider], *, seconds: float, archive: str) -> None:
    """Say on stderr how the crawls went: articles a city, fields filled, seconds, pages a second, problems."""
    for spider in spiders:
        is_crawl = spider.options.refresh is None
        if spider.sweeps and is_crawl:
            print_table(printable(spider.portal.name), _HEADER, section_rows(spider), to_stderr=True)
        ledger = spider.ledger
        extracted = ledger.count("extracted")
        filled = [
            f"{name.removeprefix('filled ')} {number / extracted:.0%}"
            for (_, name), number in ledger.tally.items()
            if name.startswith("filled ") and extracted
        ]
        if filled:
            click.echo(f"Fields filled: {', '.join(filled)}", err=True)
        for kind, url, reason in ledger.events[:SHOWN_PROBLEMS]:
            click.echo(printable(f"{kind}: {url} ({reason})"), err=True)
        if len(ledger.events) > SHOWN_PROBLEMS:
            click.echo(f"… {len(ledger.events) - SHOWN_PROBLEMS} more; 'newscrawler runs KEY' lists them.", err=True)
        responses = int(spider.crawler.stats.get_value("downloader/response_count", 0))
        click.echo(
            f"{spider.portal.id}: {ledger.count('new'):,} new, {ledger.count('changed'):,} changed, "
            f"{ledger.count('unchanged') + ledger.count('kept'):,} unchanged; "
            f"{responses:,} pages in {seconds:.1f} s ({responses / max(seconds, 0.001):.1f} a second); "
            f"archive {archive}",
            err=True,
        )
        if spider.outcome != "done":
            click.echo(printable(f"{spider.portal.id}: {spider.outcome}: {spider.outcome_reason}"), err=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
