"""The source that a text names at its end, in a sentence or a bracket: 本文转自《清河日报》, （原载《清河晚报》）."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newscrawler.extraction.layout import Line
from newscrawler.extraction.meta_lines.words import is_outlet
from newscrawler.extraction.model import Evidence

_STATED = (
    r"(?:以上|本文|文章|本稿|稿件|原文|内容)?(?:来源于?|转载自|转载于|转自|原载于?|原刊于?|刊于|摘自|选自|节选自|首发于)\s?[:：丨|]?\s?"
    r"(?P<outlet>《[^《》]{2,20}》|[^，。！？；：:、\s（）()【】《》“”]{2,20}(?=[\s，。）)】\]]|$))[^！？；：:（）()【】]{0,24}"
)
_LINE = re.compile(rf"\s{{0,4}}[（(【\[]?{_STATED}[）)】\]]?。?\s{{0,4}}")
_BEHIND_TEXT = re.compile(rf"[。！？”」…]\s{{0,4}}[（(【\[]{_STATED}[）)】\]]。?\s{{0,4}}$")
_LONGEST = 60


def source_at_end(lines: Iterable[Line]) -> Evidence | None:
    """Return the outlet that the last lines of a text, or those behind it, name as where it comes from.

    A name in 《》 counts; another one must end as the names of outlets do.
    """
    for line in lines:
        text = line.text[-2 * _LONGEST :]
        stated = (_LINE.fullmatch(text) if len(text) <= _LONGEST else None) or _BEHIND_TEXT.search(text)
        if stated and (stated["outlet"].startswith("《") or is_outlet(stated["outlet"])):
            return Evidence(stated["outlet"], "generic:end", 0.6)
    return None
