"""What a page states in hidden fields and in variables of scripts about the number of its list's entries.

`<input type="hidden" id="totalCount" value="67">`, `var recordCount = 67;`. Unless the name is that of records, the
number is about the list if the same script, or the fields beside it, speak of pages too. As with a number in words
(`stated_amounts`) it proves no end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from newscrawler.listings.pagers.script_subjects import is_about_something_else
from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.stated_amounts import StatedAmount
from newscrawler.text.patterns import late

_OF_RECORDS = r"(?:record|rec|row)s?_?(?:count|total|sum|num)|(?:total|count|all)_?(?:records?|rows)"
"""Names that content systems have for the entries of a list, and nothing else has."""
_OF_ANYTHING = (
    r"total_?(?:count|num|number|items?|results?|size|elements)|all_?(?:count|num)|count_?all"
    r"|(?:item|info|news|doc|article)s?_?(?:count|total|sum|num)|(?P<loose>total|count)"
)
_FIELD = late(rf"(?i)^(?:hid(?:den)?_?)?(?:(?P<sure>{_OF_RECORDS})|{_OF_ANYTHING})$")
_IN_SCRIPT = late(
    rf"(?i)(?<![\w$.])['\"]?(?:m_|_)?n?(?P<name>(?P<sure>{_OF_RECORDS})|{_OF_ANYTHING})['\"]?\s{{0,5}}[:=]\s{{0,5}}"
    r"['\"]?(?P<number>\d{1,7})['\"]?\s{0,5}(?=[;,})\]\n<]|$)"
)
_OF_PAGES = late(
    r"(?i)(?<![A-Za-z])(?:page_?(?:size|no|num|number|count|index|total|rows)|per_?page|(?:cur(?:rent)?|now|total|count|all)_?pages?"
    r"|(?:size|rows|limit)['\"]?\s{0,5}[:=]\s{0,5}['\"]?\d{1,3})(?![A-Za-z\d])"
)
"""What speaks of pages: names, or a size."""
_AROUND = 1_000
"""Characters of a script before and behind a number that may speak of pages."""
_MOST_FIELDS = 500
_MOST_FOUND = 5
_MOST_NAMES = 50
"""Names in scripts that are looked at."""


def totals_in_code(view: PagerView, *, loosely: bool = False) -> tuple[StatedAmount, ...]:
    """Return the numbers of entries that the page states in hidden fields and in variables of scripts.

    `loosely` takes names that may count anything, too: `total`. They are for pages without a pager.
    """
    return tuple(dict.fromkeys(islice(chain(_in_fields(view, loosely), _in_scripts(view, loosely)), _MOST_FOUND)))


def _in_fields(view: PagerView, loosely: bool) -> Iterator[StatedAmount]:
    fields = [one for one in islice(view.iter("input"), _MOST_FIELDS) if (one.get("type") or "").lower() == "hidden"]
    names = [field.get("id") or field.get("name") or "" for field in fields]
    has_pages = any(map(_OF_PAGES.search, names))
    for name, field in zip(names, fields, strict=True):
        match, value = _FIELD.match(name), (field.get("value") or "").strip()
        is_number = value.isdecimal() and value.isascii() and len(value) < 8 and int(value) > 0
        if match and is_number and (match["sure"] or (has_pages and (loosely or not match["loose"]))):
            yield StatedAmount(int(value), f"{name} = {value}")


def _in_scripts(view: PagerView, loosely: bool) -> Iterator[StatedAmount]:
    found = ((script, match) for script in view.scripts for match in _IN_SCRIPT.finditer(script))
    for script, match in islice(found, _MOST_NAMES):
        # A script begins with 0 where it counts itself.
        if int(match["number"]) == 0 or is_about_something_else(script, match.start()):
            continue
        if match["sure"] or ((loosely or not match["loose"]) and _speaks_of_pages(script, match)):
            yield StatedAmount(int(match["number"]), f"{match['name']} = {match['number']}")


def _speaks_of_pages(script: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    before, behind = script[max(start - _AROUND, 0) : start], script[end : end + _AROUND]
    return _OF_PAGES.search(before) is not None or _OF_PAGES.search(behind) is not None
