"""People whom a page names, and who did not make the article; and makers who share their line with other things."""

from __future__ import annotations

import pytest

from newscrawler.normalization.article import Article
from tests.extraction.test_bylines import FIRST, LAST, read, read_markup

BODY = f"<p>{FIRST}</p><p>{LAST}</p>"
FACTS = "".join(
    f"<p>{number}、第{number}处水渠长三百米，配有闸门两座，灌溉面积一千亩左右，由县水利局负责施工，今年秋天全部完成。</p>"
    for number in range(1, 7)
)


def behind(markup: str) -> Article:
    """Return the article of a page that has `markup` behind the element of its text."""
    return read(f"{BODY}</div>{markup}<div>")


@pytest.mark.parametrize(
    "box",
    [
        "<h4>专栏作者</h4><p>作者：何田</p><p>作家，清河县作协会员</p>",
        "<div class='title'>本期人物</div><p>作者：何田</p>",
        "<h3>猜你喜欢</h3><div><a>水渠通水</a><span>来源：江城报</span><span>作者：何田</span></div>",
        "<h3>猜你喜欢</h3><p><a>水渠通水</a> 记者：何田</p>",
    ],
)
def test_a_heading_behind_the_text_opens_a_box_of_others(box: str) -> None:
    article = behind(box)
    assert (article.authors, article.source) == ([], "清河日报")


def test_a_row_of_tags_opens_no_box() -> None:
    tags = "<div class='title'><span><a>水渠</a></span><span><a>灌区改造</a></span></div>"
    article = behind(f"{tags}<span>[作者: 何田 　责任编辑: 柳明 ]</span>")
    assert (article.authors, article.editors) == (["何田"], ["柳明"])


def test_the_editor_may_stand_behind_such_a_box() -> None:
    tags = "".join(
        f"<a href=/t/{word}>{word}</a> " for word in ("水渠", "灌区改造", "清河县水利局", "Windows 8", "操作系统")
    )
    box = "<h4>相关新闻：</h4><p><a href=/1.html>另一条水渠通水了</a></p>"
    assert behind(f"{box}<p>[责任编辑：柳明] 标签：{tags}</p>").editors == ["柳明"]
    assert behind("<h4>相关新闻</h4><p><a>水渠通水</a></p><p>责任编辑：柳明</p>").editors == ["柳明"]


@pytest.mark.parametrize(
    "bar",
    [
        "今日值班编辑：何田 投稿热线：0799-8882222",
        "本频道编辑：何田 邮箱：hetian@qinghe.example",
        "频道编辑：何田",
        "责任编辑：何田",
    ],
)
def test_the_staff_of_a_site_stands_above_the_headline(bar: str) -> None:
    page = f"<title>柳湾灌区分三期改造</title><div>{bar}</div><h1>柳湾灌区分三期改造</h1><div>2024-07-10 09:30</div><div>{BODY}</div>"
    for foot, editors in (("", []), ("<p>责任编辑：柳明</p>", ["柳明"])):
        assert read_markup(page + foot).editors == editors


def test_a_date_in_the_same_block_makes_people_above_the_headline_the_articles() -> None:
    lines = "<div>清河日报<br>2024.7.10<br>责编:柳明<br></div>"
    article = read_markup(f"<title>柳湾灌区分三期改造</title>{lines}<h1>柳湾灌区分三期改造</h1><div>{BODY}</div>")
    assert (article.editors, article.source) == (["柳明"], "清河日报")


@pytest.mark.parametrize("label", ["好编辑", "优秀编辑", "十佳责任编辑", "最佳新闻编辑"])
def test_winners_of_prizes_are_text(label: str) -> None:
    article = read(f"{BODY}<p>{label}：何田、柳明</p><p>好记者：江小满</p><p>先进通讯员：覃丹</p>")
    assert (article.editors, article.authors) == ([], [])
    assert f"{label}：何田、柳明" in article.body


@pytest.mark.parametrize(
    "foot",
    [
        "<p>[责任编辑：柳明] 标签：<a href=/t/1>水渠</a> <a href=/t/2>灌区</a> <a href=/t/3>清河</a></p>",
        "<p>编辑：柳明 <a href=/bbs/1>【水渠何时能修好？】</a></p>",
        "<div><span>本文来源：清河日报 。内部来源</span> <span>责任编辑：柳明_LJ2041</span></div>",
    ],
)
def test_an_editor_beside_links_and_sentences(foot: str) -> None:
    for article in (read(BODY + foot), behind(foot)):
        assert (article.editors, article.source) == (["柳明"], "清河日报")


@pytest.mark.parametrize("behind_label", ["<a href=/m/1.html>手机版</a>", "<a href=/>电脑版</a>", ""])
def test_an_empty_label_names_nobody(behind_label: str) -> None:
    article = read(BODY, meta=f"清河家园 iqinghe.ca 2024-07-10 09:30 来源: 作者: {behind_label}")
    assert article.authors == []


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("本报记者 何田", ["何田"]),
        ("记者何田 通讯员江小满", ["何田", "江小满"]),
        ("何田 摄", []),
        ("记者手记", []),
    ],
)
def test_a_byline_with_a_list_of_facts_behind_it(line: str, authors: list[str]) -> None:
    assert read(f"{BODY}{BODY}<p>{line}</p>{FACTS}").authors == authors


def test_an_outlet_directly_before_a_name_in_a_byline() -> None:
    for bracket in (
        "（清河网何田 江城气象网记者江小满）",
        "（清河网何田、江城网江小满）",
        "（清河网记者何田 江城网江小满）",
    ):
        article = read(f"<p>清河网7月10日电 {bracket}{FIRST}</p><p>{LAST}</p>")
        assert sorted(article.authors) == ["何田", "江小满"]


@pytest.mark.parametrize("author", ["何田", "hetian"])
def test_what_founders_comment_says_for_itself_names_nobody(author: str) -> None:
    comment = f"<!--enpproperty <date>2024-07-10 17:45:10.0</date><author>{author}</author>/enpproperty-->"
    article = behind(f"{comment}<p>（责任编辑：柳明）</p>")
    assert (article.authors, article.editors) == ([], ["柳明"])
