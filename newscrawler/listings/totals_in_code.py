"""What a page states in hidden fields and in variables of scripts about the number of its list's entries.

`<input type="hidden" id="totalCount" value="67">`, `var recordCount = 67;`. Unless the name is that of records, the
number is about the list if the script, or the fields beside it, speak of pages too, and of no other size of a page than
it has. As with a number in words (`stated_amounts`) it proves no end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from lxml.etree import _Element

from newscrawler.listings.pagers.script_subjects import is_about_something_else
from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.stated_amounts import StatedAmount
from newscrawler.text.patterns import late

_OF_RECORDS = r"(?:record|rec|row)s?_?(?:count|total|sum|num)|(?:total|count|all)_?(?:records?|rows)"
"""Names that content systems have for the entries of a list, and nothing else has."""
_OF_ANYTHING = (
    r"total_?(?:count|num|number|items?|results?|size|elements)|count_?all"
    r"|(?P<loose>(?:item|info|news|doc|article)s?_?(?:count|total|sum|num)|total|count)"
)
_FIELD = late(rf"(?i)^(?:hid(?:den)?_?)?(?:(?P<sure>{_OF_RECORDS})|{_OF_ANYTHING})$")
_IN_SCRIPT = late(
    rf"(?i)(?<![\w$.])['\"]?(?:m_|_)?n?(?P<name>(?P<sure>{_OF_RECORDS})|{_OF_ANYTHING})['\"]?\s{{0,5}}[:=]\s{{0,5}}"
    r"['\"]?(?P<number>\d{1,7})['\"]?\s{0,5}(?=[;,})\]\n<]|$)"
)
_SIZE = r"page_?size|per_?page|page_?rows|size|rows|limit"
_SIZE_FIELD = late(rf"(?i)^(?:hid(?:den)?_?)?(?:{_SIZE})$")
_SIZE_IN_SCRIPT = late(
    rf"(?i)(?<![A-Za-z])['\"]?(?:m_|_)?n?(?:{_SIZE})['\"]?\s{{0,5}}[:=]\s{{0,5}}['\"]?(\d{{1,3}})(?![\w.])"
)
_PAGE_IN_SCRIPT = late(
    r"(?i)(?<![A-Za-z])(?:page_?(?:no|num|number|index|count|total)|(?:cur(?:rent)?|now|total|count)_?pages?)(?![A-Za-z])"
)
_TYPED = late(r"(?i)^(?:|text|search)$")
_AROUND = 400
"""Characters of a script before and behind a number that may speak of pages."""
_MOST_FIELDS = 500
_MOST_FOUND = 5
_MOST_NAMES = 50
"""Names in scripts that are looked at."""


def totals_in_code(view: PagerView, shown: int, *, loosely: bool = False) -> tuple[StatedAmount, ...]:
    """Return the numbers of entries that the page states in hidden fields and in variables of scripts.

    `shown` is the number of entries of the page. Where a size of pages stands beside the number, it must be that: a
    page with fewer entries is the last one. `loosely` takes names that may count anything, too, such as `total`; these
    need a size. They are for pages without a pager.
    """
    found = chain(_in_fields(view, shown, loosely), _in_scripts(view, shown, loosely))
    return tuple(dict.fromkeys(islice(found, _MOST_FOUND)))


def _in_fields(view: PagerView, shown: int, loosely: bool) -> Iterator[StatedAmount]:
    fields = [one for one in islice(view.iter("input"), _MOST_FIELDS) if _is_hidden(one)]
    names = [field.get("id") or field.get("name") or "" for field in fields]
    sizes = [_value(field) for name, field in zip(names, fields, strict=True) if _SIZE_FIELD.match(name)]
    has_pages = any(map(_PAGE_IN_SCRIPT.search, names))
    for name, field in zip(names, fields, strict=True):
        match, number = _FIELD.match(name), _value(field)
        if match and number and _is_of_list(match, sizes, has_pages, shown, loosely):
            yield StatedAmount(number, f"{name} = {number}")


def _is_hidden(field: _Element) -> bool:
    """Whether a field is hidden, and belongs to no form in which readers type: a search has pages of its own."""
    if (field.get("type") or "").lower() != "hidden":
        return False
    form = next(field.iterancestors("form"), None)
    return form is None or not any(_TYPED.match(one.get("type") or "") for one in form.iter("input"))


def _value(field: _Element) -> int:
    value = (field.get("value") or "").strip()
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 8 else 0


def _in_scripts(view: PagerView, shown: int, loosely: bool) -> Iterator[StatedAmount]:
    found = ((script, match) for script in view.scripts for match in _IN_SCRIPT.finditer(script))
    for script, match in islice(found, _MOST_NAMES):
        # A script begins with 0 where it counts itself.
        if int(match["number"]) == 0 or is_about_something_else(script, match.start()):
            continue
        around = script[max(match.start() - _AROUND, 0) : match.end() + _AROUND]
        sizes = [int(size) for size in _SIZE_IN_SCRIPT.findall(around)]
        has_pages = _PAGE_IN_SCRIPT.search(around) is not None
        if _is_of_list(match, sizes, has_pages, shown, loosely):
            yield StatedAmount(int(match["number"]), f"{match['name']} = {match['number']}")


def _is_of_list(match: re.Match[str], sizes: list[int], has_pages: bool, shown: int, loosely: bool) -> bool:
    """Whether a number counts the entries of the list, by its name and by what stands beside it."""
    if match["loose"] and not loosely:
        return False
    if sizes:
        return shown in sizes
    return bool(match["sure"]) or (has_pages and not match["loose"])
