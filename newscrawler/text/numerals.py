"""Numbers written in Han characters, as dates have them."""

from __future__ import annotations

HAN_DIGITS = "〇一二三四五六七八九"
"""The digits in order. `text.dates.fold_date` writes other signs for zero as 〇."""
_VALUES = {digit: value for value, digit in enumerate(HAN_DIGITS)}
_BEFORE_THE_REPUBLIC = 1911


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
