"""`newscrawler portals`: the portals that can be crawled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import format_option

if TYPE_CHECKING:
    from newscrawler.portals import Portal

KINDS = ("portal", "newspaper")
CONFIDENCES = ("high", "medium", "low")
"""Those of `newscrawler.portals`; listed here, so that help does not import pydantic."""


@click.command("portals")
@click.option(
    "--province", "provinces", multiple=True, metavar="NAME", help="Only this province, for example 湖北 (repeatable)."
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(KINDS),
    help="Only news sites (portal), or only digital newspapers (repeatable).",
)
@click.option(
    "--confidence",
    "confidences",
    multiple=True,
    type=click.Choice(CONFIDENCES),
    help="Only definitions whose evidence is as good as this (repeatable).",
)
@format_option
def command(provinces: tuple[str, ...], kinds: tuple[str, ...], confidences: tuple[str, ...], output: str) -> None:
    """List the portals that can be crawled: those that are included, and your own.

    Your own definitions are in ./portals/ and in the directory that NEWSCRAWLER_PORTALS names.

    The included definitions rest on public evidence: crawlers that others published, and saved pages. 'crawled' is the
    day on which a definition was tried on the live site, or 'never'. Before you rely on one: newscrawler check ID

    \b
    Examples:
      newscrawler portals
      newscrawler portals --province 湖北 --kind newspaper
      newscrawler portals --confidence high --format json
    """
    from newscrawler.cli.tables import print_json, print_table
    from newscrawler.portals import load_portals
    from newscrawler.text.printable import printable_lines

    names = _full_names(provinces)
    portals, errors = load_portals()
    chosen = [
        portal
        for portal in portals
        if (not names or portal.province in names)
        and (not kinds or portal.kind in kinds)
        and (not confidences or portal.evidence.confidence in confidences)
    ]
    if output == "json":
        print_json([{**portal.model_dump(mode="json"), "kind": portal.kind.value} for portal in chosen])
    else:
        header = ("id", "name", "province", "kind", "confidence", "year", "crawled")
        print_table("", header, [_row(portal) for portal in chosen], droppable=("year", "crawled", "confidence"))
        if any(portal.evidence.basis and not portal.evidence.crawled for portal in chosen):
            say(
                "These definitions rest on public evidence of the year shown. They were not tried on the live site, "
                "except those with a date under 'crawled'. Before you rely on one: newscrawler check ID"
            )
    for error in errors:
        say(f"Error: {printable_lines(str(error))}", err=True)
    if errors:
        raise click.exceptions.Exit(1)


def _full_names(provinces: tuple[str, ...]) -> set[str]:
    from newscrawler import places

    names = set()
    for name in provinces:
        division = places.province(name)
        if division is None:
            known = "、".join(province.short for province in places.provinces())
            raise click.BadParameter(f"{name!r} is not a province; use one of {known}.", param_hint="'--province'")
        names.add(division.name)
    return names


def _row(portal: Portal) -> tuple[object, ...]:
    evidence = portal.evidence
    return (
        portal.id,
        portal.name,
        portal.province,
        portal.kind.value,
        evidence.confidence or "",
        str(evidence.year or ""),
        evidence.crawled or ("never" if evidence.basis else ""),
    )
