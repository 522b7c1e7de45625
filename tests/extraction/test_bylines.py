"""Writers without brackets: behind the last sentence, on a line of their own, before the first words."""

from __future__ import annotations

from datetime import datetime

import pytest

from newscrawler.extraction.bare_names import is_surely_name, writers_in
from newscrawler.normalization.article import Article
from newscrawler.places import is_place
from newscrawler.reading import read_article
from newscrawler.text.clock import CHINA
from support import nightly

FETCHED = datetime(2025, 6, 1, tzinfo=CHINA)
FIRST = "清河县水利局介绍，这批水渠共有十二处，总投入三百万元，预计秋收之后完成，村民说路好走了许多。"
LAST = "按照计划，柳湾的灌区将分三期改造，首期年底前动工，等候的村民在渠边鼓起掌来。"
PLACES = {
    "behind the last sentence": "<p>{first}</p><p>{last}{text}</p>",
    "behind a gap": "<p>{first}</p><p>{last}　　{text}</p>",
    "behind the only sentence": "<p>{last} {text}</p>",
    "behind the end mark": "<p>{first}</p><p>{last}（完）{text}</p>",
    "line below the text": "<p>{first}</p><p>{last}</p><p>{text}</p>",
    "line below the text, end mark": "<p>{first}</p><p>{last}</p><p>（完） {text}</p>",
    "bracket at the end": "<p>{first}</p><p>{last}（{text}）</p>",
    "line above the text": "<p>{text}</p><p>{first}</p><p>{last}</p>",
    "line above the text, mark": "<p>□ {text}</p><p>{first}</p><p>{last}</p>",
    "before the first words, mark": "<p>■{text} {first}</p><p>{last}</p>",
}


def read(body: str, *, meta: str = "2024-07-10 09:30 来源：清河日报") -> Article:
    markup = f"<title>柳湾灌区分三期改造</title><h1>柳湾灌区分三期改造</h1><div class=info>{meta}</div><div class=con>{body}</div>"
    return read_markup(markup)


def read_markup(markup: str) -> Article:
    article = read_article(markup.encode(), None, url="http://www.qinghe.example/c/1.html", fetched=FETCHED)
    assert isinstance(article, Article), article
    return article


def at(place: str, text: str) -> Article:
    return read(PLACES[place].format(first=FIRST, last=LAST, text=text))


@nightly.by_day(every=3)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("何田 江小满", ["何田", "江小满"]),
        ("何田、欧阳文远", ["何田", "欧阳文远"]),
        ("阿依古丽·买买提", ["阿依古丽·买买提"]),
        ("何　田", ["何田"]),
        ("记者 何田", ["何田"]),
        ("本报记者何田 通讯员江小满", ["何田", "江小满"]),
        ("清河卫视记者何田报道", ["何田"]),
        ("清河卫视 何田 江小满 报道", ["何田", "江小满"]),
        ("清河卫视何田、江小满报道", ["何田", "江小满"]),
        ("文/图 记者 何田 实习生 江小满", ["何田", "江小满"]),
        ("甲河日报记者 何田 乙河网记者 江小满", ["何田", "江小满"]),
        ("甲河日报 何田 乙河网 江小满", ["何田", "江小满"]),
        ("县水利局 何田", ["何田"]),
        ("何田 文 江小满 图", ["何田"]),
        ("文/何田 图/江小满", ["何田"]),
        ("清河日报记者 何田 武汉报道", ["何田"]),
        ("本报记者何远山陆青瑶", ["何远山", "陆青瑶"]),
        ("清河日报记者 梁剑杨雪", ["梁剑", "杨雪"]),
        ("记者何远山陆青瑶报道", ["何远山", "陆青瑶"]),
        ("文/记者 欧阳若兰高楠 图/江小满", ["欧阳若兰", "高楠"]),
        ("本报记者何远山陆青瑶通讯员江小满", ["何远山", "陆青瑶", "江小满"]),
        ("见习记者何田实习生江小满", ["何田", "江小满"]),
        ("记者何田文江小满图", ["何田"]),
        ("清河晚报记者欧阳若兰高楠文陆青瑶图", ["欧阳若兰", "高楠"]),
        ("记者何田文 江小满摄", ["何田"]),
        ("清河网记者何田 江城网 江小满", ["何田", "江小满"]),
        ("记者 斯琴图 呼和巴日 阿卜杜赛麦提 阿依夏木古丽", ["斯琴图", "呼和巴日", "阿卜杜赛麦提", "阿依夏木古丽"]),
        ("（记者 才让卓玛 扎西顿珠 央金）", ["才让卓玛", "扎西顿珠", "央金"]),
        ("记者 阿依努尔•吐尔逊 通讯员 买买提‧艾力 才让卓玛", ["阿依努尔·吐尔逊", "买买提·艾力", "才让卓玛"]),
    ],
)
def test_writers_are_found_wherever_they_stand(place: str, text: str, authors: list[str]) -> None:
    assert sorted(at(place, text).authors) == sorted(authors)


@nightly.by_day(every=3)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "text",
    [
        "谢谢", "全文完", "水利站", "应急办", "安阳", "于都", "于武汉", "记者节快乐", "记者手记", "编辑部", "本报评论员",
        "记者从县水利局获悉", "通讯员队伍", "县水利局", "清河日报", "新华社发", "据清河日报", "记者综合报道", "综合报道",
        "——何田", "责任编辑部主任", "共享联盟·富阳",
    ],
)  # fmt: skip
def test_words_like_names_name_nobody(place: str, text: str) -> None:
    assert at(place, text).authors == []


@pytest.mark.parametrize(
    ("foot", "authors", "editors"),
    [
        ("编辑：实习生 何田、江小满", [], ["何田", "江小满"]),
        ("（清河县纪委监委 何田 || 责任编辑 柳明）", ["何田"], ["柳明"]),
        ("（清河县纪委监委 || 责任编辑 柳明）", [], ["柳明"]),
        ("清经记者：何田 清经编辑：柳明", ["何田"], ["柳明"]),
        ("拟稿人：何田 审核人：柳明", ["何田"], []),
        ("原作者：何田 编辑：柳明", ["何田"], ["柳明"]),
        ("版权归原作者所有", [], []),
        ("摄影 记者 何田", [], []),
        ("责任编辑/实习生 何田 柳明", [], ["何田", "柳明"]),
        ("文/图何田 编辑/柳明", ["何田"], ["柳明"]),
        ("记者田彤灵 文/图", ["田彤灵"], []),
        ("通讯员夏　岩 文/图", ["夏岩"], []),
        ("通讯员 何田 记者 江小满 文 柳明 摄", ["何田", "江小满"], []),
        ("（本报记者何田采访整理）", ["何田"], []),
        ("图片由通讯员何田提供", [], []),
        ("文/覃 安 图/江小满", ["覃安"], []),
        ("文 | 记者 何田 图 | 记者 江小满", ["何田"], []),
    ],
)
def test_labels_of_labels(foot: str, authors: list[str], editors: list[str]) -> None:
    article = at("line below the text", foot)
    assert (article.authors, article.editors) == (authors, editors)


@pytest.mark.parametrize("dateline", ["本报讯", "清河新闻客户端讯", "清河网7月10日消息"])
@pytest.mark.parametrize("byline", ["记者何田 通讯员江小满 ", " 记者 何田 江小满 ", " 记者 何田、江小满 清河报道 "])
def test_datelines_without_a_bracket(dateline: str, byline: str) -> None:
    assert read(f"<p>{dateline} {byline}{FIRST}</p><p>{LAST}</p>").authors == ["何田", "江小满"]


@pytest.mark.parametrize(
    "lead", ["东方网记者何田7月10日报道：", "清河消息（水利站 何田）", "清河网讯（何田）", "【清河财立方 记者 何田】"]
)
def test_datelines_that_name_one(lead: str) -> None:
    assert read(f"<p>{lead}{FIRST}</p><p>{LAST}</p>").authors == ["何田"]


@pytest.mark.parametrize("words", ["记者 昨日从县里获悉，", "本报讯 昨日，记者从", "记者走访发现，", "作者 近日来到"])
def test_first_words_of_a_sentence_name_nobody(words: str) -> None:
    assert read(f"<p>{words}{FIRST}</p><p>{LAST}</p>").authors == []


@pytest.mark.parametrize(
    ("meta", "published"),
    [
        ("20240710 09:30 来源：清河日报 作者：何田", "2024-07-10T09:30:00+08:00"),
        ("<span>2024-07-10</span><span>09:30清河日报</span><span>记者</span><a>何田</a>", "2024-07-10T09:30:00+08:00"),
        ("<p>2024-07-10</p><p>09:30清河日报</p><p>全媒体记者 <a>何田</a></p>", "2024-07-10"),
        ("2024-07-10 清河日报（7月10日） 何田", "2024-07-10"),
        ("<p>记者 何田<span>《清河日报》（2024年07月10日 第 01 版）</span></p>", "2024-07-10"),
        ("<ul><li>2024-07-10</li><li>清河日报</li><li>何田</li></ul>", "2024-07-10"),
    ],
)
def test_an_outlet_beside_a_time_or_a_day(meta: str, published: str) -> None:
    article = read(f"<p>{FIRST}</p><p>{LAST}</p>", meta=meta)
    assert article.authors == ["何田"] and article.source.strip("《》").startswith("清河日报")
    assert article.published == published


def test_writers_of_parts_of_a_story() -> None:
    part = f"<p>{FIRST}</p><p>{LAST}</p>"
    story = f"{part}<p>清河日报记者 何田</p><p>渠水怎么分</p>{part}{part}<p>通讯员 江小满 文/图</p><p>水价怎么算</p>{part}<p>{LAST}</p>"
    assert read(story).authors == ["何田", "江小满"]
    asked = f"{part}<p>记者：费用由谁来出？</p>{part}<p>何田 摄</p>{part}"
    assert read(asked).authors == []


def test_a_vacancy_for_an_editor_names_nobody() -> None:
    vacancy = f"<p>{FIRST}</p><p>人数：2人</p><p>职位：新媒体编辑</p><p>（何田）</p>"
    assert read(vacancy).editors == []


@pytest.mark.parametrize(
    "meta",
    [
        "2024-07-10 09:30 来源：清河日报 何田",
        "<p>2024-07-10</p><p>来源：清河日报</p><p>何田</p><p>打印</p>",
        "<table><tr><td>2024-07-10</td><td>来源：清河日报</td><td>何田</td></tr></table>",
        "来源：清河日报　何田　阅读 100",
    ],
)
def test_a_bare_name_beside_date_and_outlet_is_a_person(meta: str) -> None:
    assert read(f"<p>{FIRST}</p><p>{LAST}</p>", meta=meta).authors == ["何田"]
    for word in ("安阳", "常山", "高清", "静音", "广告", "关怀版", "时尚", "水利站", "云听", "公告"):
        article = read(f"<p>{FIRST}</p><p>{LAST}</p>", meta=meta.replace("何田", word))
        assert article.authors == [], word


def test_names_of_quoted_people_and_lists_of_names_are_no_bylines() -> None:
    assert read(f"<p>{FIRST}</p><p>{LAST}</p><p>“水通了，路也好走了。”——何田</p>").authors == []
    names = "".join(f"<p>{name}</p>" for name in ("何田", "江小满", "柳明", "覃丹", "梁剑", "杨小雪"))
    assert read(f"<p>{FIRST}</p><p>{LAST}</p><p>获奖名单</p>{names}").authors == []


def test_a_country_or_a_position_stands_beside_a_name() -> None:
    for text in (
        "[美]约翰·史密斯",
        "约翰·史密斯（清河大学教授）",
        "清河大学教授 约翰·史密斯",
        "约翰·史密斯，清河大学教授",
    ):
        assert writers_in(text) == ["约翰·史密斯"], text


def test_a_bracket_may_say_who_the_writer_is() -> None:
    assert read(f"<p>{FIRST}</p><p>{LAST}（作者何田系清河大学教授）</p>").authors == ["何田"]
    assert read(f"<p>{FIRST}</p><p>{LAST}（作者系清河大学教授）</p>").authors == []


def test_places_and_offices_are_no_names() -> None:
    assert is_place("武汉") and is_place("于都县") and not is_place("何田")
    assert [word for word in ("金华", "于武汉", "水利站", "何田", "古丽·买买提") if is_surely_name(word)] == [
        "何田",
        "古丽·买买提",
    ]


@pytest.mark.parametrize("place", ["bracket at the end", "line below the text"])
@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("作者系清河大学教授 何田", ["何田"]),
        ("作者何田系清河大学教授", ["何田"]),
        ("作者：何田，系清河大学教授；柳明，系县水利局工程师", ["何田", "柳明"]),
        ("作者分别为清河大学教授何田；县水利局工程师柳明", ["何田", "柳明"]),
    ],
)
def test_writers_with_their_positions(place: str, text: str, authors: list[str]) -> None:
    assert at(place, text).authors == authors


def test_names_in_a_row_behind_outlets_and_in_three_parts() -> None:
    assert set(at("bracket at the end", "清河网记者何田 江城晚报江小满 柳明").authors) == {"何田", "江小满", "柳明"}
    assert at("bracket at the end", "记者 扎西达瓦次仁 卓玛拉姆央金").authors == ["扎西达瓦次仁", "卓玛拉姆央金"]
    # Who else is named behind a label is no writer.
    assert at("bracket at the end", "学生记者 何田 指导老师 江小满").authors == ["何田"]


def test_people_in_a_meta_line_with_a_semicolon_and_in_a_blog() -> None:
    article = read(f"<p>{FIRST}</p>", meta="2024-07-10 09:30　来源：清河日报　记者：何田；通讯员：柳明")
    assert (article.source, article.authors) == ("清河日报", ["何田", "柳明"])
    assert read(f"<p>{FIRST}</p>", meta="发表于 2024/07/10 by 轨道君 in 城建").authors == ["轨道君"]
    assert read(f"<p>{FIRST}</p>", meta="2024-07-10　作者：何 田　字数：1024").authors == ["何田"]
