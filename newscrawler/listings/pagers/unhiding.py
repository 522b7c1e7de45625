"""Buttons 加载更多 and page numbers that load nothing: a click shows entries that the page has already, but hides.

Both must be seen: entries that are hidden, and code of the click that shows elements and can do nothing else. Code that
calls what is not known, such as a function of another file, may load more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.links import title_weight
from newscrawler.listings.pagers.script_text import call_arguments
from newscrawler.listings.pagers.view import PagerView

_SHOWS = re.compile(
    r"""\.(?:show|slideDown|slideToggle|fadeIn|toggle)\s*\(|removeClass\s*\(|toggleClass\s*\(|classList\.(?:remove|toggle)\s*\("""
    r"""|display['"]?\s*[=:,]\s*['"](?:block|list-item|flex|inline-block|table-row|)['"]|\bhidden\s*=\s*false"""
    r"""|style\.display\s*=(?!=)[^;\n]{1,80}\?|remove(?:Attr|Attribute)\s*\(\s*['"](?:hidden|style)['"]"""
)
_HARMLESS = """
    show hide slideDown slideUp slideToggle fadeIn fadeOut toggle toggleClass addClass removeClass hasClass css attr
    prop removeAttr removeAttribute setAttribute getAttribute text val data parent parents children find siblings next
    prev nextAll prevAll eq gt lt first last slice filter not each forEach map index closest is remove querySelector
    querySelectorAll getElementById getElementsByClassName getElementsByTagName preventDefault stopPropagation add min
    max floor ceil round from size stop animate scrollTop push contains
"""
_METHODS = frozenset(_HARMLESS.split())
"""Methods that ask no server for anything, and write no entries."""
_OF_THE_LANGUAGE = """
    if for while switch return function typeof void catch parseInt Number String Array isNaN jQuery $ setTimeout alert
    getComputedStyle
"""
_WORDS = frozenset(_OF_THE_LANGUAGE.split())
_CALL = re.compile(r"(?P<dot>\.\s{0,5})?(?P<name>[A-Za-z_$][\w$]{0,60})\s{0,5}(?=\()")
_OWNER = re.compile(r"(?<![\w$.)\]])([A-Za-z_$][\w$]{0,60})\s{0,5}(?=\.|\[)")
_OWNERS = frozenset(["this", "document", "Math", "Array", "event", "e", "ev", "evt", "console", "jQuery", "$"])
"""Names whose methods are harmless."""
_NEARBY = re.compile(r"\$\(this\)\s*\.\s*(?:prev|siblings|parent|closest)|this\.(?:parent|previous)")
_NAME_IN_SELECTOR = re.compile(r"[.#]([\w-]{1,60})")
_LEVELS = 6
"""Elements around a hidden one that code may name."""
_ELEMENT = r"""\$\(|jQuery\(|document\.|this\b|[\d'"\[]|[\w$.\[\]]{1,60}\.(?:query|get|children|parent)"""
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_ASKING = re.compile(
    r"(?i)XMLHttpRequest|fetch|ajax|axios|\bimport\b|location|\.src\b|['\"]src['\"]|\.href\b|innerHTML|\beval\b"
    r"|document\.write"
)
_WRITES_WORDS = re.compile(r"\.html\s*\(\s*(?:'[^'<]{0,40}'|\"[^\"<]{0,40}\")\s*\)")
"""A button that gets another text: 没有更多了."""
_FUNCTION = r"function\s+{name}\s*\(|(?<![\w$.]){name}\s*[=:]\s*(?:async\s+)?(?:function\b|\([\w\s,$]{{0,100}}\)\s*=>)"
_CLICK = re.compile(r"\s{0,5}\)?\s{0,5}\.\s{0,5}(?:on|bind|click|onclick|addEventListener)\b")
_NAMED_HANDLER = re.compile(r"(?:\(\s*|['\"]\s*,\s*|=\s*)([A-Za-z_$][\w$]{0,60})\s*(?:[,);]|$)")
_NONE = re.compile(r"display\s*:\s*none")
_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,500})\}")
_HIDDEN_CLASS = re.compile(
    r"(?i)(?:^|[\s_-])(?:hide|hidden|hid|none|d-?none|dis-?none|undis(?:play)?|invisible|is-hidden)(?:$|[\s_-])"
)
_STYLE = re.compile(
    r"(?:.*[\s>+~])?(?P<tag>[a-z]{0,10})(?P<classes>(?:\.[\w-]{1,60}){0,5})"
    r"(?::nth-child\(\s*n\s*\+\s*(?P<from>\d{1,3})\s*\))?$"
)
"""The last part of a simple selector."""
_HIDING = re.compile(
    r"(?:\bli\b|item|list|row)[^;{}\n]{0,80}(?::gt\(|\.slice\(|\.gt\(|\[\w+\])[^;{}\n]{0,80}"
    r"(?:\.hide\(\)|display['\"]?\s*[,=:]\s*['\"]none)"
)
"""A script that hides the entries behind the first ones."""
_LONGEST_BODY = 3_000
_MOST_BODIES = 12
_MOST_RULES = 300
_MOST_STYLES = 50
"""Selectors of hidden elements that are held against the page's."""
_MOST_HIDDEN = 2_000
_MOST_ELEMENTS = 20_000
_HEADLINE = 5
"""Han characters of the text of a link that may be an entry."""


def unhiding_code(view: PagerView, button: _Element, code: str) -> str:
    """Return the code of a click on a button that can only show what is on the page; empty if it may do more.

    `code` is what the button itself says of its click.
    """
    bodies = [code] if code else []
    for script in view.page_scripts:
        bodies += islice(_handlers(script, button), _MOST_BODIES)
    if not bodies or not _all_known(bodies, view.page_scripts):
        return ""
    text = _text_of(bodies, view)
    return text if _SHOWS.search(text) else ""


def only_shows_main_list(view: PagerView, button: _Element, code: str) -> bool:
    """Whether a click can do nothing but show hidden entries of the main list. `code` is what the button says of it."""
    shown = unhiding_code(view, button, code)
    return bool(shown) and shows_main_list(view, button, shown)


def most_hidden_pages(view: PagerView) -> int:
    """Return into how many pages the list can be divided that a page has, of which it hides all but the first."""
    hidden = list(islice(_hidden(view), _MOST_HIDDEN))
    lists = {parent for one in hidden if _has_headline(one) and (parent := one.getparent()) is not None}
    links = {link for one in lists or {view.root} for link in one.iter("a") if _is_headline(link)}
    below = {link for one in hidden for link in one.iter("a")}
    shown = len(links - below)
    # Where a script hides them, the first page may have any number.
    return -(-len(links) // max(shown, 1)) if links & below else len(links) // 2


def shows_main_list(view: PagerView, button: _Element, code: str) -> bool:
    """Whether what code shows are hidden entries of the list that has most of the page's headlines.

    They are hidden by the page or by its scripts. A block at the side may have such a button, too: it says nothing
    about the list.
    """
    names = {name for match in _QUOTED.finditer(code) for name in _names_in(match.group()[1:-1])}
    near = set(islice(button.iterancestors(), 2)) if _NEARBY.search(code) else set()
    hidden = _hidden(view)
    lists: set[_Element] = set()
    for element in islice(hidden, _MOST_HIDDEN):
        around = [element, *islice(element.iterancestors(), _LEVELS)]
        is_meant = any(names & set(_own_names(one)) for one in around) or not near.isdisjoint(around)
        if is_meant and _has_headline(element) and (parent := element.getparent()) is not None:
            lists.add(parent)
    for script in view.page_scripts:
        for match in islice(_HIDING.finditer(script), _MOST_BODIES):
            hiding = script[max(0, match.start() - 80) : match.end()]
            wanted = names & {name for one in _QUOTED.finditer(hiding) for name in _names_in(one.group()[1:-1])}
            lists.update(one for one in view.iter("ul", "ol", "div", "table", "tbody") if wanted & set(_own_names(one)))
    of_lists = {link for one in lists for link in one.iter("a") if _is_headline(link)}
    return len(of_lists) * 2 > sum(map(_is_headline, islice(view.iter("a"), _MOST_ELEMENTS)))


def _names_in(selector: str) -> list[str]:
    """Return the classes and ids that a selector names; a single word may be one of them."""
    return _NAME_IN_SELECTOR.findall(selector) or ([selector] if re.fullmatch(r"[\w-]{2,60}", selector) else [])


def _own_names(element: _Element) -> list[str]:
    return [*(element.get("class") or "").split(), *filter(None, [element.get("id")])]


def _text_of(bodies: list[str], view: PagerView) -> str:
    called = (body for one in bodies for body in _called(one, view.page_scripts).values() if body)
    return "\n".join([*bodies, *called])


def _all_known(bodies: list[str], scripts: list[str]) -> bool:
    """Whether all that code does, and all functions that it calls, ask no server for anything."""
    seen: set[str] = set()
    left = list(bodies)
    while left:
        body = _WRITES_WORDS.sub("", left.pop())
        if len(seen) > _MOST_BODIES or _ASKING.search(body):
            return False
        if not _are_elements(body, scripts):
            return False
        for match in _CALL.finditer(body):
            if match["dot"] and match["name"] not in _METHODS:
                return False
        for name, inside in _called(body, scripts).items():
            if not inside:
                return False
            if name not in seen:
                seen.add(name)
                left.append(inside)
    return True


def _are_elements(body: str, scripts: list[str]) -> bool:
    """Whether the names whose methods code calls stand for elements of the page, not for something that may load."""
    for name in {match[1] for match in _OWNER.finditer(_QUOTED.sub("''", body))} - _OWNERS:
        word = re.escape(name)
        given = rf"(?<![\w$.]){word}\s*=\s*(?:{_ELEMENT})"
        passed = rf"function\s*[\w$]*\([^()]*(?<![\w$]){word}(?![\w$])[^()]*\)|(?<![\w$.]){word}\)?\s*=>"
        if not (re.search(passed, body) or any(re.search(given, script) for script in (body, *scripts))):
            return False
    return True


def _called(body: str, scripts: list[str]) -> dict[str, str]:
    """Return the functions that code calls with their bodies; the body of one that is not on the page is empty."""
    names = {match["name"] for match in _CALL.finditer(body) if not match["dot"]} - _WORDS
    return {name: next(filter(None, (_function(script, name) for script in scripts)), "") for name in names}


def _function(script: str, name: str) -> str:
    match = re.search(_FUNCTION.format(name=re.escape(name)), script) if name in script else None
    return _body_after(script, match.end()) if match is not None else ""


def _body_after(script: str, position: int) -> str:
    """Return what stands between the next braces, if they open soon."""
    opening = script.find("{", position, position + 200)
    return (call_arguments(script, opening, _LONGEST_BODY) or "") if opening >= 0 else ""


def _handlers(script: str, button: _Element) -> Iterator[str]:
    """Yield the code of clicks that a script gives to an element by its id or one of its classes."""
    names = [f"#{button.get('id')}", button.get("id") or ""] if button.get("id") else []
    names += [f".{name}" for name in (button.get("class") or "").split()[:4]]
    names += [name for name in (button.get("class") or "").split()[:4] if "getElementsByClassName" in script]
    for name in filter(None, names):
        tag = "[a-z]{0,10}" if name[0] in "#." else ""
        literal = re.compile(rf"""['"](?:[^'"\n]{{0,80}}[\s>+~,])?{tag}{re.escape(name)}(?![\w-])[^'"\n]{{0,40}}['"]""")
        for match in islice(literal.finditer(script), _MOST_BODIES):
            end = match.end()
            if _CLICK.match(script, end):
                yield _code_at(script, end)
            # var button = document.getElementById("more"); button.onclick = …
            line = script[script.rfind("\n", 0, match.start()) + 1 : match.start()]
            if assigned := re.search(r"([A-Za-z_$][\w$]{0,60})\s{0,5}=\s{0,5}[^=;]{0,80}$", line):
                later = re.compile(rf"(?<![\w$.]){re.escape(assigned[1])}(?:\[\w\])?(?={_CLICK.pattern})")
                for use in islice(later.finditer(script, end), _MOST_BODIES):
                    yield _code_at(script, use.end())


def _code_at(script: str, position: int) -> str:
    """Return the code of a click that is given from this position on: a function's body, or a call of a named one."""
    statement = script[position : position + 200].partition("{")[0]
    if "function" in statement or "=>" in statement:
        return _body_after(script, position)
    named = _NAMED_HANDLER.search(statement)
    return f"{named[1]}()" if named is not None else "unknown()"


def _hidden(view: PagerView) -> set[_Element]:
    """Return the elements that are hidden by themselves: by an attribute, a class, or a rule of the page's styles."""
    styles = [rule for rule in map(_STYLE.match, islice(_selectors_of_hidden(view), _MOST_STYLES)) if rule]
    is_by_place = any(style["from"] for style in styles)
    places = {child: n for one in view.iter() for n, child in enumerate(one, 1)} if is_by_place else {}
    elements = islice(view.iter("li", "div", "tr", "dl", "dd", "p", "article", "ul", "a"), _MOST_ELEMENTS)
    return {one for one in elements if _is_hidden(one) or any(_is_styled(one, style, places) for style in styles)}


def _is_hidden(element: _Element) -> bool:
    if element.get("hidden") is not None or _NONE.search(element.get("style") or ""):
        return True
    return _HIDDEN_CLASS.search(element.get("class") or "") is not None


def _is_styled(element: _Element, style: re.Match[str], places: dict[_Element, int]) -> bool:
    """Whether the last part of a rule's selector is about an element: `li.old`, `li:nth-child(n+11)`.

    `places` are the elements' numbers among the children of their parents.
    """
    classes = [name for name in style["classes"].split(".") if name]
    if not (classes or style["from"]) or (style["tag"] and style["tag"] != element.tag):
        return False
    if style["from"] and places.get(element, 0) < int(style["from"]):
        return False
    return set(classes) <= set((element.get("class") or "").split())


def _selectors_of_hidden(view: PagerView) -> Iterator[str]:
    for style in islice(view.iter("style"), 20):
        for rule in islice(_RULE.finditer(style.text or ""), _MOST_RULES):
            if _NONE.search(rule[2]):
                yield from (one.strip() for one in rule[1].split(","))


def _has_headline(element: _Element) -> bool:
    return any(map(_is_headline, islice(element.iter("a"), 3)))


def _is_headline(link: _Element) -> bool:
    return title_weight(text_up_to(link, 60).strip()) >= _HEADLINE
