"""Links beside the list of a page whose words say that it goes on elsewhere: 更多, 往期回顾, 历史资料库, years.

Those that lead to what is older than the list say so even beside a pager that ends.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from lxml.etree import _Element

from newscrawler.extraction.html import text_up_to
from newscrawler.listings.beside_list import BesideList
from newscrawler.listings.leftovers import OLDER, PERIOD, WAY_ON, Leftover, form_of_articles
from newscrawler.listings.links import MAX_LINKS
from newscrawler.listings.pagers.view import PagerView
from newscrawler.listings.section_names import names_section
from newscrawler.text.patterns import late

_SENTENCE_OF_OLDER = late(
    r"(?:(?:以前|之前|及以前|及之前|更早|较早|早期|历史|往期|以往|过往)的?(?:新闻|文章|消息|信息|稿件|资讯|内容|报道|数据|资料|档案)|旧闻)"
    r"[^。；！？]{0,12}(?:访问|点击|查看|浏览|查询|查阅|检索|移步|转到|前往|进入|见|在)"
)
"""What is said around such a link, whatever it is called: 2020年以前的文章请点击这里."""
_LONGEST_SENTENCE = 80
LEAST_OF_YEARS = 2
"""Years beside a list that are those of the list."""
MOST_WAYS_ON = 5
"""The most links beside a list that are told."""


def find_ways_on(view: PagerView, entries: set[str], is_own: Callable[[str], bool]) -> tuple[Leftover, ...]:
    """Return the links beside the list of a page whose words say that it goes on: 更多, 往期回顾, 进入栏目.

    `entries` are the URLs of the list. A link is beside it if the nearest element around it that holds other links to
    articles holds those of the list; one below a ranking leads to more of the ranking. One that leads to what is older
    (历史新闻, 旧版入口) stands below the first entry: above it stands the navigation. Years stand anywhere.
    """
    found: dict[str, Leftover] = {}
    years: dict[str, Leftover] = {}
    number_of_years = 0
    below = _links_below_first(view, entries)
    beside = BesideList(view, entries)
    is_article = form_of_articles(entries, view.page_url)
    sentences: dict[_Element | None, bool] = {}
    for label in view.labels:
        is_year = PERIOD.fullmatch(label.text) is not None
        number_of_years += is_year  # that of the page itself, too
        is_older = label.element in below and (
            OLDER.fullmatch(label.text) is not None or _is_in_sentence_of_older(label.element, sentences)
        )
        if not label.url or not (is_older or is_year or WAY_ON.fullmatch(label.text)):
            continue
        if not is_own(label.url) or label.url in entries or is_article(label.url):
            continue
        if len(found) >= MOST_WAYS_ON:
            break
        if beside.has(label.element):
            # A year is followed like one in the section's own folder, and so is an archive that names the section.
            is_below = is_year or (is_older and names_section(label.url, view.page_url))
            lead = Leftover(
                label.url, label.text.strip(), False, is_below, is_period=is_year, is_older=is_older or is_year
            )
            (years if is_year else found).setdefault(label.url, lead)
    # One year alone may be that of a special.
    several = islice(years.values(), MOST_WAYS_ON) if number_of_years >= LEAST_OF_YEARS else ()
    return (*found.values(), *several)


def _is_in_sentence_of_older(link: _Element, known: dict[_Element | None, bool]) -> bool:
    """Whether a link stands in a sentence about where older articles are. `known` keeps it for the elements around."""
    around = link.getparent()
    if around not in known:
        text = "" if around is None else text_up_to(around, _LONGEST_SENTENCE + 1)
        known[around] = len(text) <= _LONGEST_SENTENCE and _SENTENCE_OF_OLDER.search(text) is not None
    return known[around]


def _links_below_first(view: PagerView, entries: set[str]) -> set[_Element]:
    """Return the links that stand below the first entry."""
    links = iter(list(islice(view.iter("a"), MAX_LINKS)))
    for link in links:
        if view.target(link.get("href") or "") in entries:
            break
    return set(links)
