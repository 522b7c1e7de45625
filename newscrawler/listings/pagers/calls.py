"""Pagers that a script writes, read from the arguments of its call.

- `createPageHTML(3, 0, "index", "shtml")` of TRS WCM: pages, this page from 0, name, suffix; sites change the order and
  add the id of an element, the number of entries, a name of the function of their own:
  `createPageHTML('page_div', 3, 1, 'index', 'shtml', 60)` counts from 1;
- `var currentPage = 0; var countPage = 3;` with `document.write` of TRS WCM's older templates;
- `$("#pager").pagination(60, {current_page: 0, items_per_page: 20, link_to: "index___id__.html"})` of jQuery's
  plugin pagination;
- `laypage({pages: 3, curr: 1, jump: function(o, first){ location.href = "?page=" + o.curr }})` of layui.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import islice

from newscrawler.listings.pagers.actions import address_in_code
from newscrawler.listings.pagers.create_page import CALL, pages_of_call
from newscrawler.listings.pagers.reading import PagerReading
from newscrawler.listings.pagers.script_text import call_arguments, literal, split_arguments
from newscrawler.listings.pagers.view import PagerView

_COUNT = re.compile(r"\bcountPage\s*=\s*['\"]?(\d{1,6})")
_CURRENT = re.compile(r"\bcurrentPage\s*=\s*['\"]?(\d{1,6})")
_SUFFIX = r"(?:s?html?|jspx?|aspx?|php)"
_TEXT = re.compile(r"(['\"])((?:\\.|(?!\1)[^\\\n]){0,200})\1")
_END_OF_FILE = re.compile(
    rf"\.?({_SUFFIX})\\?['\"]?|.*?\.({_SUFFIX})(?=[\s>'\"\\?#]).*|[\w/-]*\.({_SUFFIX})", re.IGNORECASE
)
"""A text of a script with the end of a file's name: `".htm"`, `"htm"`, `".htm'>"`."""
_VALUE = re.compile(rf"\b([A-Za-z_$][\w$]{{0,40}})\s*=\s*(['\"])\.?({_SUFFIX})\2", re.IGNORECASE)
_NAME_OF_FILE = re.compile(r"""href=\\?['"]{0,2}([\w-]{1,80}?)_?\\?['"]\s*\+""")
_NEXT_FILE = re.compile(
    r"""href=\\?["']{1,2}([\w./-]{1,80}?)_?["']{0,2}\s*\+\s*["']?_?["']?\s*\+?\s*nextPage\s*\+\s*["']\.?["']?\s*\+?\s*["']?\.?(s?html?|jspx?|aspx?|php)"""
)
_PAGINATION = re.compile(r"\.\s*(?:\w{0,20}(?:[pP]agination|[pP]aging|[pP]aginator)|createPage|page)\s*(?=\()")
_TEMPLATE = re.compile(r"\b(?:link_to|href|hrefTemplate|pageUrl|linkTo|url)['\"]?\s*:\s*(['\"])([^'\"\n]{1,200})\1")
_PLACE = re.compile(
    r"(?i)__(?:id|page)__|\{\{?\s?(?:number|page|p|n|num|id|0|page_?(?:no|num|number|index))\s?\}\}?|\[page\]|%d|(?<=[/=_-]):page"
)
"""A place for the number of a page in the template of its address."""
_LAYPAGE = re.compile(r"\blaypage(?:\.render)?\s*(?=\()")
_CALLBACK = re.compile(
    r"\b(?:jump|callback|backFn|onPageChange|onPageClick)\s*:\s*(?:async\s+)?(?:function\s*\w{0,40}\s*\(|\(|(?=[\w$]{1,40}\s*=>))\s*(?P<names>[\w$]{1,40}(?:\s*,\s*[\w$]{1,40}){0,4})"
)
_NO_NUMBER = re.compile(r"(?i)e|evt?|event|type|\$?(?:el|container)|_")
"""Names of what a callback is given beside the number of the page."""
_MEMBER = r"\s*\.\s*(?:get)?(?:curr?(?:ent)?(?:_?page)?|page(?:_?(?:no|num|number|index))?|num)(?![\w$])(?:\s*\(\s*\))?"
"""What gives the number of the page, where a callback is given an object."""
_TARGET = re.compile(
    r"\b(?:elem|cont|container|el)\s*:\s*(?:\$\(\s*|document\.getElementById\(\s*)?['\"]#?([\w-]{1,60})['\"]"
)
_SELECTED = re.compile(r"['\"]#?([\w-]{1,60})['\"]\s*\)\s*$")
_MAX_PAGES = 1_000_000
_MAX_CALLS = 20
_MAX_TEXTS = 200
"""Texts of a script that are looked at."""


def read_calls(view: PagerView) -> PagerReading | None:
    """Read the first call of a script that writes a pager."""
    for script in view.calling_scripts:
        for reader in (_create_page, _count_page, _jquery, _layui):
            reading = reader(view, script)
            if reading is not None:
                return reading
    return None


def _stated(
    view: PagerView, form: str, pages: int, is_last: bool, address: str | None, shown: str
) -> PagerReading | None:
    """Return the reading of a pager that states its pages."""
    if pages > _MAX_PAGES:
        return None
    if is_last:
        return PagerReading(form, is_last=True, pages=pages)
    url = view.target(address) if address else None
    sign = "" if url else f"{form} has {pages} pages, whose addresses cannot be read ({shown[:60]})"
    return PagerReading(form, url or "", pages=pages, sign=sign)


def _create_page(view: PagerView, script: str) -> PagerReading | None:
    for match in islice(CALL.finditer(script), _MAX_CALLS):
        arguments = call_arguments(script, match.end())
        if arguments is None or not view.is_own_call(script, _texts(arguments)):
            continue
        reading = _of_create_page(view, match["name"], arguments)
        if reading is not None:
            return reading
    return None


def _texts(arguments: str) -> list[str]:
    return [value for argument in split_arguments(arguments) if isinstance(value := literal(argument), str)]


def _of_create_page(view: PagerView, function: str, arguments: str) -> PagerReading | None:
    found = pages_of_call(view, function, arguments)
    if found is None:
        return None
    # TRS counts from 0. Where the number is that of the page in the sweep, this site counts from 1.
    first = 1 if found.current == view.number else 0
    number = found.current - first + 1
    address = f"{found.name}_{found.current + 1}.{found.suffix}"
    if found.fewest <= number < found.most and (url := view.target(address)):
        # This may be the last page: what follows counts if it brings new entries.
        return PagerReading("createPageHTML", url, pages=found.fewest)
    is_last = number >= found.pages
    return _stated(view, "createPageHTML", found.pages, is_last, address, arguments)


def _count_page(view: PagerView, script: str) -> PagerReading | None:
    count, current = _COUNT.search(script), _CURRENT.search(script)
    if count is None or current is None or not view.is_own_call(script, ()):
        return None
    pages, number = int(count[1]), int(current[1])
    first = 1 if number == view.number else 0
    file = _NEXT_FILE.search(script)
    if file:
        name, suffix = file[1], file[2]
    else:
        named = _NAME_OF_FILE.search(script)
        name, suffix = named[1] if named else "index", _suffix_in_code(view, script) or _own_suffix(view)
    if not suffix and number - first + 1 < pages <= _MAX_PAGES:
        return PagerReading("countPage", pages=pages)  # the suffix of the articles may be that of the pages
    return _stated(view, "countPage", pages, number - first + 1 >= pages, f"{name}_{number + 1}.{suffix}", "countPage")


def _suffix_in_code(view: PagerView, script: str) -> str:
    """Return the suffix of the files that the code of a pager names; empty if it names none, or several.

    It stands in a text of the code, or in a variable of it: `"." + ext` with `var ext = "htm"`.
    """
    found = {
        next(filter(None, end.groups())).lower()
        for text in islice(_TEXT.finditer(script), _MAX_TEXTS)
        if (end := _END_OF_FILE.fullmatch(text[2]))
    }
    if not found:
        values = (value for one in view.page_scripts for value in islice(_VALUE.finditer(one), _MAX_TEXTS))
        found = {value[3].lower() for value in values if re.search(rf"\+\s*{re.escape(value[1])}(?![\w$])", script)}
    return found.pop() if len(found) == 1 else ""


def _own_suffix(view: PagerView) -> str:
    match = re.search(rf"\.({_SUFFIX})$", view.page_url)
    return match[1] if match else ""


def _jquery(view: PagerView, script: str) -> PagerReading | None:
    for match in islice(_PAGINATION.finditer(script), _MAX_CALLS):
        arguments = call_arguments(script, match.end())
        if not arguments or "{" not in arguments or not view.is_own_call(script, _selected(script, match.start())):
            continue
        total = re.match(r"\s*['\"]?(\d{1,9})", arguments)
        size = _option(arguments, "items_per_page", "pageSize", "showData", "limit", "perPage") or 10
        pages = _option(arguments, "pageCount", "totalPages", "totalPage", "pages")
        entries = int(total[1]) if total else _option(arguments, "totalData", "totalCount", "total", "count")
        pages = pages if pages is not None else math.ceil(entries / size) if entries is not None else None
        if pages is None:
            continue
        from_zero = _option(arguments, "current_page")
        from_one = _option(arguments, "current", "currentPage", "curr", "pageNo", "startPage")
        current = from_zero + 1 if from_zero is not None else from_one or view.number
        template = _TEMPLATE.search(arguments)
        if template and _PLACE.search(template[2]):
            following = str(current if from_zero is not None else current + 1)
            address: str | None = _PLACE.sub(following, template[2], count=1)
        else:
            address = _callback_address(view, arguments, current + 1, from_zero is not None)
        return _stated(view, "pagination", pages, current >= pages, address, arguments)
    return None


def _layui(view: PagerView, script: str) -> PagerReading | None:
    for match in islice(_LAYPAGE.finditer(script), _MAX_CALLS):
        arguments = call_arguments(script, match.end())
        if not arguments or not view.is_own_call(script, _TARGET.findall(arguments)):
            continue
        pages = _option(arguments, "pages")
        if pages is None and (entries := _option(arguments, "count")) is not None:
            pages = math.ceil(entries / (_option(arguments, "limit") or 10))
        if pages is None:
            return PagerReading("laypage", sign=f"laypage gets its pages from a script ({arguments.strip()[:60]})")
        current = _option(arguments, "curr") or view.number
        address = _callback_address(view, arguments, current + 1, False)
        return _stated(view, "laypage", pages, current >= pages, address, arguments)
    return None


def _selected(script: str, end: int) -> list[str]:
    """Return the id that `$("#id")` or a getter names directly before a position."""
    match = _SELECTED.search(script[max(0, end - 100) : end])
    return [match[1]] if match else []


def _option(arguments: str, *names: str) -> int | None:
    for name in names:
        match = re.search(rf"(?<![\w.]){name}['\"]?\s*:\s*['\"]?(\d{{1,9}})(?![\w.])", arguments)
        if match:
            return int(match[1])
    return None


def _callback_address(view: PagerView, arguments: str, number: int, from_zero: bool) -> str | None:
    """Return the address to which the callback of a pager leads for a page number."""
    callback = _CALLBACK.search(arguments)
    if callback is None:
        return None
    value = number - 1 if from_zero else number
    given = [name.strip() for name in callback["names"].split(",")]
    code = arguments[callback.end() :]
    names = {}
    for name in given:
        bare, members = re.subn(rf"(?<![\w$.])({re.escape(name)}){_MEMBER}", r"\1", code, flags=re.IGNORECASE)
        if members or not _NO_NUMBER.fullmatch(name):
            code, names[name] = bare, value
    return address_in_code(code, view.page_scripts, {**names, "pageNo": value})


def stated_page_counts(view: PagerView) -> Iterator[tuple[int, str]]:
    """Yield numbers of pages that scripts state under a telling name, with what they say."""
    for script in view.scripts:
        for match in islice(_STATED.finditer(script), _MAX_CALLS):
            if int(match["pages"]) <= _MAX_PAGES:
                yield int(match["pages"]), match.group()


_STATED = re.compile(
    r"(?i)(?<![\w.])(?:page_?count|total_?pages?|count_?pages?|page_?total|max_?page|page_?max|pages_?count|last_?page|n_?page_?count|all_?pages?|sum_?pages?|page_?(?:all|sum)|total_?page_?(?:num|number|count))"
    r"['\"]?\s*[:=]\s*['\"]?(?P<pages>\d{1,6})(?![\w.])"
)
