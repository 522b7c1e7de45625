"""Which block of a page holds the main text.

The choice rests on two facts about Chinese pages. Prose differs from boilerplate by its punctuation (，。；), which
menus, headlines and share bars lack. And the container of the main text is named with one of a few dozen words that
content systems and editors have used for twenty years (`TRS_Editor`, `zoom`, `endText`, `article_content`).
"""

from __future__ import annotations

import re

from newscrawler.extraction.layout import Block, Layout

_PARAGRAPH = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "blockquote", "pre", "figcaption"})
_LEAF = _PARAGRAPH | {"div", "section", "td", "tr", "tbody", "table", "ul", "ol", "figure"}

# Names that content systems and house styles give to the container of the main text, whole or as the last word.
_MAIN_TEXT = re.compile(
    r"""(?ix)(?:^|[\s_-])(?:
        trs_(?:editor|ueditor|paper_preappend|web)\S* | (?:u?cap[-_])content | vsb_content\S* | v_news_content
      | zoom\d* | ozoom | mytxt | js_content | rich_media_content | endtext | end-text | post_body | post_text
      | artibody | article-?body | article_?body | art_content | rm_txt_con | rwb_zw | box_con | text_con | show_text
      | left_zw | content_area | cnt_bd | p-detail | detail-?content | detail_?con\S* | detail-d | article_?con\S*
      | article-con\S* | news_?con\S* | news-con\S* | news_?txt\S* | news_?text | newstext | content_?txt | con_?txt
      | content_?text\S* | contenttext | main_?content | maincontent | article_?text | article_?txt | articletext
      | entry-content | post-content | single-content | founder-content | contentstr | cont_txt | txtcon\S*
        | xl_con\S*
      | xxgk_?con\S* | wz_?con\S* | wzcon | conzw | zhengwen | zw_?con\S* | info_?con\S* | view_?con\S* | bodytext
      | content-article | all-txt | articleedit | articlecontent | a-con | entext | detailcontent | pages_content
      | b12c | content1 | contents | content | txt | text | fontzoom | fontsize\S* | bt_content | txt_content | story
    )(?:$|\s)"""
)
# Blocks that stand beside the main text, never in it.
ASIDE = re.compile(
    r"""(?ix)(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))(?:
        comments? | comment\w* | pinglun | reply | replies | gentie | tie | bbs
      | share\w* | bdshare\w* | bshare | jiathis\w* | fenxiang | sns
      | relat\w+ | xgxw | xgyd | xgwz | xg | xiangguan | correlation | recommend\w* | tuijian | tj | tjyd
        | guess\w* | more
      | hot\w* | rank\w* | paihang | top10 | latest | newest
      | foot\w* | copyright | banquan | sidebar\w* | aside | nav\w* | menu\w* | crumbs? | breadcrumbs?
        | position | weizhi
      | ads? | ad\d+ | advert\w* | guanggao | gg | banner\w* | ewm | erweima | qr\w* | wx-?code | scan
      | login | register | search\w* | toolbar | tools? | page-?tools? | btns? | button | pop\w* | dialog
        | modal | tips?
      | pages? | pager\w* | paging | pagination | fenye | yu-pages | pagenav | displaypagenum
      | tags? | keywords? | key-word | label | vote\w* | zan | dianzan | like | digg\w* | subscribe | follow\w*
      | prev\w* | next\w* | sxp | pre_next | statement | disclaimer | shengming | author-?intro | profile
        | feedback | jiucuo
    )(?=$|[\W_\d])"""
)

COMMENTS = re.compile(r"(?i)comment|pinglun|gentie|replies|tie-area")
"""Blocks of readers' comments, which can hold more prose than a short article."""


def find_container(layout: Layout) -> tuple[Block, float]:
    """Return the block that holds the main text, and how sure that is (0 to 1)."""
    lines, blocks = layout.lines, layout.blocks
    weights = [line.prose for line in lines]
    sums = [0]
    for weight in weights:
        sums.append(sums[-1] + weight)
    scored: dict[Block, float] = {}
    for line, weight in zip(lines, weights, strict=True):
        if not weight:
            continue
        block: Block | None = line.block
        if block is not None and (block.tag in _PARAGRAPH or block.end - block.start == 1):
            block = block.parent
        share = float(weight)
        for _ in range(3):
            if block is None:
                break
            scored[block] = scored.get(block, 0.0) + share
            block, share = block.parent, share * 0.4
    if not scored:
        return blocks[0], 0.0
    best, best_score = blocks[0], -1.0
    least = 0.05 * max(scored.values())
    for block, score in scored.items():
        if score < least:
            continue
        names = block.names
        if names:
            if _MAIN_TEXT.search(names):
                score *= 1.6
            if ASIDE.search(names):
                score *= 0.15 if COMMENTS.search(names) else 0.4
        if block.tag == "article":
            score *= 1.4
        elif block.tag in ("body", "html", "ul", "ol", "footer", "nav"):
            score *= 0.5
        if score > best_score:
            best, best_score = block, score
    best = _widened(best, sums)
    share = (sums[best.end] - sums[best.start]) / max(1, sums[-1])
    return best, min(0.95, 0.4 + share / 2 + (0.1 if _MAIN_TEXT.search(best.names) else 0))


def _widened(block: Block, sums: list[int]) -> Block:
    """Climb while the parent adds much prose: the paragraphs may lie in several sibling containers."""
    while (parent := block.parent) is not None and parent.tag not in ("body", "html"):
        own = sums[block.end] - sums[block.start]
        added = sums[parent.end] - sums[parent.start] - own
        if added < 0.3 * own or _MAIN_TEXT.search(block.names):
            break
        block = parent
    return block
