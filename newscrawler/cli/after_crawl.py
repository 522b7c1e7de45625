"""After a crawl: its runs are compared with earlier ones, and alarms are shown and sent."""

from __future__ import annotations

from collections.abc import Sequence

import click


def evaluate_crawl(archive: str, portals: Sequence[str]) -> bool:
    """Evaluate the crawls that just ended and send notifications; return whether alarms of these portals are open.

    What cannot be sent gives a warning and is sent after the next crawl; the crawl itself is done.
    """
    from newscrawler.cli.options import clear_errors
    from newscrawler.monitoring.after_run import evaluate_and_notify
    from newscrawler.text.printable import printable

    with clear_errors():
        alarms, problems = evaluate_and_notify(archive, portals)
    for alarm in alarms:
        click.echo(printable(f"Alarm {alarm.id}: {alarm.where}: {alarm.message}"), err=True)
    if alarms:
        click.echo("'newscrawler health' shows the details.", err=True)
    for problem in problems:
        click.echo(f"Warning: {printable(problem)}", err=True)
    return bool(alarms)
