"""What a newspaper's page is called: its number (版次: A01, 01) and its name (版名: 要闻)."""

from __future__ import annotations

import re
from typing import NamedTuple

_LONGEST = 60
"""A longer text is not the label of a page."""
_LONGEST_NAME = 20
_NUMERALS = "一二三四五六七八九十"
_NUMBER = rf"[A-Z]{{0,2}}\d{{1,3}}(?!\d)|[{_NUMERALS}]{{1,3}}"
_SIGNS = r"[\s:：·•・—–|｜,，、．.()（）【】\[\]/／\\>＞»→~～_-]{0,6}"
_PATTERNS = (
    # 第01版：要闻, 01版 要闻, A1版, 第A02版
    re.compile(
        rf"第?\s{{0,3}}(?P<no>{_NUMBER})\s{{0,3}}版(?![本权式画])(?:面(?!积))?{_SIGNS}(?P<name>.*)", re.IGNORECASE
    ),
    # A01：要闻, 01:要闻, A01 要闻
    re.compile(r"(?P<no>[A-Z]{1,2}\d{1,3}|\d{2,3})(?!\d)\s{0,3}[:：]\s{0,3}(?P<name>[^\d\s].*)", re.IGNORECASE),
    re.compile(r"(?P<no>[A-Z]{1,2}\d{2,3}|\d{2})(?!\d)[\s·|-]{1,3}(?P<name>[^\d\s].*)"),
    # A01
    re.compile(r"(?P<no>[A-Z]{0,2}\d{1,3})(?P<name>)"),
    # 要闻·01版, 要闻（A02版）
    re.compile(
        rf"(?P<name>[^\d\s]{{1,12}}?)\s{{0,3}}[:：·(（\s-]{{0,3}}第?(?P<no>{_NUMBER})\s{{0,3}}版[)）]?", re.IGNORECASE
    ),
)
_NEIGHBOUR = re.compile(r"[\W_]{0,5}[上下前后]\s?[一1]?\s?[版期页]")
_TITLE_PART = re.compile(rf"第\s{{0,3}}(?:{_NUMBER})\s{{0,3}}版[^_|—-]{{0,{_LONGEST_NAME}}}", re.IGNORECASE)
_EDGES = " \t\r\n:：·•・—–|｜,，、．.()（）【】[]/／\\>＞»→~～_-"
_FURNITURE = re.compile(
    r"(?i)[\s:：·|/()（）【】\[\]-](?:pdf(?:版|下载|阅读|浏览)?|jpg|查看?(?:大图|pdf|版面图?)|大图|放大|(?:版面)?下载"
    r"|(?:共\s{0,2})?\d{1,3}\s{0,2}[篇条]|[(（\[]\s{0,2}\d{1,3}\s{0,2}[)）\]])[\s)）】\]]*$"
)
"""What stands behind the name of a page and is no part of it: a file of the page, how many articles it has."""


class PageLabel(NamedTuple):
    """A newspaper page's number and name; each may be empty."""

    number: str = ""
    name: str = ""


def read_page_label(text: str) -> PageLabel | None:
    """Read the label of a page: `第A02版：民生` is A02, 民生. None for any other text, such as a headline."""
    text = without_furniture(" ".join(text.split()))
    if not text or len(text) > _LONGEST or _NEIGHBOUR.match(text):
        return None
    for pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match is not None and len(name := match["name"].strip(_EDGES)) <= _LONGEST_NAME:
            number = _arabic(match["no"])
            return PageLabel(number, name) if number else None
    return None


def without_furniture(text: str) -> str:
    """Return a text without the words for files and numbers of articles at its end: `要闻 PDF` is 要闻."""
    for _ in range(3):
        shorter = _FURNITURE.sub("", text).rstrip(" ")
        if shorter == text:
            break
        text = shorter
    return text


def label_in_title(title: str) -> PageLabel | None:
    """Read the label of a page out of the title of its document: `某某日报_第01版`."""
    match = _TITLE_PART.search(title[:400])
    return read_page_label(match.group()) if match else None


def _arabic(number: str) -> str:
    """Return a number as figures: 十二 is 12. Numbers in figures stay as printed."""
    if number[0] not in _NUMERALS:
        return number.upper()
    tens, ten, ones = number.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return ""
    value = (_NUMERALS.index(tens) + 1 if tens else 1) * 10 if ten else _NUMERALS.index(tens) + 1
    return str(value + (_NUMERALS.index(ones) + 1 if ones else 0))
