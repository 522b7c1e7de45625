"""Lines of the text that look like labels of something else: a subhead 相关链接, an item 编辑：三名，熟悉排版软件。"""

from __future__ import annotations

import re

from newscrawler.extraction.layout import Line
from newscrawler.text.names import NOBODY, is_name
from newscrawler.text.roles import ROLES_OF_WORD

_LABELLED = re.compile(r"([\u4e00-\u9fff]{2,8})\s?[:：]\s?([^，。；、]{1,24})[，。；、].{4}")


def is_text_with_label(text: str) -> bool:
    """Tell whether what follows a label of people is text, not a name: 编辑：三名，熟悉排版软件。"""
    match = _LABELLED.match(text)
    if match is None or match[1] not in ROLES_OF_WORD:
        return False
    return not is_name(match[2].strip()) and not NOBODY.fullmatch(match[2])


_MAY_BE_SUBHEAD = re.compile(
    r"[\s\[【(（*■◆●▶>#\-—=·|｜]{0,9}(?:(?:相关|延伸|新闻|背景|知识|政策)(?:链接|阅读|新闻|资料|报道)|链接)[\s\]】)）:：>》|]{0,9}$"
)


def may_be_subhead(line: Line) -> bool:
    """Tell whether a heading that mostly stands above links may head a part of the text: 相关链接, 延伸阅读."""
    return not line.linked and not line.above_links and _MAY_BE_SUBHEAD.match(line.text) is not None
