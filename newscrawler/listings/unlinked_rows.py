"""What suggests that a page without an entry has a list all the same, whose rows stand in no link that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.link_lists import LEAST_TITLE, LinkList
from newscrawler.listings.links import title_weight
from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.script_tokens import read_tokens
from newscrawler.listings.script_values import unescaped
from newscrawler.text.dates import FULL
from newscrawler.text.urls import resolve

SAYS_EMPTY = re.compile(r"(?:暂无|没有)(?:相关)?(?:内容|数据|信息|新闻|消息|文章|记录|更新)")
"""What a page says that has no entries."""
FEWEST_ROWS = 2
FEWEST_TITLES = 5
"""Texts of scripts that may be titles; fewer may be messages to the reader."""
_LONG_TITLE = 8
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST_ROW = 300
_MOST_ROWS = 2_000
_MOST_CONTAINERS = 100
_MOST_ELEMENTS = 20_000
_MOST_SCRIPTS = 200
_SCRIPT_TEXT = 200_000
_ROWS = ("li", "tr", "dd", "dt", "p", "div", "td", "h3", "h4")
_IDENTIFIERS = re.compile(r"(?i)^data-(?:\w{1,12}-)?(?:id|aid|nid|cid|key|url|href|link|code|guid|uuid)$")
_CONTAINERS = frozenset({"ul", "ol", "dl", "table", "tbody", "tr"})
_TEMPLATE = re.compile(r"\{\{[^{}]{1,80}\}\}|<%[^%]{1,80}%>")
_TEMPLATE_ATTRIBUTES = re.compile(
    r"(?i)^(?:v-(?:for|html|bind.*)|ng-repeat|:(?:href|key)|wx:for|x-for|datasrc|datafld)$"
)
_LOADS_PART = re.compile(r"\.load\s{0,5}\(\s{0,5}['\"]([^'\"]{1,300})['\"]|(?<![\w.])atob\s{0,5}\(")
_FURNITURE = re.compile(
    r"(?i)head|foot|top|bottom|nav|menu|login|user|weather|search|copyright|banner|jquery|vue|\bad[sv]?\b|count|stat|tongji|hits"
    r"|share|comment|\.min\."
)
_NAMED_LIST = re.compile(r"(?i)news|list|class|article|column|channel|content|rows")
_DATA_OF_FLASH = re.compile(r"(?i)\.swf\?|\.xml\b|news|list")


def unlinked_rows(view: PagerView) -> str:
    """Return what suggests rows without a link on a page without entries, and where; empty if nothing does.

    A page that says that it is empty has none.
    """
    if SAYS_EMPTY.search(view.text):
        return ""
    return next(filter(None, (sign(view) for sign in _SIGNS)), "")


def rows_without_link(view: PagerView, least: int) -> str:
    """Return what shows `least` rows or more with titles, and no link that can be read; empty if nothing does."""
    signs = filter(None, (sign(view) for sign in (_opened_by_scripts, _with_identifiers, _dated_texts)))
    return next((sign for sign in signs if int(sign.partition(" ")[0]) >= least), "")


def has_template(element: _Element) -> bool:
    """Tell whether an element holds what a script fills for each entry: `v-for`, `{{item.title}}`."""
    parts = list(islice(element.iter(), _MOST_ROWS))
    is_marked = any(_TEMPLATE_ATTRIBUTES.match(str(name)) for one in parts for name in one.attrib)
    return is_marked and all(not (one.get("href") or "").strip() for one in parts if one.tag == "a")


def rows_without_address(main: LinkList) -> str:
    """Return a sentence about rows of a list whose other rows have links: they have a title and lead nowhere.

    Empty without such rows. A row counts if it has a date or an identifier for a script, as headings have not. The rows
    with links must have dates of their own: else a row without a link may be the second line of the one before.
    """
    rows = []
    for container, links in islice(main.by_container().items(), _MOST_CONTAINERS):
        items = {link.item for link in links}
        if 2 * sum(1 for item in items if _is_dated_row(item)) <= len(items):
            continue
        tags = {item.tag for item in items}
        others = (child for child in islice(container, _MOST_ROWS) if child.tag in tags and child not in items)
        rows += [child for child in others if _may_be_article(child) and not _leads_somewhere(child)]
    return f"{len(rows)} rows of its list have no address, such as {_short(rows[0])!r}" if rows else ""


def _may_be_article(row: _Element) -> bool:
    if title_weight(text_up_to(row, _LONGEST_ROW).strip()) < _LONG_TITLE:
        return False
    return _is_dated_row(row) or any(_IDENTIFIERS.match(str(name)) for name in row.attrib)


def _leads_somewhere(row: _Element) -> bool:
    hrefs = (link.get("href", "").strip().lower() for link in islice(row.iter("a"), 20))
    return any(href and not href.startswith(("#", "javascript:")) for href in hrefs)


def _opened_by_scripts(view: PagerView) -> str:
    rows = []
    parents: dict[_Element | None, bool] = {}  # a hundred thousand links may have one parent
    for link in islice(view.iter("a"), _MOST_ELEMENTS):
        href = (link.get("href") or "").strip()
        if href.lower().startswith("javascript:") or href in ("", "#"):
            title = text_up_to(link, _LONGEST_ROW).strip()
            if (parent := link.getparent()) not in parents:
                parents[parent] = _has_date(parent)
            least = LEAST_TITLE if parents[parent] else _LONG_TITLE
            if title_weight(title) >= least:
                rows.append(href if len(href) > 1 else title[:40])
    return f"{len(rows)} rows are opened by scripts, such as {rows[0][:80]!r}" if len(rows) >= FEWEST_ROWS else ""


def _has_date(parent: _Element | None) -> bool:
    return parent is not None and FULL.search(text_up_to(parent, _LONGEST_ROW)) is not None


def _with_identifiers(view: PagerView) -> str:
    rows = [
        f"{name!s}={value!s}"
        for element in islice(view.iter(*_ROWS, "a", "span"), _MOST_ELEMENTS)
        for name, value in element.attrib.items()
        if _IDENTIFIERS.match(str(name)) and title_weight(text_up_to(element, _LONGEST_ROW).strip()) >= _LONG_TITLE
    ]
    return f"{len(rows)} rows have no link, such as that with {rows[0][:80]}" if len(rows) >= FEWEST_ROWS else ""


def _dated_texts(view: PagerView) -> str:
    """Rows with a title and a date, and no link."""
    elements = (element for element in islice(view.iter(*_ROWS), _MOST_ELEMENTS) if _is_dated_row(element))
    rows = [element for element in elements if not any(map(_is_dated_row, element)) and not _has_link(element)]
    return f"{len(rows)} rows with a date have no link, such as {_short(rows[0])!r}" if len(rows) >= FEWEST_ROWS else ""


def _is_dated_row(element: _Element) -> bool:
    text = text_up_to(element, _LONGEST_ROW + 1).strip() if element.tag in _ROWS else ""
    dates = list(islice(FULL.finditer(text), 2)) if len(text) <= _LONGEST_ROW else []
    return len(dates) == 1 and title_weight(text.replace(dates[0][0], "")) >= _LONG_TITLE


def _short(element: _Element) -> str:
    return " ".join(text_up_to(element, 40).split())


def _has_link(element: _Element) -> bool:
    return any((link.get("href") or "").strip() for link in islice(element.iter("a"), 20))


def _templates(view: PagerView) -> str:
    if match := _TEMPLATE.search(view.text):
        return f"a script fills a template ({match[0][:60]})"
    for element in islice(view.iter(), _MOST_ELEMENTS):
        if not isinstance(element.tag, str):
            continue
        if found := next((name for name in element.attrib if _TEMPLATE_ATTRIBUTES.match(str(name))), None):
            return f"a script fills a template (<{element.tag} {found!s}={element.get(found, '')[:60]!r}>)"
    return ""


def _scripts(view: PagerView) -> str:
    """Scripts that load a part of the page, or stand where a list has its rows."""
    own = urlsplit(view.page_url).hostname
    for script in islice(view.iter("script"), _MOST_SCRIPTS):
        text, source = (script.text or "")[:_SCRIPT_TEXT], (script.get("src") or "").strip()
        parent = script.getparent()
        is_row = parent is not None and parent.tag in _CONTAINERS and not _FURNITURE.search(source)
        if source:
            parts = urlsplit(resolve(view.base_url, source) or "")
            name = parts.path.rpartition("/")[2] + "?" + parts.query
            if parts.hostname == own and (is_row or (_NAMED_LIST.search(name) and not _FURNITURE.search(name))):
                return f"a script may fill the list ({source[:200]})"
        elif is_row and text.strip():
            return f"a script stands in the place of the list ({' '.join(text.split())[:80]})"
        elif (match := _LOADS_PART.search(text)) and not _FURNITURE.search(match[1] or ""):
            return f"a script loads a part of the page ({match[0][:100]})"
    return ""


def _titles_in_scripts(view: PagerView) -> str:
    titles = [text for script in view.scripts for text in _titles_of(script)]
    if len(titles) >= FEWEST_TITLES:
        return f"scripts hold {len(titles)} texts that may be titles, such as {titles[0][:40]!r}"
    return ""


def _titles_of(script: str) -> Iterator[str]:
    for token in read_tokens(script[:_SCRIPT_TEXT]):
        text = unescaped(token.text) if token.kind == "string" else ""
        if title_weight(text) >= _LONG_TITLE and "<" not in text and _HAN.search(text):
            yield text


def _objects(view: PagerView) -> str:
    """Objects that show a list of their own: Flash with data, islands of XML."""
    for element in islice(view.iter("xml"), 5):
        return f"its rows stand in data inside of the page (<xml id={element.get('id') or ''!r}>)"
    for element in islice(view.iter("object", "embed", "param"), _MOST_SCRIPTS):
        value = element.get("src") or element.get("data") or element.get("value") or element.get("flashvars") or ""
        if _DATA_OF_FLASH.search(value) and not _FURNITURE.search(value):
            return f"its list may stand in an object ({value[:200]})"
    return ""


_SIGNS = (
    _opened_by_scripts,
    _with_identifiers,
    _dated_texts,
    _templates,
    _scripts,
    _titles_in_scripts,
    _objects,
)
