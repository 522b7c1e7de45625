"""Links that stand in the menu of a portal's cities and name no division: a new area, a county, an unusual name.

A menu is one of cities if most of its links are sections. What else it holds is told: the gazetteer may not know it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence

from newscrawler.listings.article_urls import looks_like_article
from newscrawler.listings.links import title_weight
from newscrawler.listings.named_links import NamedLink
from newscrawler.listings.place_menus import places_in_general

MOST = 10
"""Links of a portal that are told."""
_LEAST_SECTIONS = 3
_PART = 0.6
"""The part of a menu's links that are sections."""
_SHORTEST, _LONGEST = 2, 8
"""Han characters of a name."""
_SERVICE = re.compile(
    r"首页|主页|返回|更多|全部|所有|其他|其它|关于|联系|登录|注册|搜索|客户端|微信|微博|投稿|爆料|English|App|导航|切换|选择"
)


def unnamed_in_menus(
    links: Iterable[NamedLink], sections: Sequence[NamedLink], is_own: Callable[[str], bool]
) -> list[NamedLink]:
    """Return the links beside those of the sections, in the same menus, that may lead to sections, too."""
    urls = {link.url for link in sections}
    menus: dict[Hashable, dict[str, NamedLink]] = {}
    for link in links:
        # The nearest block is often an item of the link alone.
        for block in link.blocks[:2]:
            menus.setdefault(block, {}).setdefault(link.url, link)
    found: dict[str, NamedLink] = {}
    for menu in menus.values():
        own = [link for link in menu.values() if is_own(link.url)]
        of_cities = sum(link.url in urls for link in own)
        if of_cities < _LEAST_SECTIONS or of_cities < _PART * len(own):
            continue
        for link in own:
            if link.url not in urls and _may_be_a_place(link):
                found.setdefault(link.url, link)
    return list(found.values())[:MOST]


def _may_be_a_place(link: NamedLink) -> bool:
    name = link.names[0] if link.names else ""
    return (
        _SHORTEST <= title_weight(name) <= _LONGEST
        and not _SERVICE.search(name)
        and not places_in_general(name)
        and not looks_like_article(link.url)
    )
