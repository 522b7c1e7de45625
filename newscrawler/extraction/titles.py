"""The headline: where the page's headings, its `<title>` and its metadata agree.

`<title>` nearly always starts with the headline and ends with the site's name, so the line above the main text that
`<title>` starts with is the headline, whatever element it stands in. Where `<title>` only names the section, the
heading nearest to the meta line is it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from newscrawler.extraction.boilerplate import CRUMBS, Kind, kind_of
from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.layout import Layout, Line
from newscrawler.extraction.model import Evidence
from newscrawler.extraction.page import Page
from newscrawler.extraction.pattern_table import PatternTable, Row
from newscrawler.extraction.teasers import is_label_of_links
from newscrawler.text.dates import find_date

_LONGEST = 400
"""Characters of a title; the rest of a longer one is cut."""
_MOST_HEADINGS = 10
_CONFIRMED = 5.0
"""The least score of a headline that `<title>` or the metadata confirm."""
_LONGEST_META = 80
_SHORTEST_ALONE = 6
_SHORTEST_LINKED = 8
_LONGEST_SECTION = 12
"""Characters of the name of a section or a site."""
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
_BADGE = re.compile(r"(?:原创|独家|转载|视频|图集|置顶|推荐|专题|头条|快讯)")
_ORIGINAL = re.compile(r"^[\s（(\[【]*原(?:标题|题)\s*[:：]")


def fold(text: str) -> str:
    """Return a title without what sites write differently in heading and `<title>`: spaces, quotes, marks."""
    return _FOLDED.sub("", unicodedata.normalize("NFKC", text)).lower()


def without_site(title: str, labels: Container[str] = frozenset()) -> str:
    """Cut the names of section and site off the end of a `<title>`.

    `labels` are short texts of the page: what stands there as a link or a label of its own is the name of a section.
    """
    cut = 0
    while (matches := list(_SEPARATOR.finditer(title))) and matches[-1].start() >= 4:
        last = matches[-1]
        tail = title[last.end() :].strip()
        strong = last.group().strip() in ("_", "|", "｜") or last.group().strip().startswith(("--", "——"))
        short = strong and len(tail) <= (_LONGEST_SECTION if cut == 0 else 4)
        if not (tail == "" or _SITE.search(tail) or tail in labels or short):
            break
        title = title[: last.start()].strip()
        cut += tail != ""
    return title


def is_heading(line: Line) -> bool:
    """Tell whether a line stands in a heading, or in an element that is named like one."""
    block = line.block
    return block.tag in ("h1", "h2", "h3", "h4") or _is_called_title(block.names)


@lru_cache(maxsize=4096)
def _is_called_title(names: str) -> bool:
    """Tell whether an element with this id and these classes is called like a headline. Pages repeat their names."""
    return _TITLE_NAME.search(names) is not None


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
    only_linked_h1: Line | None = None
    """The `<h1>` that is a link, if the page has one only: entries of a listing have several."""


def find_title(page: Page, layout: Layout, declared: Evidence | None = None) -> tuple[Evidence | None, int]:
    """Return the headline and the index of its line, -1 where no line shows it. The body need not be known."""
    stated = (declared.text if declared else "") or page.meta.get("og:title") or page.meta.get("articletitle") or ""
    stated = stated[:_LONGEST]
    names = _Stated(page.title, stated, fold(page.title), fold(stated))
    lines = layout.lines
    linked = [line for line in lines if line.block.tag == "h1" and line.linked >= _SHORTEST_LINKED]
    names.only_linked_h1 = linked[0] if len(linked) == 1 else None
    best = _best_line(lines, names)
    if best is not None and best[0] >= _CONFIRMED:
        text = _continued(lines, best[1], names.folded_printed)
        return Evidence(text, "generic:heading-and-title", min(0.99, 0.6 + best[0] / 25)), best[1]
    printed = _title_alone(page, lines)
    if best is not None and best[0] > 0.5 and not printed:
        return Evidence(_headline(lines[best[1]]), "generic:heading", 0.6), best[1]
    if names.folded_declared and len(shared := page.meta.get("og:title", "").strip()[:_LONGEST]) >= 4:
        return Evidence(shared, "opengraph", 0.7), -1
    if printed or (printed := without_site(page.title)):
        return Evidence(printed, "generic:title", 0.5), -1
    return None, -1


def _title_alone(page: Page, lines: list[Line]) -> str:
    """Return the headline that only `<title>` shows, or an empty string where `<title>` holds none.

    The text of an article repeats words of its headline. It does not repeat the name of the section.
    """
    labels = frozenset(line.text for line in lines if len(line.text) <= _LONGEST_SECTION)
    title = without_site(page.title, labels)
    if len(title) < _SHORTEST_ALONE or title in labels or _SITE.search(title):
        return ""
    words = {title[at : at + 2] for at in range(len(title) - 1)}
    text = " ".join(line.text[:_LONGEST] for line in lines if line.prose)
    return title if sum(word in text for word in words) * 2 >= len(words) else ""


def _best_line(lines: list[Line], names: _Stated) -> tuple[float, int] | None:
    """Return score and index of the line that looks most like the headline.

    Where `<title>` confirms none, it is the first heading with a meta line below it: others belong to other articles.
    """
    best: tuple[float, int] | None = None
    above_meta_line: tuple[float, int] | None = None
    prose = 0
    best_heading = 0.5
    for index, line in enumerate(lines):
        score = _score(line, names)
        if score is not None and score < _CONFIRMED and is_label_of_links(lines, index):
            continue
        if score is not None and (best is None or above_meta_line is None or score + 3.0 > best[0]):
            beside = _beside_meta_line(lines, index)
            score -= min(4.0, prose / 400)
            if above_meta_line is None and beside > 1.0 and score >= best_heading and not _names_site(line.text):
                above_meta_line = score, index
            best_heading = max(best_heading, score)
            score += beside
            if best is None or score > best[0]:
                best = (score, index)
        prose += line.prose
    return above_meta_line if best is not None and best[0] < _CONFIRMED and above_meta_line else best


def _score(line: Line, names: _Stated) -> float | None:
    """Return how much a line by itself looks like the headline, or None."""
    if not 4 <= len(line.text) <= 140:
        return None
    block = line.block
    heading = _HEADINGS.get(block.tag, 0.0) + _is_called_title(block.names)
    text = line.text if len(line.pieces) == 1 else _headline(line)
    if not heading and (line.linked * 2 > len(line.text) or not _may_agree(text, names)):
        return None
    agreement = _agreement(text, names)
    # A headline may link to its own page. The name of the site does, too.
    if line.linked * 2 > len(line.text):
        if len(text) < _SHORTEST_LINKED or _names_site(text):
            return None
        if agreement < 6.0:
            return heading / 2 if line is names.only_linked_h1 else None
    score = heading + agreement
    if score <= 0 or _ORIGINAL.match(text) or (not agreement and kind_of(line) is not Kind.BODY):
        return None
    if len(text) < 40 and find_date(text):
        score -= 2.0
    if CRUMBS.search(text):
        score -= 6.0
    if len(text) < 8:
        score -= 1.0
    return score


def _names_site(text: str) -> bool:
    """Tell whether a line is the name of the site or a section, which `<title>` may hold, too."""
    return len(text) <= _LONGEST_SECTION and _SITE.search(text.strip()) is not None


def _beside_meta_line(lines: list[Line], index: int) -> float:
    """Return how near a line with a date is: a headline stands above it, rarely below."""
    for distance, other in enumerate(lines[index + 1 : index + 4]):
        if len(other.text) <= _LONGEST_META and find_date(other.text):
            return 2.0 - distance / 2
    above = lines[max(0, index - 2) : index]
    return 1.0 if any(len(o.text) <= _LONGEST_META and find_date(o.text) for o in above) else 0.0


def _may_agree(text: str, names: _Stated) -> bool:
    """Tell by a quick test whether a line may agree with `<title>` or the metadata."""
    return (start := text[:2]) in names.printed or start in names.declared


def _agreement(text: str, names: _Stated) -> float:
    """Return how well a line agrees with `<title>` and the metadata."""
    if not _may_agree(text, names):
        return 0.0
    score = 0.0
    folded = fold(text)
    if _names_site(text):
        return 0.0
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
