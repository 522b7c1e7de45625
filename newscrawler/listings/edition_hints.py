"""What a page of an edition says about what it does not show: how many pages there are, which edition came before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.edition_dates import days_in
from newscrawler.listings.edition_links import EditionLink

_PAGES = re.compile(r"第\s?[A-Za-z]?\d{1,3}\s?版\s?[/／]\s?共?\s?(\d{1,3})\s?版|[(（/／]\s?共\s?(\d{1,3})\s?版")
_BEFORE = re.compile(r"[\s<《«‹＜\[【(（]*(?:上一?|前一?|查看上一?)[期日天](?:报纸)?[\s\]】)）]*")
_LONGEST_TEXT = 20_000
_LONGEST_LABEL = 12


def stated_pages(root: _Element) -> int:
    """Return how many pages an edition has, as one of its pages says: 第01版/共4版; 0 if it does not say so."""
    match = _PAGES.search(text_up_to(root, _LONGEST_TEXT, between=" "))
    return int(match[1] or match[2]) if match else 0


def edition_before(links: Iterable[EditionLink], day: date) -> tuple[date, str] | None:
    """Return the day and the address of the edition to which 上一期 leads; None without such a link."""
    for link in links:
        if any(len(label) <= _LONGEST_LABEL and _BEFORE.fullmatch(label) for label in link.labels):
            older = [found for found in days_in(link.url) if found < day]
            if older:
                return max(older), link.url
    return None
