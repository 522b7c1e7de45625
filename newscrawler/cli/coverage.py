"""`newscrawler coverage [PORTAL]`: what was listed, what is stored, and what is missing and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from newscrawler.cli.language import say
from newscrawler.cli.options import Month, archive_option, clear_errors, format_option, reading, search_option
from newscrawler.text.printable import printable


@click.command("coverage")
@click.argument("portal", required=False)
@click.option("--section", metavar="NAME", help="Only this section, or the sections about this city: 宜昌.")
@click.option("--month", type=Month(), metavar="YYYY-MM", help="Only this month.")
@click.option(
    "--state",
    type=click.Choice(["stored", "pending", "not_an_article", "failed", "blocked", "gone", "foreign"]),
    help="Only documents in this state.",
)
@click.option("--urls", is_flag=True, help="List the documents themselves, each with its reason.")
@search_option
@click.option("--total", is_flag=True, help="One row per section, all months combined.")
@format_option
@archive_option
def command(
    portal: str | None,
    section: str | None,
    month: str | None,
    state: str | None,
    urls: bool,
    search: str | None,
    total: bool,
    output: str,
    archive: str,
) -> None:
    """Show per section and month what the listings showed, and what is stored, missing or gone.

    'complete back to' is the date back to which everything that the section listed is settled: stored, gone, or given
    up with a reason. 'beginning' means everything, and that the listing itself proves its end; an empty cell means that
    a crawl has not finished yet. A sentence for each section says what proves its end, or why nothing does.

    'captured' counts the documents of which the archive has a page, whoever captured it: a crawl, or an archive from
    which it was imported. What is captured and not stored was no article, as 'runs show' of that run says.

    With --search only documents count whose article contains the words, so what is not stored cannot count.

    \b
    Examples:
      newscrawler coverage
      newscrawler coverage demo --total
      newscrawler coverage demo --section 宜昌 --month 2019-07 --state stored --urls
      newscrawler coverage demo --search 防汛
    """
    from newscrawler.archive.filters import known_portal
    from newscrawler.archive.reports.coverage import (
        STATES,
        coverage_table,
        empty_sections,
        listed_urls,
        section_names,
    )
    from newscrawler.archive.search.query import word_filter
    from newscrawler.cli.tables import print_json, print_table

    with clear_errors():
        connection = reading(archive)
        portal = known_portal(connection, portal) if portal else None
        sections = section_names(connection, section, portal=portal) if section else None
        words = word_filter(search) if search is not None else None
        header: tuple[str, ...]
        if urls:
            documents = listed_urls(connection, portal=portal, sections=sections, month=month, state=state, words=words)
            if output == "json":
                print_json(documents)
            elif not documents:
                say("No listing showed such a document.")
            else:
                header = ("portal", "section", "date", "state", "url", "reason", "next try")
                print_table("", header, [tuple(row.values()) for row in documents], below=("url", "reason"))
            return
        rows = coverage_table(connection, portal=portal, by_month=not total, words=words)
        empty = empty_sections(connection, portal=portal) if words is None else []
    rows = [
        row
        for row in rows
        if (sections is None or row["section"] in sections)
        and (month is None or row["month"] == month)
        and (state is None or row[state])
    ]
    if output == "json":
        print_json({"coverage": rows, "empty_sections": empty})
        return
    if rows:
        columns = (
            "portal",
            "section",
            *(() if total else ("month",)),
            "listed",
            "captured",
            *STATES,
            "complete_back_to",
        )
        header = tuple(name.replace("_", " ") for name in columns)
        shown = [tuple(row[name] for name in columns) for row in rows]
        print_table("", header, shown, droppable=("portal", "captured", "pending", "not an article"))
        for sentence in _ends(rows):
            say(printable(sentence))
    else:
        say("No listing showed such a document.")
    for row in empty if rows or (month is None and state is None) else ():
        say(printable(f"{row['portal']}: section {row['section']} has never listed an article ({row['url']})"))


def _ends(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield one sentence per section on how its listing ends. Sections that end alike have one sentence."""
    from newscrawler.archive.sections import HINT

    sections: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in rows:
        if row["listing_end"]:
            key = (row["portal"], _SENTENCES[row["listing_end"]], row["listing_end_reason"] or "")
            sections.setdefault(key, {}).setdefault(row["section"], row["url"])
        if row["failure"]:
            sections.setdefault((row["portal"], _FAILED, row["failure"]), {}).setdefault(row["section"], row["url"])
    for (portal, sentence, reason), urls in sections.items():
        yield f"{portal} {'、'.join(urls)}: {sentence}{f': {reason}' if reason else ''}."
        if sentence == _SENTENCES["more"]:
            yield f"See {'、'.join(list(urls.values())[:_MOST_URLS])}; {HINT}."


_MOST_URLS = 3
_FAILED = "the last run could not read the listing"
_SENTENCES = {
    "proven": "read to the proven end of the listing",
    "unproven": "read as far as the listing leads; whether there is more is not known",
    "more": "the listing goes on in a way that cannot be followed",
    "columns": "complete as far as its columns are",
}
