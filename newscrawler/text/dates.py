"""The table of date patterns: how pages print dates, for those who look for a date and for the one who reads it.

Each row has a name, a pattern, an example and a counter-example. Rows with named groups are read by
`normalization.dates`; the others find dates for it, each in its own place: a listing, a meta line, a `<meta>` value.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class DatePattern(NamedTuple):
    """A row of the table."""

    name: str
    regex: re.Pattern[str]
    example: str
    """The pattern matches the whole of it."""
    counter_example: str
    """The pattern matches nothing in it."""


PATTERNS: list[DatePattern] = []


def _row(name: str, pattern: str, example: str, counter_example: str) -> re.Pattern[str]:
    regex = re.compile(pattern)
    PATTERNS.append(DatePattern(name, regex, example, counter_example))
    return regex


# Reading. The text has half-width digits and punctuation, and single spaces.

_TIME_OF_DAY = "上午|下午|中午|凌晨|早上|早晨|清晨|晚上|傍晚|晚间|午后|[AaPp][Mm]"
_TIME = (
    r"[ ,|T]{0,3}(?:(?:星期|周|礼拜)[一二三四五六日天]|\([^()]{1,6}\))?[ ,|]{0,3}"
    rf"(?:(?P<half>{_TIME_OF_DAY}) ?)?"
    r"(?P<h>[0-9]{1,2}) ?[:时点] ?(?P<mi>[0-9]{1,2})(?![0-9])"
    r"(?: ?[:分] ?(?P<s>[0-9]{1,2})(?![0-9])(?:[.,][0-9]{1,9})?)?"
    r"[分秒]?(?: ?(?P<half2>[AaPp][Mm])\b)?"
    # 09:30-10:30 is a period of time: a zone after minutes alone is read only with a plus sign.
    r"(?: ?(?P<zone>(?:UTC|GMT|Z)\b(?![+-])|(?:UTC|GMT|\+|(?<=:[0-9]{2}:[0-9]{2})(?=-)|(?<=\.[0-9]{3})(?=-))"
    r"[+-]?[0-9]{1,2}(?::?[0-9]{2})?(?![0-9:年月-])))?"
)
_DAY = r"(?P<d>[0-9]{1,2}(?![0-9])|[0-9]{2}(?=[0-9]{2} ?:))"

FULL = _row(
    "full",
    rf"(?<![0-9])(?P<y>(?:19|20)[0-9]{{2}})(?: ?[-/.年] ?| )(?P<mo>[0-9]{{1,2}})(?: ?[-/.月] ?| ){_DAY}"
    rf"(?: ?[日号])?(?:{_TIME})?",
    "2019年7月10日 星期三 上午 9:30",
    "2019年7月",
)
COMPACT = _row(
    "compact",
    r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?P<mo>[0-9]{2})(?P<d>[0-9]{2})"
    r"(?:[T ]?(?P<h>[0-9]{2}):?(?P<mi>[0-9]{2})(?::?(?P<s>[0-9]{2}))?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    r"(?![0-9])",
    "20190710T093000+0800",
    "201907101",
)
SHORT_YEAR = _row(
    # Year, month and day in two digits each. Without a time after it, it may be anything.
    "short year",
    rf"(?<![0-9./-])(?P<y>[0-9]{{2}})(?P<sep>[-/.])(?P<mo>[0-9]{{2}})(?P=sep)(?P<d>[0-9]{{2}})(?![0-9./-]){_TIME}",
    "18-03-08 23:16",
    "18-03-08",
)
WITHOUT_YEAR = _row(
    "without year",
    r"(?<![0-9年])(?<![0-9年][-/. ])(?:(?P<mo>[0-9]{1,2}) ?[-月] ?|(?P<mo2>[0-9]{2})[./](?=[0-9]{2}))"
    rf"{_DAY}(?![-/.%][0-9])(?: ?[日号])?(?:{_TIME})?",
    "07-10 09:30",
    "2019-07",
)
CHINESE_NUMERALS = _row(
    "Chinese numerals",
    r"([一二三四五六七八九〇]{4}) ?年 ?([一二三四五六七八九十]{1,3}) ?月 ?([一二三四五六七八九十]{1,3}) ?[日号]?",
    "二〇一九年七月十日",
    "一九年七月十日",
)
DAY_WORD = _row("day word", rf"(?P<word>今[天日]|昨[天日]|前[天日])(?:{_TIME})?", "昨天 09:30", "明天 09:30")
AGO = _row("ago", r"(?<![0-9.])(?P<n>[0-9]{1,4}|半) ?(?P<unit>秒钟?|分钟?|个?小时|天|日) ?之?前", "3小时前", "3周前")
NOW = _row("now", "刚刚|刚才", "刚刚", "刚好")
EPOCH = _row("epoch", r"(?<![0-9])(?:[0-9]{10}|[0-9]{13})(?![0-9])", "1562722200", "156272220")
# A bare number of eight digits in a file name is left alone: in content_20101112.htm it counts articles.
IN_URL = _row(
    "in a URL",
    r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?:"
    r"[-/_](?P<m1>[0-9]{1,2})/(?P<d1>[0-9]{1,2})(?=/)"  # /2019/07/10/x, /2019-07/10/x
    r"|(?P<sep>[-_])(?P<m2>[0-9]{1,2})(?P=sep)(?P<d2>[0-9]{1,2})(?![0-9])"  # /2019-07-10-x
    r"|/(?P<m3>[0-9]{2})(?P<d3>[0-9]{2})(?=[/_-])"  # /2019/0710/x
    r"|(?P<m4>[0-9]{2})/(?P<d4>[0-9]{2})(?=/)"  # /201907/10/x
    r"|(?:(?<=/[0-9]{4})|(?<=/t[0-9]{4}))(?P<m5>[0-9]{2})(?P<d5>[0-9]{2})(?=[/_-])"  # /20190710/x, /t20190710_x
    r")",
    "2019-07-10",
    "/content_20101112.htm",
)

# Finding. The text is as the page has it.

IN_LISTING = _row(
    "in a listing",
    r"(?<!\d)(?:(?P<year>(?:19|20)\d{2}|\d{2})\s*[-/.年]\s*)?(?P<month>1[0-2]|0?[1-9])\s*[-/.月]\s*"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)日?",
    "2019-07-10",
    "13-32",
)
_CLOCK = r"[012]?\d[:：][0-5]\d(?:[:：][0-5]\d)?(?!\d)"
IN_META_LINE = _row(
    "in a meta line",
    r"(?<![\d/])(?:19|20)\d{2}\s?(?:[-/.]\s?(?:1[0-2]|0?[1-9])\s?[-/.]\s?(?:3[01]|[12]\d|0?[1-9])(?!\d)"
    r"|年\s?(?:1[0-2]|0?[1-9])\s?月\s?(?:3[01]|[12]\d|0?[1-9])(?:\s?日|(?!\d)))"
    rf"(?:[\sT,，|·]{{0,6}}(?:星期.|周.)?\s?(?:[上下]午)?\s{{0,3}}{_CLOCK})?",
    "2019年7月10日 09:30",
    "07-10 09:30",
)
SHORT_IN_META_LINE = _row(
    "short, in a meta line",
    rf"(?<![\d-])(?:\d{{2}}[-/])?(?:1[0-2]|0[1-9])[-/](?:3[01]|[12]\d|0[1-9])\s{{1,4}}{_CLOCK}"
    r"|\d{1,2}\s?(?:小时|分钟|天)前|(?:昨天|今天|前天)(?:\s{0,3}[012]?\d[:：][0-5]\d)?",
    "07-10 09:30",
    "07-10",
)
# A calendar leaf beside the text: year, day and time in separate elements or lines.
SPLIT = _row(
    "split",
    r"(?<!\d)((?:19|20)\d{2})\s{1,3}([01]?\d)\s?[/月-]\s?([0-3]?\d)日?\s{1,3}([012]?\d\s?:\s?[0-5]\d(?:\s?:\s?[0-5]\d)?)",
    "2019\n07/10\n09:30",
    "2019-07-10 09:30",
)
IN_METADATA = _row("in metadata", r"(?:19|20)\d{2}\D{1,2}\d{1,2}\D{1,2}\d{1,2}", "2019-07-10", "20190710")
BEHIND_OUTLET = _row(
    "behind an outlet",
    r"(?<![0-9])(?:19|20)[0-9]{2} ?[-/.年] ?[0-9]{1,2} ?[-/.月] ?[0-9]{1,2}"
    r"|(?<![0-9-])[0-9]{1,2} ?月 ?[0-9]{1,2} ?日"
    r"|(?<![0-9-])[0-9]{2}-[0-9]{2}(?![0-9-])(?= |\Z)"
    r"|(?<![0-9])(?:19|20)[0-9]{6}(?![0-9])"
    r"|(?<![0-9:：])[0-9]{1,2}[:：][0-9]{2}",
    "2019-07-10",
    "第07-10-3号",
)
