"""What a page states outside of a pager: how many entries or pages there are, or that there is more."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import islice

from newscrawler.listings.pagers.growing import flag_of_more, growing_element
from newscrawler.listings.pagers.script_subjects import is_about_something_else
from newscrawler.listings.pagers.signs import OBJECT
from newscrawler.listings.pagers.view import MAX_SCRIPT, MAX_SCRIPTS, PagerView
from newscrawler.listings.stated_amounts import StatedAmount
from newscrawler.listings.totals_in_code import totals_in_code

_CURRENT_ATTRIBUTE = re.compile(r"(?i)data-(?:cur(?:rent)?|now|page|index|active)(?:-?(?:page|no|num|index))?")
_PAGES_ATTRIBUTE = re.compile(r"(?i)data-(?:(?:total|all|max|last|count)-?)?(?:pages?|page-?(?:count|total|num|sum))")
_PAGER_OBJECT = re.compile(
    r"(?i)(?<![\w$])(?:pg|pages?|pager|paging|pagination|fenye|page_?(?:info|data|conf|config|opts?|obj|bar))\s*[=:]\s*(\{[^{}]{5,200}\})"
)
_MEMBER = re.compile(r"[\w$'\"]{1,20}\s*:\s*['\"]?(\d{1,6})['\"]?\s*(?=[,}])")
_PAGES_MEMBER = re.compile(
    r"(?i)(?<![\w$])['\"]?(?:pages|page_?count|total_?pages?|page_?total)['\"]?\s*:\s*['\"]?(\d{1,6})\b"
)
_PAGE_MEMBER = re.compile(
    r"(?i)(?<![\w$])['\"]?(?:page|page_?(?:no|num|number|index|now)|cur(?:rent)?_?(?:page)?)['\"]?\s*:\s*['\"]?(\d{1,6})\b"
)
_COMMENT = re.compile(r"(?<![\w.])(\d{1,5})['\"]?\s{0,3}[;,]?\s{0,5}(?://|/\*)\s{0,3}(?:总|共)[^\n]{0,4}页")
"""A number that a comment explains: `var zys = 3; // 总页数`."""
_PAGER_CALL = re.compile(
    r"(?i)(?<![\w$.])\w{0,20}(?:page|fenye|fanye)\w{0,20}\s?\(((?:\s*['\"]?\d{1,6}['\"]?\s*,?){2,5})\)"
)
"""A call that is named like a pager, with numbers only: `getPager(46, 20, 1)`."""
_OF_PAGER = re.compile(r"(?i)下一?页|加载更多|(?<!\w)(?:count_?page|create_?page_?html|total_?pages?|has_?more)(?!\w)")
"""What a script speaks of that turns pages."""
_NUMBER = re.compile(r"\d{1,6}")
_WHOLE = re.compile(r"[0-9]{1,6}")
_MOST_ELEMENTS = 20_000
_MOST_OBJECTS = 50


def stated_beside(view: PagerView, entries: Set[str], amounts: Sequence[StatedAmount]) -> str:
    """Return a sign of more that a first page states outside of a pager; empty if it states none.

    `entries` are the URLs of the entries that it shows, `amounts` what stands beside its list.
    """
    number = len(entries)
    for amount in (*amounts, *totals_in_code(view, number, loosely=True)):
        if sign := amount.sign(number, view.number):
            return sign
        if amount.is_of_entries and amount.number == 0:
            return f"it states 0 entries, and shows {number}: a script fills the number ({amount.text})"
    stated = _in_attributes(view) or _in_objects(view, number) or _in_scripts(view, number)
    return stated or flag_of_more(view) or growing_element(view) or _in_rest_of_long_scripts(view)


def _in_attributes(view: PagerView) -> str:
    """Return the number of pages that an element states together with the number of this page."""
    for element in islice(view.iter("div", "ul", "span", "p", "nav", "a", "button"), _MOST_ELEMENTS):
        if len(element.attrib) < 2:
            continue
        values = {str(name): str(value) for name, value in element.attrib.items()}
        numbers = {name: int(value) for name, value in values.items() if _WHOLE.fullmatch(value)}
        pages = max((value for name, value in numbers.items() if _PAGES_ATTRIBUTE.fullmatch(name)), default=0)
        current = [value for name, value in numbers.items() if _CURRENT_ATTRIBUTE.fullmatch(name)]
        if pages > view.number and any(value in (view.number, view.number - 1) for value in current):
            return (
                f"an element states {pages} pages (<{element.tag} {element.get('id') or element.get('class') or ''}>)"
            )
    return ""


def _in_objects(view: PagerView, shown: int) -> str:
    """Return the number of pages of an object that is named like a pager: the one that is neither this page nor a size.

    `shown` is the number of entries of the page, which is the size if the object has it: `PG = {c: 1, t: 3, s: 10}`.
    """
    for script in view.scripts:
        for match in islice(_PAGER_OBJECT.finditer(script), _MOST_OBJECTS):
            numbers = [int(value) for value in _MEMBER.findall(match[1])]
            if view.number not in numbers or shown not in numbers:
                continue
            others = sorted(numbers)
            others.remove(view.number)
            others.remove(shown)
            if len(others) == 1 and others[0] > view.number:
                return f"a script states a page {view.number} of {others[0]} ({match[0][:80]})"
    return ""


def _in_scripts(view: PagerView, shown: int) -> str:
    """Return the number of pages or of entries that a script states, where its place says which of them it is."""
    for script in view.scripts:
        for match in islice(OBJECT.finditer(script), _MOST_OBJECTS):
            pages, page = _PAGES_MEMBER.search(match[0]), _PAGE_MEMBER.search(match[0])
            if is_about_something_else(script, match.start()):
                continue
            if pages and page and int(page[1]) in (view.number, view.number - 1) and int(pages[1]) > view.number:
                return f"a script states {pages[1]} pages ({' '.join(match[0].split())[:80]})"
        for match in islice(_COMMENT.finditer(script), _MOST_OBJECTS):
            if int(match[1]) > view.number:
                return f"a script states {match[1]} pages ({' '.join(match[0].split())})"
        for match in islice(_PAGER_CALL.finditer(script), _MOST_OBJECTS):
            numbers = [int(number) for number in _NUMBER.findall(match[1])]
            if shown in numbers and view.number in numbers and max(numbers) > shown:
                return f"a script states {max(numbers)} entries, {shown} per page ({match[0].strip()})"
    return ""


def _in_rest_of_long_scripts(view: PagerView) -> str:
    """Return the sign of a script that is too long to be read whole, and speaks of further pages in its middle."""
    for element in islice(view.iter("script"), MAX_SCRIPTS):
        script = element.text or ""
        if len(script) > MAX_SCRIPT and _OF_PAGER.search(script, MAX_SCRIPT // 2, len(script) - MAX_SCRIPT // 2):
            return f"a script of {len(script):,} characters is read in part, and its rest speaks of further pages"
    return ""
