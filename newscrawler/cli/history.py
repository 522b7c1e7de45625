"""`newscrawler history URL|ID`: the versions of an article, and what changed between them."""

from __future__ import annotations

import sqlite3
from typing import Any

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import Text, archive_option, clear_errors, format_option, reading

SECONDARY_FIELDS = ("body_html", "encoding", "published_evidence")
"""Shown only if no other field changed."""
CONTEXT = 40
"""Characters that are shown on each side of a change."""


@click.command("history")
@click.argument("article", metavar="URL|ID", type=Text())
@format_option
@archive_option
def command(article: str, output: str, archive: str) -> None:
    """Show the versions of an article, each with its differences from the version before.

    The article is named by a URL under which it was seen, in any form, or by its id (the beginning is enough).

    \b
    Examples:
      newscrawler history http://www.demo.newscrawler.example/2019/0706/50523.shtml
      newscrawler history 625b12 --format json

    Exit status: 0 done, 2 wrong usage or no such article.
    """
    from newscrawler.archive.lookup import find_public_article
    from newscrawler.cli.tables import print_json

    with clear_errors():
        connection = reading(archive)
        row = find_public_article(connection, article)
        versions = _with_changes(connection, row["n"])
    if output == "json":
        print_json({**{name: value for name, value in row.items() if name != "n"}, "versions": versions})
    else:
        _print(row, versions)


def _with_changes(connection: sqlite3.Connection, number: int) -> list[dict[str, Any]]:
    """Return the versions, each with its cause and its differences from the version before."""
    from newscrawler.archive.text_diff import difference
    from newscrawler.archive.version_causes import causes_of
    from newscrawler.archive.versions import changes, list_versions, version_values

    versions = list_versions(connection, number)
    causes = causes_of(connection, number, versions)
    before: dict[str, str] | None = None
    for version in versions:
        values = version_values(connection, version.pop("id"))
        del version["is_rebuilt"]
        version["cause"] = causes[version["number"]]
        differences = changes(before, values) if before is not None else {}
        version["changed"] = list(differences)
        version["differences"] = {
            name: [{"kind": piece.kind, "text": piece.text} for piece in difference(old, new)]
            for name, (old, new) in differences.items()
        }
        before = values
    return versions


def _print(article: dict[str, Any], versions: list[dict[str, Any]]) -> None:
    from rich.console import Console

    from newscrawler.cli.tables import print_table
    from newscrawler.text.printable import printable

    rows = [
        (
            version["number"],
            version["seen_from"],
            version["seen_to"],
            version["cause"],
            "、".join(version["changed"]),
            version["char_count"],
            version["extractor"],
            f"{version['capture_file']} at {version['capture_offset']}" if version["capture_file"] else "",
        )
        for version in versions
    ]
    click.echo(printable(versions[-1]["title"] if versions else ""))
    click.echo(f"{printable(article['url'])} ({article['id']})")
    if article["status"] != "live":
        say(f"{article['status']}: {article['status_reason'] or ''}")
    if article["missing_since"]:
        say(f"missing since {article['missing_since']}")
    header = ("version", "seen from", "seen to", "cause", "changed", "characters", "rules version", "capture")
    print_table("", header, rows, droppable=("rules version", "capture", "seen to"))
    console = Console(soft_wrap=True, highlight=False)
    for version in versions[1:]:
        console.print(f"\nVersion {version['number'] - 1} → {version['number']} ({version['cause']})", style="bold")
        names = [name for name in version["changed"] if name not in SECONDARY_FIELDS] or version["changed"]
        for name in names:
            console.print(_highlighted(name, version["differences"][name], colour=console.is_terminal))


def _highlighted(name: str, pieces: list[dict[str, str]], *, colour: bool) -> Any:
    """Return the differences of a field: red and green on a terminal, [-…-] and {+…+} elsewhere."""
    from rich.text import Text

    from newscrawler.text.printable import printable

    text = Text(f"{name}: ", style="")
    for position, piece in enumerate(pieces):
        part = piece["text"].replace("\n", "↵")
        if piece["kind"] == "same":
            part = _shortened(part, first=position == 0, last=position == len(pieces) - 1)
            text.append(printable(part))
        elif colour:
            text.append(printable(part), style="red strike" if piece["kind"] == "removed" else "green")
        else:
            text.append(printable(f"[-{part}-]" if piece["kind"] == "removed" else f"{{+{part}+}}"))
    return text


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """Return unchanged text without its middle: only what stands next to a change."""
    if len(text) <= 2 * CONTEXT + 1:
        return text
    before = "" if first else text[:CONTEXT]
    after = "" if last else text[-CONTEXT:]
    return f"{before}…{after}"
