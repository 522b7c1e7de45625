"""The headline: where the page's headings, its `<title>` and its metadata agree.

`<title>` nearly always starts with the headline and ends with the site's name, so the line above the main text that
`<title>` starts with is the headline, whatever element it stands in. Where `<title>` only names the section, the
heading nearest to the meta line is it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from newscrawler.extraction.boilerplate import Kind, kind_of
from newscrawler.extraction.boilerplate_table import CRUMBS
from newscrawler.extraction.html import text_up_to
from newscrawler.extraction.layout import Layout, Line
from newscrawler.extraction.model import Evidence
from newscrawler.extraction.page import Page
from newscrawler.extraction.pattern_table import PatternTable, Row
from newscrawler.extraction.site_names import (
    LONGEST_SECTION,
    ends_like_site,
    is_site,
    stated_title,
    without_site,
)
from newscrawler.extraction.teasers import is_label_of_links
from newscrawler.extraction.unmarked_headlines import share_of_pairs, unmarked_headline
from newscrawler.text.dates import find_date

_REPEATED = 0.5
"""The share of a headline's pairs of characters that the text of its article repeats."""
_LONGEST = 400
"""Characters of a title; the rest of a longer one is cut."""
_MOST_HEADINGS = 10
_MOST_PIECES = 20
_MOST_BELOW_SECTION = 4
_CONFIRMED = 5.0
"""The least score of a headline that `<title>` or the metadata confirm."""
_LONGEST_META = 80
_SHORTEST_ALONE = 6
_SHORTEST_LINKED = 8
_SHORTEST_BEFORE_SITE = 9
"""Characters of what stands in `<title>` before the name of the site and is longer than a section's name."""
_SHORTEST = 4
"""Characters of a headline; one of fewer must be what `<title>` begins with."""
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
_MARK = re.compile(r"[-–—_|｜丨·»>]")
_CUT = re.compile(r"(?:…|\.{3})(?!…)\s{0,4}(?:[-–—_|｜丨·»>]|$)")
"""Where a `<title>` is cut: before the name of the site, or at its end."""
_SHORTEST_CUT = 6
_SENTENCE_ENDS = ("。", "，", "；")
_MARKUP = re.compile(r"<[/a-zA-Z][^<>]{0,200}>")
_FOLDED = re.compile(r"[\s“”\"'‘’「」『』《》\-—_|:：,，。!！?？·•…\.、]+")
_BADGE = re.compile(r"(?:原创|独家|转载|视频|图集|置顶|推荐|专题|头条|快讯)")
_ORIGINAL = re.compile(r"^[\s（(\[【]*原(?:标题|题)\s*[:：]")


def fold(text: str) -> str:
    """Return a title without what sites write differently in heading and `<title>`: spaces, quotes, marks."""
    return _FOLDED.sub("", unicodedata.normalize("NFKC", text)).lower()


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


def _continued(lines: list[Line], at: int, whole: str, printed: str) -> str:
    """Join the lines of a headline that a `<br>` breaks, as far as `<title>` confirms them, with its blanks.

    `whole` is the text of `<title>`, folded, `printed` the same as it stands there.
    """
    text = _headline(lines[at])
    for line in lines[at + 1 : at + 4]:
        joined = text + line.text
        if line.block is not lines[at].block or not whole.startswith(fold(joined)):
            break
        spaced = f"{text} {line.text}"
        text = spaced if spaced in printed else joined
    return text


def _uncut(text: str, *stated: str) -> str:
    """Return a headline that ends in dots where it was cut as the page states it elsewhere; …… is no cut."""
    if not text.endswith(("…", "...")) or text.endswith("……") or any(other.startswith(text) for other in stated):
        return text
    for other in map(without_site, stated):
        if (
            not other.endswith(("…", "..."))
            and fold(other).startswith(fold(text))
            and len(fold(other)) > len(fold(text))
        ):
            return other
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
    folded_head: str
    """What stands in `<title>` before its first mark."""
    folded_cut: str = ""
    """What stands before the dots where `<title>` is cut."""
    only_linked_h1: Line | None = None
    """The `<h1>` that is a link, if the page has one only: entries of a listing have several."""


def find_title(page: Page, layout: Layout, declared: Evidence | None = None) -> tuple[Evidence | None, int]:
    """Return the headline and the index of its line, -1 where no line shows it. The body need not be known."""
    stated = (declared.text if declared else "") or page.meta.get("og:title") or page.meta.get("articletitle") or ""
    stated = " ".join(_MARKUP.sub(" ", stated[:_LONGEST]).split())
    printed = stated_title(page.title)
    names = _Stated(printed, stated, fold(printed), fold(stated), fold(_MARK.split(printed, maxsplit=1)[0]))
    if (dots := _CUT.search(printed)) and len(begin := fold(printed[: dots.start()])) >= _SHORTEST_CUT:
        names.folded_cut = begin
    lines = layout.lines
    linked = [line for line in lines if line.block.tag == "h1" and line.linked >= _SHORTEST_LINKED]
    names.only_linked_h1 = linked[0] if len(linked) == 1 else None
    best = _best_line(lines, names)
    if best is not None and best[0] >= _CONFIRMED:
        text = _uncut(_continued(lines, best[1], names.folded_printed, printed), stated, printed)
        return Evidence(text, "generic:heading-and-title", min(0.99, 0.6 + best[0] / 25)), best[1]
    alone, is_sure = _title_alone(printed, lines)
    if not is_sure:
        if best is not None and best[0] > 0.5 and _beside_meta_line(lines, best[1]) > 1.0:
            return Evidence(_headline(lines[best[1]]), "generic:heading", 0.6), best[1]
        if not alone and (at := unmarked_headline(lines)) >= 0:
            return Evidence(_headline(lines[at]), "generic:place", 0.6), at
        if best is not None and best[0] > 0.5 and not alone:
            return Evidence(_headline(lines[best[1]]), "generic:heading", 0.6), best[1]
    if len(shared := without_site(stated)) >= _SHORTEST:
        return Evidence(shared, declared.rule if declared else "opengraph", 0.7), -1
    if alone or (alone := without_site(printed)):
        return Evidence(alone, "generic:title", 0.5), -1
    return None, -1


def _title_alone(printed: str, lines: list[Line]) -> tuple[str, bool]:
    """Return the headline that only `<title>` shows, empty where `<title>` holds none, and whether it surely is one.

    The text of an article repeats words of its headline. It does not repeat the name of the section, which stands on
    the page as a link or a label. What is longer than such names and stands before one is a headline, too, if no line
    of the page looks more like it.
    """
    labels = {line.text for line in lines if len(line.text) <= LONGEST_SECTION}
    pieces = (piece.strip() for line in lines if line.linked for piece in line.pieces[:_MOST_PIECES])
    labels.update(piece for piece in pieces if len(piece) <= LONGEST_SECTION)
    title = without_site(printed, labels)
    if len(title) < _SHORTEST_ALONE or title in labels or ends_like_site(title):
        return "", False
    own = (line.text for line in lines if not line.linked and len(line.text) > LONGEST_SECTION // 2)
    if share_of_pairs(title, (text[:_LONGEST] for text in own)) >= _REPEATED:
        return title, True
    return (title if len(title) >= _SHORTEST_BEFORE_SITE and title != printed else ""), False


def _best_line(lines: list[Line], names: _Stated) -> tuple[float, int] | None:
    """Return score and index of the line that looks most like the headline.

    Where `<title>` confirms none, it is the first heading with a meta line below it: others belong to other articles.
    """
    best: tuple[float, int] | None = None
    above_meta_line: tuple[float, int] | None = None
    prose = 0
    best_heading = 0.5
    for index, line in enumerate(lines):
        score = _score(line, names) if _may_be_title(line, names) else None
        if score is not None and score < _CONFIRMED and is_label_of_links(lines, index):
            continue
        if score is not None and len(line.text) < _SHORTEST and _names_section(lines, index):
            continue
        if score is not None and (best is None or above_meta_line is None or score + 3.0 > best[0]):
            beside = _beside_meta_line(lines, index)
            score -= min(4.0, prose / 400)
            if above_meta_line is None and beside > 1.0 and score >= best_heading and not is_site(line.text):
                above_meta_line = score, index
            best_heading = max(best_heading, score)
            score += beside
            if best is None or score > best[0]:
                best = (score, index)
        prose += line.prose
    return above_meta_line if best is not None and best[0] < _CONFIRMED and above_meta_line else best


def _may_be_title(line: Line, names: _Stated) -> bool:
    """Tell by a quick test whether a line may be the headline: it stands in a heading, or begins as a stated title."""
    if line.block.tag in _HEADINGS or _may_agree(line.text, names) or len(line.pieces) > 1:
        return True
    return (called := line.block.names) != "" and _is_called_title(called)


def _score(line: Line, names: _Stated) -> float | None:
    """Return how much a line by itself looks like the headline, or None."""
    if len(line.text) > 140:
        return None
    block = line.block
    heading = _HEADINGS.get(block.tag, 0.0) + _is_called_title(block.names)
    if len(line.text) < _SHORTEST and (not heading or fold(line.text) != names.folded_head):
        return None
    text = line.text if len(line.pieces) == 1 else _headline(line)
    if not heading and (line.linked * 2 > len(line.text) or not _may_agree(text, names)):
        return None
    agreement = _agreement(text, names)
    # A headline may link to its own page. The name of the site does, too.
    if line.linked * 2 > len(line.text):
        if len(text) < _SHORTEST_LINKED or is_site(text):
            return None
        if agreement < 6.0:
            return heading / 2 if line is names.only_linked_h1 else None
    score = heading + agreement
    if score <= 0 or _ORIGINAL.match(text) or (not agreement and not _may_be_confirmed_by_none(line, heading)):
        return None
    if (len(text) < 40 or not agreement) and find_date(text):
        score -= 2.0
    if CRUMBS.search(text):
        score -= 6.0
    if len(text) < 8:
        score -= 1.0
    return score


def _may_be_confirmed_by_none(line: Line, heading: float) -> bool:
    """Tell whether a line that `<title>` does not confirm may be a headline: no label, no button."""
    kind = kind_of(line)
    # A long heading may begin like a button: 分享一条水渠的故事.
    is_long = heading >= _HEADINGS["h2"] and len(line.text) >= _SHORTEST_LINKED
    return kind is Kind.BODY or (kind is Kind.BOILERPLATE and is_long)


def _names_section(lines: list[Line], index: int) -> bool:
    """Tell whether a heading of few characters is the name of the section: the headline follows it."""
    for line in lines[index + 1 : index + 1 + _MOST_BELOW_SECTION]:
        if find_date(line.text):
            return False
        if is_heading(line) and len(line.text) >= _SHORTEST:
            return True
    return False


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
    if is_site(text):
        return 0.0
    if len(folded) < _SHORTEST:
        score += 6.0 if folded == names.folded_head else 0.0
    elif names.folded_printed.startswith(folded):
        score += 6.0 + min(4.0, len(folded) / 8)
    elif len(folded) >= 6 and folded in names.folded_printed:
        score += 4.0 + min(3.0, len(folded) / 8)
    elif names.folded_cut and folded.startswith(names.folded_cut) and not text.endswith(_SENTENCE_ENDS):
        score += 6.0 + min(4.0, len(names.folded_cut) / 8)
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
