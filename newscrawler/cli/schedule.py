"""`newscrawler schedule run|print`: crawl at the times that the definitions give, day after day."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.language import say
from newscrawler.cli.options import archive_option, clear_errors
from newscrawler.text.printable import printable_lines

if TYPE_CHECKING:
    from newscrawler.monitoring.scheduler import Plan
    from newscrawler.portals import Portal

_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}


class Size(click.ParamType[int]):
    """A number of bytes, as in 500MB or 2GB."""

    name = "size"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of bytes, or fail with the fix."""
        match = re.fullmatch(r"(\d{1,15})\s*(|kb|mb|gb)", str(value).strip().lower())
        if match is None:
            self.fail(f"{value!r} is not a valid size; write it as 500MB or 2GB.", param, ctx)
        return int(match[1]) * _UNITS[match[2]]


def _plan_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add what running a schedule and printing it have in common."""
    options = [
        click.argument("portals", nargs=-1, metavar="[PORTAL]…"),
        click.option(
            "--min-free", type=Size(), default="1GB", show_default=True, help="Bytes to leave free on the disk."
        ),
        click.option(
            "--metrics",
            type=click.Path(dir_okay=False),
            help="Write a file for the node_exporter of Prometheus after each crawl.",
        ),
        click.option("--via", metavar="URL", help="Fetch from this address instead of the portal's own."),
        archive_option,
    ]
    for option in reversed(options):
        function = option(function)
    return function


@click.group("schedule", cls=CommandGroup, default="run")
def command() -> None:
    """Crawl at the times that the definitions give under [schedule]. Without a command: run.

    \b
    Examples:
      newscrawler schedule
      newscrawler schedule hbdysh --archive data/hubei.db --min-free 5GB
      newscrawler schedule print systemd

    Exit status: 0 ended as requested, 1 failed, 2 wrong usage.
    """


@command.command("run")
@click.option("--at-once", type=click.IntRange(1, 64), default=4, show_default=True, help="Crawls at the same time.")
@_plan_options
def run(
    portals: tuple[str, ...], at_once: int, min_free: int, metrics: str | None, via: str | None, archive: str
) -> None:
    """Crawl at the scheduled times until the program is ended.

    PORTAL chooses portals; default: all that have a schedule. Each crawl is a process of its own, with a log file in
    logs/ beside the archive. If a time passes while the machine sleeps, the crawl runs once afterwards. Ctrl-C or
    SIGTERM ends the running crawls in good order.

    \b
    Examples:
      newscrawler schedule
      newscrawler schedule run hbdysh --min-free 5GB

    Exit status: 0 ended as requested, 1 failed, 2 wrong usage.
    """
    from contextlib import closing

    from newscrawler.archive import open_archive
    from newscrawler.cli.crawl import set_up_logging
    from newscrawler.monitoring.config import ConfigError, load_config
    from newscrawler.monitoring.metrics import write_metrics
    from newscrawler.monitoring.scheduler import Scheduler, last_runs

    path = Path(archive).absolute()
    plans = _plans(portals, path, min_free, via)
    try:
        load_config(path)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    set_up_logging(False)
    with clear_errors(), closing(open_archive(path)) as connection:
        starts = last_runs(connection)
        if metrics:
            write_metrics(connection, metrics)
    scheduler = Scheduler(plans, at_once=at_once, after=lambda portal: _after_crawl(path, metrics))
    stop_on_signals(scheduler.stop)
    scheduler.run(starts)


@command.command("print")
@click.argument("form", metavar="systemd|cron", type=click.Choice(["systemd", "cron"]))
@_plan_options
def print_units(
    form: str, portals: tuple[str, ...], min_free: int, metrics: str | None, via: str | None, archive: str
) -> None:
    """Print units of systemd or a crontab with the same times.

    The output includes an hourly 'newscrawler health --notify'. Crawls that systemd or cron starts check --min-free
    when they begin.

    \b
    Examples:
      newscrawler schedule print systemd > newscrawler.units
      newscrawler schedule print cron hbdysh | crontab -

    Exit status: 0 done, 2 wrong usage.
    """
    from newscrawler.monitoring.systemd import crontab, systemd_units

    plans = _plans(portals, Path(archive).absolute(), min_free, via)
    click.echo((systemd_units if form == "systemd" else crontab)(plans, metrics), nl=False)


def _plans(names: tuple[str, ...], archive: Path, min_free: int, via: str | None) -> list[Plan]:
    from newscrawler.monitoring.scheduler import plans_of

    with clear_errors():
        portals, arguments = portals_named(names)
    plans = plans_of(portals, arguments, archive, least_free=min_free, via=via)
    if not plans:
        raise click.UsageError('no definition has a schedule; add one: [schedule], and below it every = "6h".')
    return plans


def stop_on_signals(stop: threading.Event) -> None:
    """Let Ctrl-C and SIGTERM set an event, instead of ending the program at once."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())


def portals_named(names: Sequence[str]) -> tuple[list[Portal], dict[str, str]]:
    """Return the portals of these names (none: all), and by id what a command line calls each: the id, or the path.

    With none, definitions that are wrong are told. Raises DefinitionError for a name.
    """
    from newscrawler.portals import load_portal, load_portals

    if not names:
        portals, errors = load_portals()
        for error in errors:
            say(f"Warning: {printable_lines(str(error))}", err=True)
        return portals, {portal.id: portal.id for portal in portals}
    pairs = [(load_portal(name), name) for name in dict.fromkeys(names)]
    return [portal for portal, _ in pairs], {portal.id: name for portal, name in pairs}


def _after_crawl(archive: Path, metrics: str | None) -> None:
    """Evaluate runs whose process died, look for missed runs, send notifications, write the metrics.

    What fails gives a warning and is tried again after the next crawl.
    """
    from contextlib import closing

    from newscrawler.archive import open_archive
    from newscrawler.archive.crashed_runs import close_crashed_runs
    from newscrawler.monitoring.config import ConfigError, load_config
    from newscrawler.monitoring.evaluation import evaluate_newest
    from newscrawler.monitoring.metrics import write_metrics
    from newscrawler.monitoring.missed_runs import check_schedules
    from newscrawler.monitoring.notify import notify

    problems = []
    with closing(open_archive(archive)) as connection:
        close_crashed_runs(connection, archive)
        evaluate_newest(connection)
        check_schedules(connection)
        try:
            problems += notify(connection, load_config(archive))
            if metrics:
                write_metrics(connection, metrics)
        except (ConfigError, OSError) as error:
            problems.append(str(error))
    for problem in problems:
        say(f"Warning: {printable_lines(problem)}", err=True)
