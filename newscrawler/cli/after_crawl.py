"""What follows a crawl: it is held against its history, those who asked for it are told, the status says so."""

from __future__ import annotations

from collections.abc import Sequence

import click


def evaluate_crawl(archive: str, portals: Sequence[str]) -> bool:
    """Judge the crawls that just ended, tell of alarms; return whether alarms of these portals are open.

    What cannot be told is said on standard error and told after the next crawl: the crawl itself is done.
    """
    from newscrawler.cli.options import clear_errors
    from newscrawler.monitoring.after_run import evaluate_and_notify
    from newscrawler.text.printable import printable

    with clear_errors():
        found, problems = evaluate_and_notify(archive, portals)
    for alarm in found:
        click.echo(printable(f"Alarm {alarm.id}: {alarm.where}: {alarm.message}"), err=True)
    if found:
        click.echo("'newscrawler health' shows them in full.", err=True)
    for problem in problems:
        click.echo(f"Warning: {printable(problem)}", err=True)
    return bool(found)
