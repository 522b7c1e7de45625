"""`newscrawler health show|accept`: do the crawls still bring what they used to bring?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.language import say
from newscrawler.cli.options import archive_option, changing, clear_errors, format_option, reading
from newscrawler.text.printable import printable_lines

if TYPE_CHECKING:
    import sqlite3

    from newscrawler.monitoring.alarms import Alarm


@click.group("health", cls=CommandGroup, default="show")
def command() -> None:
    """Show open alarms, or accept the state that an alarm reports. Without a command: show.

    When a crawl ends, it is compared with the crawls before it. An alarm is about a portal, a section or a field that
    brings less than before. It closes by itself when everything is as it was.

    \b
    Examples:
      newscrawler health
      newscrawler health demo --all --format json
      newscrawler health accept 12
      newscrawler health --notify --metrics /var/lib/node_exporter/newscrawler.prom

    Exit status: 0 no alarm is open, 1 a notification or the metrics file failed, 2 wrong usage, 3 alarms are open.
    """


@command.command("show")
@click.argument("portals", nargs=-1, metavar="[PORTAL]…")
@click.option("--all", "show_all", is_flag=True, help="Show closed and accepted alarms, too.")
@click.option("--notify", "notifies", is_flag=True, help="Evaluate new runs and send new alarms. For cron.")
@click.option("--metrics", type=click.Path(dir_okay=False), help="Write a file for the node_exporter of Prometheus.")
@format_option
@archive_option
def show(
    portals: tuple[str, ...], show_all: bool, notifies: bool, metrics: str | None, output: str, archive: str
) -> None:
    """Show open alarms: portals, sections and fields that bring less than before.

    \b
    Examples:
      newscrawler health show demo
      newscrawler health --all --format json

    Exit status: 0 no alarm is open, 1 a notification or the metrics file failed, 2 wrong usage, 3 alarms are open.
    """
    from newscrawler.archive.filters import known_portal
    from newscrawler.cli.after_crawl import warn_of_config
    from newscrawler.monitoring.alarms import list_alarms
    from newscrawler.monitoring.metrics import write_metrics

    problems: list[str] = []
    with clear_errors():
        connection = reading(archive)
        names = [known_portal(connection, portal) for portal in portals]
        if notifies:
            connection.close()
            connection = changing(archive)
            problems = _evaluate_and_notify(connection, archive)
        else:
            _close_crashed_runs(connection, archive)
        if metrics:
            write_metrics(connection, metrics)
        alarms = list_alarms(connection, portals=names, only_open=not show_all)
        if not notifies:
            warn_of_config(archive)
    # Cron runs this every hour: no alarm, no output.
    _print(alarms, output, empty="" if notifies else "No alarm." if show_all else "No open alarm.")
    for problem in problems:
        say(f"Error: {printable_lines(problem)}", err=True)
    if problems:
        raise click.exceptions.Exit(1)
    if any(alarm.state == "open" for alarm in alarms):
        raise click.exceptions.Exit(3)


@command.command("accept")
@click.argument("numbers", metavar="N…", type=int, nargs=-1, required=True)
@format_option
@archive_option
def accept(numbers: tuple[int, ...], output: str, archive: str) -> None:
    """Accept the state that alarms report as the new normal.

    N is the number that 'newscrawler health' shows. Later crawls are compared with the accepted state. Alarms that
    are still open are shown.

    \b
    Examples:
      newscrawler health accept 12
      newscrawler health accept 12 13

    Exit status: 0 no alarm is open any more, 2 wrong usage or no such alarm, 3 other alarms are open.
    """
    from newscrawler.monitoring import alarms

    with clear_errors():
        connection = changing(archive)
        for number in numbers:
            if alarms.accept(connection, number) is None:
                raise click.UsageError(f"no open alarm has the number {number}; 'newscrawler health' lists them.")
        still_open = alarms.list_alarms(connection, only_open=True)
    _print(still_open, output, empty="No open alarm.")
    if still_open:
        raise click.exceptions.Exit(3)


def _print(alarms: list[Alarm], output: str, *, empty: str) -> None:
    from newscrawler.cli.tables import print_json, print_table

    if output == "json":
        print_json([_as_json(alarm) for alarm in alarms])
    elif alarms:
        header = ("n", "portal", "section", "field", "kind", "state", "since", "what", "example")
        print_table("", header, [_row(alarm) for alarm in alarms])
    elif empty:
        say(empty, err=True)


def _evaluate_and_notify(connection: sqlite3.Connection, archive: str) -> list[str]:
    """Return what could not be sent."""
    from newscrawler.archive.crashed_runs import close_crashed_runs
    from newscrawler.monitoring.config import ConfigError, load_config
    from newscrawler.monitoring.evaluation import evaluate_newest
    from newscrawler.monitoring.missed_runs import check_schedules
    from newscrawler.monitoring.notify import notify

    try:
        config = load_config(archive)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    close_crashed_runs(connection, archive)
    evaluate_newest(connection)
    check_schedules(connection)
    return notify(connection, config)


def _close_crashed_runs(connection: sqlite3.Connection, archive: str) -> None:
    """Record the end of runs whose process died; without write access to the archive they stay as they are."""
    import sqlite3
    from contextlib import closing, suppress

    from newscrawler.archive import ArchiveError, open_archive
    from newscrawler.archive.crashed_runs import close_crashed_runs, open_runs
    from newscrawler.monitoring.evaluation import evaluate_newest

    if not open_runs(connection):
        return
    with suppress(ArchiveError, sqlite3.OperationalError), closing(open_archive(archive)) as writable:
        if closed := close_crashed_runs(writable, archive):
            evaluate_newest(writable, list(closed))


def _row(alarm: Alarm) -> tuple[object, ...]:
    sample = alarm.samples[0] if alarm.samples else ""
    section = alarm.section or "all"
    facts = (alarm.id, alarm.portal, section, alarm.field, alarm.kind, alarm.state, alarm.first_seen)
    return *facts, alarm.message, sample


def _as_json(alarm: Alarm) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(alarm), "samples": list(alarm.samples), "closed": alarm.closed or None}
