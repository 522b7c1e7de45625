"""`newscrawler stats`: numbers of the archive, as tables, data and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.csv_rows import print_csv
from newscrawler.cli.language import headings, say, told, told_chart
from newscrawler.cli.options import (
    archive_option,
    article_filter_of,
    clear_errors,
    filter_options,
    output_option,
    search_option,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TITLES = {
    "cities": "Articles per city",
    "months": "Articles per city and month",
    "outlets": "Articles per outlet",
    "editors": "Articles per editor",
    "fields": "Filled fields per section",
    "reprints": "Who reprints whom",
    "agenda": "Share of reprints per month",
    "days": "Articles per day",
    "map": "Articles per division",
    "withdrawals": "What portals withdrew and edited",
}
"""Report of `newscrawler.archive.reports.statistics` to its title; listed here, so that help is quick."""


@click.command("stats")
@click.argument("report", type=click.Choice(list(TITLES)), required=False, metavar="[REPORT]")
@output_option("table", "json", "csv", text="A table for people, JSON or CSV for programs.")
@click.option(
    "--plot",
    metavar="OUT",
    help="Draw the report, too: a picture (.png, .svg) or a page with the data (.html). Needs the extra `plot`.",
)
@click.option(
    "--graph",
    metavar="OUT",
    help="Write the report reprints as a network, too: for Gephi and others (.graphml), or as a picture (.png, .svg). "
    "Needs the extra `research`, a picture also `plot`.",
)
@search_option
@filter_options
@archive_option
def command(
    report: str | None,
    output: str,
    plot: str | None,
    graph: str | None,
    search: str | None,
    archive: str,
    **filters: Any,
) -> None:
    """Count articles, and show how often each field is filled.

    Without REPORT: articles per city, and the filled fields of the whole archive. The reports: cities; months
    (articles per city and month); outlets; editors; fields (how often each is filled, per section); reprints (who
    reprints whom, and the median delay in days, or in hours if the pages show a time); agenda (how much of what a
    portal publishes in a month is reprinted from which outlet); days (articles per day); map (articles per division of
    the portals' provinces); withdrawals (articles that a portal took away, from its first answer 404 or 410 on, and
    edits of title or text, in the month in which a crawl saw them).

    An article counts once for each city whose sections list it. With --search, months also shows how much of all
    articles contain the words. A picture of months has one line per city; if there are more than eight cities, it is a
    grid. A picture of days is a calendar, one of the map a schematic: one square per division, about where it lies.
    Under a picture stand the filters and the archive.

    \b
    Examples:
      newscrawler stats
      newscrawler stats months --since 2019-01-01 --plot months.png
      newscrawler stats months --search 防汛 --city 宜昌 --city 荆州 --plot floods.png
      newscrawler stats outlets --city 宜昌 --format csv
      newscrawler stats reprints --graph reprints.graphml
      newscrawler stats agenda --format csv
      newscrawler stats days --city 宜昌 --plot calendar.png
      newscrawler stats map --search 防汛 --plot map.svg
      newscrawler stats withdrawals

    Exit status: 0 done, 2 wrong usage, or matplotlib or a font is missing.
    """
    from contextlib import closing

    from newscrawler.archive import open_archive_read_only
    from newscrawler.archive.reports.caption import caption_of
    from newscrawler.archive.reports.statistics import REPORTS, totals

    with clear_errors():
        if plot is not None:
            _check_plot(plot)
        if graph is not None:
            _check_graph(report, graph)
        with closing(open_archive_read_only(archive)) as connection:
            articles = article_filter_of(search, filters)
            overall = totals(connection, articles) if report is None and output != "csv" else None
            name = report or "cities"
            rows = REPORTS[name].rows(connection, articles)
            caption = caption_of(connection, archive, name, articles) if plot or graph else []
            names_of_portals = dict(connection.execute("SELECT id, name FROM portals")) if graph else {}
        if plot is not None:
            _draw(plot, name, rows, caption)
        if graph is not None:
            _write_graph(graph, rows, names_of_portals, caption)
    if output == "csv":
        names = REPORTS[name].columns
        print_csv(names, ([row[name] for name in names] for row in rows))
    elif output == "json":
        from newscrawler.cli.tables import print_json

        print_json({"totals": overall, "cities": rows} if overall else {name: rows})
    else:
        _print_table(name, rows)
        if overall:
            _print_totals(overall)


def _print_table(report: str, rows: list[dict[str, Any]]) -> None:
    from newscrawler.archive.reports.statistics import CITY_RULE, REPORTS
    from newscrawler.archive.reports.tables import MAX_CITY_COLUMNS, table
    from newscrawler.cli.tables import fits_terminal, print_sentence, print_table

    made = table(report, rows)
    cities = MAX_CITY_COLUMNS
    while report == "months" and cities > 1 and not fits_terminal(*made):
        # The cities that do not fit are counted among the others.
        made = table(report, rows, cities=(cities := cities - 1))
    print_table(TITLES[report], *made, droppable=("images", "county", "body", "summary"))
    if rows and "city" in REPORTS[report].columns:
        print_sentence(CITY_RULE)


def _draw(out: str, report: str, rows: list[dict[str, Any]], caption: list[str]) -> None:
    """Write the picture or the page of a report."""
    from pathlib import Path

    from newscrawler.archive.reports.charts import picture
    from newscrawler.archive.reports.html_page import page
    from newscrawler.archive.reports.report_charts import chart
    from newscrawler.archive.reports.statistics import FILLED
    from newscrawler.archive.reports.tables import NO_CITY, NO_OUTLET, NO_SECTION
    from newscrawler.archive.reports.withdrawals import KINDS

    own = {"fields": tuple(FILLED), "withdrawals": KINDS}
    words = (NO_CITY, NO_OUTLET, NO_SECTION, *own.get(report, ()))
    drawing = told_chart(chart(report, TITLES[report], rows, caption), words=words)
    suffix = Path(out).suffix[1:].lower()
    _write(
        out,
        report,
        lambda: page(drawing, report, rows, headings).encode() if suffix == "html" else picture(drawing, suffix),
    )


def _write_graph(out: str, rows: list[dict[str, Any]], names: dict[str, str], caption: list[str]) -> None:
    """Write the network of reprints."""
    from pathlib import Path

    from newscrawler.research.reprint_network import graphml, network_of, network_picture

    network = network_of(rows, names)
    suffix = Path(out).suffix[1:].lower()
    title, lines = told(TITLES["reprints"]), [told(line) for line in caption]
    _write(
        out,
        "reprints",
        lambda: graphml(network) if suffix == "graphml" else network_picture(network, title, lines, suffix),
    )


def _write(out: str, report: str, make: Callable[[], bytes]) -> None:
    """Write what is made of a report, completely or not at all."""
    from newscrawler.archive.export.files import whole_path
    from newscrawler.archive.reports.chart_fonts import FontError

    try:
        data = make()
    except FontError as error:
        raise click.UsageError(str(error)) from None
    with whole_path(out) as beside:
        beside.write_bytes(data)
    say(f"{told(TITLES[report])}: written to {out}", err=True)


def _check_plot(out: str) -> None:
    """Refuse a file that cannot be drawn, before anything is read."""
    _check_name("--plot", out, (".png", ".svg", ".html"))
    _require("--plot", "matplotlib", "plot")


def _check_graph(report: str | None, out: str) -> None:
    """Refuse a network that cannot be written, before anything is read."""
    if report != "reprints":
        raise click.UsageError("--graph writes the network of reprints: newscrawler stats reprints --graph OUT")
    _check_name("--graph", out, (".graphml", ".png", ".svg"))
    _require("--graph", "networkx", "research")
    if not out.lower().endswith(".graphml"):
        _require("--graph", "matplotlib", "plot")


def _check_name(option: str, out: str, suffixes: tuple[str, ...]) -> None:
    from pathlib import Path

    if Path(out).suffix.lower() not in suffixes:
        raise click.UsageError(f"{option} {out!r}: the name must end with one of {', '.join(suffixes)}.")


def _require(option: str, package: str, extra: str) -> None:
    from importlib.util import find_spec

    if find_spec(package) is None:
        from newscrawler.text.installation import install_line

        raise click.UsageError(f"{option} needs {package}, which is not installed: {install_line(extra)}")


def _print_totals(overall: dict[str, Any]) -> None:
    from newscrawler.cli.tables import print_table

    filled = [(name, f"{share:.1%}" if share is not None else "") for name, share in overall["filled"].items()]
    print_table("Filled fields", ("field", "share"), filled)
    say(f"{overall['articles']:,} articles, {overall['versions']:,} versions, {overall['characters']:,} characters")
