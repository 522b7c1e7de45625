"""Bylines: people whom the body itself names as its makers, at its beginning and its end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newscrawler.extraction.layout import Line
from newscrawler.extraction.model import RawCredit
from newscrawler.extraction.pattern_table import PatternTable, Row

_IN_BRACKETS = PatternTable(
    Row(
        "writers",
        r"记者|通讯员|评论员|作者|撰稿|实习生|采写|供稿|报道员",
        "清河讯（记者 梁剑 通讯员 覃丹）",
        "记者梁剑（左二）",
    ),
    Row("text and pictures", r"文/|文\s?[:：]|图/", "（文/何田 图/江小满）", "（文件全文见附件）"),
    Row("editors", r"编辑|责编", "[责编：柳明]", "（编号12）"),
    start=r"[(（【\[][^()（）【】\[\]]{0,40}",
    end=r"[^()（）【】\[\]]{0,80}[)）】\]]",
)
"""Brackets that name people."""
_ROLE = PatternTable(
    Row("writers", r"作者|撰文|撰稿|执笔|采写|编译|原创|供稿|策划", "撰文：何田", "作者在渠边坐了一天"),
    Row("reporters", r"记者|本报记者|通讯员|特约记者|评论员|实习生", "■本报记者 梁剑", "记者昨天从县水利局获悉"),
    Row("text and pictures", r"文|图|文图|图文|摄影", "文/何田", "文化站开了门"),
    Row("source", r"来源", "来源：清河日报", "来源地的水质很好"),
    start=r"^[【\[（(\s■□●◆▲△/]*",
    end=r"(?:\s?[/、|｜丨:：]|\s|(?=[\u4e00-\u9fff]{2,4}(?:\s|$)))",
)
"""Lines that begin with a role."""
_OUTLET_AND_NAME = PatternTable(
    Row("reporters", r"记者|评论员", "清河日报记者 何田", "清河日报的记者来到了水渠旁边"),
    Row("correspondents", r"通讯员|实习生", "清河台通讯员：覃丹", "通讯员培训班今天开班"),
    start=r"^[【\[（(\s■□●◆▲△|]*[\u4e00-\u9fffA-Za-z0-9+·\-]{0,16}",
    end=r"\s?[:：]?\s?[\u4e00-\u9fff]{2,4}(?:[\s、，,]|$|）|\))",
)
"""Lines with a role, behind the outlet if it is named, and a name."""
_NAME_ALONE = re.compile(r"[(（]\s?([\u4e00-\u9fff]{2,4}(?:[\s、，,][\u4e00-\u9fff]{2,4}){0,3})\s?[)）]\s*$")
_EDGE = 3


def credits_in_body(lines: Sequence[Line]) -> list[RawCredit]:
    """Return the bylines among the first and last lines of a body, whole."""
    bylines: list[RawCredit] = []
    total = len(lines)
    for index, line in enumerate(lines):
        at_edge = index < _EDGE or index >= total - _EDGE
        if not at_edge:
            continue
        text = line.text
        if len(text) <= 60 and (_ROLE.match(text) or _OUTLET_AND_NAME.match(text)):
            bylines.append(RawCredit("", text, "generic:byline", 0.85))
            continue
        window = text[:160] if index < _EDGE else text[-160:]
        bracketed = [match.group() for match in _IN_BRACKETS.regex.finditer(window)]
        if index < _EDGE and bracketed and (start := window.find(bracketed[0])) >= 0:
            bracketed[0] = window[: start + len(bracketed[0])] if start <= 40 else bracketed[0]
        bylines.extend(RawCredit("", text, "generic:dateline", 0.9) for text in bracketed)
        if not bracketed and index == total - 1 and (match := _NAME_ALONE.search(text)):
            bylines.append(RawCredit("作者", match[1], "generic:signature", 0.6))
    return bylines
