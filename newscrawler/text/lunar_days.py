"""Days of the Chinese calendar, as papers print them behind the day: 农历壬寅年二月十三. Nobody needs their value."""

from __future__ import annotations

_YEAR = "[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]"
LUNAR_DAY = (
    rf"(?:(?:农历|阴历|夏历|旧历) ?(?:{_YEAR})?|{_YEAR}) ?年? ?(?:\(?[鼠牛虎兔龙蛇马羊猴鸡狗猪]\)?年? ?)?"
    "闰?(?:[正二三四五六七八九冬腊]|十[一二]?)月(?:初|十|廿|卅|[二三]十)?[一二三四五六七八九十]?"
)
"""A pattern: the name of the calendar or the year of its cycle, then month and day."""
