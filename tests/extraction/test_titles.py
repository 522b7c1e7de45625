"""Which line is the headline, whatever element holds it and whatever `<title>` says."""

from __future__ import annotations

import pytest

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.extraction.site_names import without_site
from support import nightly
from support.cms_pages import MENU, RELATED, TITLE, paragraphs

META = "<div>2021-04-05 12:00 来源：清河日报</div>"


def title_of(body: str, title: str | None) -> str:
    head = "" if title is None else f"<title>{title}</title>"
    page = read_page(f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode())
    assert isinstance(page, Page)
    article = extract_article(page)
    assert isinstance(article, RawArticle), article
    assert article.title is not None
    return article.title.text


ELEMENTS = [
    f"<div>{TITLE}</div>",
    f"<div class='k3' style='font-size:26px;text-align:center'>{TITLE}</div>",
    f"<table><tr><td align='center'><strong>{TITLE}</strong></td></tr></table>",
    f"<center><font size='5'><b>{TITLE}</b></font></center>",
    f"<div class='Heading'>{TITLE}</div>",
]
"""A headline that is no heading."""


@nightly.by_day(every=7)
@pytest.mark.parametrize("heading", ELEMENTS)
@pytest.mark.parametrize("title", [None, "无标题文档", "清河新闻门户", "清河网"])
@pytest.mark.parametrize("order", ["headline first", "meta line first"])
@pytest.mark.parametrize(
    "around", [MENU, "<div><a href='/'>首页</a> &gt; <a href='/x'>要闻</a> &gt; 正文</div>", RELATED]
)
def test_a_headline_that_nothing_confirms_is_found_by_its_place(
    heading: str, title: str | None, order: str, around: str
) -> None:
    head = heading + META if order == "headline first" else META + heading
    assert title_of(f"{around}{head}<div>{paragraphs()}</div>", title) == TITLE


@pytest.mark.parametrize(
    "title",
    [
        f"{TITLE}_要闻_要闻频道_清河网 - QINGHE.COM",
        f"{TITLE} - 县区 - 清河网",
        f"{TITLE}-互动-清河新闻门户",
        f"{TITLE}_清河网",
    ],
)
@pytest.mark.parametrize("text", [paragraphs(), "<p>柳湾村的桥上周通车，老人们走了第一趟，说再也不用绕远路。</p>"])
def test_the_names_of_site_and_section_do_not_stay_in_a_headline_that_only_title_shows(title: str, text: str) -> None:
    assert title_of(f"{META}<div>{text}</div>", title) == TITLE


def test_a_title_in_the_body_is_not_a_line_of_the_page() -> None:
    title = f"<title>{TITLE}_县区_清河频道首页_清河网 - QINGHE.COM</title>"
    assert title_of(f"{title}<h2>{TITLE}</h2>{META}<div>{paragraphs()}</div>", None) == TITLE


@nightly.by_day(every=5)
@pytest.mark.parametrize("headline", ["讣告", "春渡", "访茶记"])
@pytest.mark.parametrize("mark", ["_", "-", " - ", "｜"])
@pytest.mark.parametrize("tag", ["h1", "h2", "h3"])
def test_a_headline_of_few_characters_is_what_title_begins_with(headline: str, mark: str, tag: str) -> None:
    body = f"<{tag}>{headline}</{tag}>{META}<div>{paragraphs()}</div>"
    assert title_of(body, f"{headline}{mark}清河网") == headline


def test_the_section_is_no_headline_of_few_characters() -> None:
    body = f"<h3>民生</h3><h1>{TITLE}</h1>{META}<div>{paragraphs()}</div>"
    assert title_of(body, "民生_清河网") == TITLE


@pytest.mark.parametrize("headline", ["柳湾村修好水渠 村民点赞", "分享一条水渠的故事", "打印店里的老站长"])
@pytest.mark.parametrize("title", [None, "清河新闻门户"])
def test_a_headline_may_use_the_words_of_a_button(headline: str, title: str | None) -> None:
    assert title_of(f"<h1>{headline}</h1>{META}<div>{paragraphs()}</div>", title) == headline


@pytest.mark.parametrize("title", ["本地要闻_清河网", "通知公告"])
@pytest.mark.parametrize("heading", ["<h1>通知公告</h1>", "<div class='k'>通知公告</div>", ""])
@pytest.mark.parametrize("dated", [True, False])
def test_a_listing_gets_no_headline_by_its_place(title: str, heading: str, dated: bool) -> None:
    date = "<span>2021-04-05</span>" if dated else ""
    rows = "".join(f"<li><a href='/{i}.html'>第{i}个灌区的用水清单今天张榜公布</a>{date}</li>" for i in range(20))
    html = f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>{heading}<ul>{rows}</ul><p>共 20 页</p></body></html>"
    page = read_page(html.encode())
    assert isinstance(page, Page)
    found = extract_article(page)
    assert isinstance(found, NotAnArticle)
    assert found.reason in (NoArticle.LISTING, NoArticle.NO_BODY)


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("中国-东盟博览会明天开幕-要闻-清河网", "中国-东盟博览会明天开幕"),
        ("脐橙出山 - 码头重新开港 - 县区 - 清河网", "脐橙出山 - 码头重新开港"),
        ("两条水渠一条路-柳湾村的十年账本-清河网", "两条水渠一条路-柳湾村的十年账本"),
    ],
)
def test_a_headline_with_a_dash_keeps_both_parts(printed: str, title: str) -> None:
    assert without_site(printed) == title


@pytest.mark.parametrize("blank", [" ", ""])
def test_a_headline_of_two_lines_has_the_blank_of_the_title(blank: str) -> None:
    first, second = TITLE.split(" ")
    body = f"<h1>{first}<br>{second}</h1>{META}{paragraphs()}"
    assert title_of(body, f"{first}{blank}{second}-清河网") == f"{first}{blank}{second}"


@pytest.mark.parametrize("heading", ["<h1>渠</h1>", "<div class='title'>渠</div>", "<h2>春渡</h2>"])
@pytest.mark.parametrize("site", ["", "_清河网", "-副刊-清河日报"])
def test_a_headline_of_one_character(heading: str, site: str) -> None:
    text = heading.split(">")[1].split("<")[0]
    assert title_of(f"{MENU}{heading}{META}<div>{paragraphs()}</div>", f"{text}{site}") == text


@nightly.by_day(every=4)
@pytest.mark.parametrize("dots", ["…", "...", "… "])
@pytest.mark.parametrize("behind", ["", "_清河网", " · 地方 · 清河网", "-清河网", " | 清河日报"])
@pytest.mark.parametrize("element", ["<h2>{}</h2>", "<div class=bt>{}</div>", "<div>{}</div>"])
def test_a_cut_title_is_made_whole(dots: str, behind: str, element: str) -> None:
    cut = TITLE[: len(TITLE) * 2 // 3] + dots + behind
    body = f"{element.format(TITLE)}{META}<div>{paragraphs()}</div>{RELATED}"
    assert title_of(body, cut) == TITLE


def test_dots_inside_of_a_title_cut_nothing() -> None:
    title = "水渠通水了……村民们都说好"
    assert title_of(f"<h1>{title}</h1>{META}<div>{paragraphs()}</div>", f"{title}_清河网") == title


@pytest.mark.parametrize("byline", ["□本报记者 何田 本报通讯员 江小满", "本报记者 何田"])
@pytest.mark.parametrize("title", ["清河日报", "清河日报数字报", None])
@pytest.mark.parametrize("mark", ["<strong>{}</strong>", "<b>{}</b>", "<big>{}</big>"])
def test_a_newspaper_prints_its_headline_between_subtitles(byline: str, title: str | None, mark: str) -> None:
    lines = f"<span>我县重点工程有新进展</span><br>{mark.format(TITLE)}<br><span>两岸来往只要十分钟</span>"
    body = (
        f"<table><tr><td>{lines}</td></tr><tr><td>{byline}</td></tr><tr><td id=ozoom>{paragraphs()}</td></tr></table>"
    )
    assert title_of(body + "<div>版次：A02 日期：2020-07-09</div>", title) == TITLE
