"""Dates of generated pages: the forms in which portals print them, and the time that they mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from random import Random

CHINA = timezone(timedelta(hours=8))
_HAN = "〇一二三四五六七八九"
_FULL_WIDTH = str.maketrans("0123456789-:", "０１２３４５６７８９－：")


def moment(rng: Random) -> datetime:
    """Return a minute of the years 2005 to 2024, with seconds, in China's time."""
    first = datetime(2005, 1, 1, tzinfo=CHINA)
    return first + timedelta(seconds=rng.randrange(20 * 365 * 86400))


def _han(number: int) -> str:
    if number < 10:
        return "零一二三四五六七八九"[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _HAN[tens]) + "十" + (_HAN[ones] if ones else "")


def _half_day(when: datetime, rng: Random) -> str:
    hour = when.hour
    if hour < 5:
        return f"凌晨{hour}:{when:%M}"
    if hour < 12:
        return f"{rng.choice(('上午', '早上') if hour < 9 else ('上午',))}{hour}:{when:%M}"
    if hour == 12:
        return f"中午12:{when:%M}"
    word = rng.choice(("下午",) if hour < 18 else ("晚上", "晚", "晚间"))
    return f"{word}{hour - 12}:{when:%M}"


def _weekday(when: datetime) -> str:
    return "星期" + "一二三四五六日"[when.weekday()]


def _minute(form: str) -> Callable[[datetime, Random], str]:
    return lambda when, rng: when.strftime(form)


def _day(when: datetime) -> str:
    return f"{when.year}年{when.month}月{when.day}日"


Form = Callable[[datetime, Random], str]
_TO_THE_SECOND: dict[str, Form] = {
    "Y-m-d H:M:S": _minute("%Y-%m-%d %H:%M:%S"),
    "Y年m月d日 H:M:S": _minute("%Y年%m月%d日 %H:%M:%S"),
    "Y/m/d H:M:S": lambda when, rng: f"{when.year}/{when.month}/{when.day} {when.hour}:{when:%M:%S}",
    "single figures H:M:S": lambda when, rng: (
        f"{when.year}-{when.month}-{when.day} {when.hour}:{when.minute}:{when.second}"
    ),
    "hyphens in time": _minute("%Y-%m-%d %H-%M-%S"),
    "12-hour clock PM": lambda when, rng: (
        f"{when:%Y-%m-%d} {(when.hour - 1) % 12 + 1}:{when:%M:%S} {'AM' if when.hour < 12 else 'PM'}"
    ),
    "ISO with Z": lambda when, rng: when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "ISO with +0000": lambda when, rng: when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000"),
    "ISO with +08:00": lambda when, rng: when.isoformat(),
    "CST as Java prints": lambda when, rng: when.strftime("%a %b %d %H:%M:%S CST %Y"),
    "full-width colon H：M：S": _minute("%Y-%m-%d %H：%M：%S"),
}
_TO_THE_MINUTE: dict[str, Form] = {
    "Y-m-d H:M": _minute("%Y-%m-%d %H:%M"),
    "Y年m月d日H:M": _minute("%Y年%m月%d日%H:%M"),
    "Y年m月d日 H:M": _minute("%Y年%m月%d日 %H:%M"),
    "Y.m.d H:M": _minute("%Y.%m.%d %H:%M"),
    "Y/m/d H:M": _minute("%Y/%m/%d %H:%M"),
    "时 and 分": _minute("%Y年%m月%d日%H时%M分"),
    "时 and 分 after a blank": _minute("%Y-%m-%d %H时%M分"),
    "点 and 分": lambda when, rng: f"{_day(when)} {when.hour}点{when:%M}分",
    "half day": lambda when, rng: (
        f"{rng.choice((when.strftime('%Y-%m-%d '), _day(when) + ' ', _day(when)))}{_half_day(when, rng)}"
    ),
    "weekday in brackets": lambda when, rng: f"{_day(when)}（{_weekday(when)}）{when:%H:%M}",
    "weekday": lambda when, rng: f"{_day(when)} {_weekday(when)} {when:%H:%M}",
    "full width": lambda when, rng: when.strftime("%Y-%m-%d %H:%M").translate(_FULL_WIDTH),
    "full-width hyphen": _minute("%Y－%m－%d %H:%M"),
    "dash": _minute("%Y—%m—%d %H:%M"),
    "ratio sign in time": _minute("%Y-%m-%d %H∶%M"),
    "blank before 年": _minute("%Y 年 %m 月 %d 日 %H:%M"),
    "eight figures": _minute("%Y%m%d %H:%M"),
    "HKT between": _minute("%Y-%m-%d HKT %H:%M"),
}
_TO_THE_DAY: dict[str, Form] = {
    "Y-m-d": _minute("%Y-%m-%d"),
    "Y年m月d日": lambda when, rng: _day(when),
    "Y.m.d": lambda when, rng: f"{when.year}.{when.month}.{when.day}",
    "Y/m/d": _minute("%Y/%m/%d"),
    "Han numerals": lambda when, rng: (
        "".join(_HAN[int(digit)] for digit in str(when.year)) + f"年{_han(when.month)}月{_han(when.day)}日"
    ),
    "day and weekday": lambda when, rng: f"{_day(when)} {_weekday(when)}",
}
_MIDNIGHT: dict[str, Form] = {
    "零点": lambda when, rng: f"{_day(when)}零点",
    "0时00分": lambda when, rng: f"{_day(when)}0时00分",
    "24:00": lambda when, rng: f"{when - timedelta(days=1):%Y-%m-%d} 24:00",
}
FORMS: dict[str, float] = (
    dict.fromkeys(_TO_THE_SECOND, 1.0)
    | dict.fromkeys(_TO_THE_MINUTE, 1.0)
    | dict.fromkeys(_TO_THE_DAY, 1.0)
    | dict.fromkeys(_MIDNIGHT, 0.6)
    | {"Y-m-d H:M:S": 5.0, "Y-m-d H:M": 6.0, "Y年m月d日H:M": 3.0, "Y年m月d日 H:M": 2.0, "Y-m-d": 4.0, "none": 1.5}
)


def show(form: str, when: datetime, rng: Random) -> tuple[str, str]:
    """Return the date as a page prints it in this form, and the ISO string that it means; two empty strings for none."""
    if form == "none":
        return "", ""
    if form in _TO_THE_DAY:
        return _TO_THE_DAY[form](when, rng), when.date().isoformat()
    if form in _MIDNIGHT:
        when = when.replace(hour=0, minute=0, second=0)
        return _MIDNIGHT[form](when, rng), when.isoformat()
    if form in _TO_THE_MINUTE:
        when = when.replace(second=0)
        return _TO_THE_MINUTE[form](when, rng), when.isoformat()
    return _TO_THE_SECOND[form](when, rng), when.isoformat()
