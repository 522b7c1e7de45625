"""Functions of a pager, `javascript:goPage(2)`, that no script of the page defines: they stand in a script file.

The file is fetched as text. Of all that it says, only the functions that the pager calls are read, as if they stood on
the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urlsplit

from newscrawler.listings.pagers.labels import code_of
from newscrawler.listings.pagers.script_text import call_arguments, literal, split_arguments
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.patterns import late

MOST_FILES = 4
"""Script files of one page that are asked for a function."""
_CALL = late(r"(?<![\w.$])([A-Za-z_$][\w$]{0,60})\s*(?=\()")
_BEGINNING = r"(?:function\s+{name}\s*|(?<![\w$])(?:window\.)?{name}\s*=\s*(?:function\s*\w{{0,60}}\s*)?)"
_PARAMETERS = late(r"\(([\w$,\s]{0,200})\)\s*(?:=>\s*)?(?=\{)")
_LIBRARY = late(r"(?i)jquery|swiper|bootstrap|vue|react|layui|laypage|pagination|echarts|\.min\.|polyfill|hm\.js|share")
_NAMED = late(r"(?i)page|pager|fenye|list|column|channel|news")
"""Names of files in which such a function is looked for first."""
_LONGEST_CODE = 300
_LONGEST_BODY = 2_000
_LONGEST_FILE = 200_000
_MOST_LABELS = 200
_MOST_CALLS = 5
_MOST_NAMES = 3
"""Functions of one page that are looked for."""
_KNOWN = frozenset({"if", "for", "while", "switch", "return", "function", "void", "open", "parseInt", "Number"})


def functions_elsewhere(view: PagerView) -> tuple[str, ...]:
    """Return the names of the functions that links call with the number of the next page, if the page has none such."""
    found: dict[str, None] = {}
    for label in islice((one for one in view.labels if not one.url), _MOST_LABELS):
        code = code_of(label.element)[:_LONGEST_CODE]
        for call in islice(_CALL.finditer(code), _MOST_CALLS):
            arguments = split_arguments(call_arguments(code, call.end()) or "")
            if call[1] not in _KNOWN and str(view.number + 1) in (str(literal(one)) for one in arguments):
                found.setdefault(call[1])
    return tuple(name for name in islice(found, _MOST_NAMES) if not _is_defined(name, view.page_scripts))


def files_of_functions(view: PagerView) -> tuple[str, ...]:
    """Return the script files of the page's own host, no libraries, in which such functions may stand; best first."""
    if not functions_elsewhere(view):
        return ()
    own = urlsplit(view.page_url).hostname
    files = [url for url in dict.fromkeys(view.script_urls) if urlsplit(url).hostname == own]
    names = {url: urlsplit(url).path.rpartition("/")[2] for url in files}
    files = [url for url in files if not _LIBRARY.search(names[url])]
    return tuple(sorted(files, key=lambda url: _NAMED.search(names[url]) is None)[:MOST_FILES])


def definitions_of(names: Iterable[str], text: str) -> str:
    """Return the functions with these names in the text of a script file, as one script; empty without any."""
    text = text[:_LONGEST_FILE]
    return "\n".join(filter(None, (next(_definitions(name, text), "") for name in names)))


def _definitions(name: str, text: str) -> Iterator[str]:
    if name not in text:
        return
    for match in islice(re.finditer(_BEGINNING.format(name=re.escape(name)), text), _MOST_CALLS):
        parameters = _PARAMETERS.match(text, match.end())
        body = call_arguments(text, parameters.end(), _LONGEST_BODY) if parameters else None
        if parameters and body is not None:
            yield f"function {name}({parameters[1]}){{{body}}}"


def _is_defined(name: str, scripts: Iterable[str]) -> bool:
    return any(next(_definitions(name, script), "") for script in scripts)
