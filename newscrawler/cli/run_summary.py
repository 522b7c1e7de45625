"""What is said at the end of crawls: on the terminal as tables and lines, in the log file as lines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from newscrawler.archive.runs import count_text
from newscrawler.cli.language import headings, say
from newscrawler.cli.other_links import many_other_links
from newscrawler.cli.progress import duration_text, section_table
from newscrawler.cli.tables import print_table
from newscrawler.crawling.runner.crawl_state import CrawlState
from newscrawler.crawling.template_learning import LearningReport
from newscrawler.portals import Portal
from newscrawler.text.printable import printable

MAX_PROBLEMS = 10
_BEFORE_SECTION = re.compile(r"; (?=section )")
"""Between the sentences of a reason that are about sections of their own."""
MAX_REASONS = 30
"""Kinds of failure that the summary in the log tells apart; the run's record has all of them."""


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
            print_table(state.name, *section_table(state), to_stderr=True, droppable=("changed", "known"))
        extracted = state.count("extracted")
        filled = [
            f"{headings([name.removeprefix('filled ')])[0]} {number / extracted:.0%}"
            for (_, name), number in state.tally.items()
            if name.startswith("filled ") and extracted
        ]
        if filled:
            say(f"Fields filled: {', '.join(filled)}", err=True)
        # Failures come first: they ask for something to be done.
        events = sorted(state.events, key=lambda event: event[0] == "not an article")
        for kind, url, reason in events[:MAX_PROBLEMS]:
            say(printable(f"{kind}: {url} ({reason})"), err=True)
        if len(state.events) > MAX_PROBLEMS:
            say(f"… {len(state.events) - MAX_PROBLEMS} more; 'newscrawler runs show KEY' lists them.", err=True)
        say(
            f"{state.portal}: {_numbers(state)}; "
            f"{state.responses:,} pages in {seconds:.1f} s ({state.responses / max(seconds, 0.001):.1f} per second); "
            f"archive {archive}",
            err=True,
        )
        for line in _sentences(state):
            say(printable(f"{state.portal}: {line}"), err=True)


def log_lines(crawls: Sequence[CrawlState], portals: Sequence[Portal], *, seconds: float) -> Iterator[str]:
    """Yield the lines with which the log file of crawls ends: numbers, failures by reason, and when the next is due."""
    for state in crawls:
        pages = f"{state.responses:,} pages in {duration_text(seconds)}"
        yield f"{state.portal}: {state.outcome}: {_numbers(state)}; {pages}"
        addresses: dict[tuple[str, str], list[str]] = defaultdict(list)
        for kind, url, reason in state.events:
            addresses[kind, reason].append(url)
        reasons = sorted(addresses.items(), key=lambda item: -len(item[1]))
        for (kind, reason), urls in reasons[:MAX_REASONS]:
            times = f"{len(urls):,} times, first " if len(urls) > 1 else ""
            yield f"{state.portal}: {kind}: {reason} ({times}{urls[0]})"
        if len(reasons) > MAX_REASONS:
            yield f"{state.portal}: {len(reasons) - MAX_REASONS:,} more reasons; 'newscrawler runs show KEY' lists them"
        for line in _sentences(state):
            yield f"{state.portal}: {line}"
    is_refresh = any(state.is_refresh for state in crawls)
    for portal in portals:
        due = portal.schedule.refresh_times if is_refresh else portal.schedule.crawl_times
        following = due.next_after(datetime.now(UTC)) if due else None
        if following is not None:
            command = "refresh" if is_refresh else "crawl"
            yield f"{portal.id}: by its definition the next {command} is due at {following:%Y-%m-%d %H:%M} in China"


def _numbers(state: CrawlState) -> str:
    return count_text({outcome: state.count(outcome) for _, outcome in state.tally})


def _sentences(state: CrawlState) -> Iterator[str]:
    """Yield what a crawl learnt, which sections have no proven end, and why it is not done."""
    yield from learning_lines(state.learning)
    if others := state.count("not articles"):
        yield f"not requested again, since they are videos or specials: {others:,} entries"
    no_proof = ("unproven", "repeats")
    unproven = [section.name for section in state.sections if section.outcome in no_proof and section.entries]
    if unproven:
        names = "、".join(unproven[:MAX_PROBLEMS]) + (" …" if len(unproven) > MAX_PROBLEMS else "")
        yield f"nothing proves that their listings end where they were read to: {names}"
    if many := many_other_links(state.counts.get("sections", {})):
        yield many
    if state.outcome != "done":
        reasons = _BEFORE_SECTION.split(state.reason)
        yield from (f"{state.outcome}: {reason}" for reason in reasons[:MAX_PROBLEMS])
        if len(reasons) > MAX_PROBLEMS:
            yield f"… {len(reasons) - MAX_PROBLEMS} more; 'newscrawler runs show KEY' lists them."
