"""`newscrawler cite URL|ID`: references to articles, with what proves them."""

from __future__ import annotations

import click

from newscrawler.cli.options import Text, archive_option, clear_errors


@click.command("cite")
@click.argument("articles", metavar="URL|ID...", type=Text(), nargs=-1, required=True)
@click.option(
    "--style",
    type=click.Choice(["gb7714", "bibtex", "csl-json"]),
    default="gb7714",
    show_default=True,
    help="GB/T 7714-2015 to read; BibTeX or CSL-JSON for programs.",
)
@click.option(
    "--version", type=click.IntRange(min=1), metavar="N", help="The version that is cited; default: the newest."
)
@archive_option
def command(articles: tuple[str, ...], style: str, version: int | None, archive: str) -> None:
    """Cite articles: the reference, and when the page was captured, its SHA-256 and its place in the WARC file.

    An article is named by a URL under which it was seen, in any form, or by its id (the beginning is enough). The
    capture is that of the version cited, and so is the access date, in China's time. GB/T 7714 prints two lines an
    article: the reference, and indented what proves it; in BibTeX and CSL-JSON the proof is the note. An article that
    was taken down is not cited.

    \b
    Examples:
      newscrawler cite http://www.hbdysh.cn/2019/0710/49629.shtml
      newscrawler cite 5f0c1e --version 1
      newscrawler cite 5f0c1e 920db1 --style bibtex > sources.bib

    Exit status: 0 done, 2 wrong usage or no such article (then nothing is printed).
    """
    from contextlib import closing

    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.reports.citation import CitationError, bibtex, citation, csl_json, evidence, gb7714
    from newscrawler.cli.tables import print_json
    from newscrawler.text.printable import printable, printable_lines

    with clear_errors():
        db = open_archive_read_only(archive)
        with closing(db.conn):
            try:
                cited = [citation(db, article, version) for article in dict.fromkeys(articles)]
            except CitationError as error:
                raise click.UsageError(printable(str(error))) from None
    if style == "csl-json":
        print_json([csl_json(one) for one in cited])
    elif style == "bibtex":
        click.echo(printable_lines("\n\n".join(bibtex(one) for one in cited)))
    else:
        for one in cited:
            click.echo(f"{printable(gb7714(one))}\n    {printable(evidence(one))}")
