"""Numbers written in Han characters, as dates have them."""

from __future__ import annotations

import re

HAN_DIGITS = "〇一二三四五六七八九"
"""The digits in order. `text.dates.fold_date` writes other signs for zero as 〇."""
_VALUES = {digit: value for value, digit in enumerate(HAN_DIGITS)}
_BEFORE_THE_REPUBLIC = 1911


_LIST_NUMBER = re.compile(
    r"\s*(?:(?:[(（\[【〔]\s?)?(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s?[)）\]】〕][.．、:：\s]?|(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s?[、:：]"
    r"|\d{1,3}\s?[.．]|0?\d{1,2}\s|[①-⓿㈠-㈩⑴-⒇⒈-⒛❶-❿])\s*(?=[\u3400-\u9fff])"
)
"""The number of an item of a list before its text, with the mark between them."""


def without_list_number(text: str) -> str:
    """Return a text without the number that it has as an item of a list: `1.烟台`, `01 烟台`, `（一）烟台`."""
    match = _LIST_NUMBER.match(text)
    return text[match.end() :] if match else text


def han_number(text: str) -> int:
    """Return the value of a number below 100 (十, 二十三, 〇五), or of digits one by one (二〇一九).

    Raises ValueError for any other text.
    """
    tens, ten, ones = text.partition("十")
    try:
        if ten:
            return (_VALUES[tens] if tens else 1) * 10 + (_VALUES[ones] if ones else 0)
        return int("".join(str(_VALUES[digit]) for digit in text))
    except KeyError:
        raise ValueError(f"{text!r} is not a number in Han characters") from None


def year_of_republic(text: str) -> str:
    """Return the year of our time for one that counts from 1912 (111, 三十八, 一百一十一); `0` for what is none."""
    hundreds, mark, rest = text.partition("百")
    try:
        if text.isascii():
            years = int(text)
        else:
            years = (
                100 * han_number(hundreds or "一") + han_number(rest.lstrip("〇") or "〇") if mark else han_number(text)
            )
    except ValueError:
        return "0"
    return str(years + _BEFORE_THE_REPUBLIC)


COUNT = (
    r"(?:\d{1,3}(?:[,，'\u00a0\u2009\u202f ]\d{3})+(?!\d)|\d{1,7}(?:\.\d{1,2})?\s?[万千]?"
    r"|[〇零一二两三四五六七八九十百千万]{1,9})"
)
"""A pattern of numbers as pages count: 1045, 1,045, 1 045, １０４５, 1.2万, 三十, 一千零四十五."""
_UNITS = {"十": 10, "百": 100, "千": 1_000}
_OTHER_DIGITS = {"零": 0, "两": 2}
_SEPARATORS = re.compile(r"[,，'\s]")


def count_of(text: str) -> int:
    """Return the value of a text that `COUNT` matches; 1.2万 is 12,000."""
    bare = _SEPARATORS.sub("", text)
    if bare[:1].isdecimal():
        number, unit = (bare[:-1], bare[-1]) if bare[-1] in "千万" else (bare, "")
        return round(float(number) * {"千": 1_000, "万": 10_000, "": 1}[unit])
    total = part = digit = 0
    for sign in bare:
        if sign == "万":
            total, part, digit = (total + part + digit) * 10_000, 0, 0
        elif sign in _UNITS:
            part, digit = part + (digit or 1) * _UNITS[sign], 0
        else:
            digit = digit * 10 + (_VALUES[sign] if sign in _VALUES else _OTHER_DIGITS[sign])
    return total + part + digit
