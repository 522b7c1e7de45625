"""Links of a homepage to pages on which the menu of its cities may stand: 地方, 市州, 县市区频道, 各地新闻.

Such a link is named after places in general, not after one. Whether its page is a menu follows from the links there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice
from urllib.parse import urlsplit

from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.named_links import NamedLink
from newscrawler.text.urls import identity

_PLACES = (
    "地方|各地|地市州?|州市|市州|地州市?|盟市|市县区?|县市区?|县区|区县市?|旗县区?|州县|县域|各(?:市|区|县|州|盟)(?:州|区|县|市)?"
    "|(?:全省|省内)(?:各地|各市)?|分站|子站|地方站|城市群|[0-9一二三四五六七八九十]{1,3}(?:个)?(?:市州?|地市|州市|盟市|区县?|县区?)"
)
_PERHAPS = "城市|区域|本地|属地|辖区|市区|站点|站群|基层|县级"
_ABOUT = (
    "频道|新闻|动态|要闻|资讯|信息|消息|快讯|快报|报道|播报|联播|导航|站|分站|之窗|之声|传真|在线|版|专区|矩阵|风采|门户|集群"
    "|网群|网站|大全|列表|切换|选择|更多|站点|导览|巡礼|头条|视窗|平台|中心|融媒|融媒体"
)
_SURE = re.compile(rf"[\u3400-\u9fffA-Za-z]{{0,4}}?(?:{_PLACES})(?:{_ABOUT}){{0,3}}")
_LIKELY = re.compile(rf"(?:切换|选择|全部|更多|所有)?(?:{_PERHAPS})(?:{_ABOUT}){{0,3}}")
_FOLDER = re.compile(
    r"(?i)/(?:difang|dishi|shizhou|dizhou|mengshi|shixian|xianshi|xsq|xianyu|quxian|city|cities|citys|local|area|areas|"
    r"regions?|places?|fenzhan)(?:news|xw|pd|list|index)?(?:/(?:index|default|list)?(?:\.\w{1,6})?|\.\w{1,6})$"
)
_DECORATION = re.compile(r"[\s·•|>＞»›→\[\]【】()（）+＋:：]+")
_MOST_NAMES = 4


def places_in_general(name: str) -> int:
    """Return how much speaks for a name's meaning places in general: 2 for 市州频道, 1 for 城市, 0 for any other."""
    bare = _DECORATION.sub("", name)
    if _SURE.fullmatch(bare):
        return 2
    return 1 if _LIKELY.fullmatch(bare) else 0


def menu_pages(links: Iterable[NamedLink], is_own: Callable[[str], bool], *, is_sure: bool) -> list[str]:
    """Return the addresses of a homepage's links to pages that may hold the menu of cities, the likeliest first.

    `is_sure` leaves out those whose names or addresses only may mean places.
    """
    found: dict[str, tuple[int, str]] = {}
    for link in links:
        rank = 2 * max((places_in_general(name) for name in islice(link.names, _MOST_NAMES)), default=0)
        rank = rank or int(_FOLDER.search(urlsplit(link.url).path) is not None)
        if rank and (rank > 2 or not is_sure) and is_own(link.url) and not looks_like_article(link.url):
            found.setdefault(identity(link.url), (rank, link.url))
    return [url for _, url in sorted(found.values(), key=lambda one: -one[0])]
