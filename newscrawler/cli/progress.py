"""Progress of a crawl: a live table on a terminal, log lines elsewhere. `run_summary` has what is said at its end."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from newscrawler.cli.tables import new_table
from newscrawler.crawling.runner.crawl_state import CrawlState, States
from newscrawler.crawling.runner.periodic import repeating

LOG_EVERY_SECONDS = 10.0
STORED = ("new", "changed", "unchanged", "kept")

logger = logging.getLogger("newscrawler.progress")


class Progress:
    """Shows running crawls; `seconds` is their duration."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._start = time.monotonic()
        self._states: States = list
        self.seconds = 0.0

    @contextmanager
    def watch(self, states: States) -> Iterator[None]:
        """Show the progress of these crawls until the context ends."""
        self._states, self._start = states, time.monotonic()
        try:
            if self._live:
                self._console = Console(stderr=True)
                with Live(get_renderable=self._render, console=self._console, refresh_per_second=4, transient=True):
                    yield
            else:
                with repeating(LOG_EVERY_SECONDS, self._log):
                    yield
        finally:
            self.seconds = time.monotonic() - self._start

    def _log(self) -> None:
        for state in self._states():
            logger.info("%s", self._line(state))

    def _render(self) -> Group:
        """Return the live display: one line per section, a total with the time left."""
        parts: list[Text | object] = []
        for state in self._states():
            parts.append(new_table(state.name, *section_table(state), self._console.width))
            parts.append(Text(self._line(state)))
        return Group(*parts)  # type: ignore[arg-type]

    def _line(self, state: CrawlState) -> str:
        seconds = max(time.monotonic() - self._start, 0.001)
        settled = sum(state.count(name) for name in (*STORED, "not articles", "failed", "blocked", "gone"))
        left = max(state.requested - settled, 0)
        rate = settled / seconds
        rest = f", about {duration_text(left / rate)} left for these" if left and rate else ""
        return (
            f"{state.portal}: {settled:,} of {state.requested:,} articles, "
            f"{rate:.1f} per second, {duration_text(seconds)} so far{rest}"
        )


_COUNTS = ("new", "changed", "known", "gone", "blocked", "failed", "not articles")


def section_table(state: CrawlState) -> tuple[list[str], list[list[object]]]:
    """Return header and rows of the table of a crawl's sections; it shows what is no article where there is some."""
    names = _COUNTS if state.count("not articles") else _COUNTS[:-1]
    rows: list[list[object]] = []
    for section in state.sections:
        counts = {name: state.tally[section.name, name] for name in names}
        counts["known"] = max(section.entries - section.new_entries, 0)
        how = "empty" if section.reason == "empty" else "…" if section.outcome == "cut" else section.outcome
        rows.append([section.name, section.entries, *counts.values(), section.pages, how])
    return ["section", "listed", *names, "pages", ""], rows


def duration_text(seconds: float) -> str:
    """Return a duration in the units that suit it: `35 s`, `2 min 05 s`, `1 h 10 min`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
