"""`newscrawler crawl PORTAL…`: crawl portals into the archive."""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from newscrawler.cli.after_crawl import evaluate_crawl
from newscrawler.cli.garbage import collected_late
from newscrawler.cli.options import Day, archive_option, clear_errors
from newscrawler.cli.run_log import RunLog, run_log

if TYPE_CHECKING:
    from newscrawler.crawling.options import CrawlOptions
    from newscrawler.portals import Portal

DEMO = "demo"


@click.command("crawl")
@click.argument("portals", nargs=-1, required=True, metavar="PORTAL…")
@click.option("--city", "cities", multiple=True, metavar="NAME", help="Only this city's section (repeatable).")
@click.option("--since", type=Day(), metavar="DATE", help="Read the listings back to this day only.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Fetch at most N articles per portal.")
@click.option("--full", is_flag=True, help="Read every listing to its end, also where everything is known.")
@click.option("--retry", is_flag=True, help="Request again at once what failed, was blocked or is gone.")
@click.option("--via", metavar="URL", help="Fetch from this address instead of the portal's own: a mirror or a test.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="Crawl with N processes: for many portals, or for one without a delay.",
)
@click.option("--captures/--no-captures", default=None, help="Keep every response in WARC files (default: yes).")
@click.option("--images", is_flag=True, help="Capture the images of articles, too.")
@click.option("--verbose", "-v", is_flag=True, help="Log every request.")
@archive_option
@collected_late()
def command(
    portals: tuple[str, ...],
    cities: tuple[str, ...],
    since: str | None,
    limit: int | None,
    full: bool,
    retry: bool,
    via: str | None,
    workers: int,
    captures: bool | None,
    images: bool,
    verbose: bool,
    archive: str,
) -> None:
    """Crawl portals into the archive. PORTAL is an id ('newscrawler portals' lists them) or a definition's path.

    A crawl fetches what is new since the last crawl, and what the last crawl did not finish. Ctrl-C interrupts it:
    once lets it finish the open requests, twice stops it at once. The next crawl continues from there.

    With --workers the portals are divided among the processes; if there are fewer portals than processes, their
    sections are. The workers share the delay of a portal, so they speed up a single portal only if its delay is small.

    \b
    Examples:
      newscrawler crawl demo
      newscrawler crawl hbdysh --city 宜昌 --city 恩施州 --since 2019-01-01
      newscrawler crawl ./my-portal.toml --archive data/mine.db --limit 50
      newscrawler crawl hbdysh --retry
      newscrawler crawl hbdysh hubeidaily --workers 2

    Exit status: 0 done, 1 failed or incomplete (the messages say what), 2 wrong usage, 3 done, but alarms are open.
    """
    from newscrawler.crawling.options import CrawlOptions, OptionError
    from newscrawler.extraction.cms import content_systems
    from newscrawler.portals import load_portal

    with clear_errors():
        definitions = [load_portal(name) for name in dict.fromkeys(portals)]
        content_systems()  # mistakes in them end the command before it fetches
    try:
        options = CrawlOptions(
            cities=cities,
            since=since,
            limit=limit,
            full=full,
            retry=retry,
            via=CrawlOptions.of({"via": via}).via,
        )
        for portal in definitions:
            options.check_cities(portal)
    except OptionError as error:
        raise click.UsageError(str(error)) from None
    if images and captures is False:
        raise click.UsageError("--images stores images as captures; leave out --no-captures.")
    overrides: dict[str, object] = {"NEWSCRAWLER_IMAGES": images}
    if captures is not None:
        overrides["NEWSCRAWLER_CAPTURES"] = captures
    set_up_logging(verbose)
    if not crawl_and_report(definitions, options, archive, overrides, workers):
        raise click.exceptions.Exit(1)


def crawl_and_report(
    portals: list[Portal],
    options: CrawlOptions,
    archive: str,
    overrides: dict[str, object] | None = None,
    workers: int = 1,
) -> bool:
    """Crawl portals, show progress and a summary; return whether everything is done. The demo is served here, too.

    Ends the command with status 3 if everything is done, but alarms are open.
    `overrides` are Scrapy settings that replace those of the project.
    """
    if len(portals) > 1 and (options.via or any(portal.id == DEMO for portal in portals)):
        raise click.UsageError("--via and the demo work with one portal at a time.")
    names = [portal.id for portal in portals]
    with ExitStack() as stack:
        log = stack.enter_context(run_log(archive, names))
        if portals and portals[0].id == DEMO and not options.via:
            options = replace(options, via=served_demo(stack))
        is_done = _crawl(portals, options, archive, overrides, workers, log)
        has_alarms = evaluate_crawl(archive, names, log)
    if has_alarms and is_done:
        raise click.exceptions.Exit(3)
    return is_done


def served_demo(stack: ExitStack) -> str:
    """Serve the demo portal to this process while the stack is open; return its address."""
    from newscrawler.crawling.downloader.network_guard import allow_endpoint
    from newscrawler.demo.server import DemoServer

    server = stack.enter_context(DemoServer())
    allow_endpoint(*_endpoint(server.url))
    return server.url


def _endpoint(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80


def _crawl(
    portals: list[Portal],
    options: CrawlOptions,
    archive: str,
    overrides: dict[str, object] | None,
    workers: int,
    log: RunLog,
) -> bool:
    from newscrawler.cli.progress import Progress
    from newscrawler.cli.run_summary import log_lines, print_summary

    progress = Progress(live=sys.stderr.isatty())
    with clear_errors():
        if workers == 1:
            from newscrawler.crawling.runner.single import crawl

            states = crawl(portals, options, archive, watch=progress.watch, overrides=overrides)
        else:
            from newscrawler.crawling.runner.workers import crawl_with_workers

            is_demo = portals[0].id == DEMO
            states = crawl_with_workers(
                portals,
                options,
                archive,
                workers=workers,
                watch=progress.watch,
                overrides=overrides,
                endpoint=_endpoint(options.via) if is_demo and options.via else None,
            )
    print_summary(states, seconds=progress.seconds, archive=archive)
    for line in log_lines(states, portals, seconds=progress.seconds):
        log.write(line)
    return len(states) == len(portals) and all(state.outcome == "done" for state in states)


def set_up_logging(verbose: bool) -> None:
    """Log the lines of this program at INFO, those of libraries from WARNING on; everything if verbose."""
    from newscrawler.cli.logs import OneLineFormatter

    handler = logging.StreamHandler()
    handler.setFormatter(OneLineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S"))
    if not verbose:
        handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.startswith("newscrawler"))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("newscrawler").setLevel(logging.DEBUG if verbose else logging.INFO)
    for name in ("asyncio", "filelock", "parso"):
        logging.getLogger(name).setLevel(logging.WARNING)
