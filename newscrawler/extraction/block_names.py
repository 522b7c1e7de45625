"""Names of blocks: ids and classes that are usual for the main text and for what stands beside it."""

from __future__ import annotations

import re
from functools import lru_cache

from newscrawler.extraction.pattern_table import PatternTable, Row

MAIN_TEXT = PatternTable(
    Row("TRS", r"trs_(?:editor|ueditor|paper_preappend|web)\S*", "TRS_Editor", "trs_title"),
    Row("cap", r"(?:u?cap[-_])content", "UCAP-CONTENT", "ucap-head"),
    Row("VSB", r"vsb_content\S*|v_news_content", "vsb_content_2", "vsb_head"),
    Row("Founder", r"founder-content|ozoom|mytxt|contentstr", "ozoom", "founder-head"),
    Row("zoom", r"zoom\d*|fontzoom|fontsize\S*", "zoom", "zoomin"),
    Row("WeChat", r"js_content|rich_media_content", "rich_media_content", "rich_media_meta"),
    Row("NetEase", r"endtext|end-text|post_body|post_text", "endText", "post_time"),
    Row("Sina", r"artibody|art_content", "artibody", "artibar"),
    Row("people.cn", r"rm_txt_con|rwb_zw|box_con|text_con|show_text|left_zw", "rm_txt_con", "box_right"),
    Row("article body", r"article-?body|article_?body|bodytext|articleedit", "article-body", "article-head"),
    Row(
        "article content",
        r"article_?con\S*|article-con\S*|content-article|articlecontent|a-con",
        "article_content",
        "article-count",
    ),
    Row("article text", r"article_?text|article_?txt|articletext", "article_txt", "article_title"),
    Row("news", r"news_?con\S*|news-con\S*|news_?txt\S*|news_?text|newstext", "news_con", "news_list"),
    Row("detail", r"p-detail|detail-?content|detail_?con\S*|detail-d|detailcontent", "detail-content", "detail-title"),
    Row(
        "content",
        r"content|contents|content1|main_?content|maincontent|content_area|pages_content|bt_content|cnt_bd",
        "main_content left",
        "contentment",
    ),
    Row(
        "text",
        r"txt|text|content_?txt|con_?txt|content_?text\S*|contenttext|cont_txt|txtcon\S*|txt_content|all-txt|entext",
        "content_txt",
        "textarea",
    ),
    Row("blog", r"entry-content|post-content|single-content|story", "entry-content", "entry-meta"),
    Row("information", r"info_?con\S*|view_?con\S*|xxgk_?con\S*", "info_content", "info_title"),
    Row("pinyin", r"zhengwen|zw_?con\S*|wz_?con\S*|wzcon|conzw", "zhengwen", "zwfw"),
    Row("names of single portals", r"xl_con\S*|b12c", "b12c", "b12"),
    start=r"(?:^|[\s_-])",
    end=r"(?:$|\s)",
    flags=re.IGNORECASE,
)
"""Names of the container of the main text. Each counts whole or as the last word of a name: `left_content`."""
ASIDE = PatternTable(
    Row("comments", r"comments?|comment\w*|pinglun|reply|replies|gentie|tie|bbs", "comment-list", "tied"),
    Row("share bar", r"share\w*|bdshare\w*|bshare|jiathis\w*|fenxiang|sns", "bdsharebuttonbox", "shar"),
    Row("related", r"relat\w+|xgxw|xgyd|xgwz|xg|xiangguan|correlation", "related-news", "xgk"),
    Row("recommended", r"recommend\w*|tuijian|tj|tjyd|guess\w*|more", "tuijian", "moreover"),
    Row("ranking", r"hot\w*|rank\w*|paihang|top10|latest|newest", "hot_news", "top1"),
    Row("foot", r"foot\w*|copyright|banquan", "footer", "fo"),
    Row(
        "navigation",
        r"sidebar\w*|aside|nav\w*|menu\w*|crumbs?|breadcrumbs?|position|weizhi",
        "breadcrumb",
        "positioned",
    ),
    Row("advertising", r"ads?|ad\d+|advert\w*|guanggao|gg|banner\w*", "ad_728", "adapt"),
    Row("QR code", r"ewm|erweima|qr\w*|wx-?code|scan", "wx-code", "scant"),
    Row("login and search", r"login|register|search\w*", "search-box", "registered"),
    Row(
        "buttons",
        r"toolbar|tools?|page-?tools?|btns?|button|pop\w*|dialog|modal|tips?",
        "toolbar",
        "modality",
    ),
    Row(
        "pager",
        # page1, page2 are parts of a story.
        r"pages?(?![_-]?\d)|pager\w*|paging|pagination|fenye|yu-pages|pagenav|displaypagenum",
        "pagination",
        "pagemain",
    ),
    Row("tags", r"tags?|keywords?|key-word|label", "tags", "tagged"),
    Row("reactions", r"vote\w*|zan|dianzan|like|digg\w*|subscribe|follow\w*", "dianzan", "liked"),
    Row("neighbours", r"prev\w*|next\w*|sxp|pre_next", "next", "sx"),
    Row(
        "notices",
        r"statement|disclaimer|shengming|author-?intro|profile|feedback|jiucuo",
        "disclaimer",
        "statements",
    ),
    start=r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))",
    end=r"(?=$|[\W_\d])",
    flags=re.IGNORECASE,
)
"""Names of blocks that stand beside the main text, never in it. A word counts wherever it ends in a name."""
_COMMENTS = ("comment", "pinglun", "gentie", "replies", "tie-area")


@lru_cache(maxsize=4096)
def is_called_main_text(names: str) -> bool:
    """Tell whether a block is called as containers of the main text are. Pages and portals repeat their names."""
    return MAIN_TEXT.search(names) is not None


@lru_cache(maxsize=4096)
def is_called_aside(names: str) -> bool:
    """Tell whether a block is called as what stands beside the main text."""
    return ASIDE.search(names) is not None


@lru_cache(maxsize=4096)
def is_called_comments(names: str) -> bool:
    """Tell whether a block is called one of readers' comments, which can hold more prose than a short article."""
    lower = names.lower()
    return any(word in lower for word in _COMMENTS)
