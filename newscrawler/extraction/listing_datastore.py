"""Listings of 大汉 (Hanweb) JCMS: records as CDATA in a `<datastore>`, more of them behind `dataproxy.jsp`.

Shape, from public pages and descriptions of government portals:

    <script type="text/xml"><datastore>
      <nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&columnid=..."></a>]]></nextgroup>
      <recordset><record><![CDATA[<li><a href="/art/2024/5/20/art_1_2.html">…</a><span>…</span></li>]]></record>

The answer of `dataproxy.jsp` has the same shape without the page around it. Checked on fixtures only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin

from lxml import etree

from newscrawler.extraction.listings import Entry, ListingRules, read_entries
from newscrawler.extraction.page import Page

_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL | re.IGNORECASE)
_NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[(.{0,4000}?)\]\]>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']([^"'<>]{1,2000})""", re.IGNORECASE)
MAX_RECORDS = 2_000


def read_records(page: Page, base_url: str, rules: ListingRules, is_own: Callable[[str], bool]) -> list[Entry] | None:
    """Return the entries of a datastore, in order; None when the page has none."""
    if "<recordset" not in page.text and "<RECORDSET" not in page.text:
        return None
    records = [match[1] for _, match in zip(range(MAX_RECORDS), _RECORD.finditer(page.text), strict=False)]
    # Table rows lose their cells outside of a table: a list item round each record keeps it one item.
    markup = "".join(f"<li>{re.sub(r'</?t[rdh][^>]{0,300}>', ' ', record)}</li>" for record in records)
    root = etree.fromstring(f"<html><body><ul>{markup}</ul></body></html>", etree.HTMLParser(encoding="utf-8"))
    return read_entries(root, base_url, rules, is_own)


def next_group(page: Page, base_url: str) -> str | None:
    """Return the URL of the next group of records, None at the end."""
    group = _NEXT_GROUP.search(page.text)
    link = _HREF.search(group[1]) if group else None
    target = link[1].strip().replace("&amp;", "&") if link else ""
    return urljoin(base_url, target) if target else None
