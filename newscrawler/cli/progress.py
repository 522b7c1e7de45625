"""Progress of a crawl: a live table on a terminal, log lines elsewhere, and a summary at the end in both cases."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from newscrawler.cli.tables import new_table, print_table
from newscrawler.crawling.runner.crawl_state import CrawlState, States
from newscrawler.crawling.runner.periodic import repeating
from newscrawler.crawling.template_learning import LearningReport
from newscrawler.text.printable import printable

LOG_EVERY_SECONDS = 10.0
MAX_PROBLEMS = 10
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
            parts.append(new_table(state.name, _HEADER, section_rows(state), self._console.width))
            parts.append(Text(self._line(state)))
        return Group(*parts)  # type: ignore[arg-type]

    def _line(self, state: CrawlState) -> str:
        seconds = max(time.monotonic() - self._start, 0.001)
        settled = sum(state.count(name) for name in (*STORED, "failed", "blocked", "gone"))
        left = max(state.requested - settled, 0)
        rate = settled / seconds
        rest = f", about {_duration(left / rate)} left for these" if left and rate else ""
        return (
            f"{state.portal}: {settled:,} of {state.requested:,} articles, "
            f"{rate:.1f} per second, {_duration(seconds)} so far{rest}"
        )


_HEADER = ("section", "listed", "new", "changed", "known", "gone", "blocked", "failed", "pages", "")


def section_rows(state: CrawlState) -> list[tuple[object, ...]]:
    """Return one row per section of a crawl."""
    rows: list[tuple[object, ...]] = []
    for section in state.sections:
        counts = {name: state.tally[section.name, name] for name in ("new", "changed", "gone", "blocked", "failed")}
        how = "empty" if section.reason == "empty" else "…" if section.outcome == "cut" else section.outcome
        rows.append(
            (
                section.name,
                section.entries,
                counts["new"],
                counts["changed"],
                max(section.entries - section.new_entries, 0),
                counts["gone"],
                counts["blocked"],
                counts["failed"],
                section.pages,
                how,
            )
        )
    return rows


def learning_lines(learning: LearningReport) -> list[str]:
    """Return what the end of a crawl says about the template of its portal."""
    lines = []
    if template := learning.learnt:
        was = f"; pages that were known had it at {learning.before}" if learning.is_redesign else ""
        lines.append(f"the text of articles stands at {template.body} (learnt from {template.pages} pages){was}")
    if learning.read_again or learning.found:
        lines.append(
            f"{learning.read_again:,} articles were read again with it: {learning.changed:,} changed, "
            f"{learning.found.total():,} were found on pages that had been rejected"
        )
    if learning.is_unfinished:
        lines.append("more articles are to be read again: the next crawl goes on, or run 'newscrawler reextract'")
    if learning.without_captures:
        lines.append(f"{learning.without_captures:,} articles cannot be read again with it: there are no captures")
    return lines


def print_summary(crawls: Sequence[CrawlState], *, seconds: float, archive: str) -> None:
    """Write to stderr how the crawls went: articles per section, filled fields, speed, problems."""
    for state in crawls:
        if state.sections and not state.is_refresh:
            print_table(state.name, _HEADER, section_rows(state), to_stderr=True)
        extracted = state.count("extracted")
        filled = [
            f"{name.removeprefix('filled ')} {number / extracted:.0%}"
            for (_, name), number in state.tally.items()
            if name.startswith("filled ") and extracted
        ]
        if filled:
            click.echo(f"Fields filled: {', '.join(filled)}", err=True)
        for kind, url, reason in state.events[:MAX_PROBLEMS]:
            click.echo(printable(f"{kind}: {url} ({reason})"), err=True)
        if len(state.events) > MAX_PROBLEMS:
            click.echo(f"… {len(state.events) - MAX_PROBLEMS} more; 'newscrawler runs show KEY' lists them.", err=True)
        click.echo(
            f"{state.portal}: {state.count('new'):,} new, {state.count('changed'):,} changed, "
            f"{state.count('unchanged') + state.count('kept'):,} unchanged; "
            f"{state.responses:,} pages in {seconds:.1f} s ({state.responses / max(seconds, 0.001):.1f} per second); "
            f"archive {archive}",
            err=True,
        )
        for line in learning_lines(state.learning):
            click.echo(printable(f"{state.portal}: {line}"), err=True)
        unproven = [section.name for section in state.sections if section.outcome == "unproven" and section.entries]
        if unproven:
            names = "、".join(unproven[:MAX_PROBLEMS]) + (" …" if len(unproven) > MAX_PROBLEMS else "")
            reason = "nothing proves that their listings end where they were read to"
            click.echo(printable(f"{state.portal}: {reason}: {names}"), err=True)
        if state.outcome != "done":
            click.echo(printable(f"{state.portal}: {state.outcome}: {state.reason}"), err=True)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
