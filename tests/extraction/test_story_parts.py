"""A story in several blocks of one class is read as a whole, and what else stands in such blocks is no part of it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import ArticleOverrides, RawArticle
from newscrawler.extraction.page import Page, read_page
from support import cms_pages as pages
from support import nightly

TITLE = "小河变清了 游人又回来"
HEAD = f"<h1>{TITLE}</h1><div class='info'>2025-05-29 07:16 来源：清河日报</div>"
STORY = (
    "一大早，柳湾村的小河边就热闹起来，三十多名村民下河清淤，岸上的挖掘机把水草一车一车运走。",
    "住在桥头的何田说，河水变清以后，钓鱼的人又回来了，现在晚上都愿意到河边散步。",
    "这条河全长四点六公里，上游是两个养鸭场，下游连着镇里的水厂，前些年水质一直很差。",
    "去年三月，镇里请来专家，先拆了河滩上的十九处违建，又在两岸铺设管网七千二百米。",
    "管网通水以后，养鸭场搬到了山坳里，粪污由合作社统一收走做肥料，每吨还能卖八十元。",
    "镇里接下来还要在河边种两千棵垂柳，修一条可以骑车的绿道，让清水留住游客。",
)
CUTS = [(3,), (5,), (1,), (2, 4), (1, 2, 3, 4, 5)]
BLOCKS = {
    "div": "<div class='{name}'>{text}</div>",
    "section": "<section class='{name}'>{text}</section>",
    "table": "<table><tr><td class='{name}'>{text}</td></tr></table>",
}
BETWEEN = {
    "nothing": "",
    "advertisement": "<div class='ad'><a href='http://ad.example/'><img src='/ad.jpg'></a></div>",
    "picture": "<div class='pic'><img src='/a.jpg'></div>",
    "links": "<div class='box'><h4>相关阅读</h4><ul><li><a href='/1'>柳湾村的水泵站昨天验收</a></li><li><a href='/2'>何湾镇新图书馆下月开放</a></li></ul></div>",
}
CAPTION = "<div class='pic'><img src='/a.jpg'><p>村民在河边清淤</p></div>"
OTHER = "何湾镇的图书馆下个月开门，第一批书有三万册，其中一半是孩子们爱看的故事书，每人一次可以借十本。"
OTHERS = {
    "headline and date": "<h2>何湾镇新图书馆下月开放</h2><p>2025-05-28 来源：清河日报</p><p>{text}</p>",
    "headline": "<h3>何湾镇新图书馆下月开放</h3><p>{text}</p>",
    "headline in bold": "<p><b>何湾镇新图书馆下月开放</b></p><p>{text}</p>",
    "linked headline": "<h3><a href='/3'>何湾镇新图书馆下月开放</a></h3><p>{text}</p>",
    "linked headline without a heading": "<p><a href='/3'>何湾镇新图书馆下月开放</a></p><p>{text}</p>",
    "date": "<p>{text}</p><p>2025-05-28</p><p>{text}</p>",
    "name of a reader": "<span>渠边人</span><p>{text}</p>",
    "label": "<p>推荐阅读</p><p>{text}</p>",
}


def body_of(html: str, overrides: ArticleOverrides | None = None) -> str:
    page = read_page(pages.page(f"<div class='wrap'>{html}</div>", title=TITLE), url="http://example.com/a.html")
    assert isinstance(page, Page)
    article = extract_article(page, overrides)
    assert isinstance(article, RawArticle), article
    return article.body


def parts(block: str, name: str, cuts: tuple[int, ...], *, lines: bool = False) -> list[str]:
    texts = [STORY[start:end] for start, end in pairwise((0, *cuts, len(STORY)))]
    return [
        BLOCKS[block].format(name=name, text="<br>".join(text) if lines else "".join(f"<p>{line}</p>" for line in text))
        for text in texts
    ]


@nightly.by_day(every=7)
@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("name", ["txt", "content", "TRS_Editor", "k1"])
def test_all_parts_of_a_story_are_read(block: str, name: str, between: str) -> None:
    for cuts in CUTS:
        for lines in (False, True):
            story = BETWEEN[between].join(parts(block, name, cuts, lines=lines))
            for html in (
                HEAD + story,
                f"{HEAD}<div class='main'>{story}</div>",
                f"<div>{HEAD}</div><div>{story}</div>",
            ):
                assert body_of(html).split("\n") == list(STORY), (cuts, lines)


@pytest.mark.parametrize("name", ["txt", "content", "k1"])
def test_captions_between_the_parts_stay_in_their_place(name: str) -> None:
    body = body_of(HEAD + CAPTION.join(parts("div", name, (3,)))).split("\n")
    assert body == [*STORY[:3], "村民在河边清淤", *STORY[3:]]


def test_a_subhead_at_the_beginning_of_a_part_is_kept() -> None:
    first, second = parts("div", "txt", (3,))
    for subhead in ("游客来了", "二、把清水留给下游的村庄"):
        html = HEAD + first + second.replace("<p>", f"<p>{subhead}</p><p>", 1)
        assert body_of(html).split("\n") == [*STORY[:3], subhead, *STORY[3:]]


@nightly.by_day(every=5)
@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("name", ["txt", "content"])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_other_texts_in_blocks_of_the_same_class_are_no_parts(other: str, name: str, count: int) -> None:
    beside = "".join(
        f"<div class='{name}'>{OTHERS[other].format(text=f'第{i}天，{OTHER}')}</div>" for i in range(count)
    )
    for cuts in [(), (3,)]:
        assert body_of(HEAD + "".join(parts("div", name, cuts)) + beside).split("\n") == list(STORY), cuts


@pytest.mark.parametrize(
    "between",
    ["<h3>网友热议</h3>", "<div>推荐阅读</div>", "<div>责任编辑：柳明</div>", "<h2>何湾镇新图书馆下月开放</h2>"],
)
def test_a_heading_or_a_meta_line_between_blocks_ends_the_story(between: str) -> None:
    story = "".join(parts("div", "txt", ()))
    assert body_of(f"{HEAD}{story}{between}<div class='txt'><p>{OTHER}</p></div>").split("\n") == list(STORY)


def test_the_same_text_twice_is_read_once() -> None:
    story = "".join(parts("div", "txt", ()))
    assert body_of(HEAD + story + story).split("\n") == list(STORY)


def test_a_selector_of_the_definition_names_the_parts_that_may_be_read() -> None:
    html = HEAD + "".join(parts("div", "txt", (3,)))
    assert body_of(html, ArticleOverrides(body="div.txt")).split("\n") == list(STORY)
    only_first = ArticleOverrides(body="//div[@class='txt'][1]")
    assert body_of(html, only_first).split("\n") == list(STORY[:3])
