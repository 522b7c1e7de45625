"""`newscrawler check PORTAL --repair`: lines for a definition whose rules a redesign broke, with their proof."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import clear_errors, reading

if TYPE_CHECKING:
    from newscrawler.crawling.definition_repair import Proof, RepairReport
    from newscrawler.portals import Portal


def propose(portal: Portal, archive: str, pages: str | None, output: str) -> None:
    """Print the lines that repair a definition. Exit status 1 if a broken field has no proven selector.

    `pages` is a folder that `check --save` wrote; without it, the newest captures of the archive are used.
    """
    from newscrawler.cli.tables import print_json
    from newscrawler.crawling.definition_repair import propose_repair
    from newscrawler.crawling.refreshed_pages import refreshed_pages, saved_pages_of
    from newscrawler.crawling.saved_responses import SavedResponsesError
    from newscrawler.text.printable import printable

    with clear_errors():
        connection = reading(archive)
        try:
            found = saved_pages_of(connection, portal, Path(pages)) if pages else refreshed_pages(connection, portal)
        except OSError as error:
            raise click.ClickException(printable(f"{error.filename}: {error.strerror or error}")) from None
        except SavedResponsesError as error:
            raise click.UsageError(
                printable(f"--repair needs pages with addresses, as --save writes: {error}")
            ) from None
    report = propose_repair(portal, found)
    if output == "json":
        print_json(asdict(report))
    else:
        click.echo(_definition_lines(report))
    for name, reason in report.unproven.items():
        say(printable(f"Error: {name}: {reason}"), err=True)
    if not found:
        say(
            "No stored article has a newer page with other markup. Run 'newscrawler refresh' first, or name saved "
            "pages with --pages.",
            err=True,
        )
    if report.unproven:
        raise click.exceptions.Exit(1)


def _definition_lines(report: RepairReport) -> str:
    """Return the proposals as TOML, with the proof and everything else as comments."""
    from newscrawler.text.printable import printable

    lines = [f"# {report.articles} pages whose articles were stored from an earlier form of the page"]
    if not report.proposals and not report.unproven:
        lines.append("# the definition reads all fields that are known; there is nothing to repair")
    if report.proposals:
        lines.append("[article]")
    for proposal in report.proposals:
        lines += [
            f"# {_proof(proposal.proof)}",
            f"{proposal.field} = {json.dumps(proposal.selector, ensure_ascii=False)}",
        ]
    lines += [f"# not repaired: {name}" for name in report.unproven]
    lines += [f"# {note}" for note in report.notes]
    return "\n".join(map(printable, lines))


def _proof(proof: Proof) -> str:
    return (
        f"the known value on {proof.right} of {proof.known} articles, on {proof.apart_right} of {proof.apart} of those "
        f"that were not used to find it; a wrong value on {proof.wrong} of {proof.articles}"
    )
