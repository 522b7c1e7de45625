"""The grammar of dates: how Chinese pages print days and times of day.

One table serves those who look for a date and the one who reads it (`normalization.dates`). Its patterns read folded
text: `fold_date` writes full-width digits, colons, dashes and zeros in one way and keeps each character's position.
A named group is a part of the date: `y` year, `mo` month, `d` day, `h` hour, `mi` minute, `s` second, `half` part of
the day, `zone`. A part that can stand in several forms has a group for each, numbered: `h2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from newscrawler.text.lunar_days import LUNAR_DAY
from newscrawler.text.month_names import MONTH_NAME
from newscrawler.text.numerals import HAN_DIGITS
from newscrawler.text.patterns import late


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
    regex = late(pattern)
    PATTERNS.append(DatePattern(name, regex, example, counter_example))
    return regex


_FOLD = {
    **{ord("０") + digit: str(digit) for digit in range(10)},
    **dict.fromkeys(map(ord, "：∶﹕ː꞉"), ":"),
    **dict.fromkeys(map(ord, "—–－﹣‐‑−―"), "-"),
    **dict.fromkeys(map(ord, "／∕"), "/"),
    **dict.fromkeys(map(ord, "．"), "."),
    **dict.fromkeys(map(ord, "，、"), ","),
    **dict.fromkeys(map(ord, "（［【"), "("),
    **dict.fromkeys(map(ord, "）］】"), ")"),
    **dict.fromkeys(map(ord, "○零"), "〇"),
    **dict.fromkeys(map(ord, "｜丨│"), "|"),
    **dict.fromkeys(map(ord, "\n\r\t\u3000\xa0\u2002\u2003\u2009"), " "),
    ord("Ｔ"): "T",
}


def fold_date(text: str) -> str:
    """Return a text with its signs of dates written in one way; each character keeps its position."""
    return text if text.isascii() and "\n" not in text and "\t" not in text else text.translate(_FOLD)


_PART_OF_DAY = (
    "凌晨|清晨|早晨|早上|早间|早|上午|中午|午间|正午|午后|下午|傍晚|晚上|晚间|晚|夜间|夜里|深夜|半夜|[AaPp]\\.?[Mm]\\.?"
)
_HAN_NUMBER = f"[{HAN_DIGITS}十]{{1,3}}"
_WEEKDAY = (
    r"(?:\(? ?(?:星期|周|礼拜) ?[一二三四五六日天] ?\)?|\([^()]{1,6}\)|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?)"
)
_ZONE_NAME = "UTC|GMT|CST|HKT|BJT|北京时间"
_TIME = (
    rf"[ ,|T·/-]{{0,6}}(?:{_WEEKDAY}[ ,|]{{0,4}})?(?:(?P<zone_before>{_ZONE_NAME}) {{0,2}}:? ?)?"
    rf"(?:(?P<half>{_PART_OF_DAY}) ?)?"
    r"(?:(?P<h>[0-9]{1,2}) {0,2}(?:[:时点] {0,2}(?P<mi>[0-9]{1,2})(?![0-9])"
    r"(?: {0,2}[:分] {0,2}(?P<s>[0-9]{1,2})(?![0-9])(?:[.,][0-9]{1,9})?)?|[时点](?: ?整| ?(?P<mi4>半)|(?! ?[0-9])))"
    r"|(?P<h2>[0-9]{1,2})-(?P<mi2>[0-9]{2})-(?P<s2>[0-9]{2})(?![0-9-])"
    rf"|(?P<h3>{_HAN_NUMBER}) ?[时点] ?(?:整|(?P<mi3>{_HAN_NUMBER}|半|一刻)分?)?)"
    r" ?[分秒]?(?: ?(?P<half2>[AaPp]\.?[Mm]\b\.?))?"
    # 09:30-10:30 is a period of time: a zone after minutes alone is read only with a plus sign.
    r"(?: ?(?P<zone>(?:UTC|GMT|Z|CST|HKT|BJT)\b(?![+-])"
    r"|(?:UTC|GMT|\+|(?<=:[0-9]{2}:[0-9]{2})(?=-)|(?<=\.[0-9]{3})(?=-))"
    r"[+-]?[0-9]{1,2}(?::?[0-9]{2})?(?![0-9:年月-])))?"
)
_DAY = r"(?P<d>[0-9]{1,2}(?![0-9])|[0-9]{2}(?=[0-9]{2} ?:))"

_LUNAR = rf"(?:[ ,|(]{{0,4}}{_WEEKDAY})?[ ,|(]{{0,4}}{LUNAR_DAY}\)?"
_YMD = (
    r"(?P<y>(?:19|20)[0-9]{2})(?: {0,2}[-/.·年] {0,2}| )(?P<mo>[0-9]{1,2})(?: {0,2}[-/.·月] {0,2}| )"
    rf"{_DAY}(?: {{0,2}}[日号])?"
)
FULL = _row(
    "full",
    rf"(?<![0-9]){_YMD}(?:{_LUNAR})?(?:{_TIME})?",
    "2019年7月10日 星期三 上午 9:30",
    "2019年7月",
)
CLOCK_FIRST = _row(
    # Behind another date the clock is that one's. A colon before it may be that of a label: 发布日期：14:16 2020-10-24
    "clock first",
    r"(?<![0-9~至-])(?<![0-9]:)(?<![0-9日号T] )(?P<h>[0-2]?[0-9]):(?P<mi>[0-5][0-9])(?::(?P<s>[0-5][0-9]))?"
    rf"[ ,|]{{1,4}}{_YMD}(?! ?[0-9]{{1,2}}:)",
    "09:30 2019-07-10",
    "2019-07-09 09:30 2019年",
)
REPUBLIC = _row(
    # Years of the Republic, as pages from Taiwan count them; the first one is 1912.
    "year of the Republic",
    rf"民[国國] ?(?P<roc>[0-9]{{2,3}}|[{HAN_DIGITS}十百]{{2,6}}) ?年 ?(?P<mo>[0-9]{{1,2}}|{_HAN_NUMBER}) ?月 ?"
    rf"(?P<d>[0-9]{{1,2}}|{_HAN_NUMBER}) ?[日号號](?:{_TIME})?",
    "民国108年7月10日 09:30",
    "民国初年",
)
CHINESE_NUMERALS = _row(
    "Chinese numerals",
    rf"(?P<y>[{HAN_DIGITS}]{{4}}|(?<![0-9])(?:19|20)[0-9]{{2}}) ?年 ?(?P<mo>{_HAN_NUMBER}) ?月 ?"
    rf"(?P<d>{_HAN_NUMBER})(?: ?[日号])?(?:{_LUNAR})?(?:{_TIME})?",
    "二〇一九年七月十日上午九时三十分",
    "一九年七月十日",
)
_CLOCK = r"[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?: ?[AaPp]\.?[Mm]\.?)?"
NAMED_MONTH = _row(
    # English forms, and what blog systems make of a Chinese month's name. dateparser reads them.
    "month by name",
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?,? {1,2})?"
    rf"(?:(?:{MONTH_NAME})\.? {{0,2}}[0-9]{{1,2}}(?:st|nd|rd|th)?"
    rf"|(?<![0-9])[0-9]{{1,2}}(?:st|nd|rd|th)? (?:{MONTH_NAME})\.?)"
    rf"(?:,? {{0,2}}| {_CLOCK}(?: [A-Z]{{3}})? )(?:19|20)[0-9]{{2}}(?![0-9])"
    rf"(?:[ ,|]{{1,4}}{_CLOCK}(?: (?:UTC|GMT|[+-][0-9]{{4}})(?![0-9]))?)?",
    "Jul 10 09:30:00 CST 2019",
    "Jul 2019",
)
COMPACT = _row(
    "compact",
    r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?P<mo>[0-9]{2})(?P<d>[0-9]{2})"
    r"(?:[T ]?(?P<h>[0-9]{2}):?(?P<mi>[0-9]{2})(?::?(?P<s>[0-9]{2}))?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    r"(?![0-9])",
    "20190710T093000+0800",
    "201907101",
)
COMPACT_WITH_TIME = _row(
    # Eight figures alone may be any number.
    "compact, with a time of day",
    r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?P<mo>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])(?![0-9])"
    rf"(?=[ |/]{{0,6}}[0-9]{{1,2}} ?[:时点]){_TIME}",
    "20190710 09:30",
    "20190710",
)
SHORT_YEAR = _row(
    # Year, month and day in two digits each. Without a time after it, it may be anything.
    "short year",
    rf"(?<![0-9./-])(?P<y>[0-9]{{2}})(?P<sep>[-/.])(?P<mo>[0-9]{{2}})(?P=sep)(?P<d>[0-9]{{2}})(?![0-9./-]){_TIME}",
    "18-03-08 23:16",
    "18-03-08",
)
SHORT_HAN_YEAR = _row(
    "short year before 年",
    r"(?<![0-9年])(?P<y>[0-9]{2}) ?年 ?(?P<mo>1[0-2]|0?[1-9]) ?月 ?(?P<d>3[01]|[12][0-9]|0?[1-9])(?![0-9]) ?[日号]"
    rf"(?:{_TIME})?",
    "19年7月10日 09:30",
    "2019年7月10日",
)
DAY_FIRST = _row(
    # Day, month and year, or month, day and year. With hyphens it may be another number, so it needs a time.
    "day first",
    rf"(?<![0-9./-])(?P<d>[0-9]{{1,2}})(?P<sep>[/.-])(?P<mo>[0-9]{{1,2}})(?P=sep)(?P<y>(?:19|20)[0-9]{{2}})(?![0-9./-])"
    rf"(?:{_TIME}|(?<=[/.][0-9]{{4}}))",
    "10/07/2019 09:30",
    "10-07-2019",
)
WITHOUT_YEAR = _row(
    "without year",
    r"(?<![0-9年])(?<![0-9年][-/. ])(?:(?P<mo>[0-9]{1,2}) ?[-月] ?|(?P<mo2>[0-9]{2})[./](?=[0-9]{2}))"
    rf"{_DAY}(?![-/.%][0-9])(?: ?[日号])?(?:{_TIME})?",
    "07-10 09:30",
    "2019-07",
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
IN_LISTING = _row(
    "in a listing",
    r"(?<!\d)(?:(?P<year>(?:19|20)\d{2}|\d{2})\s*[-/.年]\s*)?(?P<month>1[0-2]|0?[1-9])\s*[-/.月]\s*"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)日?",
    "2019-07-10",
    "13-32",
)
# Without a year only what shows a time of day, or counts back from the day of the crawl, is surely a date.
SHORT = _row(
    "short, with a time",
    r"(?<![0-9-])(?:[0-9]{2}[-/])?(?:1[0-2]|0?[1-9])[-/月](?:3[01]|[12][0-9]|0?[1-9])日? {0,4}"
    r"[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9])"
    r"|(?<![0-9年])[0-9]{2} ?年 ?(?:1[0-2]|0?[1-9]) ?月 ?(?:3[01]|[12][0-9]|0?[1-9]) ?[日号]"
    r"(?: {0,4}[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9]))?"
    r"|(?<![0-9.])[0-9]{1,2} ?个?(?:小时|分钟|天)前|(?:昨天|今天|前天)(?: {0,3}[0-2]?[0-9]:[0-5][0-9])?",
    "07-10 09:30",
    "07-10",
)
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

_MAY_HOLD_YEAR = late(rf"[12１２一二](?:(?<=[12１２])[09０９][0-9０-９]{{2}}|(?<=[一二])[{HAN_DIGITS}○零]{{3}})")
"""Reads text that is not folded, since most texts have no date and folding takes longer than this."""
_MAY_BE_CLOCK_FIRST = late("[0-9]:[0-5][0-9][ ,|]{1,4}(?:19|20)[0-9]{2}")
_MAY_COUNT_FROM_REPUBLIC = late("民[国國] ?[0-9０-９一二三四五六七八九十百]")
_MAY_END_IN_YEAR = late(r"[/.-](?:19|20)[0-9]{2}(?![0-9./-])")
_MAY_BE_COMPACT = late(r"(?:19|20)[0-9]{2}[01][0-9][0-3][0-9](?![0-9])")
_MAY_NAME_MONTH = late("[JFMASOND月](?:(?<=月)|[a-z]{2})")


class FoundDate(NamedTuple):
    """Where a date stands in a text."""

    start: int
    end: int
    has_time: bool


def find_dates(text: str) -> Iterator[FoundDate]:
    """Yield the dates with a year that a text holds, in order. The text need not be folded."""
    if not _MAY_HOLD_YEAR.search(text):
        if "民" in text and _MAY_COUNT_FROM_REPUBLIC.search(text):
            yield from (
                FoundDate(match.start(), match.end(), _has_time(match)) for match in REPUBLIC.finditer(fold_date(text))
            )
        return
    folded = fold_date(text)
    patterns = [FULL]
    if ":" in folded and _MAY_BE_CLOCK_FIRST.search(folded):
        patterns.append(CLOCK_FIRST)
    if "年" in folded:
        patterns.append(CHINESE_NUMERALS)
    if _MAY_NAME_MONTH.search(folded):
        patterns.append(NAMED_MONTH)
    if _MAY_BE_COMPACT.search(folded):
        patterns.append(COMPACT_WITH_TIME)
    if _MAY_END_IN_YEAR.search(folded):
        patterns.append(DAY_FIRST)
    at = 0
    while True:
        matches = [match for regex in patterns if (match := regex.search(folded, at))]
        if not matches:
            return
        match = min(matches, key=lambda match: (match.start(), -match.end())) if len(matches) > 1 else matches[0]
        at = match.end()
        if _is_possible(match):
            yield FoundDate(match.start(), at, _has_time(match))


def find_date(text: str) -> FoundDate | None:
    """Return the first date with a year in a text, or None."""
    return next(find_dates(text), None)


def find_short_date(text: str) -> FoundDate | None:
    """Return the first date without a year that a text surely shows, such as `07-10 09:30` or `3小时前`, or None."""
    match = SHORT.search(fold_date(text))
    return FoundDate(match.start(), match.end(), ":" in match.group()) if match else None


def has_year(text: str) -> bool:
    """Tell whether a text holds a date with its year, or a point in time as a number."""
    return find_date(text) is not None or COMPACT.search(text) is not None or EPOCH.fullmatch(text) is not None


def _is_possible(match: re.Match[str]) -> bool:
    """Tell whether month and day can be those of a date: 2019-34-56 is a number."""
    groups = match.groupdict()
    month, day = groups.get("mo"), groups.get("d")
    if month is None or day is None or not month.isascii():
        return True
    numbers = int(month), int(day[:2])
    if match.re.pattern == DAY_FIRST.pattern:
        numbers = min(numbers), max(numbers)
    return 1 <= numbers[0] <= 12 and 1 <= numbers[1] <= 31


def _has_time(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    if "h" not in groups:
        return ":" in match.group()
    return any(groups[name] is not None for name in ("h", "h2", "h3"))
