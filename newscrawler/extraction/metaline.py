"""The lines round the main text that say when, from where and by whom: 来源, 日期, 编辑.

The label and its value may share a text node, stand in neighbouring elements or on neighbouring lines; the colon
may be half or full width or missing; several labels may share a line. Where no label says so, a short name beside
the date is the outlet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from newscrawler.extraction.labels import (
    BUTTON,
    CREDIT,
    OTHER_TIME,
    OUTLET,
    PUBLISHED,
    SOURCE,
    SOURCE_WITHOUT_COLON,
    TODAY,
)
from newscrawler.extraction.layout import Line
from newscrawler.extraction.model import Evidence, RawCredit
from newscrawler.text.dates import FoundDate, find_date, find_short_date

# Where the writer or the reader sits, as some sites print it beside the outlet: (广州), 北京.
_PLACE_TAIL = re.compile(r"\s[(（][\u4e00-\u9fff]{2,6}[)）](?:\s.{0,40})?$")
_ASIDE_TAIL = re.compile(r"\s?[\[(（【].{0,12}$")
_PLACE = re.compile(
    r"^[(（][^()（）]{2,8}[)）]$|^(?:中国)?(?:北京|天津|上海|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西"
    r"|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|香港|澳门|台湾|广州|深圳|武汉|南京|杭州|成都|西安)[省市]?$"
)


def _value(line: Line, start: int) -> str:
    """Return what follows position `start` of a line's spaced text, up to the end of its element."""
    value = ""
    at = 0
    for piece in line.pieces:
        words = " ".join(piece.split())
        if not words:
            continue
        end = at + len(words)
        if end > start:
            rest = " ".join(piece.split()) if start <= at else words[start - at :]
            if value and not (_JOINED.match(rest) or _JOINED.search(value)):
                break
            value = f"{value}{rest}".strip()
        at = end + 1
    return value


_JOINED = re.compile(r"^[-－—·、&]|[-－—·、&]$")


_EDITOR = re.compile(r"编\s{0,2}辑|责编|编审|编发")
_EDITOR_LINE = re.compile(
    r"^[\s\[【(（]*(?:策划[:：]\S{2,4}\s)?(?:责任编辑|责编|编辑|网络编辑|值班编辑|本网编辑|编审)\s{0,2}[:：]"
)
_LABELLED = re.compile(r"(?:编\s{0,2}辑|责编|作者|记者|通讯员|撰文|审核|校对)\s{0,2}[:：]")
_PERSON = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}|[A-Za-z][\w .-]{1,20})$")


class MetaLines:
    """What the lines round the main text say; `head` stand before it, `foot` behind it, both in reading order."""

    def __init__(self, head: Sequence[Line], foot: Sequence[Line], rest: Sequence[Line] = ()) -> None:
        self._head = head
        self._foot = foot
        self._rest = rest
        self._spaced: dict[Line, str] = {}

    def _text(self, line: Line) -> str:
        text = self._spaced.get(line)
        if text is None:
            text = self._spaced[line] = spaced(line)
        return text

    def published(self) -> Evidence | None:
        """Return the printed date of publication: a labelled one first, then the first that stands alone."""
        best: tuple[int, str] | None = None
        for rank, lines in ((0, self._head), (20, self._foot)):
            label = ""
            for line in lines:
                text = self._text(line)
                if len(text) > 220:
                    continue
                match = find_date(text) or (find_short_date(text) if len(text) < 60 else None)
                if match is not None:
                    doubt = rank + _doubt(line, text, match, label)
                    if best is None or doubt < best[0]:
                        best = (doubt, text[match.start : match.end].strip())
                label = text
        is_clear = best is not None and best[0] < 15 and find_date(best[1]) is not None
        if not is_clear and (date := self._split_date()):
            return Evidence(date, "generic:meta-line", 0.8)
        return Evidence(best[1], "generic:meta-line", max(0.3, 0.95 - best[0] / 40)) if best else None

    def _split_date(self) -> str:
        """Return the date that stands in several short lines above the main text, as on a calendar leaf."""
        joined = " ".join(self._text(line) for line in self._head if len(line.text) <= 24)
        found = find_date(joined)
        return joined[found.start : found.end] if found and found.has_time else ""

    def source(self) -> Evidence | None:
        """Return the outlet: what follows 来源 or a word like it, else a short name beside the date."""
        for lines, confidence in ((self._head, 0.95), (self._foot, 0.9)):
            for position, line in enumerate(lines):
                if len(line.text) > 260:
                    continue
                text = self._text(line)
                match = SOURCE.search(text) or SOURCE_WITHOUT_COLON.search(text)
                if match is None:
                    continue
                value = _value(line, match.end())
                if not value and (alt := _image_alt(line)):
                    value = alt
                if not value and position + 1 < len(lines) and len(lines[position + 1].text) <= 30:
                    following = self._text(lines[position + 1])
                    if not PUBLISHED.match(following) and not find_date(following):
                        value = following
                if value and not PUBLISHED.match(value):
                    value = _PLACE_TAIL.sub("", value)
                    return Evidence(value[:120], "generic:meta-line", confidence)
                return None
        return None

    def beside_date(self) -> list[str]:
        """Return the short fragments without a label that share the date's line or adjoin it, in order.

        Where the line labels its outlet, only what may be a person's name is returned.
        """
        for position, line in enumerate(self._head):
            text = self._text(line)
            if len(text) > 160 or TODAY.search(text):
                continue
            match = find_date(text) or find_short_date(text)
            if match is None:
                continue
            found = self._fragments(line, text[match.start : match.end])
            # A line that labels its outlet is complete: what adjoins it is the page's own (a logo, a slogan).
            labelled = SOURCE.search(text) is not None
            for neighbour in (position - 1, position + 1):
                if not found and not labelled and 0 <= neighbour < len(self._head):
                    other = self._head[neighbour]
                    near = other.block is line.block or other.block.parent in (line.block.parent, line.block)
                    if near and len(other.text) <= 16 and not find_date(other.text):
                        found = self._fragments(other, "")
            if labelled:
                found = [name for name in found if is_person(name)]
            if found:
                return found
        return []

    @staticmethod
    def _fragments(line: Line, date: str) -> list[str]:
        found = []
        is_labelled = False
        for piece in line.pieces:
            # What follows a label in an element of its own belongs to the label: 选稿:<span>柳明</span>.
            follows, is_labelled = is_labelled, piece.rstrip().endswith((":", "："))
            if follows:
                continue
            text = " ".join(piece.replace("\u3000", "  ").split("\n"))
            if date:
                text = text.replace(date, "  ")
            for fragment in re.split(r"\s{2,}|[|｜·•]|(?<=\d)\s", text):
                if _PLACE.match(fragment.strip()):
                    continue
                for part in fragment.split("/"):
                    word = _ASIDE_TAIL.sub("", part.strip(" \t\r[]【】()（）,，"))
                    if 2 <= len(word) <= 24 and not BUTTON.match(word) and not find_date(word):
                        found.append(word)
        return found

    def credits(self, *, without_editors: bool = False, without_authors: bool = False) -> list[RawCredit]:
        """Return the lines that name people, whole: splitting them is the normaliser's task.

        Further down the page, only a line that starts with 编辑 or its like and is short is believed.
        """
        found: list[RawCredit] = []
        edited = without_editors
        for lines, limit in ((self._head, 160), (self._foot, 90)):
            for position, line in enumerate(lines):
                text = self._text(line)
                match = CREDIT.search(text)
                if match is None or len(text) > limit:
                    continue
                if lines is self._foot and match.start() > 12 and not _LABELLED.search(text):
                    continue
                if text.endswith((":", "：")) and position + 1 < len(lines) and len(lines[position + 1].text) <= 20:
                    text += lines[position + 1].text
                editing = _EDITOR.search(text) is not None
                if (without_editors and editing) or (without_authors and not editing):
                    continue
                edited = edited or editing
                found.append(RawCredit("", text, "generic:meta-line", 0.9))
        for line in self._rest:
            if edited:
                break
            text = self._text(line)
            if len(text) <= 40 and _EDITOR_LINE.match(text):
                found.append(RawCredit("", text, "generic:foot", 0.7))
                edited = True
        return found


def _doubt(line: Line, text: str, match: FoundDate, label: str) -> int:
    """Return how doubtful it is that a date is that of publication; `label` is the line before it."""
    before = text[: match.start]
    if OTHER_TIME.search(before[-8:]):
        doubt = 12
    elif PUBLISHED.search(before[-12:]) or PUBLISHED.search(label[-12:]):
        doubt = 0
    else:
        doubt = 2 if match.has_time else 4
    if len(text) > 80:
        doubt += 3
    if TODAY.search(text):
        doubt += 15
    if line.linked > match.start and line.linked * 2 > len(text):
        doubt += 15
    return doubt


def spaced(line: Line) -> str:
    """Return a line's text with its text nodes set apart, so that a label ends where its element ends."""
    return " ".join(" ".join(line.pieces).split())


def _image_alt(line: Line) -> str:
    images: Iterable[str | None] = (image.get("alt") or image.get("title") for image in line.block.element.iter("img"))
    return next((alt.strip() for alt in images if alt and alt.strip()), "")


def is_outlet(name: str) -> bool:
    """Tell whether a bare name ends as outlets do (报, 网, 社, ...)."""
    return bool(OUTLET.search(name))


def is_person(name: str) -> bool:
    """Tell whether a bare name beside a date may be a writer's: two or three characters, or a Latin handle."""
    return bool(_PERSON.match(name)) and not is_outlet(name)
