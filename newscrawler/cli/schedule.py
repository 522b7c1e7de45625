"""`newscrawler schedule [PORTAL]…`: crawl by the schedules of the definitions, day after day."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.logs import printable_lines
from newscrawler.cli.options import archive_option, clear_errors

if TYPE_CHECKING:
    from newscrawler.portals import Portal

_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}


class Size(click.ParamType[int]):
    """A number of bytes, as in 500MB or 2GB."""

    name = "size"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of bytes, or fail with the fix."""
        match = re.fullmatch(r"(\d{1,15})\s*(|kb|mb|gb)", str(value).strip().lower())
        if match is None:
            self.fail(f"{value!r} is no size; write it as in 500MB or 2GB.", param, ctx)
        return int(match[1]) * _UNITS[match[2]]


@click.command("schedule")
@click.argument("portals", nargs=-1, metavar="[PORTAL]…")
@click.option("--print", "printed", type=click.Choice(["systemd", "cron"]), help="Print units of the same times, end.")
@click.option("--at-once", type=click.IntRange(1, 64), default=4, show_default=True, help="Crawls under way at once.")
@click.option("--min-free", type=Size(), default="1GB", show_default=True, help="Bytes to leave free on the disk.")
@click.option("--metrics", type=click.Path(dir_okay=False), help="Write a file for node_exporter after each crawl.")
@click.option("--via", metavar="URL", help="Fetch from this address instead of the portal's own: a mirror, a test.")
@archive_option
def command(
    portals: tuple[str, ...],
    printed: str | None,
    at_once: int,
    min_free: int,
    metrics: str | None,
    via: str | None,
    archive: str,
) -> None:
    """Crawl by the [schedule] of each definition (all that have one, or those named), until it is ended.

    Each crawl is a process of its own, with a log file in logs/ beside the archive. A time that passed while the
    machine slept is made up for once. Ctrl-C or SIGTERM ends the crawls that are under way in good order.

    --print systemd and --print cron write the same times for these programs, with an hourly 'health --notify'; their
    crawls look at --min-free when they begin.

    \b
    Examples:
      newscrawler schedule
      newscrawler schedule hbdysh --archive data/hubei.db --min-free 5GB
      newscrawler schedule --print systemd

    Exit status: 0 ended as asked, 1 failed, 2 wrong usage.
    """
    from newscrawler.archive import open_archive
    from newscrawler.cli.crawl import set_up_logging
    from newscrawler.monitoring.config import ConfigError, load_config
    from newscrawler.monitoring.metrics import write_metrics
    from newscrawler.monitoring.scheduler import Scheduler, last_runs, plans_of
    from newscrawler.monitoring.systemd import crontab, systemd_units

    with clear_errors():
        chosen, names = _chosen(portals)
    path = Path(archive).absolute()
    plans = plans_of(chosen, names, path, least_free=min_free, via=via)
    if not plans:
        raise click.UsageError('no definition has a [schedule]; add one, as in [schedule] and below it every = "6h".')
    if printed:
        click.echo((systemd_units if printed == "systemd" else crontab)(plans, metrics), nl=False)
        return
    try:
        load_config(path)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    set_up_logging(False)
    with clear_errors():
        db = open_archive(path)
        begun = last_runs(db.conn)
        if metrics:
            write_metrics(db.conn, metrics)
        db.conn.close()
    scheduler = Scheduler(plans, at_once=at_once, after=lambda portal: _after(path, metrics))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: scheduler.stop.set())
    scheduler.run(begun)


def _chosen(wanted: tuple[str, ...]) -> tuple[list[Portal], dict[str, str]]:
    """Return the portals, and by id what a command line calls each: the id, or the path that was given."""
    from newscrawler.portals import load_portal, load_portals

    if not wanted:
        portals, errors = load_portals()
        for error in errors:
            click.echo(f"Warning: {printable_lines(str(error))}", err=True)
        return portals, {portal.id: portal.id for portal in portals}
    found = [(load_portal(name), name) for name in dict.fromkeys(wanted)]
    return [portal for portal, _ in found], {portal.id: name for portal, name in found}


def _after(archive: Path, metrics: str | None) -> None:
    """Judge what a crawl that died could not judge itself, look for absent runs, tell, and write the metrics.

    What goes wrong is said, and tried again after the next crawl.
    """
    from contextlib import closing

    from newscrawler.archive import open_archive
    from newscrawler.monitoring.config import ConfigError, load_config
    from newscrawler.monitoring.crashed_runs import evaluate_newest_runs
    from newscrawler.monitoring.metrics import write_metrics
    from newscrawler.monitoring.missed_runs import check_schedules
    from newscrawler.monitoring.notify import notify

    problems = []
    with closing(open_archive(archive).conn) as connection:
        evaluate_newest_runs(connection, archive)
        check_schedules(connection)
        try:
            problems += notify(connection, load_config(archive))
            if metrics:
                write_metrics(connection, metrics)
        except (ConfigError, OSError) as error:
            problems.append(str(error))
    for problem in problems:
        click.echo(f"Warning: {printable_lines(problem)}", err=True)
