"""The headline: where the page's headings, its `<title>` and its metadata agree.

`<title>` nearly always starts with the headline and ends with the site's name, so the line above the main text that
`<title>` starts with is the headline, whatever element it stands in. Where `<title>` only names the section, the
heading nearest to the meta line is it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.layout import Layout, Line
from newscrawler.extraction.model import Evidence
from newscrawler.extraction.page import Page
from newscrawler.extraction.pattern_table import PatternTable, Row
from newscrawler.text.dates import find_date

_LONGEST = 400
"""Characters of a title; the rest of a longer one is cut."""
_MOST_HEADINGS = 10
_HEADINGS = {"h1": 3.0, "h2": 2.0, "h3": 1.5, "h4": 1.0, "h5": 0.8, "h6": 0.5}
_TITLE_NAME = PatternTable(
    Row("title", r"\S{0,40}title\w{0,20}|\S{0,40}tit|h-title", "article-title", "titanium"),
    Row("headline", r"headline|topic\S{0,20}", "headline", "headlines"),
    Row("pinyin", r"bt\d*|biaoti|news_?bt\d*", "bt1", "btn"),
    start=r"(?:^|[\s_-])",
    end=r"(?:$|\s)",
    flags=re.IGNORECASE,
)
"""Names of the block that holds the headline."""
_SEPARATOR = re.compile(r"\s{0,9}(?:[_|｜丨]|--+|——+|(?<=\s)[-–—·»>]\s?|[-–—](?=[^-–—_|]{2,24}$))\s{0,9}")
_SITE = PatternTable(
    Row("site", r"(?:网|网站|门户|在线|官网|平台|客户端)$|新闻网", "清河新闻网湖东站", "网友"),
    Row("page of a site", r"(?:频道|首页|正文)$", "正文", "正文集"),
    Row("paper", r"(?:报|日报|晚报|社)$", "清河日报", "报名"),
    Row("broadcaster", r"(?:电视台|广播)$", "清河电视台", "广播剧"),
    Row("section", r"(?:新闻|快讯|资讯|要闻|时政|社会|财经)$", "时政要闻", "社会学"),
    Row("authority", r"(?:政府|中心)$", "县政府", "中心小学"),
    Row("domain", r"[a-z]\.(?:com|cn|net|org)$", "qinghe.cn", "qinghe.txt"),
    flags=re.IGNORECASE,
)
"""How names of sites and sections end."""
_FOLDED = re.compile(r"[\s“”\"'‘’「」『』《》\-—_|:：,，。!！?？·•…\.、]+")
_CRUMBS = PatternTable(
    Row("label", r"^(?:首页|主页|网站首页|当前位置|您的位置|您现在|现在位置|位置)", "当前位置：新闻", "县城的位置"),
    Row("path", r"[>»›].*[>»›]", "新闻 > 清河 > 要闻", "新闻 > 清河"),
    Row("end", r">\s?正文$", "新闻 > 正文", "新闻正文"),
)
"""Breadcrumbs."""
_BADGE = re.compile(r"(?:原创|独家|转载|视频|图集|置顶|推荐|专题|头条|快讯)")
_ORIGINAL = re.compile(r"^[\s（(\[【]*原(?:标题|题)\s*[:：]")


def fold(text: str) -> str:
    """Return a title without what sites write differently in heading and `<title>`: spaces, quotes, marks."""
    return _FOLDED.sub("", unicodedata.normalize("NFKC", text)).lower()


def without_site(title: str) -> str:
    """Cut the names of section and site off the end of a `<title>`."""
    while (matches := list(_SEPARATOR.finditer(title))) and matches[-1].start() >= 4:
        last = matches[-1]
        tail = title[last.end() :].strip()
        strong = last.group().strip() in ("_", "|", "｜") or last.group().strip().startswith(("--", "——"))
        if not (tail == "" or _SITE.search(tail) or (strong and len(tail) <= 12)):
            break
        title = title[: last.start()].strip()
    return title


def _headline(line: Line) -> str:
    """Return a heading's text without a badge (原创, 独家) that stands in an element of its own before it."""
    if len(line.pieces) > 1 and _BADGE.match(line.text):
        rest = " ".join("".join(piece for piece in line.pieces if not _BADGE.fullmatch(piece.strip())).split())
        return rest or line.text
    return line.text


def _continued(lines: list[Line], at: int, whole: str) -> str:
    """Join the lines of a headline that a `<br>` breaks, as far as `<title>` confirms them."""
    text = _headline(lines[at])
    for line in lines[at + 1 : at + 4]:
        joined = text + line.text
        if line.block is not lines[at].block or not whole.startswith(fold(joined)):
            break
        text = joined
    return text


_SUBTITLE_CLASS = re.compile(r"sub[-_]?(?:title|head)|fu[-_]?(?:biao)?ti|vice[-_]?title|yinti|jianti", re.IGNORECASE)
_DASHES = ("——", "--", "—")
_SUBTITLE_LABEL = re.compile(r"^(?:副标题|引题|肩题)\s?[:：]\s?")


@dataclass(slots=True)
class _Stated:
    """What `<title>` and the metadata state as the title, as written and folded."""

    printed: str
    declared: str
    folded_printed: str
    folded_declared: str


def find_title(
    page: Page, layout: Layout, body_start: int, declared: Evidence | None = None
) -> tuple[Evidence | None, int]:
    """Return the headline and the index of its line above the main text, -1 where no line shows it."""
    stated = (declared.text if declared else "") or page.meta.get("og:title") or page.meta.get("articletitle") or ""
    stated = stated[:_LONGEST]
    names = _Stated(page.title, stated, fold(page.title), fold(stated))
    best: tuple[float, int] | None = None
    lines = layout.lines
    last = min(len(lines), body_start + 3)
    for index in range(max(0, last - 80), last):
        score = _score(lines[index], index - body_start, names)
        if score is not None and (best is None or score > best[0]):
            best = (score, index)
    if best is not None and best[0] >= 5.0:
        text = _continued(lines, best[1], names.folded_printed)
        return Evidence(text, "generic:heading-and-title", min(0.99, 0.6 + best[0] / 25)), best[1]
    if best is not None and best[0] > 0.5:
        return Evidence(_headline(lines[best[1]]), "generic:heading", 0.6), best[1]
    if names.folded_declared and len(shared := page.meta.get("og:title", "").strip()[:_LONGEST]) >= 4:
        return Evidence(shared, "opengraph", 0.7), -1
    if without := without_site(page.title):
        return Evidence(without, "generic:title", 0.5), -1
    return None, -1


def _score(line: Line, distance: int, names: _Stated) -> float | None:
    """Return how much a line looks like the headline, or None; `distance` counts lines from the main text."""
    if not 4 <= len(line.text) <= 140 or line.linked * 2 > len(line.text):
        return None
    text = line.text if len(line.pieces) == 1 else _headline(line)
    score = _HEADINGS.get(line.block.tag, 0.0) + (_TITLE_NAME.search(line.block.names) is not None)
    score += _agreement(text, names)
    if score <= 0 or _ORIGINAL.match(text):
        return None
    score -= min(6.0, -distance / 12) if distance < 0 else 1.0 + distance
    if len(text) < 40 and find_date(text):
        score -= 2.0
    if _CRUMBS.search(text):
        score -= 6.0
    if len(text) < 8:
        score -= 1.0
    return score


def _agreement(text: str, names: _Stated) -> float:
    """Return how well a line agrees with `<title>` and the metadata."""
    if (start := text[:2]) not in names.printed and start not in names.declared:
        return 0.0
    score = 0.0
    folded = fold(text)
    if len(folded) >= 4 and names.folded_printed.startswith(folded):
        score += 6.0 + min(4.0, len(folded) / 8)
    elif len(folded) >= 6 and folded in names.folded_printed:
        score += 4.0 + min(3.0, len(folded) / 8)
    described = names.folded_declared
    if folded == described or (len(described) >= 6 and folded.startswith(described)):
        score += 4.0
    return score


def find_subtitle(layout: Layout) -> Evidence | None:
    """Return the headline's second line: what stands beside the `<h1>` and is called so, or opens with a dash."""
    headings = (block.element for block in layout.blocks if block.tag == "h1")
    for heading in islice(headings, _MOST_HEADINGS):
        following = heading.getnext()
        for element in (following, heading.getprevious()):
            if element is None or not isinstance(element.tag, str):
                continue
            called = _SUBTITLE_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}")
            if not called and not (element is following and _first_text(element).startswith(_DASHES)):
                continue
            text = " ".join(text_up_to(element).split())
            if not 4 <= len(text) <= 80:
                continue
            if called:
                return Evidence(_SUBTITLE_LABEL.sub("", text), "generic:subtitle", 0.85)
            return Evidence(text, "generic:subtitle", 0.8)
    return None


def _first_text(element: HtmlElement) -> str:
    """Return where the text of an element begins, which may be the whole main text."""
    return next((text for piece in element.itertext() if (text := str(piece).strip())), "")
