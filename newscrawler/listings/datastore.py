"""Listings of 大汉 (Hanweb) JCMS: records as CDATA in a `<datastore>`, further records from `dataproxy.jsp`.

Shape, from public pages and descriptions of government portals:

    <script type="text/xml"><datastore>
      <nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&columnid=..."></a>]]></nextgroup>
      <recordset><record><![CDATA[<li><a href="/art/2024/5/20/art_1_2.html">…</a><span>…</span></li>]]></record>

The response of `dataproxy.jsp` has the same shape without the page around it. Without a next group, the script beside
the datastore says how the page itself asks for more: by POST to `proxyUrl`, with `dataBefore` as body and the first and
last record in the query. Checked on test pages only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from newscrawler.extraction.model import NotAnArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.listings.content import ListingContent
from newscrawler.listings.entries import ListingRules, read_entries
from newscrawler.listings.page_addresses import parameters, plain, post_address, post_body, with_parameters
from newscrawler.listings.ways import DATA, WaysOn
from newscrawler.text.urls import resolve

_RECORD = re.compile(r"<record>\s*<!\[CDATA\[", re.IGNORECASE)
_NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']([^"'<>]{1,2000})""", re.IGNORECASE)
_STATED = re.compile(r"\b(totalRecord|totalPage|perPage)['\"]?\s{0,5}[:=>]\s{0,5}['\"]?(\d{1,9})", re.IGNORECASE)
_PROXY = re.compile(r"\bproxyUrl['\"]?\s{0,5}[:=]\s{0,5}['\"]([^'\"<>\s]{1,300})['\"]")
_BODY = re.compile(r"\bdataBefore['\"]?\s{0,5}[:=]\s{0,5}['\"]([^'\"<>\s]{1,1000})['\"]")
_FIRST, _LAST = "startrecord", "endrecord"
MAX_RECORDS = 2_000
MAX_SCRIPT = 2_000_000
"""Characters of a page in which the numbers of its records are looked for."""


def read_datastore(
    page: Page, base_url: str, address: str, number: int, rules: ListingRules, is_own: Callable[[str], bool]
) -> ListingContent | NotAnArticle | None:
    """Return the entries of a datastore, in order, and the ways on.

    `address` is that of the page (`page_addresses`), `number` its number in the listing.

    None if the page has no datastore; NotAnArticle if its records cannot be read.
    """
    if "<recordset" not in page.text and "<RECORDSET" not in page.text:
        return None
    records = list(islice(_sections(_RECORD, page.text), MAX_RECORDS + 1))
    left_out = f"more than {MAX_RECORDS:,} entries; the rest is not read" if len(records) > MAX_RECORDS else ""
    # Table rows lose their cells outside of a table, so each record becomes one list item.
    markup = "".join(f"<li>{re.sub(r'</?t[rdh][^>]{0,300}>', ' ', record)}</li>" for record in records[:MAX_RECORDS])
    # The page was parsed with the records as text, so the limits for pages must be checked again for the records.
    inner = read_page(f"<html><body><ul>{markup}</ul></body></html>".encode("utf-8", "replace"))
    if isinstance(inner, NotAnArticle):
        return inner
    entries = read_entries(inner.root, base_url, rules, is_own).entries
    unread = "" if entries or not _RECORD.search(page.text) else f"{len(records):,} whole records, none with a link"
    return ListingContent(entries, _ways(page, base_url, address, len(records), number), left_out, unread)


def _ways(page: Page, base_url: str, address: str, records: int, number: int) -> WaysOn:
    """Return the next group of records, or what the script beside the datastore states about their number."""
    stated = {name.lower(): int(value) for name, value in _STATED.findall(page.text[:MAX_SCRIPT])}
    total, pages, size = (stated.get(name) for name in ("totalrecord", "totalpage", "perpage"))
    following = _next_group(page, base_url)
    if following:
        return WaysOn((following,), entries=total, pager="nextgroup")
    own = parameters(address)
    if _FIRST in own and post_body(address) is not None:
        return _after_group(own, address, records, total)
    if total is not None:
        if total > records > 0 and (url := _second_group(page, base_url, records, size or records)):
            return WaysOn((url,), entries=total, pager=DATA)
        if number > 1 and not _PROXY.search(page.text[:MAX_SCRIPT]):
            # An answer states the number of all records: that is compared with what all answers showed.
            return WaysOn(end="its next group of records is empty", entries=total)
        if total <= records:
            return WaysOn(end=f"all {total} records that it states are shown", entries=total)
        sign = f"it states {total} records, and shows {records}; the others are asked for with POST"
        return WaysOn(signs=(sign,), entries=total)
    if pages is not None and pages > 1:
        return WaysOn(signs=(f"it states {pages} pages of {size or '?'} records, which are asked for with POST",))
    if _NEXT_GROUP.search(page.text):
        return WaysOn(end="its next group of records is empty")
    return WaysOn()


def _second_group(page: Page, base_url: str, records: int, size: int) -> str:
    """Return the address of the records after the first ones, as the page's own script asks for them; may be empty."""
    text = page.text[:MAX_SCRIPT]
    proxy, body = _PROXY.search(text), _BODY.search(text)
    url = resolve(base_url, proxy[1]) if proxy else None
    if url is None or body is None:
        return ""
    asked = {_FIRST: str(records + 1), _LAST: str(2 * records), "perpage": str(size)}
    return post_address(with_parameters(plain(url), asked), body[1])


def _after_group(own: Mapping[str, str], address: str, records: int, total: int | None) -> WaysOn:
    """Return the group after one that was asked for; a group without a record is behind the last one."""
    first = int(own[_FIRST]) if own[_FIRST].isdecimal() and len(own[_FIRST]) < 10 else 0
    read = first - 1 + records
    if not records:
        return WaysOn(end="its next group of records is empty", entries=total)
    if total is not None and read >= total:
        return WaysOn(end=f"all {total} records that it states are shown", entries=total)
    following = {_FIRST: str(read + 1), _LAST: str(read + records)}
    return WaysOn((with_parameters(address, following),), entries=total, pager=DATA)


def _sections(opening: re.Pattern[str], text: str) -> Iterator[str]:
    """Yield the text between each opening and the end of its CDATA."""
    match = opening.search(text)
    while match and (end := text.find("]]>", match.end())) >= 0:
        yield text[match.end() : end]
        match = opening.search(text, end)


def _next_group(page: Page, base_url: str) -> str | None:
    """Return the URL of the next group of records; None at the end."""
    group = next(_sections(_NEXT_GROUP, page.text), "")
    link = _HREF.search(group[:4_000])
    return resolve(base_url, link[1]) if link else None
