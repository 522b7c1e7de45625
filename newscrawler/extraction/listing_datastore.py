"""Listings of 大汉 (Hanweb) JCMS: records as CDATA in a `<datastore>`, more of them behind `dataproxy.jsp`.

Shape, from public pages and descriptions of government portals:

    <script type="text/xml"><datastore>
      <nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&columnid=..."></a>]]></nextgroup>
      <recordset><record><![CDATA[<li><a href="/art/2024/5/20/art_1_2.html">…</a><span>…</span></li>]]></record>

The answer of `dataproxy.jsp` has the same shape without the page around it. Checked on fixtures only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from newscrawler.extraction.listings import Entry, ListingRules, read_entries
from newscrawler.extraction.page import Page

_RECORD = re.compile(r"<record>\s*<!\[CDATA\[", re.IGNORECASE)
_RECORD_END = re.compile(r"\]\]>\s*</record>", re.IGNORECASE)
_NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']([^"'<>]{1,2000})""", re.IGNORECASE)
MAX_RECORDS = 2_000
_LONGEST_NEXT_GROUP = 4_000


def read_records(page: Page, base_url: str, rules: ListingRules, is_own: Callable[[str], bool]) -> list[Entry] | None:
    """Return the entries of a datastore, in order; None when the page has none."""
    if "<recordset" not in page.text and "<RECORDSET" not in page.text:
        return None
    records = list(islice(_records(page.text), MAX_RECORDS))
    # Table rows lose their cells outside of a table: a list item round each record keeps it one item.
    markup = "".join(f"<li>{re.sub(r'</?t[rdh][^>]{0,300}>', ' ', record)}</li>" for record in records)
    root = etree.fromstring(f"<html><body><ul>{markup}</ul></body></html>", etree.HTMLParser(encoding="utf-8"))
    return read_entries(root, base_url, rules, is_own)


def _records(text: str) -> Iterator[str]:
    """Yield what stands in each record. Beginnings without an end cost one look at the rest, not one each."""
    at = 0
    while (begin := _RECORD.search(text, at)) and (end := _RECORD_END.search(text, begin.end())):
        yield text[begin.end() : end.start()]
        at = end.end()


def next_group(page: Page, base_url: str) -> str | None:
    """Return the URL of the next group of records, None at the end."""
    begin = _NEXT_GROUP.search(page.text)
    if begin is None:
        return None
    end = page.text.find("]]>", begin.end(), begin.end() + _LONGEST_NEXT_GROUP)
    link = _HREF.search(page.text, begin.end(), end) if end >= 0 else None
    target = link[1].strip().replace("&amp;", "&") if link else ""
    return urljoin(base_url, target) if target else None
