"""The grammar of meta lines: labels, values and words without a label, however the markup splits them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from newscrawler.extraction.bylines import credits_in_body
from newscrawler.extraction.layout import Line, read_layout
from newscrawler.extraction.meta_lines import words
from newscrawler.extraction.meta_lines.grammar import read_meta_lines
from newscrawler.extraction.meta_lines.reading import MetaReading
from newscrawler.extraction.meta_lines.statements import Item, MetaLine
from newscrawler.extraction.meta_lines.tokens import may_be_marked
from newscrawler.extraction.pattern_table import PatternTable
from newscrawler.normalization.people import credits_of
from newscrawler.text.roles import ROLES_OF_WORD
from support.cms_pages import BODY, TITLE, page, paragraphs, read


def lines(markup: str) -> list[Line]:
    return read_layout(html.fromstring(f"<div>{markup}</div>")).lines


def parsed(markup: str) -> list[MetaLine]:
    return read_meta_lines(lines(markup))


def stated(markup: str) -> list[tuple[str, str]]:
    """Return what lines state: (kind, value) in order."""
    return [(part.item.name, part.text) for line in parsed(markup) for part in line.parts]


SPLITS = [
    "来源：清河日报 编辑：柳明",
    "来源：清河日报|编辑：柳明",
    "<span>来源：清河日报</span><span>编辑：柳明</span>",
    "<span>来源：</span><span>清河日报</span><span>编辑：</span><span>柳明</span>",
    "<span>来源</span>：清河日报 <span>编辑</span>：柳明",
    "<td>来源：</td><td>清河日报</td><td>编辑：</td><td>柳明</td>",
    "<p>来源：</p><p>清河日报</p><p>编辑：</p><p>柳明</p>",
    "<em>来源:</em><a href=/>清河日报</a>　<em>编辑:</em><a href=/>柳明</a>",
    "【来源：清河日报】【编辑：柳明】",
    "来 源：清河日报　编 辑：柳明",
    "来源∶清河日报 编辑∶柳明",
    "来源丨清河日报 编辑丨柳明",
    "来源:：清河日报 / 编辑：柳明",
    "来源 清河日报 编辑 柳明",
    "来源（转载）：清河日报 编辑（网络）：柳明",
    "来源 Source：清河日报 编辑 / Editor：柳明",
    "<span>来源(From)</span>：<b>清河日报</b> <span>责任编辑 Editor</span>：<b>柳明</b>",
    "Source: 清河日报 Editor: 柳明",
    "来源 | 清河日报 编 | 柳明",
    "来源：清河日报 编：柳明",
    "来源：清河日报 共阅[231]次 编辑：[党办 柳明]",
    "【来源】清河日报 【编辑】柳明",
]


@pytest.mark.parametrize("markup", SPLITS)
def test_a_label_finds_its_value_however_the_markup_splits_them(markup: str) -> None:
    markup = f"<table><tr>{markup}</tr></table>" if "<td>" in markup else markup
    assert stated(markup) == [("SOURCE", "清河日报"), ("PEOPLE", "柳明")]
    assert all(not line.left for line in parsed(markup))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-04-05 12:00 清河公安 何田", [("DATE", "2021-04-05 12:00"), ("OUTLET", "清河公安"), ("PERSON", "何田")]),
        (
            "2021-04-05 08:05来源：清河日报作者：何田",
            [("DATE", "2021-04-05 08:05"), ("SOURCE", "清河日报"), ("PEOPLE", "何田")],
        ),
        ("来源：清河日报 见习记者：何田", [("SOURCE", "清河日报"), ("PEOPLE", "何田")]),
        ("来源：清河日报（湖东版） 阅读：1208次 收藏", [("SOURCE", "清河日报（湖东版）")]),
        ("2021-04-05 12:00 来源：清河日报（湖东版）", [("DATE", "2021-04-05 12:00"), ("SOURCE", "清河日报（湖东版）")]),
        ("来源：清河网-《清河日报》", [("SOURCE", "清河网-《清河日报》")]),
        ("清河日报记者 何田 江小满 通讯员 覃丹", [("PEOPLE", "何田 江小满"), ("PEOPLE", "覃丹")]),
        ("作者：文　鸣、侯　长、林云克", [("PEOPLE", "文 鸣、侯 长、林云克")]),
        ("编辑：阿依古丽·买买提、Demi Xia", [("PEOPLE", "阿依古丽·买买提、Demi Xia")]),
        ("编辑：何田、qingshui，江小满 阅读：12", [("PEOPLE", "何田、qingshui，江小满")]),
        ("2021-04-05 编辑：qingshui liuwan", [("DATE", "2021-04-05"), ("PEOPLE", "qingshui liuwan")]),
        ("通讯员 何田 摄", [("PEOPLE", "何田 摄")]),
        ("何田 文/图", [("PEOPLE", "何田")]),
        ("本报 何田 江小满 报道", [("PEOPLE", "何田、江小满"), ("OUTLET", "本报")]),
        ("作者丨何田 清河大学教授", [("PEOPLE", "何田")]),
        ("qinghe.cn 2021-04-05 阅读 1208", [("DATE", "2021-04-05")]),
        ("编辑：柳明 【字号 大 小】【留言】【打印】", [("PEOPLE", "柳明")]),
        ("出处清河周刊", [("SOURCE", "清河周刊")]),
        ("采写：清河日报记者 何田", [("PEOPLE", "何田")]),
        ("撰文 清河日报全媒体记者 何田 江小满", [("PEOPLE", "何田 江小满")]),
        ("2021-04-05 08:05东方财富", [("DATE", "2021-04-05 08:05"), ("OUTLET", "东方财富")]),
        ("本文来源于清河日报", [("SOURCE", "清河日报")]),
        ("以下文章来源于清河日报 ，作者何田", [("SOURCE", "清河日报"), ("PEOPLE", "何田")]),
        ("信息来源清河新闻网 2021-04-05", [("SOURCE", "清河新闻网"), ("DATE", "2021-04-05")]),
        ("来源云上清河 2021-04-05 编辑柳明", [("SOURCE", "云上清河"), ("DATE", "2021-04-05"), ("PEOPLE", "柳明")]),
        ("2021-04-05 08:05 来自湖北", [("DATE", "2021-04-05 08:05")]),
        (
            "2021-04-05 08:05 清河发布微信公众号",
            [("DATE", "2021-04-05 08:05"), ("OUTLET", "清河发布微信公众号")],
        ),
        ("2021-04-05 08:05 关注微信公众号", [("DATE", "2021-04-05 08:05")]),
        ("2021-04-05 08:05 已有<em>0</em>人阅读", [("DATE", "2021-04-05 08:05")]),
        (
            "<span class='rich_media_meta'>何念慈</span> <a>清河发布</a> 2021-04-05 08:05",
            [("DATE", "2021-04-05 08:05"), ("PERSON", "何念慈"), ("OUTLET", "清河发布")],
        ),
        ("2021-04-05 08:05 和讯名家", [("DATE", "2021-04-05 08:05"), ("OUTLET", "和讯名家")]),
        ("2021-04-05 08:05 清河网 共有评论0条", [("DATE", "2021-04-05 08:05"), ("OUTLET", "清河网")]),
        ("发表于 2021年4月5日 由 何田", [("DATE", "2021年4月5日"), ("PERSON", "何田")]),
        ("记者：何田；通讯员：江小满；编辑：柳明", [("PEOPLE", "何田"), ("PEOPLE", "江小满"), ("PEOPLE", "柳明")]),
        ("（柳明 编辑）", [("PEOPLE", "柳明")]),
        ("新华社发（何田摄）", [("PEOPLE", "何田")]),
        ("平安清河 何田 报道", [("PEOPLE", "何田"), ("OUTLET", "平安清河")]),
        ("清河日报 记者 何田 发自白石镇", [("PEOPLE", "何田"), ("OUTLET", "清河日报")]),
        ("清河晚报记者 何田 湖东县报道", [("PEOPLE", "何田")]),
        ("更新时间：2022-01-01", [("OTHER_TIME", "2022-01-01")]),
        ("图片来源：清河日报", []),
        ("原创：39健康网2024-04-23 12:27:25", [("SOURCE", "39健康网"), ("DATE", "2024-04-23 12:27:25")]),
        ("原创：何田", [("PEOPLE", "何田")]),
        ("2021-01-20 04:29:44<a>39健康网</a>", [("DATE", "2021-01-20 04:29:44"), ("OUTLET", "39健康网")]),
        ("来源：清河日报 128人参与", [("SOURCE", "清河日报")]),
        ("文｜财新 余聪", [("PEOPLE", "余聪")]),
        ("作者：清河日报 何田", [("PEOPLE", "何田")]),
        ("<b>2021-04-05</b> <b class='author'>清河新闻网</b>", [("DATE", "2021-04-05"), ("OUTLET", "清河新闻网")]),
    ],
)
def test_statements_of_a_line(text: str, expected: list[tuple[str, str]]) -> None:
    assert stated(text) == expected
    assert not parsed(text)[0].left


@pytest.mark.parametrize(
    "text",
    [
        "记者从县水利局获悉，水渠已经通水。",
        "记者：费用由谁来出？",
        "编辑部的灯亮了一夜，第二天的报纸还是晚了半小时。",
        "凡本网注明“来源：清河日报”的所有作品，均为本网转载。",
        "来源地的水质由县环保局每月检测一次",
        "——来自清河的报告",
        "2021年清河县新修水渠三十条，受益农田三万亩",
        "作者在渠边坐了一天",
    ],
)
def test_text_of_a_story_is_no_meta_line(text: str) -> None:
    (line,) = parsed(text)
    assert not line.is_meta


def test_length_does_not_make_a_meta_line_text() -> None:
    people = "、".join(f"何{name}" for name in "田山水木火土石川江河湖海")
    (line,) = parsed(
        f"2021-04-05 12:00:00 来源：清河日报 作者：{people} 责任编辑：柳明 审核：覃丹 阅读：1208次 分享到：微信 微博"
    )
    assert len(line.line.text) > 90
    assert line.is_meta


def test_beside_the_date_counts_more_than_the_foot_and_notices_count_nothing() -> None:
    head = parsed("<p>2021-04-05 12:00 清河公安</p>")
    foot = parsed("<p>来源：清河电视台</p><p>凡本网注明“来源：清河网”的作品</p>")
    assert (source := MetaReading(head, foot).source()) is not None
    assert source.text == "清河公安"
    assert MetaReading([], parsed("<p>凡本网注明“来源：清河网”的作品</p>")).source() is None


def test_several_outlets_in_the_foot_are_those_of_other_articles() -> None:
    others = "<p>县里的水渠通了水 来源：清河电视台</p><p>来源：清河电视台</p><p>河西的路修好了</p><p>来源：清河晚报</p>"
    for before in ("", "<p>热点</p><p>昨天</p>"):
        assert MetaReading(parsed("<p>2021-04-05</p>"), parsed(before + others)).source() is None
    own = MetaReading(parsed("<p>2021-04-05</p>"), parsed(f"<p>来源：清河日报</p>{others}")).source()
    assert own is not None
    assert own.text == "清河日报"


@pytest.mark.parametrize("tag", ["h2", "h3", "h4"])
def test_the_heading_of_the_next_box_is_no_editor(tag: str) -> None:
    assert ("PEOPLE", "江河水") not in stated(f"<p>责任编辑：</p><{tag}>江河水</{tag}>")
    assert stated("<p>责任编辑：</p><p>江河水</p>") == [("PEOPLE", "江河水")]


def test_a_name_behind_a_unit_without_a_blank() -> None:
    for text in ("清河大学历史学院何田", "清河县气象局局长何田", "清河县文学学会会长江小满"):
        assert [credit.name for credit in credits_of("作者", text)] == [text[-3:] if text[-1] == "满" else text[-2:]]


def test_an_imprint_names_no_source() -> None:
    foot = parsed("<p>（编辑：柳明）</p><p>版权所有 清河网</p><p>主办：清河日报社</p>")
    assert MetaReading([], foot).source() is None


def test_a_closing_line_with_an_outlet_is_a_byline() -> None:
    for text in ("清河日报 何田 报道", "本报 何田 江小满 报道", "清河日报记者 何田"):
        (line,) = parsed(text)
        assert line.is_byline, text
    (line,) = parsed("清河日报 【记者：何田】")
    assert not line.is_byline


def test_dates_of_comments_teasers_and_today_are_not_that_of_publication() -> None:
    above = parsed("<p>今天是2023年5月6日 欢迎您</p><p><a href=/1>县里的水渠通了水</a> 2022-01-01</p>")
    foot = parsed("<p>网友4260 2010-06-22 15:04</p><p><a href=/2>村里的路修好了吗</a> 2009-01-01</p>")
    assert MetaReading([], foot, above=above).published() is None


@pytest.mark.parametrize(
    ("body", "people"),
    [
        ("<p>清河讯（记者 梁剑 通讯员 覃丹）{}</p>", [("记者", "梁剑", "清河"), ("通讯员", "覃丹", "")]),
        ("<p>本报讯 记者 梁剑、杨　雪报道 {}</p>", [("记者", "梁剑", ""), ("记者", "杨雪", "")]),
        ("<p>本报讯（梁剑 杨雪）{}</p>", [("记者", "梁剑", ""), ("记者", "杨雪", "")]),
        ("<p>{}（见习记者 梁剑）</p><p>图为通水后的渠道</p>", [("记者", "梁剑", "")]),
        (
            "<p>{}</p><p>清河日报记者梁剑、杨小雪清河报道</p>",
            [("记者", "梁剑", "清河日报"), ("记者", "杨小雪", "清河日报")],
        ),
        ("<p>{}</p><p>文/何田 图/江小满</p>", [("文", "何田", ""), ("图", "江小满", "")]),
        ("<p>何田</p><p>{}</p>", [("作者", "何田", "")]),
        ("<p>{}（何　田）</p>", [("作者", "何田", "")]),
        ("<p>清河讯（何田 供稿）{}</p>", [("供稿", "何田", "")]),
        ("<p>{}（清河县水利局 何田、江小满）</p>", [("作者", "何田", ""), ("作者", "江小满", "")]),
        ("<p>{}（县水利局 何田）</p>", [("作者", "何田", "")]),
        ("<p>{}（何田 柳湾报道）</p>", [("作者", "何田", "")]),
        ("<p>{}（县水利局 负责人）</p>", []),
        ("<p>{}（清河县水利局）</p>", []),
        ("<p>水利站通讯组 何田</p><p>{}</p>", [("作者", "何田", "")]),
        ("<p>水利站站务公开 清单</p><p>{}</p>", []),
        ("<p>清河讯（记者 何田 整理）{}</p>", [("记者", "何田", "清河")]),
        ("<p>{}</p><p>采写：华商报记者 何田</p>", [("记者", "何田", "华商报")]),
        ("<p>华商报记者何田/文</p><p>{}</p>", [("记者", "何田", "华商报")]),
        ("<p>{}（何田 清河大学教授）</p>", [("作者", "何田", "")]),
        ("<p>{}</p><p>（来源：清河日报 作者：清河大学教授 何田）</p>", [("作者", "何田", "")]),
        ("<p>记者：费用由谁来出？</p><p>{}</p>", []),
        (
            "<p>文丨清河晚报记者 何田 图丨清河晚报记者 江小满</p><p>{}</p>",
            [("记者", "何田", "清河晚报"), ("图", "江小满", "")],
        ),
        (
            "<p>全媒体记者 何田 闻静/文 江小满/图</p><p>{}</p>",
            [("记者", "何田", ""), ("记者", "闻静", ""), ("图", "江小满", "")],
        ),
        (
            "<p>{}</p><p>何田/文 江小满/图 柳明/编辑</p>",
            [("文", "何田", ""), ("图", "江小满", ""), ("编辑", "柳明", "")],
        ),
        ("<p>摄影：本报实习生 何田</p><p>{}</p>", [("摄影", "何田", "")]),
        ("<p>{}（清河日报记者 於菟 见习生 何田）</p>", [("记者", "於菟", "清河日报"), ("实习生", "何田", "")]),
        ("<p>{}</p><p>撰文：见习编辑 何田</p>", [("作者", "何田", "")]),
    ],
)
def test_bylines(body: str, people: list[tuple[str, str, str]]) -> None:
    text = "五月六日，清河县新修的水渠正式通水，沿线三千亩稻田从此不再靠天吃饭，村民们早早来到渠边等候。"
    raw = credits_in_body(lines(body.format(text)))
    found = [credit for mention in raw for credit in credits_of(mention.label, mention.text)]
    assert [(credit.role, credit.name, credit.outlet) for credit in found] == people


def test_the_quick_test_passes_every_label() -> None:
    labels = [word for word in ROLES_OF_WORD if not word.isascii()]
    tables = [table for table in vars(words).values() if isinstance(table, PatternTable)]
    labelled = [table for table in tables if table not in (words.BUTTON, words.OUTLET, words.PLACE, words.TODAY)]
    labels += [row.example for table in labelled for row in table.rows]
    assert [label for label in labels if not may_be_marked(label)] == []


PIECES = st.sampled_from(
    [
        "来源：",
        "清河日报",
        "编辑",
        "：",
        " ",
        "　",
        "2021-04-05",
        "12:00",
        "何田",
        "、",
        "（",
        "）",
        "|",
        "/",
        "摄",
        "文",
        "阅读",
        "1208",
        "记者",
    ]
)


@given(st.lists(PIECES | st.text(max_size=6), max_size=40).map("".join))
def test_any_line_is_survived_and_nothing_is_invented(text: str) -> None:
    line = Line(" ".join(text.split()), [text], lines("<p>水</p>")[0].block, 0)
    for part in read_meta_lines([line])[0].parts:
        assert part.item in Item
        assert "".join(part.text.replace("、", "").split()) in "".join(text.replace("、", "").split())


@pytest.mark.parametrize("piece", ["来源：", "编辑 ", "何田、", "2021-04-05 ", "（记者", "|", "张 ", "文/", "1 ", "A"])
def test_hostile_lines_cost_little(piece: str) -> None:
    block = lines("<p>水</p>")[0].block
    text = (piece * 400)[:419]
    started = time.process_time()
    read_meta_lines([Line(" ".join(text.split()), [text], block, 0)])
    assert time.process_time() - started < 0.5


def test_a_question_of_an_interview_names_nobody() -> None:
    assert stated("记者：听说水渠修好了，村民用水方便了，收入也多了") == []
    assert stated("记者：您好，请介绍一下，水渠的情况") == []
    assert stated("记者：何田，江小满") == [("PEOPLE", "何田，江小满")]


def test_labelled_lines_of_a_list_in_the_text_stay_and_name_nobody() -> None:
    text = "五月六日，清河县新修的水渠正式通水，沿线三千亩稻田从此不再靠天吃饭，村民们早早来到渠边等候。"
    items = ["书名：水的清单", "作者：何田", "责任编辑：柳明", "出版社：清河出版社"]
    body = "".join(f"<p>{line}</p>" for line in [text, *items, text])
    _, article = read(page(f"<h1>{TITLE}</h1><div>2021-04-05 来源：清河日报</div><div class='con'>{body}</div>"))
    assert article.body.split("\n") == [text, *items, text]
    assert (article.authors, article.editors) == ([], [])


def test_the_issue_of_a_paper_has_the_date_above_the_headline() -> None:
    text = "五月六日，清河县新修的水渠正式通水，沿线三千亩稻田从此不再靠天吃饭，村民们早早来到渠边等候。"
    for head, published in (
        ("<p>2021年4月5日 星期一</p><p>第A01版：要闻</p>", "2021-04-05"),
        ("<p>2021年4月5日<a href='/old'>查看旧版（2007年11月以前）</a></p><p>第A01版：要闻</p>", "2021-04-05"),
        ("<p>第A01版：要闻</p><p><a href='/old'>2021年4月5日的报纸</a></p>", ""),
        ("<p>2021年4月5日 星期一</p>", ""),
        ("<p>清河日报数字报　2021年4月5日</p>", "2021-04-05"),
        ("<p>2021年4月5日 <a href='/6'>下一期</a></p><p>第08版：文化 <a href='/8'>版面导航</a></p>", "2021-04-05"),
    ):
        _, article = read(page(f"{head}<h1>{TITLE}</h1><div class='con'><p>{text}</p><p>{text}</p></div>"))
        assert article.published == published
        assert article.source in ("", "清河日报数字报")


def meta_cells(*items: tuple[str, str], colon: str) -> str:
    """Return a meta line as a table, each label and each value in a cell of its own, two pairs in a row."""
    cells = [f"<td>{label}{colon}</td><td>{value}</td>" if label else f"<td>{value}</td>" for label, value in items]
    rows = [cells] if colon else [cells[at : at + 2] for at in range(0, len(cells), 2)]
    return f"<table>{''.join(f'<tr>{chr(10).join(row)}</tr>' for row in rows)}</table>"


@pytest.mark.parametrize("colon", ["：", ""])
@pytest.mark.parametrize("place", ["above the headline", "below the headline", "in the container"])
def test_labels_and_values_in_cells(place: str, colon: str) -> None:
    text = "五月六日，清河县新修的水渠正式通水，沿线三千亩稻田从此不再靠天吃饭，村民们早早来到渠边等候。"
    day, source = ("发布日期", "2021-04-05"), ("来源", "清河晨报")
    author, editor = ("见习记者", "何田 江小满"), ("责编", "柳明、覃丹")
    for items, published, outlet, authors, editors in (
        ((day, source, author, editor), "2021-04-05", "清河晨报", ["何田", "江小满"], ["柳明", "覃丹"]),
        (
            (editor, day, author, ("", "清河晨报"), ("", "[打印]")),
            "2021-04-05",
            "清河晨报",
            ["何田", "江小满"],
            ["柳明", "覃丹"],
        ),
        ((("", "清河晨报"), day, ("供稿", "何田"), ("", "评论(12)")), "2021-04-05", "清河晨报", ["何田"], []),
        ((source, ("", "二〇二一年四月五日")), "2021-04-05", "清河晨报", [], []),
        (
            (source, author, day, editor, ("摄影", "侯林"), ("", "[打印]")),
            "2021-04-05",
            "清河晨报",
            ["何田", "江小满"],
            ["柳明", "覃丹"],
        ),
        ((("发文字号", "水〔2021〕1号"), day, source), "2021-04-05", "清河晨报", [], []),
        (
            (("索引号", "QH/2021-7"), ("成文日期", "2021-04-01"), day, ("发文机构", "清河县水利局")),
            "2021-04-05",
            "清河县水利局",
            [],
            [],
        ),
    ):
        head, cells = f"<h1>{TITLE}</h1>", f"<div>{meta_cells(*items, colon=colon)}</div>"
        outside = cells + head if place == "above the headline" else head + cells * (place == "below the headline")
        inside = cells * (place == "in the container")
        _, article = read(page(f"{outside}<div class='con'>{inside}<p>{text}</p><p>{text}</p></div>"))
        assert (article.published, article.source, article.authors, article.editors) == (
            published,
            outlet,
            authors,
            editors,
        )
        assert article.body == f"{text}\n{text}"


def test_the_entries_of_a_menu_are_no_labels_and_no_outlets() -> None:
    menu = (
        "<table><tr>"
        + "".join(f"<td><a href='/{i}'>{name}</a></td>" for i, name in enumerate(("港澳台", "视频", "时事")))
        + "</tr></table>"
    )
    text = "五月六日，清河县新修的水渠正式通水，沿线三千亩稻田从此不再靠天吃饭，村民们早早来到渠边等候。"
    raw, article = read(
        page(f"{menu}<h1>{TITLE}</h1><div>2021-04-05</div><div class='con'><p>{text}</p><p>{text}</p></div>")
    )
    assert (article.source, raw.credits) == ("", [])


def test_a_byline_below_the_headline_of_a_paper_has_a_mark() -> None:
    text = "五月六日，清河县新修的水渠正式通水，沿线三千亩稻田从此不再靠天吃饭，村民们早早来到渠边等候。"
    for line, authors in (
        ("■ 何田", ["何田"]),
        ("□何田　江小满", ["何田", "江小满"]),
        ("何田", []),
        ("■ 通知", []),
        ("■ 我在灌区十年", []),
    ):
        head = f"<h1>{TITLE}</h1><p>{line}</p>"
        _, article = read(page(f"{head}<div class='con'><p>{text}</p><p>{text}</p></div>"))
        assert article.authors == authors, line


def test_breadcrumbs_name_nobody() -> None:
    text = "五月六日，清河县新修的水渠正式通水，沿线三千亩稻田从此不再靠天吃饭，村民们早早来到渠边等候。"
    for crumbs in (("清河网", "明星", "何田当上记者"), ("清河晚报", "车市", "专访作者"), ("首页", "何田 摄", "图片")):
        path = " &gt; ".join(f"<a href='/{at}'>{name}</a>" for at, name in enumerate(crumbs))
        head = f"<div>{path} &gt; 正文</div><h1>{TITLE}</h1><div>2021-04-05 08:05</div>"
        raw, article = read(page(f"{head}<div class='con'><p>{text}</p><p>{text}</p></div>"))
        assert (raw.credits, article.source, article.published) == ([], "", "2021-04-05T08:05:00+08:00")


def test_a_closing_line_about_the_writer_names_him() -> None:
    text = "五月六日，清河县新修的水渠正式通水，沿线三千亩稻田从此不再靠天吃饭，村民们早早来到渠边等候。"
    for line in ("（作者：何田，系清河县作家协会会员）", "作者：何田，现任清河大学讲师"):
        body = f"<div class='con'><p>{text}</p><p>{text}</p><p>{line}</p></div>"
        _, article = read(page(f"<h1>{TITLE}</h1><div>2021-04-05 来源：清河日报</div>{body}"))
        assert (article.authors, article.body) == (["何田"], f"{text}\n{text}")


def test_a_source_in_the_foot_beside_another_day_is_that_of_another_article() -> None:
    head = parsed("<p>2021-04-05 08:05</p>")
    for foot, source in (
        ("<p>2020-01-02 17:27 来源：清河电视台</p>", None),
        ("<p>2021年4月5日 来源：清河电视台</p>", "清河电视台"),
        ("<p>来源：清河电视台</p>", "清河电视台"),
    ):
        found = MetaReading(head, parsed(foot)).source()
        assert (found.text if found else None) == source


def test_what_looks_like_a_name_is_the_outlet_where_a_label_names_the_writer() -> None:
    reading = MetaReading(parsed("<p>马鞍云　2021-04-05　记者 何田　编辑 柳明</p>"), [])
    assert (source := reading.source()) is not None
    assert source.text == "马鞍云"
    assert [credit.text for credit in reading.credits()] == ["何田", "柳明"]
    assert MetaReading(parsed("<p>何田　2021-04-05　编辑 柳明</p>"), []).source() is None


@pytest.mark.parametrize("own", ["", "来源：清河日报"])
@pytest.mark.parametrize("first", ["2021-04-05 08:05 {} 作者：何田", "2021-04-05 08:05", "发布时间：2021-04-05 {}"])
def test_the_outlet_of_a_video_box_is_not_that_of_the_article(first: str, own: str) -> None:
    meta = f"<p>{first.format(own)}</p>{'' if '{}' in first else f'<p>{own}</p>' * bool(own)}"
    box = "<div><p>视频：水渠通水</p><p>来源：清河电视台</p><div>播放</div></div>"
    for head in (meta + box, box + meta):
        source = MetaReading(parsed(head), []).source()
        assert (source.text if source else "") == own.removeprefix("来源：")


def test_buttons_between_the_outlet_and_the_date() -> None:
    text = "五月六日，清河县新修的水渠正式通水，沿线三千亩稻田从此不再靠天吃饭，村民们早早来到渠边等候。"
    buttons = "<p>分享到：微信 微博 QQ空间</p><p>【字体：大 中 小】</p>"
    for head, source in (
        (f"<p>平安清河</p>{buttons}<p>日期：2021-04-05</p>", "平安清河"),
        (f"<p>清河晨报</p>{buttons}<p>2021-04-05</p>", "清河晨报"),
        (f"<p>日期：2021-04-05</p>{buttons}<p>易信</p>", ""),
    ):
        _, article = read(page(f"<h1>{TITLE}</h1><div>{head}</div><div class='con'><p>{text}</p><p>{text}</p></div>"))
        assert (article.source, article.authors, article.published) == (source, [], "2021-04-05")


def test_meta_lines_of_their_own_below_the_text() -> None:
    text = "五月六日，清河县新修的水渠正式通水，沿线三千亩稻田从此不再靠天吃饭，村民们早早来到渠边等候。"
    for tag in ("div", "p", "li"):
        lines = ("编辑：柳明", "2021年4月5日 08:05", "作者： 何 田", "来源：清河晨报")
        below = "".join(f"<{tag}>{line}</{tag}>" for line in lines)
        story = f"<h1>{TITLE}</h1><p>{text}</p><p>{text}</p>{below}<h3>相关新闻</h3><p><a href='/1'>另一条水渠</a></p>"
        _, article = read(page(f"<div class='main'>{story}</div>"))
        assert (article.published, article.source) == ("2021-04-05T08:05:00+08:00", "清河晨报")
        assert (article.editors, article.authors) == (["柳明"], ["何田"])


@pytest.mark.parametrize(
    ("bare", "published", "source"),
    [
        ("清河发布 | 2021年4月5日 09:26", "2021-04-05T09:26:00+08:00", "清河发布"),
        ("Published: 2021-04-05 09:26　Source: 清河发布", "2021-04-05T09:26:00+08:00", "清河发布"),
        ("回复单位：县水利局 回复时间：2021-04-05 09:26 来源：清河发布", "2021-04-05T09:26:00+08:00", "清河发布"),
        ("<p>清河发布</p><p>2021-04-05 09:26 · 湖南 · 清河县官方账号</p>", "2021-04-05T09:26:00+08:00", "清河发布"),
        ("<h2>——柳湾渠边见闻</h2><p>2021-04-05 09:26</p>", "2021-04-05T09:26:00+08:00", ""),
        ("2021-04-05 09:26　清河发布　时长：03:42　播放量：2.3万", "2021-04-05T09:26:00+08:00", "清河发布"),
    ],
)
def test_heads_of_accounts_films_and_english_pages(bare: str, published: str, source: str) -> None:
    _, article = read(page(f"<h1>{TITLE}</h1><div>{bare}</div><div class='con'>{paragraphs()}</div>"))
    assert (article.published, article.source, article.authors) == (published, source, [])


def test_a_word_that_is_the_name_of_the_site_is_the_outlet() -> None:
    head = f"<h1>{TITLE}</h1><div>江城通</div><div>2021-04-05 09:26</div>"
    body = f"{head}<div class='con'>{paragraphs()}</div>"
    for title, meta in ((f"{TITLE}-江城通", ""), (TITLE, "<meta property='og:site_name' content='江城通'>")):
        _, article = read(page(body, title=title, head=meta))
        assert (article.source, article.authors) == ("江城通", [])
    _, article = read(page(body))
    assert article.authors == ["江城通"]


def test_the_country_of_a_foreign_writer_is_no_name() -> None:
    for country in ("[日]", "（日本）", "【法】"):
        assert stated(f"来源：清河日报 作者：{country}山田太郎 编辑：柳明") == [
            ("SOURCE", "清河日报"),
            ("PEOPLE", "山田太郎"),
            ("PEOPLE", "柳明"),
        ]


@pytest.mark.parametrize("roles", [("初审", "复审", "终审"), ("编辑", "校对", "审核"), ("监制", "责编", "撰稿")])
def test_a_table_of_tasks_below_a_story_is_no_text(roles: tuple[str, ...]) -> None:
    rows = "".join(
        f"<tr><td>{role}</td><td>{name}</td></tr>" for role, name in zip(roles, ("柳明", "何田", "覃丹"), strict=True)
    )
    _, article = read(
        page(f"<h1>{TITLE}</h1><div>2021-04-05</div><div class='con'>{paragraphs()}<table>{rows}</table></div>")
    )
    assert article.body == BODY
    assert [(credit.role, credit.name) for credit in article.credits] == [
        (ROLES_OF_WORD[role][0], name) for role, name in zip(roles, ("柳明", "何田", "覃丹"), strict=True)
    ]


def test_a_unit_that_sent_a_text_in_is_no_author_beside_its_writer() -> None:
    for line, authors in (
        ("供稿：清河县水利局 撰稿：何田", ["何田"]),
        ("供稿：清河县水利局", ["清河县水利局"]),
        ("供稿：何田 覃丹", ["何田", "覃丹"]),
    ):
        _, article = read(
            page(f"<h1>{TITLE}</h1><div>2021-04-05</div><div class='con'>{paragraphs()}<p>（{line}）</p></div>")
        )
        assert article.authors == authors


SHORT = "<p>清河县昨天开出首张用水清单。</p>"
TABLE = (
    "<table align='center'><tr><td align='center'><b><font size='4'>{title}</font></b></td></tr>"
    "<tr><td align='center'>{meta}</td></tr><tr><td>{body}</td></tr></table>"
)


@pytest.mark.parametrize(
    "meta",
    [
        "发布者：何田 来源：清河日报 发布时间：2021-04-05 08:05:12 阅读：422 次",
        "录入者：何田　来源：清河日报　日期：2021-04-05 08:05",
        "上传人：admin 来源：清河日报 更新日期：2021-04-04 发布时间：2021-04-05 08:05",
        "网管员：何田 来源：清河日报 发布时间：2021-04-05 08:05 点击：12",
        "来源：清河日报 供图单位：县水利局 发布时间：2021-04-05 08:05",
        "来源：清河日报 发布日期：2021-04-05 08:05 期数：第12期",
    ],
)
@pytest.mark.parametrize("body", [SHORT, SHORT * 2, BODY], ids=["a sentence", "two", "long"])
def test_a_label_that_no_table_knows_beside_source_and_date(meta: str, body: str) -> None:
    article, _ = read(page(TABLE.format(title=TITLE, meta=meta, body=body)))
    assert article.source is not None and article.source.text == "清河日报"
    assert article.published is not None and article.published.text.startswith("2021-04-05 08:05")
    assert "来源" not in article.body and "2021" not in article.body


@pytest.mark.parametrize(
    "text",
    [
        "活动主题：清渠放水 时间：2021-04-05 地点：清河口",
        "来源：清河水系 全长：四百公里，流域面积三万平方公里",
        "征集时间：2021-04-05 征集范围：全县中小学 来源：学校推荐",
        "来源：清河日报 发布时间：2021-04-05 用水清单由县水利局于昨天上午公布：全县分为三档",
    ],
)
def test_labels_of_a_text_are_no_meta_line(text: str) -> None:
    assert not any(line.is_meta for line in parsed(f"<p>{text}</p>"))
