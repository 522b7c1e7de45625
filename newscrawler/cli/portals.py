"""`newscrawler portals`: the portals that can be crawled."""

from __future__ import annotations

import click

from newscrawler.cli.options import format_option


@click.command("portals")
@format_option
def command(output: str) -> None:
    """List the portals that can be crawled: those that are included, and your own.

    Your own definitions are in ./portals/ and in the directory that NEWSCRAWLER_PORTALS names.

    \b
    Examples:
      newscrawler portals
      newscrawler portals --format json
    """
    from newscrawler.cli.tables import print_json, print_table
    from newscrawler.portals import load_portals
    from newscrawler.text.printable import printable_lines

    portals, errors = load_portals()
    if output == "json":
        print_json([portal.model_dump(mode="json") for portal in portals])
    else:
        rows = [
            (portal.id, portal.name, portal.province, portal.homepage, len(portal.sections) or "found on the homepage")
            for portal in portals
        ]
        print_table("", ("id", "name", "province", "homepage", "sections"), rows)
    for error in errors:
        click.echo(f"Error: {printable_lines(str(error))}", err=True)
    if errors:
        raise click.exceptions.Exit(1)
