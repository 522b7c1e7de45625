"""`newscrawler health [PORTAL]…`: is what the crawls bring still what they used to bring?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawler.cli.logs import printable_lines
from newscrawler.cli.options import archive_option, clear_errors, format_option

if TYPE_CHECKING:
    import sqlite3

    from newscrawler.monitoring.alarms import Alarm


@click.command("health")
@click.argument("portals", nargs=-1, metavar="[PORTAL]…")
@click.option("--all", "show_all", is_flag=True, help="Show closed and accepted alarms, too.")
@click.option("--accept", "accepted", type=int, multiple=True, metavar="N", help="Take what alarm N shows as normal.")
@click.option("--notify", "tell", is_flag=True, help="Judge what was not judged yet, and tell what is new. For cron.")
@click.option("--metrics", type=click.Path(dir_okay=False), help="Write a file for Prometheus' node_exporter, too.")
@format_option
@archive_option
def command(
    portals: tuple[str, ...],
    show_all: bool,
    accepted: tuple[int, ...],
    tell: bool,
    metrics: str | None,
    output: str,
    archive: str,
) -> None:
    """Show open alarms: what a portal, a section or a field no longer brings as it did.

    Each crawl is held against the ones before it when it ends. An alarm closes by itself when all is as it was.
    Where the new state is right, accept it: later crawls are then held against it.

    \b
    Examples:
      newscrawler health
      newscrawler health hbdysh --all --format json
      newscrawler health --accept 12
      newscrawler health --notify --metrics /var/lib/node_exporter/newscrawler.prom

    Exit status: 0 no open alarm, 1 something could not be told or written, 2 wrong usage, 3 alarms are open.
    """
    from newscrawler.archive import open_archive, open_archive_read_only
    from newscrawler.archive.filters import known_portal
    from newscrawler.cli.tables import print_json, print_table
    from newscrawler.monitoring import alarms
    from newscrawler.monitoring.metrics import write_metrics

    problems: list[str] = []
    with clear_errors():
        db = open_archive_read_only(archive)
        chosen = [known_portal(db, portal) for portal in portals]
        if accepted or tell:
            db.conn.close()
            db = open_archive(archive)
        for number in accepted:
            if alarms.accept(db.conn, number) is None:
                raise click.UsageError(f"no open alarm has the number {number}; 'newscrawler health' lists them.")
        if tell:
            problems = _judge_and_tell(db.conn, archive)
        else:
            _notice_cut_off_runs(db.conn, archive)
        if metrics:
            write_metrics(db.conn, metrics)
        found = alarms.list_alarms(db.conn, portals=chosen, only_open=not show_all)
    still_open = [alarm for alarm in found if alarm.state == "open"]
    if output == "json":
        print_json([_as_json(alarm) for alarm in found])
    elif found:
        header = ("n", "portal", "section", "field", "kind", "state", "since", "what", "for example")
        print_table("", header, [_row(alarm) for alarm in found])
    elif not tell:
        # What cron runs each hour says nothing when there is nothing to say.
        click.echo("No open alarm." if not show_all else "No alarm.", err=True)
    for problem in problems:
        click.echo(f"Error: {printable_lines(problem)}", err=True)
    if problems:
        raise click.exceptions.Exit(1)
    if still_open:
        raise click.exceptions.Exit(3)


def _judge_and_tell(connection: sqlite3.Connection, archive: str) -> list[str]:
    from newscrawler.monitoring.config import ConfigError, load_config
    from newscrawler.monitoring.crashed_runs import evaluate_newest_runs
    from newscrawler.monitoring.missed_runs import check_schedules
    from newscrawler.monitoring.notify import notify

    try:
        config = load_config(archive)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    evaluate_newest_runs(connection, archive)
    check_schedules(connection)
    return notify(connection, config)


def _notice_cut_off_runs(connection: sqlite3.Connection, archive: str) -> None:
    """Judge runs whose process died; where the archive cannot be written, they stay as they are."""
    import sqlite3
    from contextlib import closing, suppress

    from newscrawler.archive import ArchiveError, open_archive
    from newscrawler.monitoring.crashed_runs import close_crashed_runs, running_portals
    from newscrawler.monitoring.evaluation import evaluate_newest

    if not running_portals(connection):
        return
    with suppress(ArchiveError, sqlite3.OperationalError), closing(open_archive(archive).conn) as writable:
        if closed := close_crashed_runs(writable, archive):
            evaluate_newest(writable, closed)


def _row(alarm: Alarm) -> tuple[object, ...]:
    sample = alarm.samples[0] if alarm.samples else ""
    since = alarm.first_seen[:16].replace("T", " ")
    where = alarm.section or "all"
    return alarm.id, alarm.portal, where, alarm.field, alarm.kind, alarm.state, since, alarm.message, sample


def _as_json(alarm: Alarm) -> dict[str, object]:
    from dataclasses import asdict

    return {**asdict(alarm), "samples": list(alarm.samples), "closed": alarm.closed or None}
