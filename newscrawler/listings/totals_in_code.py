"""What a page states in hidden fields and in variables of scripts about the number of its list's entries.

`<input type="hidden" id="totalCount" value="67">`, `var recordCount = 67;`. Such a number is about the list if the same
script, or the fields beside it, speak of pages too. As with a number in words (`stated_amounts`) it proves no end.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.stated_amounts import StatedAmount
from newscrawler.text.patterns import late

_NAME = (
    r"(?:total_?(?:count|num|number|records?|rows?|items?|results?|size|elements)|all_?(?:count|num|records?)"
    r"|(?:record|rec|row|item|info|news|doc|article)s?_?(?:count|total|sum)|count_?(?:all|total|records?))"
)
_FIELD = late(rf"(?i)^(?:hid(?:den)?_?)?{_NAME}$")
_IN_SCRIPT = late(
    rf"(?i)(?<![\w$.])['\"]?({_NAME})['\"]?\s{{0,5}}[:=]\s{{0,5}}['\"]?(\d{{1,7}})['\"]?\s{{0,5}}(?=[;,}})\]\n<]|$)"
)
_OF_PAGES = late(
    r"(?i)(?<![A-Za-z])(?:page_?(?:size|no|num|number|count|index|total|rows)|per_?page|(?:cur(?:rent)?|now|total|count|all)_?pages?)(?![A-Za-z])"
)
_AROUND = 1_000
"""Characters of a script before and behind a number that may speak of pages."""
_MOST_FIELDS = 500
_MOST_FOUND = 5
_MOST_NAMES = 50
"""Names in scripts that are looked at."""


def totals_in_code(view: PagerView) -> tuple[StatedAmount, ...]:
    """Return the numbers of entries that the page states in hidden fields and in variables of scripts."""
    return tuple(dict.fromkeys(islice(chain(_in_fields(view), _in_scripts(view)), _MOST_FOUND)))


def _in_fields(view: PagerView) -> Iterator[StatedAmount]:
    fields = [one for one in islice(view.iter("input"), _MOST_FIELDS) if (one.get("type") or "").lower() == "hidden"]
    names = [field.get("id") or field.get("name") or "" for field in fields]
    if not any(map(_OF_PAGES.search, names)):
        return
    for name, field in zip(names, fields, strict=True):
        value = (field.get("value") or "").strip()
        if _FIELD.match(name) and value.isdecimal() and value.isascii() and len(value) < 8:
            yield StatedAmount(int(value), f"{name} = {value}")


def _in_scripts(view: PagerView) -> Iterator[StatedAmount]:
    found = ((script, match) for script in view.scripts for match in _IN_SCRIPT.finditer(script))
    for script, match in islice(found, _MOST_NAMES):
        start, end = match.span()
        if _OF_PAGES.search(script[max(start - _AROUND, 0) : start]) or _OF_PAGES.search(script[end : end + _AROUND]):
            yield StatedAmount(int(match[2]), f"{match[1]} = {match[2]}")
