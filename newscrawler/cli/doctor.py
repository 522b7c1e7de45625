"""`newscrawler doctor`."""

from __future__ import annotations

import click

from newscrawler.cli.options import archive_option, clear_errors, format_option


@click.command("doctor")
@format_option
@archive_option
@click.pass_context
def command(ctx: click.Context, output: str, archive: str) -> None:
    """Look for what could keep the program from its work here, and say what to do.

    It looks at Python, SQLite, extras, fonts, terminal, archive, clock, disk, configuration, definitions and the
    network guard. It changes nothing and fetches nothing.

    \b
    Examples:
      newscrawler doctor
      newscrawler doctor --format json

    Exit status: 0 nothing is in the way, 1 there is a problem, 2 wrong usage.
    """
    from dataclasses import asdict

    from newscrawler.cli.tables import print_json, print_table
    from newscrawler.monitoring.doctor import State, examine

    with clear_errors():
        findings = list(examine(archive))
    if output == "json":
        print_json([asdict(finding) for finding in findings])
    else:
        rows = [(finding.subject, finding.state.value, finding.found, finding.fix) for finding in findings]
        red = [number for number, finding in enumerate(findings) if finding.state is State.PROBLEM]
        print_table("", ("subject", "state", "found", "what to do"), rows, red=red, below=("found", "what to do"))
    if any(finding.state is State.PROBLEM for finding in findings):
        ctx.exit(1)
