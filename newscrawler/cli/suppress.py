"""`newscrawler suppress URL`: hide an article, show it again, or list what is hidden."""

from __future__ import annotations

import click

from newscrawler.cli.logs import printable
from newscrawler.cli.options import Text, archive_option, clear_errors, format_option


@click.command("suppress")
@click.argument("article", required=False, metavar="[URL|ID]", type=Text())
@click.option("--reason", metavar="TEXT", help="Why; kept in the log. Required unless --undo or --list is given.")
@click.option("--undo", is_flag=True, help="Show the article again. The takedown stays in the log.")
@click.option("--list", "listed", is_flag=True, help="List all takedowns, those that were lifted too.")
@format_option
@archive_option
def command(article: str | None, reason: str | None, undo: bool, listed: bool, output: str, archive: str) -> None:
    """Hide an article from search, export, statistics and articles_flat. Nothing is deleted.

    The article is named by a URL under which it was seen, in any form, or by its id. Six characters of the id are
    enough when only one begins so; otherwise nothing is done, and those that are meant are named. It stays hidden when
    it is crawled again and when archives are merged. Who hid it, when and why is kept.

    \b
    Examples:
      newscrawler suppress http://www.hbdysh.cn/2019/0710/49629.shtml --reason "asked by the author"
      newscrawler suppress 5f0c1e --undo
      newscrawler suppress --list
    """
    from contextlib import closing
    from getpass import getuser
    from pathlib import Path

    from newscrawler.archive import open_archive, open_archive_read_only
    from newscrawler.archive.database.connection import check_exists
    from newscrawler.archive.suppression import lift, list_suppressions, suppress

    if listed:
        if article or undo or reason:
            raise click.UsageError("--list stands alone.")
        with clear_errors():
            _list(list_suppressions(open_archive_read_only(archive)), output)
        return
    if not article:
        raise click.UsageError("name an article by its URL or id, or give --list.")
    if not undo and not (reason and reason.strip()):
        raise click.UsageError('say why: --reason "asked by the author".')
    with clear_errors():
        check_exists(Path(archive))
        with closing(open_archive(archive)) as db:
            if undo:
                done = lift(db, article, reason=reason, by=getuser())
            else:
                done = suppress(db, article, reason=str(reason), by=getuser())
    for hidden in done:
        click.echo(f"{'shown again' if undo else 'hidden'}: {hidden.id} {printable(hidden.title)}", err=True)
    if not done:
        click.echo("nothing to do: the article is not hidden." if undo else "nothing to do: it is hidden.", err=True)


def _list(found: list[dict[str, object]], output: str) -> None:
    from newscrawler.cli.tables import print_json, print_table

    if output == "json":
        print_json(found)
        return
    header = ("article", "title", "hidden", "by", "reason", "lifted", "by", "reason")
    names = ("article", "title", "since", "by", "reason", "lifted", "lifted_by", "lifted_reason")
    print_table("Takedowns", header, [tuple(row[name] for name in names) for row in found])
