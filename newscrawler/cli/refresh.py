"""`newscrawler refresh [PORTAL…]`: stored articles are fetched again, to find edits and withdrawals."""

from __future__ import annotations

import click

from newscrawler.cli.crawl import crawl_and_report, set_up_logging
from newscrawler.cli.garbage import collected_late
from newscrawler.cli.options import archive_option, clear_errors


@click.command("refresh")
@click.argument("portals", nargs=-1, metavar="[PORTAL…]")
@click.option(
    "--older-than", default="7d", show_default=True, metavar="DURATION", help="Only articles not fetched for so long."
)
@click.option("--city", "cities", multiple=True, metavar="NAME", help="Only this city's section (repeatable).")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Fetch at most N articles per portal.")
@click.option("--via", metavar="URL", help="Fetch from this address instead of the portal's own.")
@click.option("--verbose", "-v", is_flag=True, help="Log every request.")
@archive_option
@collected_late()
def command(
    portals: tuple[str, ...],
    older_than: str,
    cities: tuple[str, ...],
    limit: int | None,
    via: str | None,
    verbose: bool,
    archive: str,
) -> None:
    """Fetch stored articles again, by conditional requests. Without PORTAL: those of all portals in the archive.

    A changed text becomes a new version. An article is gone when the portal answers twice, a day apart, with 404 or
    410, or when its address leads to another document; its text is kept. A block, a login
    page or an error does not count as an edit.

    \b
    Examples:
      newscrawler refresh demo --older-than 0d --limit 5
      newscrawler refresh
      newscrawler refresh hbdysh --older-than 30d --limit 500

    Exit status: 0 done, 1 failed or incomplete (the messages say what), 2 wrong usage, 3 done, but alarms are open.
    """
    from newscrawler.crawling.options import CrawlOptions, OptionError, duration
    from newscrawler.extraction.cms import content_systems
    from newscrawler.portals import load_portal

    with clear_errors():
        names = portals or _portals_of(archive)
        definitions = [load_portal(name) for name in dict.fromkeys(names)]
        content_systems()  # mistakes in them end the command before it fetches
    try:
        options = CrawlOptions(
            cities=cities, limit=limit, via=CrawlOptions.of({"via": via}).via, refresh=duration(older_than)
        )
        for portal in definitions:
            options.check_cities(portal)
    except OptionError as error:
        raise click.UsageError(str(error)) from None
    set_up_logging(verbose)
    if not crawl_and_report(definitions, options, archive):
        raise click.exceptions.Exit(1)


def _portals_of(archive: str) -> tuple[str, ...]:
    from contextlib import closing

    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.database.connection import BUSY_SECONDS

    # Not for as long as the command runs: it is a crawl.
    with closing(open_archive_read_only(archive, seconds=BUSY_SECONDS)) as connection:
        return tuple(name for (name,) in connection.execute("SELECT id FROM portals"))
