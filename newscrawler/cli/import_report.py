"""What `newscrawler import` says at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from newscrawler.cli.language import say, told
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from newscrawler.importing.job import ImportResult
    from newscrawler.importing.several import SeveralResult
    from newscrawler.portals import Portal

MAX_HOSTS = 10
"""Hosts that are named."""
_COLUMNS = ("copied", "known", "new", "changed", "unchanged", "versions", "listings", "sightings")


def report(result: ImportResult, output: str, *, portal: Portal, dry_run: bool) -> None:
    """Print what came of an import for one portal."""
    from newscrawler.cli.tables import print_json

    if output == "json":
        values = {"run": result.run or None, "dry_run": dry_run, **result.numbers, "unread": result.unread}
        print_json({**values, "hosts": result.hosts})
        return
    for sentence in result.unread:
        say(f"Error: {printable(sentence)}", err=True)
    if result.faults:
        what = "'newscrawler runs show' lists them" if result.run else "the rest was read"
        say(f"Error: {result.faults:,} places of the sources cannot be read, or captures not be had; {what}.", err=True)
        for fault in result.first_faults:
            say(f"- {printable(fault)}", err=True)
    if result.indexed or not (result.sources or result.passed_over):
        say(
            f"{result.indexed:,} captures listed: {result.fetched:,} fetched, "
            f"{result.repeated:,} not fetched, since by the index they have the bytes of an earlier one",
            err=True,
        )
    say(
        f"{result.records:,} records in {result.sources:,} files: {result.copied:,} pages copied, "
        f"{result.known:,} known from the same capture",
        err=True,
    )
    if result.passed_over:
        say(f"{result.passed_over:,} files were read in full by an earlier import, and not again", err=True)
    _list("not copied", result.refused)
    _list("not articles", result.rejected)
    would = "would be " if dry_run else ""
    say(
        f"{would}{result.new:,} articles new, {result.changed:,} with another text, {result.unchanged:,} unchanged; "
        f"{result.versions:,} versions, {result.sightings:,} entries of {result.listings:,} listing pages",
        err=True,
    )
    if result.is_empty and not (dry_run and result.indexed):
        say("Error: no page of the portal was found.", err=True)
        _tell_hosts(result.hosts, result.refused, [portal])
    elif result.run and result.copied:
        say(f"'newscrawler runs undo {result.run}' undoes this import.", err=True)


def _list(what: str, reasons: Counter[str]) -> None:
    if reasons:
        listed = ", ".join(f"{count:,} ({told(printable(reason))})" for reason, count in reasons.most_common())
        say(f"{what}: {listed}", err=True)


def _tell_hosts(found: Mapping[str, int], refused: Counter[str], portals: Sequence[Portal]) -> None:
    """Say of which hosts the sources have records, and which the definitions name."""
    from newscrawler.importing.saved_pages import NO_ADDRESS

    if refused.keys() - {NO_ADDRESS}:
        say("Records of its hosts were found, but none is a page: see 'not copied' above.", err=True)
    if not found:
        say("The sources that were read have no records of other hosts.", err=True)
        return
    listed = ", ".join(f"{host} ({count:,})" for host, count in list(found.items())[:MAX_HOSTS])
    say(f"most records of other hosts: {listed}", err=True)
    owned = list(dict.fromkeys(host for portal in portals for host in portal.hosts))
    more = f" and {len(owned) - MAX_HOSTS:,} more" if len(owned) > MAX_HOSTS else ""
    say(f"hosts of the definition: {', '.join(owned[:MAX_HOSTS])}{more}", err=True)
    say("If a host above is the portal's, add it to allowed_hosts in its definition, and import again.", err=True)


def report_several(result: SeveralResult, output: str, *, portals: Sequence[Portal], dry_run: bool) -> None:
    """Print what came of an import for several portals: a row for each of which there are pages."""
    from newscrawler.cli.tables import print_json, print_table

    if output == "json":
        print_json({"dry_run": dry_run, **result.numbers})
        return
    problems = [*result.unread, *result.unfinished]
    problems += [sentence for one in result.portals.values() for sentence in one.unread if sentence not in problems]
    for sentence in problems:
        say(f"Error: {printable(sentence)}", err=True)
    faults = result.faults + sum(max(0, one.faults - result.faults) for one in result.portals.values())
    if faults:
        say(
            f"Error: {faults:,} places of the sources cannot be read, or captures not be had; the rest was read.",
            err=True,
        )
    say(f"{result.records:,} records in {result.sources:,} files were read once for all portals", err=True)
    if result.passed_over:
        say(f"{result.passed_over:,} files were read in full by an earlier import, and not again", err=True)
    _list("not copied", result.refused)
    rejected = sum((one.rejected for one in result.portals.values()), Counter[str]())
    _list("not articles", rejected)
    if result.is_empty:
        say("Error: no page of the portals was found.", err=True)
        _tell_hosts(result.hosts.most_frequent(), result.refused, portals)
        return
    rows = [
        (name, *(f"{getattr(one, column):,}" for column in _COLUMNS), one.run) for name, one in result.portals.items()
    ]
    print_table("", ("portal", *_COLUMNS, "run"), rows)
    if any(one.run and one.copied for one in result.portals.values()):
        say("'newscrawler runs undo KEY' undoes the import of one portal.", err=True)
