"""`newscrawler runs [KEY]`: past crawls."""

from __future__ import annotations

from typing import Any

import click

from newscrawler.cli.options import MOST_ROWS, archive_option, clear_errors, format_option

SHOWN_KEYS = 10


@click.command("runs")
@click.argument("words", nargs=-1, metavar="[KEY | undo KEY]")
@click.option("--portal", metavar="ID", help="Only runs of this portal.")
@click.option(
    "--limit", type=click.IntRange(1, MOST_ROWS), default=20, show_default=True, help="How many, newest first."
)
@format_option
@archive_option
def command(words: tuple[str, ...], portal: str | None, limit: int, output: str, archive: str) -> None:
    """List past crawls, newest first; with a KEY (or its beginning) show one in full.

    `undo KEY` takes back the versions that a run stored, as when a redesign spoiled them: the versions before are the
    newest again, and the next crawl asks for the pages again. Captures and the run's record stay.

    \b
    Examples:
      newscrawler runs
      newscrawler runs 20261123T0930
      newscrawler runs --portal hbdysh --format json
      newscrawler runs undo 20261123T0930
    """
    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.runs import find_runs, list_runs, run_events, run_robots
    from newscrawler.cli.logs import printable
    from newscrawler.cli.tables import print_json

    undone = words[:1] == ("undo",)
    if len(words) > 1 + undone or (undone and len(words) == 1):
        raise click.UsageError("give one KEY, or 'undo' and a KEY.")
    key = words[-1] if words else None
    with clear_errors():
        db = open_archive_read_only(archive)
        found = find_runs(db, key) if key else list_runs(db, portal=portal, limit=limit)
        if key and not found:
            raise click.UsageError(f"no run has a key that begins with {key!r}; 'newscrawler runs' lists them.")
        if key and len(found) > 1:
            keys = "\n".join(f"  {printable(run['key'])}" for run in found[:SHOWN_KEYS])
            raise click.UsageError(f"{len(found)} runs have a key that begins with {key!r}; give more of it:\n{keys}")
        if undone:
            db.conn.close()
            _undo(found[0], archive)
            return
        if key:
            robots = run_robots(db, found[0]["id"])
            events = run_events(db, found[0]["id"])
            if output == "json":
                print_json({**found[0], "robots": robots, "events": events})
            else:
                _show(found[0], robots, events)
            return
    if output == "json":
        print_json(found)
    else:
        _list(found)


def _undo(run: dict[str, Any], archive: str) -> None:
    from newscrawler.archive import open_archive
    from newscrawler.archive.database.locks import lock_portal
    from newscrawler.archive.undo import undo_run

    lock = lock_portal(archive, run["portal"])
    try:
        db = open_archive(archive)
        done = undo_run(db.conn, run["id"])
        db.conn.close()
    finally:
        lock.release()
    kept = f"; {done.kept} suppressed articles were left as they are" if done.kept else ""
    click.echo(
        f"{run['key']}: {done.versions} versions taken back, {done.articles} articles with them{kept}.", err=True
    )


def _list(found: list[dict[str, Any]]) -> None:
    from newscrawler.cli.tables import print_table

    names = ("listed", "new", "changed", "failed", "blocked", "gone", "requests")
    rows = [
        (run["key"], run["outcome"], run["started"], run["finished"], *(run["counts"].get(name, 0) for name in names))
        for run in found
    ]
    print_table("", ("run", "outcome", "started", "finished", *names), rows)


def _show(run: dict[str, Any], robots: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
    from newscrawler.cli.tables import print_table

    plain = [(name, value) for name, value in run.items() if name not in ("counts", "id", "arguments")]
    counts = [(name, value) for name, value in run["counts"].items() if not isinstance(value, dict)]
    responses = [(f"responses {status}", number) for status, number in run["counts"].get("responses", {}).items()]
    stored = sum(run["counts"].get(name, 0) for name in ("new", "changed", "unchanged", "kept"))
    filled = [(f"filled {name}", f"{number} of {stored}") for name, number in run["counts"].get("filled", {}).items()]
    settings = [(f"setting {name}", value) for name, value in run["counts"].get("settings", {}).items()]
    print_table("", ("", ""), [*plain, ("arguments", run["arguments"] or ""), *counts, *responses, *filled, *settings])
    if robots:
        rows = [(row["host"], row["status"], row["policy"]) for row in robots]
        print_table("robots.txt", ("host", "status", "policy"), rows)
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
