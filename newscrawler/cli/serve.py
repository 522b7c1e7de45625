"""`newscrawler serve`: the archive in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import archive_option, clear_errors

if TYPE_CHECKING:
    from newscrawler.web.fleet_watch import FleetWatch


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to serve on; the default is this machine only."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="The port; 0 chooses a free one."
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="Answer under this name, too, when a server in front passes it on (repeatable). Example: news.example.org.",
)
@click.option(
    "--fleet",
    type=click.Path(dir_okay=False),
    help="Show a fleet, too: the file with its configuration. Example: fleet.toml.",
)
@archive_option
def command(host: str, port: int, names: tuple[str, ...], fleet: str | None, archive: str) -> None:
    """Serve the archive as web pages, read-only: search, articles, versions, coverage, runs, alarms, SQL.

    The pages are in Chinese and English and need no JavaScript. While a crawl runs, they show what it has stored.
    `/metrics` has the numbers of all portals for Prometheus. Needs the extra `web`. With --fleet, `/fleet` shows its
    machines, and what is late or refused.

    \b
    Examples:
      newscrawler serve
      newscrawler serve --archive data/demo.db --port 8080
      newscrawler serve --allow-host news.example.org
      newscrawler serve --fleet fleet.toml

    Ctrl-C or SIGTERM ends it. Exit status: 0 done, 2 no such archive, no such address, or the extra is missing.
    """
    try:
        import jinja2  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        from newscrawler.text.installation import install_line

        raise click.UsageError(f"'serve' needs more packages; run: {install_line('web')}") from None
    from newscrawler.web.middleware import is_host_name, is_loopback
    from newscrawler.web.server import ServeError, address_of, bound_socket, check_archive, serve

    for name in names:
        if not is_host_name(name):
            raise click.UsageError(f"--allow-host {name!r}: is not the name of a host, as in news.example.org.")
    path = Path(archive)
    with clear_errors():
        check_archive(path)
    try:
        watch = _watch(Path(fleet)) if fleet else None
        listening = bound_socket(host, port)
    except ServeError as error:
        raise click.UsageError(str(error)) from None
    if not is_loopback(host):
        say(
            f"Warning: everyone who can reach {host} can read the archive; there is no password.",
            err=True,
        )
    address = address_of(listening, host)
    serve(
        path,
        listening,
        host,
        names=names,
        watch=watch,
        ready=lambda: say(f"Serving {archive} on {address} (press Ctrl-C to stop)", err=True),
    )


def _watch(path: Path) -> FleetWatch:
    from newscrawler.fleet.config import connect_engine, definitions_at_hand, load_config
    from newscrawler.fleet.engine import FleetError
    from newscrawler.web.fleet_watch import FleetWatch

    try:
        config = load_config(path)
        return FleetWatch(connect_engine(config), definitions_at_hand(config))
    except FleetError as error:
        raise click.UsageError(str(error)) from None
