"""Dates that a page prints in part: what else the page and its address say makes them whole, never today's date."""

from __future__ import annotations

import pytest

from support import cms_pages as pages

MOMENT = "2021-04-15T09:26:00+08:00"
FOLDER = "http://qh.example/2021/0415/7.html"


@pytest.mark.parametrize(
    ("printed", "head", "url", "expected"),
    [
        ("04-15 09:26", '<meta name="publishdate" content="2021-04-15">', None, MOMENT),
        ("04/15 09:26", '<meta name="pubdate" content="2021-04-15 09:26">', None, MOMENT),
        ("4月15日 09:26", '<meta property="article:published_time" content="2021-04-15T00:00:00">', None, MOMENT),
        ("04-15 09:26", "", FOLDER, MOMENT),
        ("04-15 00:26", '<meta name="pubdate" content="2021-04-14T16:26:00Z">', None, "2021-04-15T00:26:00+08:00"),
        ("04-18 09:26", "", FOLDER, "2024-04-18T09:26:00+08:00"),
        ("3天前", '<meta name="publishdate" content="2021-04-15 09:26">', None, MOMENT),
        ("3天前", "", FOLDER, "2021-04-15"),
        ("昨天 09:26", "", FOLDER, MOMENT),
        ("3天前", "", None, "2024-12-29"),
        ("3天前", "", "http://qh.example/2024/1228/7.html", "2024-12-29"),
        ('<time datetime="2021-04-15T09:26:00+08:00">3天前</time>', "", None, MOMENT),
        ('<span title="2021-04-15 09:26">3天前</span>', "", None, MOMENT),
        ('<time datetime="2021-04-15">04-15 09:26</time>', "", None, MOMENT),
        ('<time datetime="2021-04-15T09:26:00+08:00">2021年4月15日</time>', "", None, MOMENT),
        ("2021年4月15日", '<meta name="pubdate" content="2021-04-15 09:26">', None, MOMENT),
        ("2021年4月15日", '<meta name="pubdate" content="2021-04-15 00:00:00">', None, "2021-04-15"),
        ("15/04/2021 09:26", "", None, MOMENT),
        ("15.04.2021 09:26", "", None, MOMENT),
        ("15-04-2021 09:26", "", None, MOMENT),
        ("04/15/2021 09:26", "", None, MOMENT),
        ("05/04/2021 09:26", "", None, ""),
        ("05/04/2021 09:26", "", "http://qh.example/2021/0405/7.html", "2021-04-05T09:26:00+08:00"),
        ("05/04/2021 09:26", '<meta name="pubdate" content="2021-05-04">', None, "2021-05-04T09:26:00+08:00"),
    ],
)
def test_a_date_in_part_is_made_whole(printed: str, head: str, url: str | None, expected: str) -> None:
    markup = (
        f"<html><head><title>{pages.TITLE}</title>{head}</head><body><h1>{pages.TITLE}</h1>"
        f"<div class='inf'><span>{printed}</span>　来源：清河日报</div><div class='con'>{pages.paragraphs()}</div></body></html>"
    )
    _, article = pages.read(markup.encode(), url)
    assert article.published == expected
    assert article.published_date == expected[:10]


def test_metadata_in_the_body_fill_what_the_head_leaves_open() -> None:
    late = '<meta property="article:published_time" content="{}-04-15T09:26:00+08:00">'
    for head, year in (("", "2021"), (late.format("2020"), "2020")):
        _, article = pages.read(
            f"<html><head><meta charset=utf-8><title>{pages.TITLE}</title>{head}</head><body><h1>{pages.TITLE}</h1>"
            f"<div>04-15 09:26</div><div>{pages.paragraphs()}</div>{late.format('2021')}</body></html>".encode()
        )
        assert article.published == f"{year}-04-15T09:26:00+08:00"


@pytest.mark.parametrize("document", ["发文日期", "成文日期", "印发日期", "录入时间"])
@pytest.mark.parametrize("published", ["发布日期", "公开日期", "发表时间"])
def test_a_document_is_published_after_its_date(document: str, published: str) -> None:
    rows = [(document, "2021-04-10"), (published, "2021-04-15 09:26")]
    for ordered in (rows, rows[::-1]):
        table = "".join(f"<tr><td>{label}：</td><td>{value}</td></tr>" for label, value in ordered)
        _, article = pages.read(
            pages.page(f"<table>{table}</table><h1>{pages.TITLE}</h1><div>{pages.paragraphs()}</div>")
        )
        assert article.published == MOMENT


def test_words_that_several_elements_print_tell_no_moment() -> None:
    teaser = "<ul><li><a href='/2.html'>另一个县的水渠修好了</a><time datetime='2020-02-02T08:00:00+08:00'>3天前</time></li></ul>"
    _, article = pages.read(
        pages.page(
            f"<h1>{pages.TITLE}</h1><div><time datetime='2021-04-15T09:26:00+08:00'>3天前</time></div>"
            f"<div class='con'>{pages.paragraphs()}</div>{teaser}"
        )
    )
    assert article.published != "2020-02-02T08:00:00+08:00"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Thu Apr 15 09:26:30 CST 2021", "2021-04-15T09:26:30+08:00"),
        ("二〇二一年四月十五日", "2021-04-15"),
        ("二〇二一年四月十五日九时二十六分", MOMENT),
        ("20210415 09:26", MOMENT),
        ("2021年4月15日", "2021-04-15"),
    ],
)
@pytest.mark.parametrize("written", ["2021-04-15 00:00:00", "2021-04-15 00:00"])
@pytest.mark.parametrize("markup", ["{}", "<span id='pubtime_baidu'>时间：{}</span>"])
def test_a_date_of_any_form_is_compared_with_one_for_machines(
    printed: str, expected: str, written: str, markup: str
) -> None:
    head = f'<meta name="PubDate" content="{written}">' if markup == "{}" else ""
    page = (
        f"<html><head><title>{pages.TITLE}</title>{head}</head><body><h1>{pages.TITLE}</h1>"
        f"<div class='inf'>{markup.format(printed)}　来源：清河日报</div><div class='con'>{pages.paragraphs()}</div></body></html>"
    )
    assert pages.read(page.encode())[1].published == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<h1>{title}</h1><div>发布日期：09:26 2021-04-15 | 稿源：清河日报</div>", MOMENT),
        ("<h1>{title}</h1><div><div>2021-04-15</div><div>09:26</div><div>来源：清河日报</div></div>", MOMENT),
        ("<h1>{title}</h1><p>发布日期：2021-04-15</p><p>09:26</p><p>来源：清河日报</p>", MOMENT),
        ("<h1>{title}</h1><div>2021-04-15 09:26</div><div>10:00</div>", MOMENT),
        ("<div>2021-04-15</div><h1>{title}</h1><div>来源：清河日报</div>", "2021-04-15"),
        ("<time>2021-04-15</time><h1>{title}</h1><div>来源：清河日报</div>", "2021-04-15"),
        ("<div><a>民生</a> · 2021-04-15</div><h1>{title}</h1><div>来源：清河日报</div>", "2021-04-15"),
        ("<div>清河日报 | 2021-04-15</div><h1>{title}</h1>", "2021-04-15"),
    ],
)
def test_day_and_clock_apart_and_a_day_above_the_headline(head: str, expected: str) -> None:
    box = f"<div class='main'>{head.format(title=pages.TITLE)}<div class='con'>{pages.paragraphs()}</div></div>"
    markup = f"<html><head><title>{pages.TITLE}</title></head><body>{{}}{box}<div>主办：清河网</div></body></html>"
    assert pages.read(markup.format("").encode(), None)[1].published == expected
    nav = "<ul><li><a href='/a/'>要闻</a></li><li><a href='/b/'>民生</a></li></ul>"
    assert pages.read(markup.format(nav).encode(), None)[1].published == expected


@pytest.mark.parametrize(
    "head",
    [
        "<div>2021-04-15</div><div class='main'><h1>{title}</h1>",
        "<div class='main'><div>清河网欢迎您</div><div>2021-04-15</div><h1>{title}</h1>",
        "<div class='main'><div>今天是2021年4月15日</div><h1>{title}</h1>",
        "<div class='main'><div>2021年4月15日 星期四</div><h1>{title}</h1>",
    ],
)
def test_a_day_in_the_head_of_a_page_is_not_that_of_the_article(head: str) -> None:
    markup = (
        f"<html><head><title>{pages.TITLE}</title></head><body>{head.format(title=pages.TITLE)}"
        f"<div class='con'>{pages.paragraphs()}</div></div><div>主办：清河网</div></body></html>"
    )
    assert pages.read(markup.encode(), None)[1].published == ""
