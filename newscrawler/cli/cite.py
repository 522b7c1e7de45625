"""`newscrawler cite URL|ID`: references to articles, with their evidence."""

from __future__ import annotations

import click

from newscrawler.cli.options import Text, archive_option, clear_errors


@click.command("cite")
@click.argument("articles", metavar="URL|ID...", type=Text(), nargs=-1, required=True)
@click.option(
    "--style",
    type=click.Choice(["gb7714", "bibtex", "csl-json", "ris"]),
    default="gb7714",
    show_default=True,
    help="GB/T 7714-2015 for people; BibTeX, CSL-JSON or RIS (EndNote, Zotero, NoteExpress) for programs.",
)
@click.option("--version", type=click.IntRange(min=1), metavar="N", help="The version to cite. Default: the newest.")
@archive_option
def command(articles: tuple[str, ...], style: str, version: int | None, archive: str) -> None:
    """Cite articles, with the time of the capture, its SHA-256 and its place in the WARC file.

    An article is named by a URL under which it was seen, in any form, or by its id (the beginning is enough). The
    access date is the day of the capture from which the cited version was read, in China's time. GB/T 7714 prints two
    lines per article: the reference, and the evidence, indented. In the other styles the evidence is the note. A
    suppressed article is not cited.

    \b
    Examples:
      newscrawler cite http://www.demo.newscrawler.example/2019/0706/50523.shtml
      newscrawler cite 625b12 --version 1
      newscrawler cite 625b12 3a6cf0 --style bibtex > sources.bib
      newscrawler cite 625b12 --style ris > sources.ris

    Exit status: 0 done, 2 wrong usage or no such article (nothing is printed).
    """
    from contextlib import closing

    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.reports.citation import CitationError, bibtex, citation, csl_json, evidence, gb7714, ris
    from newscrawler.cli.tables import print_json
    from newscrawler.text.printable import printable, printable_lines

    with clear_errors(), closing(open_archive_read_only(archive)) as connection:
        try:
            citations = [citation(connection, article, version) for article in dict.fromkeys(articles)]
        except CitationError as error:
            raise click.UsageError(printable(str(error))) from None
    if style == "csl-json":
        print_json([csl_json(each) for each in citations])
    elif style == "bibtex":
        click.echo(printable_lines("\n\n".join(bibtex(each) for each in citations)))
    elif style == "ris":
        # Its values are printable; its lines end with CR and LF.
        click.echo("\r\n".join(map(ris, citations)), nl=False)
    else:
        for each in citations:
            click.echo(f"{printable(gb7714(each))}\n    {printable(evidence(each))}")
