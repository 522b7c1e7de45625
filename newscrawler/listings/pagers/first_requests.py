"""Where a script gets the first entries of a list that it fills: the addresses for which it asks with the first number.

`$.getJSON("/api/list?cid=7&page=" + page)`, `fetch("/data/list_7.json")`, `function show(n) {…} show(1)`. The script is
read as text and never run. What comes back counts only if it shows entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from urllib.parse import urlsplit

from newscrawler.listings.pagers.actions import code_that_runs
from newscrawler.listings.pagers.composed import addresses_in, is_of_others
from newscrawler.listings.pagers.held import requests_in
from newscrawler.listings.pagers.view import PagerView

MOST = 3
"""Addresses of one page that are tried."""
_LONGEST_SCRIPT = 60_000
_OF_BOXES = re.compile(
    r"(?i)(?:^|[/_.?&=-])(?:hot|remen|rank(?:ing)?|paihang|top\d*|tuijian|recommend|related|weather|tq|ads?|adv|visits?|online|user)"
    r"(?=$|[/_.?&=-])"
)
"""Parts of addresses that serve rankings, choices and the weather."""


def first_addresses(view: PagerView, scripts: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses from which inline scripts may get the first entries of a list, on the page's own host."""
    host = urlsplit(view.page_url).hostname
    found: dict[str, None] = {}
    scripts = [script for script in scripts if len(script) <= _LONGEST_SCRIPT]
    # One with the number of a page is a list's rather than one without.
    for address in chain(*(_with_numbers(view, one) for one in scripts), *(_of_calls(view, one) for one in scripts)):
        if urlsplit(address).hostname == host and not (is_of_others(address) or _OF_BOXES.search(address)):
            found.setdefault(address)
        if len(found) == MOST:
            break
    return tuple(found)


def _with_numbers(view: PagerView, script: str) -> Iterator[str]:
    for address in addresses_in(view, script):
        if address.method == "GET" and not address.is_gone_to and (url := view.target(address.first())):
            yield url


def _of_calls(view: PagerView, script: str) -> Iterator[str]:
    for body, names in code_that_runs(script, view.page_scripts, view.variables):
        yield from requests_in(view, body, names)
