"""The heading of the block to which a link belongs whose own text names nothing: 更多, 进入."""

from __future__ import annotations

import re
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.more_links import heading_before
from newscrawler.listings.names_and_addresses import MAX_NAME

GENERIC = re.compile(
    r"(?:更多|进入|点击|查看|详情|详细|浏览|访问|频道|首页|more|enter|[>»›→.\[\]【】（）()+\s])*", re.IGNORECASE
)
"""A text of a link that names nothing; the caption beside it does."""
_LEVELS = 4
_MOST_LINKS = 60
"""Elements around a link in which its heading is looked for, and links of a block."""


def heading_of_block(element: _Element) -> str:
    """Return the heading of the block whose only link 更多 an element is; empty without one."""
    for around in islice(element.iterancestors(), _LEVELS):
        texts = [text_up_to(link, MAX_NAME).strip() for link in islice(around.iter("a"), _MOST_LINKS)]
        others = sum(1 for text in texts if text and GENERIC.fullmatch(text)) - 1
        if around.tag in ("body", "html") or others > 0 or len(texts) == _MOST_LINKS:
            return ""
        if heading := heading_before(around, element):
            return heading
    return ""
