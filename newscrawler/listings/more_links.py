"""Links 更多 (as text, sign or image) and the blocks of a front page to which they belong.

In content systems that number their columns no address says what belongs to a section. A block does: a heading, the
newest articles below it, and a 更多 of its own. Such a 更多 leads to a listing of its own, never to the next page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from lxml.etree import _Element, iterwalk

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.links import HEADLINE, Link, title_weight
from newscrawler.listings.list_evidence import names_ranking
from newscrawler.text.dates import IN_LISTING
from newscrawler.text.urls import identity

MORE = re.compile(
    r"^[\s\[【(（+·]*(?:更多|查看更多|查看全部|more|全部|进入|>>|»|…|\.\.\.|[+＋])[\s\u00a0>＞»›→+\]】)）·.…]*(?:更多|内容|新闻|资讯)?$",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[^\w\u3400-\u9fff]*")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "th", "dt", "caption")
HEADING_CLASS = re.compile(
    r"(?i)(?:^|[\s_-])(?:tit|title|tt|head|hd|bt|lm|lanmu|column|caption|name)\d{0,2}(?:$|[\s_-])"
)
LONGEST_NAME = 20
_IMAGES_OF_A_HEADING = 3
_PARTS_OF_A_HEADING = 10
_MORE_OF = re.compile(
    r"(?:查看|浏览|点击|进入)?(?:更多|more)[\s>＞»›:：]*(?!(?:内容|新闻|资讯|信息|文章|消息)?$)(?=.*[\u3400-\u9fff]{2})",
    re.IGNORECASE,
)
_AROUND_A_NAME = re.compile(r"^[\s·•|>＞»›]+|[\s·•|>＞»›…]+$")
MOST_LEVELS = 6
"""Elements around a link 更多 in which its heading and its links are looked for."""
_HEADLINE_OF_A_BLOCK = 6
"""Han characters of a headline in a block."""
_LEAST_HEADLINES = 2
_LEAST_OF_A_NAME = 2
_MOST_NODES = 2_000
_OF_CHOICE = re.compile("[0-9]{1,2}小时|推荐|猜你|相关|精彩|专题|特别策划|友情|数字报|电子报|客户端|公告|广告")
"""Headings of blocks that portals show beside their lists, other than those of what readers like."""
_LEAST_BLOCKS = 2
"""Blocks of a page, each with a 更多 of its own, of which none leads to the next page. One alone may be the list."""
_MOST_LINKS = 500
"""Links of a block that are looked at."""
_MOST_MORES = 100
"""Links 更多 of a page whose blocks are looked at. Front pages have up to some forty."""


def is_more(link: Link) -> bool:
    """Whether a link says 更多, as text or as an image."""
    if link.title:
        return MORE.match(link.title) is not None
    return any("more" in (image.get("src") or "").lower() for image in islice(link.element.iter("img"), 2))


def text_beside(link: Link) -> str:
    """Return the text before a link in the element that holds it."""
    parent = link.element.getparent()
    text = (parent.text or "").strip() if parent is not None else ""
    return text if len(text) <= LONGEST_NAME else ""


def name_of_column(text: str) -> str:
    """Return the name of a column without the words and signs of the link that leads to it: 更多县区 >> is 县区."""
    bare = _AROUND_A_NAME.sub("", text)
    return _MORE_OF.sub("", bare, count=1) if _MORE_OF.match(bare) else bare or text


def block_of(more: _Element, headlines: Mapping[_Element, int] | None = None) -> _Element:
    """Return the element that holds the links of a 更多: the nearest one around it with some headlines.

    `headlines` gives how many each element holds, as `_count_headlines` does; without it they are looked for.
    """
    node = more
    for _ in range(MOST_LEVELS):
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        node = parent
        if headlines is not None:
            count = headlines.get(node, 0)
        else:
            count = sum(1 for other in islice(node.iter("a"), _MOST_LINKS) if _is_headline(other))
        if count >= _LEAST_HEADLINES:
            break
    return node


def _count_headlines(links: Sequence[Link]) -> dict[_Element, int]:
    """Return how many headlines each element holds, up to the fewest of a block: so each is counted up to twice."""
    counts: dict[_Element, int] = {}
    for link in links:
        if not _is_headline(link.element):
            continue
        node = link.element.getparent()
        while node is not None and counts.get(node, 0) < _LEAST_HEADLINES:
            counts[node] = counts.get(node, 0) + 1
            node = node.getparent()
    return counts


def heading_before(block: _Element, before: _Element) -> str:
    """Return the heading of a block above an element of it; empty without one."""
    for element in block.iter():
        if element is before:
            break
        if not isinstance(element.tag, str):
            continue
        if element.tag in HEADINGS or HEADING_CLASS.search(element.get("class") or ""):
            text = _shown_by(element)
            if 0 < len(text) <= LONGEST_NAME:
                return text
    return ""


def name_of_block(block: _Element, more: _Element) -> str:
    """Return the name that a block gives its 更多, whatever its markup; empty without one.

    That is its heading; else the text directly before the 更多, if it is no part of a link; else the text with which
    the block begins, if it has no other 更多.
    """
    if heading := heading_before(block, more):
        return heading
    pieces: list[tuple[str, bool]] = []
    links = 0
    for event, node in islice(iterwalk(block, events=("start", "end")), _MOST_NODES):
        if node is more:
            break
        if node.tag == "a":
            links += 1 if event == "start" else -1
        is_text = node.tag not in ("script", "style") or event == "end"
        text = (node.text if event == "start" else node.tail if node is not block else "") if is_text else ""
        if piece := _AROUND_A_NAME.sub("", text or "").strip():
            pieces.append((piece, links > 0))
    others = sum(1 for one in islice(block.iter("a"), _MOST_LINKS) if MORE.match(text_up_to(one, LONGEST_NAME).strip()))
    likely = [*pieces[-1:], *(pieces[:1] if others < _LEAST_BLOCKS else ())]
    return next((piece for piece, is_linked in likely if not is_linked and _may_be_a_name(piece)), "")


def _may_be_a_name(text: str) -> bool:
    is_short = title_weight(text) >= _LEAST_OF_A_NAME and len(text) <= LONGEST_NAME
    return is_short and not MORE.match(text) and not IN_LISTING.search(text)


def _shown_by(heading: _Element) -> str:
    """Return what a heading says beside its 更多 or +: its text, or that of its images."""
    text = text_up_to(heading, LONGEST_NAME * 2).strip()
    for element in islice(heading.iter("a", "span", "em", "i", "b", "small"), _PARTS_OF_A_HEADING):
        # A + in an element of its own; 互联网+ is a name.
        sign = text_up_to(element, LONGEST_NAME).strip() if element is not heading else ""
        if sign and sign != text and MORE.match(sign) and text.endswith(sign):
            text = text.removesuffix(sign).rstrip()
    text = "" if MORE.match(text) else re.sub(r"\s+|更多.*$|more.*$", "", text, flags=re.IGNORECASE)
    alts = (re.sub(r"\s+", "", image.get("alt") or "") for image in islice(heading.iter("img"), _IMAGES_OF_A_HEADING))
    return text or next((alt for alt in alts if alt and not MORE.match(alt)), "")


def is_of_choice(heading: str) -> bool:
    """Whether a heading says that its block is none of a section's columns: rankings, choices, subjects."""
    return names_ranking(heading) or _OF_CHOICE.search(heading) is not None


def more_links_of_blocks(links: Sequence[Link], is_own: Callable[[str], bool]) -> dict[_Element, str]:
    """Map each 更多 of a block of its own to the heading of the block; empty unless there are several such blocks.

    `links` are those of the page. The block of a 更多 is the nearest element around it with headlines; it holds no
    other 更多 that leads elsewhere. An address that a headline of the page has is that of an article. A sign (>>) below
    the headlines turns pages.
    """
    mores = [link for link in links if is_more(link) and is_own(link.url)]
    if len(mores) < _LEAST_BLOCKS:
        return {}
    articles = {identity(link.url) for link in links if title_weight(link.title) >= HEADLINE}
    mores = [link for link in mores if identity(link.url) not in articles]
    urls = {link.element: identity(link.url) for link in mores}
    headlines = _count_headlines(links)
    found: dict[_Element, str] = {}
    for link in mores[:_MOST_MORES]:
        block = block_of(link.element, headlines)
        if headlines.get(block, 0) < _LEAST_HEADLINES:
            continue
        inside = {urls[one] for one in islice(block.iter("a"), _MOST_LINKS) if one in urls}
        if len(inside) != 1 or (_is_sign(link) and not _stands_above_headlines(link, block)):
            continue
        if heading := heading_before(block, link.element) or text_beside(link):
            found[link.element] = heading
    return found if len({urls[element] for element in found}) >= _LEAST_BLOCKS else {}


def mores_below_titles(links: Sequence[Link]) -> set[_Element]:
    """Return the links 更多 that stand in the last row of a list, whatever their addresses look like.

    Where several rows have one, each leads to the article of its row.
    """
    mores: dict[_Element, list[Link]] = {}
    titles: dict[_Element, int] = {}
    for link in links:
        around = list(islice(link.element.iterancestors(), 2))
        if link.title and MORE.match(link.title):
            for element in around:
                mores.setdefault(element, []).append(link)
        elif title_weight(link.title) >= HEADLINE:
            for element in around:
                titles[element] = titles.get(element, 0) + 1
    found = (of_list[0] for list_, of_list in mores.items() if len(of_list) == 1 and titles.get(list_, 0) > 1)
    return {link.element for link in found}


def _is_sign(more: Link) -> bool:
    """Whether a 更多 is a sign alone: >>."""
    return bool(more.title) and _SIGN.fullmatch(more.title) is not None


def _stands_above_headlines(link: Link, block: _Element) -> bool:
    """Whether a link comes before all headlines of a block that holds it and some of them."""
    elements = islice(block.iter("a", link.element.tag), _MOST_LINKS)
    first = next((one for one in elements if one is link.element or _is_headline(one)), None)
    return first is link.element


def _is_headline(link: _Element) -> bool:
    return title_weight(text_up_to(link, 60).strip()) >= _HEADLINE_OF_A_BLOCK
