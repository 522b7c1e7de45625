"""Bylines: people whom the body itself names as its makers, at its beginning and its end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newscrawler.extraction.layout import Line
from newscrawler.extraction.model import RawCredit

_IN_BRACKETS = re.compile(
    r"[(（【\[]([^()（）【】\[\]]{0,40}(?:记者|通讯员|评论员|文/|文\s?[:：]|图/|作者|撰稿|实习生|采写|供稿|报道员|编辑|责编)[^()（）【】\[\]]{0,80})[)）】\]]"
)
_BYLINE = re.compile(
    r"^[【\[（(\s■□●◆▲△/]*(?:文|图|作者|撰文|撰稿|执笔|采写|编译|记者|本报记者|通讯员|特约记者|评论员|文图|图文|原创|供稿|策划|摄影|实习生|来源)"
    r"(?:\s?[/、|｜丨:：]|\s|(?=[\u4e00-\u9fff]{2,4}(?:\s|$)))"
    r"|^[【\[（(\s■□●◆▲△|]*[\u4e00-\u9fffA-Za-z0-9+·\-]{0,16}(?:记者|通讯员|评论员|实习生|通讯员)\s?[:：]?\s?[\u4e00-\u9fff]{2,4}(?:[\s、，,]|$|）|\))"
)
_NAME_ALONE = re.compile(r"[(（]\s?([\u4e00-\u9fff]{2,4}(?:[\s、，,][\u4e00-\u9fff]{2,4}){0,3})\s?[)）]\s*$")
_EDGE = 3


def credits_in_body(lines: Sequence[Line]) -> list[RawCredit]:
    """Return the bylines among the first and last lines of a body, whole."""
    found: list[RawCredit] = []
    total = len(lines)
    for index, line in enumerate(lines):
        at_edge = index < _EDGE or index >= total - _EDGE
        if not at_edge:
            continue
        text = line.text
        if len(text) <= 60 and _BYLINE.match(text):
            found.append(RawCredit("", text, "generic:byline", 0.85))
            continue
        window = text[:160] if index < _EDGE else text[-160:]
        bracketed = [match.group() for match in _IN_BRACKETS.finditer(window)]
        if index < _EDGE and bracketed and (start := window.find(bracketed[0])) >= 0:
            bracketed[0] = window[: start + len(bracketed[0])] if start <= 40 else bracketed[0]
        found.extend(RawCredit("", text, "generic:dateline", 0.9) for text in bracketed)
        if not bracketed and index == total - 1 and (match := _NAME_ALONE.search(text)):
            found.append(RawCredit("作者", match[1], "generic:signature", 0.6))
    return found
