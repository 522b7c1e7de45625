"""`newscrawler runs list|show|undo|timestamp`: past crawls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.language import say
from newscrawler.cli.options import MAX_ROWS, archive_option, changing, clear_errors, format_option, reading

MAX_KEYS = 10
"""Keys that the message on an ambiguous key lists."""


@click.group("runs", cls=CommandGroup, default="list")
def command() -> None:
    """List past crawls, show one in full, undo what one stored, or let an authority stamp it. Without a command: list.

    \b
    Examples:
      newscrawler runs
      newscrawler runs --portal demo --format json
      newscrawler runs show 20261123T0930
      newscrawler runs undo 20261123T0930
    """


@command.command("list")
@click.option("--portal", metavar="ID", help="Only runs of this portal.")
@click.option(
    "--limit", type=click.IntRange(1, MAX_ROWS), default=20, show_default=True, help="How many runs, newest first."
)
@format_option
@archive_option
def list_newest(portal: str | None, limit: int, output: str, archive: str) -> None:
    """List past crawls, newest first.

    \b
    Examples:
      newscrawler runs
      newscrawler runs list --portal demo --limit 5
    """
    from newscrawler.archive.runs import list_runs
    from newscrawler.cli.tables import print_json, print_table

    with clear_errors():
        runs = list_runs(reading(archive), portal=portal, limit=limit)
    if output == "json":
        print_json(runs)
        return
    names = ("listed", "new", "changed", "failed", "blocked", "gone", "requests")
    facts = ("key", "command", "outcome", "started", "finished")
    rows = [(*(run[fact] for fact in facts), *(run["counts"].get(name, 0) for name in names)) for run in runs]
    droppable = ("started", "finished", "requests", "blocked", "listed", "gone")
    print_table("", ("run", *facts[1:], *names), rows, droppable=droppable)


@command.command("show")
@click.argument("key", metavar="KEY")
@click.option(
    "--limit", type=click.IntRange(0, MAX_ROWS), default=20, show_default=True, help="How many articles, first to last."
)
@format_option
@archive_option
def show(key: str, limit: int, output: str, archive: str) -> None:
    """Show one run in full: counts, sections, robots.txt, events, and the articles of which it stored a version.

    The beginning of its KEY is enough.

    \b
    Examples:
      newscrawler runs show 20
      newscrawler runs show 20 --limit 1000 --format json
    """
    from newscrawler.archive.runs import run_articles, run_events, run_robots, run_timestamps
    from newscrawler.cli.tables import print_json

    with clear_errors():
        connection = reading(archive)
        run = _named_run(connection, key)
        robots = run_robots(connection, run["id"])
        events = run_events(connection, run["id"])
        count, articles = run_articles(connection, run["id"], limit=limit)
        stamps = run_timestamps(connection, run["id"])
    if output == "json":
        facts = {"robots": robots, "timestamps": stamps, "events": events}
        print_json({**run, **facts, "article_count": count, "articles": articles})
    else:
        _print_run(run, robots, events)
        _print_stamps(stamps)
        _print_articles(count, articles)


@command.command("undo")
@click.argument("key", metavar="KEY")
@archive_option
def undo(key: str, archive: str) -> None:
    """Remove the versions that a run stored.

    This helps after a redesign that the definition did not follow. The versions before become the newest again, and
    the next crawl fetches the pages again. Captures and the record of the run stay.

    \b
    Examples:
      newscrawler runs undo 20
      newscrawler runs undo 20261123T0930

    Exit status: 0 done, 2 wrong usage or no such run.
    """
    from newscrawler.archive.database.locks import lock_portal
    from newscrawler.archive.undo import undo_run

    with clear_errors():
        connection = reading(archive)
        run = _named_run(connection, key)
        connection.close()
        lock = lock_portal(archive, run["portal"])
        try:
            connection = changing(archive)
            undone = undo_run(connection, run["id"])
            connection.close()
        finally:
            lock.release()
    unchanged = f"; {undone.suppressed} suppressed articles were left unchanged" if undone.suppressed else ""
    say(
        f"{run['key']}: {undone.versions} versions removed, and with them {undone.articles} articles{unchanged}.",
        err=True,
    )


@command.command("timestamp")
@click.argument("keys", nargs=-1, metavar="[KEY…]")
@click.option("--tsa", "address", required=True, metavar="URL", help="The authority to ask (RFC 3161, over HTTP).")
@click.option(
    "--roots",
    type=click.Path(path_type=Path),
    metavar="PEM",
    help="Certificates that vouch for the authority. Default: those that this system trusts.",
)
@archive_option
def timestamp(keys: tuple[str, ...], address: str, roots: Path | None, archive: str) -> None:
    """Let an authority confirm that the captures of runs exist now: a timestamp by RFC 3161.

    It gets only a hash. Its response is stored with the run, and 'newscrawler verify' checks it. Without KEY: all runs
    that ended, have captures and no timestamp. Needs the extra `timestamps`.

    \b
    Examples:
      newscrawler runs timestamp --tsa http://timestamp.example/
      newscrawler runs timestamp 20261123T0930 --tsa https://freetsa.org/tsr --roots freetsa.pem

    Exit status: 0 done, 1 the authority gave none that can be trusted, 2 wrong usage.
    """
    from newscrawler.archive.integrity.timestamps import Roots, runs_to_stamp, stamp_run
    from newscrawler.monitoring.time_authority import TimeAuthority

    try:
        authority = TimeAuthority(address)
    except ValueError as error:
        raise click.BadParameter(f"{address} {error}.", param_hint="--tsa") from None
    with clear_errors():
        trusted = Roots.of(roots)
        connection = changing(archive)
        chosen = {run["id"]: run["key"] for key in keys for run in [_named_run(connection, key)]}
        runs = list(chosen.items()) if keys else runs_to_stamp(connection)
        for number, key in runs:
            moment = stamp_run(connection, number, address, authority.ask, trusted)
            say(f"{key}: stamped at {moment}.", err=True)
    if not runs:
        say("nothing to stamp: every run that ended and has captures has a timestamp.", err=True)


def _named_run(connection: Any, key: str) -> dict[str, Any]:
    """Return the run whose key begins so. Raises UsageError when there is none, or more than one."""
    from newscrawler.archive.runs import find_runs
    from newscrawler.text.printable import printable

    runs = find_runs(connection, key)
    if not runs:
        raise click.UsageError(f"no run has a key that begins with {key!r}; 'newscrawler runs' lists them.")
    if len(runs) > 1:
        keys = "\n".join(f"  {printable(run['key'])}" for run in runs[:MAX_KEYS])
        raise click.UsageError(f"{len(runs)} runs have a key that begins with {key!r}; give more of it:\n{keys}")
    return runs[0]


def _print_run(run: dict[str, Any], robots: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
    from newscrawler.archive.runs import arguments_text
    from newscrawler.cli.other_links import other_links_lines
    from newscrawler.cli.tables import print_table
    from newscrawler.text.printable import printable

    facts = [(name, value) for name, value in run.items() if name not in ("counts", "id", "arguments")]
    counts = [(name, value) for name, value in run["counts"].items() if not isinstance(value, dict)]
    responses = [(f"responses {status}", number) for status, number in run["counts"].get("responses", {}).items()]
    stored = sum(run["counts"].get(name, 0) for name in ("new", "changed", "unchanged", "kept"))
    filled = [(f"filled {name}", f"{number} of {stored}") for name, number in run["counts"].get("filled", {}).items()]
    learnt = run["counts"].get("template")
    template = [(f"template {name}", number) for name, number in learnt.items()] if isinstance(learnt, dict) else []
    refused = [
        (f"{name}: {reason}", number)
        for name in ("refused", "rejected")
        if isinstance(run["counts"].get(name), dict)
        for reason, number in run["counts"][name].items()
    ]
    arguments = arguments_text(run["arguments"])
    settings = [(f"setting {name}", value) for name, value in run["counts"].get("settings", {}).items()]
    print_table(
        "",
        ("", ""),
        [*facts, ("arguments", arguments), *counts, *responses, *filled, *template, *refused, *settings],
    )
    if robots:
        rows = [(row["host"], row["status"], row["policy"]) for row in robots]
        print_table("robots.txt", ("host", "status", "policy"), rows)
    sections = run["counts"].get("sections", {})
    print_table(
        "Sections",
        ("section", "outcome", "pages", "entries", "reason"),
        [(name, row["outcome"], row["pages"], row["entries"], row["reason"]) for name, row in sections.items()],
        below=("reason",),
    )
    for line in other_links_lines(sections):
        say(printable(line))
    if events:
        print_table(
            "Events",
            ("kind", "section", "url", "reason"),
            [(event["kind"], event["section"], event["url"], event["reason"]) for event in events],
            below=("url", "reason"),
        )


def _print_stamps(stamps: list[dict[str, Any]]) -> None:
    from newscrawler.cli.tables import print_table

    if stamps:
        print_table("Timestamps", ("authority", "time"), [(one["authority"], one["stamped"]) for one in stamps])


def _print_articles(count: int, articles: list[dict[str, Any]]) -> None:
    from newscrawler.cli.tables import SHORT_ID, print_table

    if articles:
        rows = [
            (row["id"][:SHORT_ID], row["change"], (row["published"] or "")[:10], row["section"] or "", row["title"])
            for row in articles
        ]
        title = f"Articles ({len(rows):,} of {count:,})" if len(rows) < count else "Articles"
        print_table(title, ("id", "change", "published", "section", "title"), rows, below=("title",))
