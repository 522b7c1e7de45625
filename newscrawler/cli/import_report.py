"""What `newscrawler import` says at its end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newscrawler.cli.language import say
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from newscrawler.importing.job import ImportResult
    from newscrawler.importing.several import SeveralResult

_COLUMNS = ("copied", "known", "new", "changed", "unchanged", "versions", "listings", "sightings")


def report(result: ImportResult, output: str, *, dry_run: bool) -> None:
    """Print what came of an import for one portal."""
    from newscrawler.cli.tables import print_json

    if output == "json":
        print_json({"run": result.run or None, "dry_run": dry_run, **result.numbers, "unread": result.unread})
        return
    for sentence in result.unread:
        say(f"Error: {printable(sentence)}", err=True)
    if result.faults:
        what = "'newscrawler runs show' lists them" if result.run else "the rest was read"
        say(f"Error: {result.faults:,} places of the sources cannot be read, or captures not be had; {what}.", err=True)
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
        say("Error: no page of the portal was found; its hosts are those of the definition.", err=True)
    elif result.run and result.copied:
        say(f"'newscrawler runs undo {result.run}' undoes this import.", err=True)


def _list(what: str, reasons: Counter[str]) -> None:
    if reasons:
        listed = ", ".join(f"{count:,} ({printable(reason)})" for reason, count in reasons.most_common())
        say(f"{what}: {listed}", err=True)


def report_several(result: SeveralResult, output: str, *, dry_run: bool) -> None:
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
        say("Error: no page of the portals was found; their hosts are those of the definitions.", err=True)
        return
    rows = [
        (name, *(f"{getattr(one, column):,}" for column in _COLUMNS), one.run) for name, one in result.portals.items()
    ]
    print_table("", ("portal", *_COLUMNS, "run"), rows)
    if any(one.run and one.copied for one in result.portals.values()):
        say("'newscrawler runs undo KEY' undoes the import of one portal.", err=True)
