"""Lines of the imprint of a page: its licence, its rights, address and telephone of its publisher."""

from __future__ import annotations

import re
from collections.abc import Collection

from newscrawler.extraction.layout import Form, Line, form_of
from newscrawler.extraction.pattern_table import PatternTable, Row

_SIGNS = ("icp备", "公网安备", "备案号", "版权所有", "copyright", "all rights")
_CONTACTS = re.compile(
    r"(?:地\s{0,4}址|邮\s{0,4}编|邮政编码|电\s{0,4}话|传\s{0,4}真|邮\s{0,4}箱|e-?mail)\s?[:：]", re.IGNORECASE
)
_PUBLISHER = PatternTable(
    Row(
        "label",
        r"^\W{0,3}(?:主办|承办|协办|主管|版权所有|备案号|地\s?址|邮\s?编|电\s?话|传\s?真|技术支持|联系电话)(?:单位|方)?\s?[:：]",
        "主办：清河市融媒体中心",
        "主办方昨天公布了名单",
    ),
    Row(
        "rights", r"copyright|©|all rights reserved|^\W{0,3}版权所有", "Copyright © 2008-2025 清河网", "作品的版权归他"
    ),
    Row(
        "licence", r"icp备|公网安备|许可证(?:编?号)?\s?[:：]?\s?[A-Z\d]", "新闻信息服务许可证 4212018", "他拿到了许可证"
    ),
    Row("reports", r"(?:违法|不良)\S{0,6}举报\S{0,6}[:：]", "违法和不良信息举报电话：0717", "他举报了违法的采砂船"),
    flags=re.IGNORECASE,
)
_FEWEST_CONTACTS = 2
_LONGEST = 120


def is_imprint(line: Line) -> bool:
    """Tell whether a line is of the imprint of a page, or a sentence about rights with the same words."""
    if line.prose or len(line.text) > _LONGEST:
        return False
    lower = line.text.lower()
    return any(sign in lower for sign in _SIGNS)


def is_publisher(text: str) -> bool:
    """Tell whether a line names the publisher of the page, its licence, address or rights, as the foot does."""
    return len(text) <= _LONGEST and _PUBLISHER.search(text) is not None


def is_contact(line: Line, story: Collection[Form]) -> bool:
    """Tell whether a line has address and telephone of the publisher, and stands apart from the story.

    `story` are the forms of its paragraphs. An announcement has such a line, too, but among its paragraphs.
    """
    text = line.text
    if (
        len(text) > _LONGEST
        or ("：" not in text and ":" not in text)
        or len(_CONTACTS.findall(text)) < _FEWEST_CONTACTS
    ):
        return False
    box = form_of(line.block)[2]
    return all(form[2] is not box for form in story)
