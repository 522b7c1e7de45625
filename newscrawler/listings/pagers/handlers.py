"""Elements of a pager without an address that a script reacts to: by an attribute of a library, by a handler elsewhere.

`<li @click="next">下一页</li>`, `<a data-act="next">下一页</a>`, `<span id="next">下一页</span>` with
`document.getElementById('next').onclick = …` in a script of the page. A pager that is switched off has neither.
"""

from __future__ import annotations

import re
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.patterns import late

_EVENT = late(
    r"(?i)(?:@|v-on:|ng-|wx:|bind:?tap).*|on(?:click|tap|touchend|mousedown)|data-(?:act|action|page|url|href|click|next|method|num|index|go|goto|event|cmd)(?:-?\w+)?"
)
"""Names of attributes by which libraries bind clicks, or tell them where to go."""
_REACTS = late(r"(?i)click|addEventListener|\.on\s*\(|\.bind\s*\(|\.tap\s*\(|delegate")
_NEAR = 200
"""Characters of a script around the name of an element in which it is said that it reacts to clicks."""
_MOST_MENTIONS = 20
_WITHIN = late(r"(?:find|children|siblings|closest|next|prev|filter)\s?\(")
"""Calls whose selectors begin at an element of their own."""
_NAME = late(r"[.#]([\w-]{1,60})")
_LEVELS = 8
_LONGEST_NAME = 12
_MOST_ELEMENTS = 2_000


def is_acted_on(view: PagerView, element: _Element) -> bool:
    """Tell whether a script reacts to clicks on an element, or on what holds it alone."""
    nodes = [element]
    parent = element.getparent()
    if parent is not None and parent.tag in ("li", "span", "td", "div") and len(parent) == 1:
        nodes.append(parent)
    return any(has_event(node) or _is_named(view, node) for node in nodes)


def has_event(element: _Element) -> bool:
    """Tell whether an attribute of an element binds a click, or tells a script where to go."""
    return any(_EVENT.fullmatch(str(name)) for name in element.attrib)


def holds_own_number(element: _Element) -> bool:
    """Tell whether an element has the number that it shows in a data attribute, by which a script turns pages."""
    text = (element.text or "").strip()
    if not text.isdecimal() or element.tag == "a":
        return False
    values = (value for name, value in element.attrib.items() if str(name).startswith("data-"))
    return any(value in (text, str(int(text) - 1)) for value in values)


def _is_named(view: PagerView, element: _Element) -> bool:
    """Whether a script of the page names an element by its id or a class, and says there that it reacts to clicks.

    A selector counts if it begins at the page, and if what it names before the element is around it: `.focus .next` is
    about another one, and so is `.next` within a plug-in of sliders.
    """
    classes = [name for name in (element.get("class") or "").split()[:5] if _is_only(element, name)]
    names = [*classes, *(element.get("id") or "").split()[:1]]
    names = [re.escape(name) for name in names if 3 <= len(name) <= 60]
    if not names:
        return False
    named = re.compile(
        rf"(?P<before>\w{{0,30}}\s?\(\s?)?['\"](?P<around>[^'\"\n]{{0,80}}?[\s>])?\w{{0,10}}[.#]?(?:{'|'.join(names)})(?![\w-])"
    )
    return any(
        _REACTS.search(script, max(match.start() - _NEAR, 0), match.end() + _NEAR)
        and not _WITHIN.match(match["before"] or "")
        and _is_around(element, match["around"] or "")
        for script in view.page_scripts
        for match in islice(named.finditer(script), _MOST_MENTIONS)
    )


def _is_only(element: _Element, name: str) -> bool:
    """Whether all elements with a class are called as one: a row of pictures may have its own `next`."""
    words = text_up_to(element, _LONGEST_NAME)
    others = islice(element.getroottree().iter(element.tag), _MOST_ELEMENTS)
    return all(text_up_to(one, _LONGEST_NAME) == words for one in others if name in (one.get("class") or "").split())


def _is_around(element: _Element, selector: str) -> bool:
    """Whether the classes and ids of the first part of a selector are those of elements around one."""
    wanted = _NAME.findall(selector)
    if not wanted:
        return True
    around = {
        name
        for node in islice(element.iterancestors(), _LEVELS)
        for name in (*(node.get("class") or "").split(), node.get("id") or "")
    }
    return all(name in around for name in wanted)
