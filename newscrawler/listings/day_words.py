"""What archives by days call the day before and the day after: 前一天, 昨日新闻, 下一日."""

from __future__ import annotations

from newscrawler.text.patterns import late

_STORIES = r"(?:的)?(?:新闻|内容)?"
_EARLIER = rf"(?:往?[前上昨]一?[天日]|(?:前|上)一?个?[周月]){_STORIES}|previous\s?day|yesterday"
_LATER = rf"(?:往?[后下次明翌]一?[天日]|[后下次]一?个?[周月]){_STORIES}|next\s?day|tomorrow"
EARLIER = late(rf"(?i)(?:{_EARLIER})")
"""The day, the week or the month before."""
LATER = late(rf"(?i)(?:{_LATER})")
"""That after."""
NEIGHBOURS = rf"{_EARLIER}|{_LATER}"
"""Both, as a part of a pattern."""
DATE_IN_URL = late(r"(?<!\d)((?:19|20)\d\d)[-_/]?([01]\d)[-_/]?([0-3]\d)(?!\d)")
"""The year, the month and the day in an address."""
