"""What a newspaper's page calls its links: titles of articles, names and numbers of pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median

from newscrawler.listings.edition_links import EditionLink
from newscrawler.listings.page_labels import PageLabel, read_page_label

LIKE_A_HEADLINE = 9
"""Characters of a typical headline, at least. Names of pages are shorter."""
_NO_TITLE = re.compile(
    r"(?i)[\W_]*(?:[上下前后][一1]?[版期页篇张日天]|首页|尾页|返回.{0,6}|版面.{0,4}|标题导航|.{0,4}目录|往期.{0,4}|pdf.{0,4}"
    r"|.{0,4}下载|放大|缩小|默认|打印.{0,4}|朗读.{0,4}|收藏|分享|关闭|手机版|电子报|数字报|查看?大图|more|prev(?:ious)?|next"
    r"|(?:阅读|查看|点击)?(?:全文|详[细情]|更多|原文|正文)|点击.{0,6})[\W_]*"
)


def label_of(link: EditionLink) -> PageLabel | None:
    """Return the page that a link's texts name, if any of them does."""
    found = [label for text in link.labels if (label := read_page_label(text)) is not None]
    # A bare number says less: it may be that of a day, or of a link in a row.
    named, bare = ([label for label in found if bool(label.name) is has_name] for has_name in (True, False))
    return join_labels([*named, *bare]) if found else None


def called(link: EditionLink) -> PageLabel:
    """Return what a link to a page calls it. Some give the name alone: 要闻."""
    title = title_of(link)
    return label_of(link) or link.page or PageLabel("", title if len(title) < LIKE_A_HEADLINE else "")


def title_of(link: EditionLink) -> str:
    """Return the longest text of a link that can be a title; empty without one."""
    titles = [text for text in link.labels if read_page_label(text) is None and not _NO_TITLE.fullmatch(text)]
    return max(titles, key=len, default="")


def typical_title(links: Sequence[EditionLink]) -> float:
    """Return how many characters a title of these links has; 0 without a link."""
    return median(len(title_of(link)) for link in links) if links else 0.0


def join_labels(labels: Iterable[PageLabel | None]) -> PageLabel:
    """Return the first number, with the first name that belongs to it."""
    known = [label for label in labels if label is not None]
    number = next((label.number for label in known if label.number), "")
    name = next((label.name for label in known if label.name and label.number in (number, "")), "")
    return PageLabel(number, name)
