"""`newscrawler suppress add|lift|list`: hide articles, show them again, list what is suppressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.language import say
from newscrawler.cli.options import Text, archive_option, changing, clear_errors, format_option, reading
from newscrawler.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.archive.suppression import SuppressedArticle


@click.group("suppress", cls=CommandGroup)
def command() -> None:
    """Hide an article from search, export, statistics and articles_flat, or show it again. Nothing is deleted.

    An article is named by a URL under which it was seen, in any form, or by its id. Six characters of the id are
    enough if only one id begins with them; otherwise nothing is done, and the message lists the articles in question.

    \b
    Examples:
      newscrawler suppress add http://www.demo.newscrawler.example/2019/0706/50523.shtml --reason "asked by the author"
      newscrawler suppress lift 625b12
      newscrawler suppress list
    """


@command.command("add")
@click.argument("article", metavar="URL|ID", type=Text())
@click.option("--reason", metavar="TEXT", required=True, help="Why. The log keeps it.")
@archive_option
def add(article: str, reason: str, archive: str) -> None:
    """Hide an article. It stays hidden when it is crawled again and when archives are merged.

    The log keeps who hid it, when and why.

    \b
    Examples:
      newscrawler suppress add http://www.demo.newscrawler.example/2019/0706/50523.shtml --reason "asked by the author"

    Exit status: 0 done, 2 wrong usage or no such article.
    """
    from getpass import getuser

    from newscrawler.archive.suppression import suppress

    if not reason.strip():
        raise click.UsageError('say why: --reason "asked by the author".')
    with clear_errors():
        articles = suppress(changing(archive), article, reason=reason, by=getuser())
    _report(articles, "suppressed", "the article is already suppressed")


@command.command("lift")
@click.argument("article", metavar="URL|ID", type=Text())
@click.option("--reason", metavar="TEXT", help="Why. The log keeps it.")
@archive_option
def lift(article: str, reason: str | None, archive: str) -> None:
    """Show a suppressed article again. The suppression stays in the log.

    \b
    Examples:
      newscrawler suppress lift http://www.demo.newscrawler.example/2019/0706/50523.shtml
      newscrawler suppress lift 625b12 --reason "the author agrees"

    Exit status: 0 done, 2 wrong usage or no such article.
    """
    from getpass import getuser

    from newscrawler.archive.suppression import lift as lift_suppression

    with clear_errors():
        articles = lift_suppression(changing(archive), article, reason=reason, by=getuser())
    _report(articles, "shown again", "the article is not suppressed")


@command.command("list")
@format_option
@archive_option
def list_all(output: str, archive: str) -> None:
    """List all suppressions, also those that were lifted.

    \b
    Examples:
      newscrawler suppress list
      newscrawler suppress list --format json
    """
    from newscrawler.archive.suppression import list_suppressions
    from newscrawler.cli.tables import print_json, print_table

    with clear_errors():
        rows = list_suppressions(reading(archive))
    if output == "json":
        print_json(rows)
        return
    header = ("article", "title", "suppressed", "by", "reason", "lifted", "by", "reason")
    names = ("article", "title", "since", "by", "reason", "lifted", "lifted_by", "lifted_reason")
    print_table("Suppressions", header, [tuple(row[name] for name in names) for row in rows])


def _report(articles: Sequence[SuppressedArticle], change: str, reason: str) -> None:
    """Show the articles that were changed; `reason` says why none was."""
    for article in articles:
        say(f"{change}: {article.id} {printable(article.title)}", err=True)
    if not articles:
        say(f"nothing to do: {reason}.", err=True)
