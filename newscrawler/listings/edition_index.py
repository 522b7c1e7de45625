"""The index of a month's editions that some newspapers have: `period.xml`, with the first page of each day.

The first page has not the same name every day (node_01, node_A01). The index says which it is.
"""

from __future__ import annotations

import re
from datetime import date

from lxml import etree

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.edition_dates import edition_url, is_month_template
from newscrawler.text.urls import resolve

MAX_BYTES = 1_000_000
_MOST = 1_000
"""Editions of one index that are read."""
_MONTH_FOLDER = re.compile(r"[^?#]*(?:\{yyyy\}|\{yy\})[^?#/]?(?:\{mm\}|\{m\})/(?=(?:\{dd\}|\{d\})/)")
_DAY = re.compile(r"((?:19|20)\d\d)[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?!\d)")


def index_url(template: str, day: date) -> str | None:
    """Return where the index of a day's month is: at the template, or beside the folders of its days.

    None for a template from which that cannot be said.
    """
    if is_month_template(template):
        return edition_url(template, day)
    folder = _MONTH_FOLDER.match(template)
    return edition_url(f"{folder.group()}period.xml", day) if folder else None


def read_index(body: bytes, url: str) -> dict[date, str] | None:
    """Return the URL of the first page by day; None if this is no such index."""
    if len(body) > MAX_BYTES or b"period_date" not in body:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    found: dict[date, str] = {}
    for element in root.iter("period_date") if root is not None else ():
        parent = element.getparent()
        page = parent.find("front_page") if parent is not None else None
        match = _DAY.match(text_up_to(element, 40).strip())
        name = text_up_to(page, 500).strip() if page is not None else ""
        if match is None or not name or len(found) >= _MOST:
            continue
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
        # A bare name is that of a file in the folder of its day.
        front = resolve(url, name if "/" in name else f"{day:%d}/{name}")
        if front:
            found[day] = front
    return found
