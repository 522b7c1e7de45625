"""Progress of long work: a bar on a terminal, a line every ten seconds on stderr elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from newscrawler.archive.progress import Progress
from newscrawler.cli.language import say
from newscrawler.text.printable import printable

LINE_EVERY_SECONDS = 10.0
DRAW_EVERY_SECONDS = 0.1
"""The bar is told no more often: some work reports each of many thousand articles."""


@contextmanager
def shown_progress(title: str) -> Iterator[Progress]:
    """Show how far the work in this context is, as the work tells it. The bar vanishes at the end."""
    with _bar(title) if sys.stderr.isatty() else _lines(title) as progress:
        yield progress


@contextmanager
def _lines(title: str) -> Iterator[Progress]:
    from newscrawler.crawling.runner.periodic import repeating

    began = time.monotonic()
    newest = ("", 0, 0)

    def progress(what: str, done: int = 0, total: int = 0, /) -> None:
        nonlocal newest
        newest = (what, done, total)

    def write() -> None:
        what, done, total = newest
        parts = [part for part in (what, _amount(done, total), f"{time.monotonic() - began:.0f} s so far") if part]
        say(printable(f"{title}: {', '.join(parts)}"), err=True)

    with repeating(LINE_EVERY_SECONDS, write):
        yield progress


@contextmanager
def _bar(title: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[amount]}"), TimeElapsedColumn())
    drawn = ("", 0.0)
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, amount="")

        def progress(what: str, done: int = 0, total: int = 0, /) -> None:
            nonlocal drawn
            now = time.monotonic()
            if what != drawn[0] or now - drawn[1] > DRAW_EVERY_SECONDS:
                drawn = (what, now)
                description = escape(printable(f"{title}: {what}"))
                bar.update(
                    task, description=description, completed=done, total=total or None, amount=_amount(done, total)
                )

        yield progress


def _amount(done: int, total: int) -> str:
    return f"{done:,} of {total:,}" if total else f"{done:,}" if done else ""
