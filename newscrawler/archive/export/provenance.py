"""What a data package says of where its rows are from: title, sources, licence, coverage, and how to cite it."""

from __future__ import annotations

import sqlite3
from typing import Any

from newscrawler import __version__
from newscrawler.archive.export.selection import Selection
from newscrawler.archive.reports.coverage import STATES, coverage_table
from newscrawler.archive.rows import select_rows
from newscrawler.text.clock import stamp
from newscrawler.text.singular import agreed

LICENCE = {
    "name": "other-closed",
    "title": "The texts belong to their publishers and authors. Numbers and metadata may be used freely.",
}
"""`other-closed` is the name that the Data Package standard takes from opendefinition.org for what is not open."""
_NAMED_PORTALS = 5


def provenance(connection: sqlite3.Connection, selection: Selection) -> dict[str, Any]:
    """Return title, sources, licences, coverage and citation of the selected articles, as properties of a resource.

    The coverage is that of the archive at the time of the export: per section, what its listings showed and what
    became of it, and the date back to which the section is complete. A selection of a past moment has none.
    """
    ids = {row[0] for row in selection.execute("DISTINCT a.portal")}
    portals = [
        row for row in select_rows(connection, "SELECT id, name, homepage FROM portals ORDER BY id") if row["id"] in ids
    ]
    (count,) = selection.execute("count(*)").fetchone()
    facts: dict[str, Any] = {
        "title": f"Articles of {_names(portals)}" if portals else "No articles",
        "sources": [{"title": row["name"], "path": row["homepage"]} for row in portals],
        "licenses": [LICENCE],
        "citation": _citation(selection, portals, count),
    }
    if selection.as_of is None:
        names = ("portal", "section", "listed", *STATES, "complete_back_to", "listing_end", "listing_read")
        facts["coverage"] = [
            {name: row[name] for name in names}
            for row in coverage_table(connection, by_month=False)
            if row["portal"] in ids
        ]
    return {name: value for name, value in facts.items() if value}


def _names(portals: list[dict[str, Any]]) -> str:
    if len(portals) > _NAMED_PORTALS:
        return f"{len(portals)} portals"
    return "、".join(row["name"] for row in portals)


def _citation(selection: Selection, portals: list[dict[str, Any]], count: int) -> str:
    first, last = selection.execute("min(a.first_seen), max(a.last_seen)").fetchone()
    crawled = f", crawled {first[:10]} to {last[:10]}" if first and last else ""
    moment = f", as of {selection.as_of}" if selection.as_of else ""
    of = f" of {_names(portals)}" if portals else ""
    return agreed(f"{count:,} articles{of}{crawled}{moment}; exported {stamp()[:10]} with newscrawler {__version__}.")
