"""`newscrawler fleet worker|collector|status|drain`: many machines that crawl into one archive."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.language import say
from newscrawler.cli.options import clear_errors, format_option
from newscrawler.cli.schedule import portals_named, stop_on_signals
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from newscrawler.fleet.config import FleetConfig
    from newscrawler.fleet.due import FleetPortal
    from newscrawler.fleet.leases import Leases
    from newscrawler.fleet.stores import Store

Command = TypeVar("Command", bound=Callable[..., Any])

config_option = click.option(
    "--config",
    "config_path",
    envvar="NEWSCRAWLER_FLEET",
    default="fleet.toml",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The configuration of the fleet.",
)


@click.group("fleet", cls=CommandGroup)
def command() -> None:
    """Crawl with many machines into one archive.

    Each machine runs a worker, and one runs the collector. docs/guides/fleet.md explains the configuration.

    \b
    Examples:
      newscrawler fleet worker
      newscrawler fleet collector --config /etc/newscrawler/fleet.toml
      newscrawler fleet status
      newscrawler fleet drain machine-2

    Exit status: 0 done, 1 failed, 2 wrong usage.
    """


@command.command("worker")
@click.option("--once", is_flag=True, help="Crawl what is due now, then end.")
@config_option
def worker(once: bool, config_path: Path) -> None:
    """Lease portals that are due, crawl them, and ship what is new, until the program is ended.

    Ctrl-C, SIGTERM and 'newscrawler fleet drain' end the running crawls in good order, and give the portals back.

    \b
    Examples:
      newscrawler fleet worker
      newscrawler fleet worker --once --config fleet.toml

    Exit status: 0 ended as requested, 1 failed, 2 wrong usage.
    """
    from newscrawler.cli.crawl import set_up_logging
    from newscrawler.fleet.worker import Worker

    set_up_logging(False)
    with _connected(config_path) as (config, leases, store), clear_errors():
        crawler = Worker(
            _portals(config),
            leases,
            store,
            config.folder,
            at_once=config.at_once,
            least_free=config.min_free_mb * 10**6,
        )
        stop_on_signals(crawler.stop)
        crawler.run(once=once)


@command.command("collector")
@click.option("--once", is_flag=True, help="Take in what is there now, then end.")
@config_option
def collector(once: bool, config_path: Path) -> None:
    """Take parcels into the archive of the fleet, until the program is ended.

    With --once, the status is 1 if a parcel was refused.

    \b
    Examples:
      newscrawler fleet collector
      newscrawler fleet collector --once

    Exit status: 0 done, 1 failed, or a parcel was refused, 2 wrong usage.
    """
    from newscrawler.archive.lock_files import release, try_lock
    from newscrawler.cli.crawl import set_up_logging
    from newscrawler.fleet.collector import Collector, collect_while_available

    set_up_logging(False)
    with _connected(config_path) as (config, leases, store), clear_errors():
        if config.archive is None:
            raise click.UsageError(f"{config_path}: archive: is not set; the collector needs it.")
        config.folder.mkdir(parents=True, exist_ok=True)
        config.archive.parent.mkdir(parents=True, exist_ok=True)
        lock = try_lock(config.archive.with_name(f".{config.archive.name}.collector.lock"))
        if lock is None:
            raise click.ClickException(f"{config.archive}: another collector takes parcels into it.")
        stop = threading.Event()
        stop_on_signals(stop)
        taker = Collector(config.archive, leases, store, config.folder)
        try:
            while not stop.is_set():
                done = collect_while_available(taker)
                if once:
                    break
                # At once again while parcels come.
                stop.wait(0 if done.taken else 2.0)
        finally:
            release(lock)
        if once and (done.refused or done.errors):
            raise click.exceptions.Exit(1)


@command.command("status")
@click.option("--metrics", type=click.Path(dir_okay=False), help="Write a file for the node_exporter of Prometheus.")
@format_option
@config_option
def status(metrics: str | None, output: str, config_path: Path) -> None:
    """Show workers, portals, their leases and parcels.

    'late' are the seconds since the next crawl of a portal should have begun; empty: not known here.

    \b
    Examples:
      newscrawler fleet status
      newscrawler fleet status --format json
      newscrawler fleet status --metrics /var/lib/node_exporter/fleet.prom

    Exit status: 0 done, 1 failed, or a parcel was refused, 2 wrong usage.
    """
    from newscrawler.cli.tables import print_json, print_table
    from newscrawler.fleet.config import definitions_at_hand
    from newscrawler.fleet.engine import FleetError
    from newscrawler.fleet.metrics import write_fleet_metrics
    from newscrawler.fleet.status import fleet_status

    with _connected(config_path) as (config, leases, _), clear_errors():
        try:
            found = fleet_status(leases, definitions_at_hand(config))
        except FleetError:
            if metrics:
                write_fleet_metrics(None, metrics)
            raise
        if metrics:
            write_fleet_metrics(found, metrics)
    if output == "json":
        print_json(found)
    else:
        workers = [
            [one["worker"], one.get("seen", ""), ", ".join(one.get("crawling", ())), one.get("program", "")]
            for one in found["workers"]
        ]
        print_table("workers", ("worker", "seen", "crawling", "program"), workers)
        names = (
            "portal",
            "state",
            "holder",
            "home",
            "started",
            "finished",
            "status",
            "late",
            "parcel",
            "taken",
            "reason",
        )
        print_table("portals", names, [[one[name] for name in names] for one in found["portals"]])
    if any(one["state"] == "refused" for one in found["portals"]):
        raise click.exceptions.Exit(1)


@command.command("drain")
@click.argument("name", metavar="WORKER")
@click.option("--cancel", is_flag=True, help="Let the worker crawl again when it is started.")
@config_option
def drain(name: str, cancel: bool, config_path: Path) -> None:
    """End a worker in good order, wherever it runs: for an upgrade, or for good.

    It ships what its crawls have stored and gives its portals back. Until --cancel it does not begin again.

    \b
    Examples:
      newscrawler fleet drain machine-2
      newscrawler fleet drain machine-2 --cancel

    Exit status: 0 done, 1 failed, 2 wrong usage.
    """
    with _connected(config_path) as (_, leases, _):
        if name not in leases.reports("worker"):
            known = ", ".join(sorted(leases.reports("worker"))) or "none"
            raise click.UsageError(f"there is no worker {name!r}; known are: {known}.")
        leases.report(f"drain.{name}", {"drain": not cancel})
    say(f"{name}: {'may crawl again' if cancel else 'ends as soon as its crawls have ended'}", err=True)


@contextmanager
def _connected(path: Path) -> Iterator[tuple[FleetConfig, Leases, Store]]:
    """Give configuration, leases and store; errors of the fleet end the command with one line."""
    from newscrawler.fleet.config import ConfigError, connect, load_config
    from newscrawler.fleet.engine import FleetError
    from newscrawler.fleet.leases import Leases

    try:
        config = load_config(path)
        engine, store = connect(config)
    except ConfigError as error:
        raise click.UsageError(str(error)) from None
    try:
        yield config, Leases(engine, config.worker, seconds=config.lease_seconds), store
    except FleetError as error:
        raise click.ClickException(printable(str(error))) from None
    finally:
        engine.close()


def _portals(config: FleetConfig) -> list[FleetPortal]:
    from newscrawler.fleet.due import FleetPortal

    portals, names = portals_named(config.portals)
    scheduled = portals if config.portals else [one for one in portals if one.schedule.crawl_times is not None]
    if not scheduled:
        raise click.UsageError('no definition has a schedule; add one: [schedule], and below it every = "6h".')
    return [FleetPortal(one, names[one.id]) for one in scheduled]
