"""Whether a later page of a listing leads back to the pages before it, as pagers do."""

from __future__ import annotations

from newscrawler.listings.day_words import LATER
from newscrawler.listings.pagers.icons import leads_back_by_icon
from newscrawler.listings.pagers.view import PagerView
from newscrawler.text.patterns import late

_BACK = late(
    r"(?i)[\s<>＜＞«»‹›←→◀▶\[\]【】(（)）|]*(?:[上前][一1]?[页頁]|第[一1]页|往前翻|上翻|prev(?:ious)?(?:\s?page)?|newer(?:\s?posts)?|较新.{0,4}|[1１]|[«‹←◀]|<{1,2})"
    r"[\s<>＜＞«»‹›←→◀▶\[\]【】(（)）|]*"
)
_NAME = late(r"(?i)(?:^|[\s_-])(?:prev|previous|pgprev|pageprev)(?:$|[\s_-])|pgPrev")
_SIGNS = " \u00a0<>＜＞«»‹›←→[]【】()（）|"


def leads_back(view: PagerView) -> bool:
    """Whether a page has a way back: 上一页, a link to page 1, an arrow or an icon. It may be switched off.

    In an archive by days it leads to the day after: 下一天.
    """
    for label in view.labels:
        if label.url and LATER.fullmatch(label.text.strip(_SIGNS)):
            return True
        names = f"{label.element.get('class') or ''} {label.element.get('id') or ''} {label.element.get('rel') or ''}"
        if _BACK.fullmatch(label.text) or _NAME.search(names):
            return True
    return leads_back_by_icon(view)
