"""`newscrawler runs [KEY]`: past crawls."""

from __future__ import annotations

from typing import Any

import click

from newscrawler.cli.options import archive_option, clear_errors, format_option

SHOWN_KEYS = 10


@click.command("runs")
@click.argument("key", required=False)
@click.option("--portal", metavar="ID", help="Only runs of this portal.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@format_option
@archive_option
def command(key: str | None, portal: str | None, limit: int, output: str, archive: str) -> None:
    """List past crawls, newest first; with a KEY (or its beginning) show one in full.

    \b
    Examples:
      newscrawler runs
      newscrawler runs 20261123T0930
      newscrawler runs --portal hbdysh --format json
    """
    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.runs import find_runs, list_runs, run_events
    from newscrawler.cli.logs import printable
    from newscrawler.cli.tables import print_json

    with clear_errors():
        db = open_archive_read_only(archive)
        found = find_runs(db, key) if key else list_runs(db, portal=portal, limit=limit)
        if key and not found:
            raise click.UsageError(f"no run has a key that begins with {key!r}; 'newscrawler runs' lists them.")
        if key and len(found) > 1:
            keys = "\n".join(f"  {printable(run['key'])}" for run in found[:SHOWN_KEYS])
            raise click.UsageError(f"{len(found)} runs have a key that begins with {key!r}; give more of it:\n{keys}")
        if key:
            events = run_events(db, found[0]["id"])
            if output == "json":
                print_json({**found[0], "events": events})
            else:
                _show(found[0], events)
            return
    if output == "json":
        print_json(found)
    else:
        _list(found)


def _list(found: list[dict[str, Any]]) -> None:
    from newscrawler.cli.tables import print_table

    names = ("listed", "new", "changed", "failed", "blocked", "gone", "requests")
    rows = [
        (run["key"], run["outcome"], run["started"], run["finished"], *(run["counts"].get(name, 0) for name in names))
        for run in found
    ]
    print_table("", ("run", "outcome", "started", "finished", *names), rows)


def _show(run: dict[str, Any], events: list[dict[str, Any]]) -> None:
    from newscrawler.cli.tables import print_table

    plain = [(name, value) for name, value in run.items() if name not in ("counts", "id", "arguments")]
    counts = [(name, value) for name, value in run["counts"].items() if not isinstance(value, dict)]
    responses = [(f"responses {status}", number) for status, number in run["counts"].get("responses", {}).items()]
    print_table("", ("", ""), [*plain, ("arguments", run["arguments"] or ""), *counts, *responses])
    sections = run["counts"].get("sections", {})
    print_table(
        "Sections",
        ("section", "outcome", "pages", "entries", "reason"),
        [(name, row["outcome"], row["pages"], row["entries"], row["reason"]) for name, row in sections.items()],
    )
    if events:
        print_table(
            "Events",
            ("kind", "section", "url", "reason"),
            [(event["kind"], event["section"], event["url"], event["reason"]) for event in events],
        )
