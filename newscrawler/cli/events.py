"""`newscrawler events`: clusters of articles about one happening."""

from __future__ import annotations

from typing import Any

import click

from newscrawler.cli.csv_rows import print_csv
from newscrawler.cli.language import say
from newscrawler.cli.options import (
    MAX_ROWS,
    archive_option,
    article_filter_of,
    clear_errors,
    filter_options,
    output_option,
    search_option,
)

SMALLEST_EVENT = 2
"""Articles."""


@click.command("events")
@click.option(
    "--least",
    type=click.IntRange(SMALLEST_EVENT),
    default=3,
    show_default=True,
    help="Articles that an event must have at least.",
)
@click.option(
    "--limit", type=click.IntRange(1, MAX_ROWS), default=20, show_default=True, help="How many events to show."
)
@click.option(
    "--segmenter",
    type=click.Choice(["jieba", "pairs"]),
    default="jieba",
    show_default=True,
    help="What divides titles into words: jieba (extra `words`), or pairs of Han characters.",
)
@output_option("table", "csv", "json", text="A table for people; CSV or JSON for programs.")
@search_option
@filter_options
@archive_option
def command(
    least: int, limit: int, segmenter: Any, output: str, search: str | None, archive: str, **filters: Any
) -> None:
    """Show the events that several articles are about, the largest first.

    Articles belong to one event when they are reprints of each other, or when they are near in meaning, at most three
    days apart, and not about different cities. `words` are those of the titles that the event has more often than
    other articles. A program finds events; look at them before you count them. It needs the vectors that
    'newscrawler annotate articles vectors' makes.

    \b
    Examples:
      newscrawler events
      newscrawler events --city 宜昌 --since 2019-07-01 --least 2
      newscrawler events --format csv > events.csv
    """
    from contextlib import closing

    from newscrawler.archive import open_archive_read_only
    from newscrawler.cli.tables import SHORT_ID, print_json, print_sentence, print_table
    from newscrawler.cli.work_progress import shown_progress
    from newscrawler.research.basis import basis_of
    from newscrawler.research.event_list import COLUMNS, list_events
    from newscrawler.research.segmentation import Segmentation, make_segmenter

    with clear_errors(), shown_progress("events") as progress:
        chosen = article_filter_of(search, filters)
        divider = make_segmenter(Segmentation(segmenter))
        with closing(open_archive_read_only(archive)) as connection:
            rows = list_events(connection, chosen, divider, least=least, limit=limit, progress=progress)
            basis = basis_of(connection, archive, chosen)
    if output == "json":
        print_json({"basis": basis.as_dict(), "segmenter": divider.description, "events": rows})
    elif output == "csv":
        print_csv(COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
        say(basis.sentence(), err=True)
    else:
        cells = [[row["first"][:SHORT_ID], *(row[name] for name in COLUMNS[1:])] for row in rows]
        print_table("Events", COLUMNS, cells, droppable=("source", "cities"))
        if not rows and least > SMALLEST_EVENT:
            say(f"no event has {least} articles or more; --least {SMALLEST_EVENT} also shows smaller ones", err=True)
        print_sentence(basis.sentence(), to_stderr=True)
