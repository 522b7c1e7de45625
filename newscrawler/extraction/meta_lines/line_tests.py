"""Quick tests of lines before the grammar reads them: sentences, labels at the end of a line or in a cell, items."""

from __future__ import annotations

from functools import lru_cache

from newscrawler.extraction.layout import Line
from newscrawler.extraction.meta_lines.statements import MetaLine
from newscrawler.extraction.meta_lines.tokens import LABELS, LONGEST, Kind, may_be_marked, tokens
from newscrawler.text.patterns import late

COLONS = ":：∶|｜丨/"
_LONGEST_LABEL = 8
_LONGEST_ITEM = 60
_ITEM = late(r"[\s·•\-\d.、（(]{0,6}[\u4e00-\u9fff](?:\s?[\u4e00-\u9fff]){1,8}\s?[:：]\s?\S")
_LABELLED_PART = late(r"\s{0,4}[^\s；：:，]{1,8}\s?[：:][^；：:，]{1,40}$")
"""What a semicolon divides that is no sentence: 记者：何田；编辑：柳明."""
_LONGEST_LABELLED = 120
_SENTENCE_END = late("[。！？；]")
_CELLS = frozenset({"td", "th", "dt"})
_LABEL_ENDS = "号期间源构位门关"
"""How labels end that stand in a cell of their own without a colon; the labels of people need none anywhere."""


def is_sentence(text: str) -> bool:
    """Tell whether a line is surely no meta line: by its length, or by a mark that ends a sentence."""
    if len(text) > LONGEST or "。" in text or "！" in text or "？" in text:
        return True
    if "；" not in text:
        return False
    first, *others = text.rstrip("； ").split("；")
    is_labelled = len(text) <= _LONGEST_LABELLED and "，" not in first and any(colon in first for colon in "：:")
    return not (is_labelled and all(map(_LABELLED_PART.match, others)))


def may_end_in_label(text: str) -> bool:
    """Tell whether the value of a label may stand on the line behind this one."""
    return text[-1] in COLONS or (len(text) <= _LONGEST_LABEL and may_be_marked(text))


def is_label_cell(line: Line) -> bool:
    """Tell whether a line is all of a cell and a label without its colon, whose value is the next cell: 发布日期."""
    text = line.text
    return line.block.tag in _CELLS and len(text) <= _LONGEST_LABEL and text[-1] in _LABEL_ENDS and _is_label(text)


@lru_cache(maxsize=1024)
def _is_label(text: str) -> bool:
    (token, *others) = tokens(f"{text}：")
    return not others and token.kind in LABELS and token.kind is not Kind.ROLE


_DATELINE = late(
    r"[【\[]?(?:[^，。！？；：:]{0,40}\d{1,2}\s?月\s?\d{1,2}\s?日|本[报网台刊社站]|[^，。！？；：:\s]{1,12}(?:报|网|社|台|刊|客户端|新闻))"
    r"\s?(?:[(（][^()（）]{2,30}[)）])?(?:[讯电]|消息)[】\]]?\s?[：:]?(?:\s?[(（](?:记者|通讯员)?[^()（）]{2,40}[)）])?$"
)
_LONGEST_DATELINE = 60
_ENDS_OF_DATELINE = frozenset("讯电息】]：:)）")


def is_dateline(text: str) -> bool:
    """Tell whether a line is nothing but how a report begins, which is of its text: 清河日报7月10日讯（记者 何田）."""
    if text[-1] not in _ENDS_OF_DATELINE or len(text) > _LONGEST_DATELINE:
        return False
    return _DATELINE.match(text) is not None


_TIME = late(r"\s{0,4}(?:时\s{0,4}间|日\s{0,4}期)\s{0,4}[:：]")


def is_time_alone(line: MetaLine) -> bool:
    """Tell whether a line states nothing but a time behind 时间：, as a meta line does, and an announcement."""
    return len(line.parts) == 1 and _TIME.match(line.parts[0].label) is not None


def is_item(text: str) -> bool:
    """Tell whether a line is an item of a list with a label that no meta line has: 地点：, 书名：, 岗位："""
    match = _ITEM.match(text)
    if match is None or len(text) > _LONGEST_ITEM or _SENTENCE_END.search(text):
        return False
    return not any(token.kind in LABELS and token.start < match.end() for token in tokens(text))
