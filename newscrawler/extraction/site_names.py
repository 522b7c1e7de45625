"""Names of sites and sections in a `<title>`: how they end, and how to cut them off the headline."""

from __future__ import annotations

import re
from collections.abc import Container

from newscrawler.extraction.page import Page
from newscrawler.extraction.pattern_table import PatternTable, Row
from newscrawler.text.patterns import late

LONGEST_SECTION = 12
"""Characters of the name of a section or a site."""
_LONGEST_BEFORE_SITE = 4
"""Characters of a section that no label of the page confirms, where the name of the site stands behind it."""
_SHORTEST_TITLE = 4
_LONGEST_TITLE = 400
_SITE_META = ("og:site_name", "application-name", "apple-mobile-web-app-title")
SEPARATOR = late(r"\s{0,9}(?:[_|｜丨]|--+|——+|(?<=\s)[-–—·»>]\s?|[-–—](?=[^-–—_|]{2,24}$))\s{0,9}")
_SITE = PatternTable(
    Row("site", r"(?:网|网站|门户|在线|官网|平台|客户端)$|新闻网", "清河新闻网湖东站", "网友"),
    Row("page of a site", r"(?:频道|首页|正文)$", "正文", "正文集"),
    Row("paper", r"(?:报|日报|晚报|社)$", "清河日报", "报名"),
    Row("broadcaster", r"(?:电视台|广播)$", "清河电视台", "广播剧"),
    Row("section", r"(?:新闻|快讯|资讯|要闻|时政|社会|财经)$", "时政要闻", "社会学"),
    Row("authority", r"(?:政府|中心)$", "县政府", "中心小学"),
    Row("domain", r"[a-z]\.(?:com|cn|net|org)$", "qinghe.cn", "qinghe.txt"),
    flags=re.IGNORECASE,
)
"""How names of sites and sections end."""
_NO_TITLE = late(
    r"无标题(?:文档|页|文章|网页)?|新建网页 ?\d{0,3}|untitled(?: document| page)?|new page ?\d{0,3}", re.IGNORECASE
)
"""What editors of web pages write into `<title>` if nobody else does."""


def stated_title(title: str) -> str:
    """Return the text of a `<title>`, empty if it is only what an editor of web pages writes by itself."""
    return "" if _NO_TITLE.fullmatch(title) else title


def ends_like_site(text: str) -> bool:
    """Tell whether a text ends as the names of sites and sections do."""
    return _SITE.search(text) is not None


def is_site(text: str) -> bool:
    """Tell whether a line is the name of a site or a section, which `<title>` may hold, too."""
    return len(text) <= LONGEST_SECTION and _SITE.search(text.strip()) is not None


def names_of_site(page: Page) -> frozenset[str]:
    """Return the names of section and site that stand behind the headline in `<title>`, and those of the metadata."""
    pieces = [piece.strip() for piece in SEPARATOR.split(page.title[:_LONGEST_TITLE])[1:]]
    pieces += [page.meta.get(name, "").strip() for name in _SITE_META]
    return frozenset(piece for piece in pieces if 2 <= len(piece) <= LONGEST_SECTION)


def without_site(title: str, labels: Container[str] = frozenset()) -> str:
    """Cut the names of section and site off the end of a `<title>`.

    `labels` are short texts of the page: what stands there as a link or a label of its own is the name of a section.
    What stands between the headline and the name of the site, behind the same mark, is one, too.
    """
    cut = 0
    mark = ""
    while (matches := list(SEPARATOR.finditer(title))) and matches[-1].start() >= _SHORTEST_TITLE:
        last = matches[-1]
        tail = title[last.end() :].strip()
        own = last.group().strip()
        is_strong = own in ("_", "|", "｜") or own.startswith(("--", "——"))
        longest = LONGEST_SECTION if cut == 0 else _LONGEST_BEFORE_SITE
        is_section = len(tail) <= longest and (is_strong or (cut > 0 and own == mark))
        if not (tail == "" or _SITE.search(tail) or tail in labels or is_section):
            break
        title = title[: last.start()].strip()
        cut += tail != ""
        mark = own
    return title
