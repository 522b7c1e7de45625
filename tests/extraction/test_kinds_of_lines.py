"""Kinds of lines, blocks and heads that belong to a story although they look like something else, and the reverse."""

from __future__ import annotations

import pytest

from support import cms_pages as pages
from support.cms_pages import BODY, PARAGRAPHS, TITLE, paragraphs

P = [f"<p>{text}</p>" for text in PARAGRAPHS]
META = "<div class='inf'><span>2021-04-05 09:26</span><span>来源：清河日报</span></div>"


def _body(story: str, below: str = "") -> list[str]:
    _, article = pages.read(pages.page(f"<h1>{TITLE}</h1>{META}<div class='con'>{story}</div>{below}"))
    return article.body.split("\n")


@pytest.mark.parametrize(
    "extra",
    [
        "<p>本文共 860 字，预计阅读需要 3 分钟</p>",
        "<p>全文约1200字，读完约需3分钟左右</p>",
        "<p>预计阅读时间：4分钟</p>",
        "<p>您现在的位置：首页 &gt; 县区 &gt; 正文</p>",
        "<p>当前位置：清河网 &gt;&gt; 县区</p>",
        "<div><span>听新闻</span><span>00:00</span>/<span>03:21</span><span>语速 1.0x</span></div>",
        "<p>语音朗读 <i>1x</i> <b>0:00 / 2:48</b></p>",
        "<p>—— 广告 ——</p>",
        "<p>【广告】</p>",
        "<p>▼</p>",
        "<p>—— 完 ——</p>",
        "<p>— END —</p>",
        "<p>（The End）</p>",
        "<p>打开APP阅读全文</p>",
        "<p>打开App，查看精彩评论</p>",
        "<p>在清河新闻客户端内打开</p>",
        "<p>【声明】本文系原创，转载请联系后台授权。</p>",
        "<p>▍更多精彩内容，请下载清河客户端</p>",
        "<p>※ 本文为清河发布原创，欢迎转发到朋友圈</p>",
        "<p>【免责声明】本文仅代表作者本人观点，与本站无关。</p>",
        "<p>如果您对本频道有任何意见或建议，请到交流平台反馈。</p>",
        "<p>清河手机报：移动用户发送 QH 到 10658000 订阅，3元/月。</p>",
        "<p>编辑短信QHB到10658000开通清河手机报</p>",
    ],
)
def test_lines_that_are_no_part_of_the_story_go(extra: str) -> None:
    assert _body(extra + paragraphs()) == list(PARAGRAPHS)
    assert _body(P[0] + extra + "".join(P[1:])) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "own",
    [
        "位置：县城以东三里，渠首闸门旁边就是新的水利站。",
        "全文约1200字，是老站长写得最长的一封信。",
        "听新闻成了老人每天浇水前的习惯，村里的广播也修好了。",
        "【特别提示】，这四个字写在清单的最上面一行。",
        "如果你对这条水渠有意见，可以直接去找老站长。",
        "编者按：本报派出三路记者走进灌区，记录清单公布以后的日子。",
    ],
)
def test_paragraphs_that_begin_like_such_a_line_stay(own: str) -> None:
    assert _body(f"<p>{own}</p>{paragraphs()}") == [own, *PARAGRAPHS]


@pytest.mark.parametrize("figures", [("01", "02"), ("1", "2")])
def test_figures_that_number_the_parts_of_a_story_stay(figures: tuple[str, str]) -> None:
    story = f"<p>{figures[0]}</p>{P[0]}{P[1]}<p>{figures[1]}</p>{P[2]}{P[3]}"
    assert _body(story) == [figures[0], *PARAGRAPHS[:2], figures[1], *PARAGRAPHS[2:]]


def test_one_figure_and_a_pager_go() -> None:
    assert _body(f"{P[0]}<p>7</p>{''.join(P[1:])}<p>1</p><p>2</p><p>3</p>") == list(PARAGRAPHS)


def test_numbers_of_a_table_of_one_column_stay() -> None:
    rows = "".join(f"<tr><td><div><p>{number}</p></div></td></tr>" for number in ("3.2", "15"))
    assert _body(f"{P[0]}<table><tbody>{rows}</tbody></table>{''.join(P[1:])}") == [
        PARAGRAPHS[0],
        "3.2",
        "15",
        *PARAGRAPHS[1:],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"　　{text}" for text in PARAGRAPHS),
        "\n\n".join(PARAGRAPHS),
        "\n".join(PARAGRAPHS),
        "\r\n".join(f"    {text[:20]}\r\n{text[20:]}" for text in PARAGRAPHS),
        "\n".join(f"　　<b>{text[:6]}</b>{text[6:]}" for text in PARAGRAPHS),
    ],
    ids=["indented", "empty lines", "sentences", "wrapped", "with emphasis"],
)
def test_paragraphs_of_preformatted_text(text: str) -> None:
    body = f"<h1>{TITLE}</h1>{META}<pre>{text}</pre>"
    _, article = pages.read(pages.page(body))
    assert article.body == BODY
    assert article.body_html.count("<p>") == len(PARAGRAPHS)


@pytest.mark.parametrize(
    ("before", "after"),
    [("<div class='b'>展开全文</div>", ""), ("", "<a class='b'>点击阅读余下全文 ▼</a>"), ("<span>展开</span>", "")],
)
def test_text_that_a_button_unfolds_stays(before: str, after: str) -> None:
    story = f"{P[0]}{P[1]}{before}<div style='display: none'>{P[2]}{P[3]}</div>{after}"
    assert _body(story) == list(PARAGRAPHS)


def test_other_hidden_text_goes() -> None:
    assert _body(
        f"{paragraphs()}<p>渠水</p><div style='display:none'><p>这一段读者看不到，它是编辑留下的旧稿子。</p></div>"
    )[:4] == list(PARAGRAPHS)
    assert "旧稿子" not in "".join(
        _body(f"{paragraphs()}<div style='display:none'><p>编辑留下的旧稿子，不再用。</p></div>")
    )


def test_comments_below_a_story_of_one_sentence_are_not_its_text() -> None:
    comments = "".join(
        f"<li>{name}：盼了三年，渠里终于有水了，希望清单一直公布下去，每个村都能看到。 04-0{day} 10:01</li>"
        for day, name in enumerate(("渠边人家", "老站长", "过路客"), start=6)
    )
    for heading in ("网友评论", "最新留言"):
        below = f"<div class='cm'><h3>{heading}</h3><ul>{comments}</ul></div>"
        assert _body(f"<p><img src='a.jpg'></p>{P[0]}", below) == [PARAGRAPHS[0]]


@pytest.mark.parametrize(
    ("head", "source"),
    [
        ("<div>清河日报</div>", "清河日报"),
        ("<div><a href='/'>清河日报</a></div>", ""),
        ("<div>清河日报</div><div>三峡晚报</div>", ""),
        ("<div>柳湾村</div>", ""),
    ],
)
def test_an_outlet_alone_below_the_headline(head: str, source: str) -> None:
    _, article = pages.read(pages.page(f"<h1>{TITLE}</h1>{head}<div class='con'>{paragraphs()}</div>"))
    assert article.source == source
    assert article.body == BODY


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        (f"{TITLE[:14]}…", TITLE),
        (f"{TITLE[:14]}...", TITLE),
        (f"{TITLE[:10]}……", f"{TITLE[:10]}……"),
        (TITLE, TITLE),
    ],
)
def test_a_headline_that_was_cut_is_taken_whole(heading: str, title: str) -> None:
    _, article = pages.read(pages.page(f"<h1>{heading}</h1>{META}<div class='con'>{paragraphs()}</div>"))
    assert article.title == title


@pytest.mark.parametrize(
    "box", ["<p><input type='radio' name='v'> {}</p>", "<td><input type='checkbox'></td><td>{}</td>"]
)
def test_a_story_with_a_poll_of_many_choices_is_an_article(box: str) -> None:
    choices = "".join(box.format(f"第{number}个渠口先放水最好") for number in range(1, 13))
    choices = f"<table>{choices.replace('<td><', '<tr><td><')}</table>" if "<td>" in box else choices
    body = _body(paragraphs() + f"<form><h3>你怎么看？</h3>{choices}</form>")
    assert body[: len(PARAGRAPHS)] == list(PARAGRAPHS)


RIGHTS = [
    "<p>清河网版权所有，未经授权不得转载。</p>",
    "<p>本网图片版权所有，转载请注明出处。</p>",
    "<p class='s'>清河日报 未经许可不得转载</p>",
    "<div class='copy'>清河融媒版权所有 侵权必究</div>",
    "<span>清河网版权所有，转载请注明</span>",
    "<span style='display:none'>清河网版权所有，转载请注明</span>",
    "<div style='display: none'>清河网版权所有</div>",
    "<p>All rights reserved, Qinghe Daily</p>",
    "<p>Copyright 清河日报</p>",
]


@pytest.mark.parametrize("rights", RIGHTS)
def test_a_story_goes_on_behind_a_line_about_rights(rights: str) -> None:
    assert _body(P[0] + rights + "".join(P[1:])) == list(PARAGRAPHS)
    assert _body(rights.join(P)) == list(PARAGRAPHS)
    assert _body(rights.join(P) + rights) == list(PARAGRAPHS)


def test_a_story_of_lines_goes_on_behind_a_line_about_rights() -> None:
    assert _body("<br>清河网版权所有，转载请注明出处。<br>".join(PARAGRAPHS)) == list(PARAGRAPHS)


def test_an_own_sentence_about_rights_stays() -> None:
    own = "老站长说，这本账的版权所有人是全体村民，谁要看都可以来看。"
    assert _body(f"{P[0]}<p>{own}</p>{''.join(P[1:])}") == [PARAGRAPHS[0], own, *PARAGRAPHS[1:]]


def test_the_imprint_of_the_page_still_ends_the_story() -> None:
    imprint = (
        "<p>清河网版权所有 备案号000000</p><p>本网所载文字和图片的版权归清河网所有，未经授权不得转载，违者必究。</p>"
        "<p>清河县城北路一号，欢迎您对本网的工作提出意见。</p>"
    )
    assert _body(paragraphs(), f"<div class='foot'>{imprint}</div>") == list(PARAGRAPHS)
    assert _body(
        paragraphs() + "<p>清河网版权所有 备案号000000</p><p>地址：清河县城北路一号　邮编：000000</p>"
    ) == list(PARAGRAPHS)


def test_hidden_text_inside_of_a_paragraph_goes() -> None:
    hidden = "<span style='display:none'>编辑留下的字</span>"
    assert _body(f"<p>{hidden}{PARAGRAPHS[0]}{hidden}</p>{''.join(P[1:])}") == list(PARAGRAPHS)


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>附件：<a href='/f/1.docx'>用水清单</a></p>", ["附件：用水清单"]),
        (
            "<p>附件：1. <a href='/f/1.docx'>用水清单.docx</a></p><p>2. <a href='/f/2.pdf'>灌区分布图.pdf</a></p>",
            ["附件：1. 用水清单.docx", "2. 灌区分布图.pdf"],
        ),
        ("<p>附件：</p><p><a href='/f/1.xls'>灌区名单.xls</a></p>", ["附件：", "灌区名单.xls"]),
        (
            "<p>附件：<a href='/f/1.docx'>1.用水清单</a></p><p><a href='/f/2.xls?v=1'>2.巡渠记录表</a></p>",
            ["附件：1.用水清单", "2.巡渠记录表"],
        ),
        (
            "<p><span>附件1：<a href='/f/1.pdf'>用水清单</a></span></p><p><span>附件2：<a href='/f/2'>灌区名单</a></span></p>",
            ["附件1：用水清单", "附件2：灌区名单"],
        ),
    ],
)
def test_lines_that_name_the_attachments_of_a_notice_stay(markup: str, lines: list[str]) -> None:
    assert _body(paragraphs() + markup) == [*PARAGRAPHS, *lines]


@pytest.mark.parametrize(
    "imprint",
    [
        "主办单位：清河县融媒体中心 技术支持：清河科技<br>电话：0000-1234567 邮箱：news@example.com<br>示例ICP备00000000号-1",
        "<p>清河县融媒体中心主办</p><p>地址：清河县城北路一号 邮编：000000 电话：0000-1234567</p><p>Copyright 清河网</p>",
        "<p>地址：清河县城北路一号　邮编：000000</p><p>您是第 <b>10231</b> 位访客</p>",
        "<div>电话：0000-1234567，传真：0000-1234568</div><div><p>地址：清河县城北路一号</p><p>公网安备 00000000000001号</p></div>",
    ],
)
@pytest.mark.parametrize("story", [P[0], "".join(P)], ids=["one sentence", "a story"])
def test_all_lines_of_an_imprint_are_no_text(story: str, imprint: str) -> None:
    head = f"<h1>{TITLE}</h1>{META}"
    for name in ("k7", "foot"):
        body = f"<div class='main'>{head}<div class='k2'>{story}</div></div><div class='{name}'>{imprint}</div>"
        _, article = pages.read(f"<html><head><meta charset='utf-8'><title>{TITLE}</title></head><body>{body}".encode())
        assert article.body.split("\n") == list(PARAGRAPHS[: story.count("<p>")])


@pytest.mark.parametrize(
    ("first", "others"),
    [
        ("<div id='page1'>", "<div id='page{}' style='display:none'>"),
        ("<div class='tab on'>", "<div class='tab' style='display: none;'>"),
        ("<section class='step' style='display:block'>", "<section class='step' style='DISPLAY:NONE'>"),
    ],
)
def test_hidden_pages_of_a_story_stay(first: str, others: str) -> None:
    end = f"</{first[1:].split()[0]}>"
    parts = [f"{others.format(at)}{P[at]}{end}" for at in (1, 2, 3)]
    assert _body(f"{first}{P[0]}{end}{''.join(parts)}") == list(PARAGRAPHS)
    assert _body(f"{parts[0].replace(P[1], P[0])}{first}{P[1]}{end}{''.join(parts[1:])}") == list(PARAGRAPHS)


@pytest.mark.parametrize("wrapper", ["<div class='qa'>{}</div>", "{}"])
def test_answers_below_questions_that_unfold_them_stay(wrapper: str) -> None:
    questions = ("清单什么时候公布？", "谁来报数？", "多用了水怎么办？", "哪些村没有渠？")
    pairs = [
        wrapper.format(f"<div class='q'>{question}</div><div class='a' style='display:none'>{answer}</div>")
        for question, answer in zip(questions, PARAGRAPHS, strict=True)
    ]
    assert _body("".join(pairs)) == [text for pair in zip(questions, PARAGRAPHS, strict=True) for text in pair]


def test_a_rest_that_a_button_unfolds_may_be_told_in_percent() -> None:
    rest = f"<div style='display:none'>{P[2]}{P[3]}</div><a>展开剩余60%</a>"
    assert _body(f"{P[0]}{P[1]}{rest}") == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "hidden",
    [
        "<div class='pop' style='display:none'><p>登录以后可以评论，请先阅读社区公约，文明上网，理性发言。</p></div>",
        "<div class='con2' style='display:none'><a href='/1'>另一个县也开出了用水清单，村民说好。</a></div>",
        "<p class='n' style='display:none'>清河网的文字版权归清河网所有，转载请注明出处，多谢。</p>",
    ],
)
def test_hidden_boxes_and_remarks_stay_out(hidden: str) -> None:
    story = "".join(part.replace("<p>", "<p class='n'>") for part in P)
    assert _body(f"<div class='con'>{story}</div>{hidden}") == list(PARAGRAPHS)
    assert _body(f"<div class='text'>{story}{hidden}</div>") == list(PARAGRAPHS)


def test_hidden_pictures_of_a_gallery_keep_their_captions() -> None:
    captions = ("清晨，站长给水渠放水。", "站长检查水渠的闸门。", "村民从新修的渠边走过去。")
    items = [
        f"<li class='s' style='display:none'><img src='{at}.jpg'><p>{text}</p></li>" for at, text in enumerate(captions)
    ]
    items[0] = items[0].replace("class='s' style='display:none'", "class='s cur'")
    assert _body(f"<ul>{''.join(items)}</ul>") == list(captions)


def test_the_names_of_tabs_are_no_text() -> None:
    tabs = "<ul><li>清单</li><li>水渠</li></ul>"
    parts = f"<div class='t'><h3>清单</h3>{P[0]}{P[1]}</div><div class='t' style='display:none'><h3>水渠</h3>{P[2]}{P[3]}</div>"
    assert _body(tabs + parts) == ["清单", *PARAGRAPHS[:2], "水渠", *PARAGRAPHS[2:]]


@pytest.mark.parametrize(
    "player",
    [
        "<span>02:15</span>",
        "<div>时长 03:20</div><div>播放</div>",
        "<em>时长 02:08</em><em>3021次观看</em>",
        "<em>00:45</em><em>重播</em><em>高清 标清 流畅</em>",
        "<span>00:00</span><span>/</span><span>04:31</span><span>倍速</span>",
        "<p>暂停 00:12 / 01:40 1.5x 全屏</p>",
        "<span>1.5万次播放</span>",
    ],
)
def test_lengths_counts_and_buttons_of_players_are_no_text(player: str) -> None:
    for box in (f"<div class='v'><i></i>{player}</div>", player):
        assert _body(box + paragraphs()) == list(PARAGRAPHS)
        assert _body(f"{P[0]}<div>{box}</div>{''.join(P[1:])}") == list(PARAGRAPHS)


def test_the_hours_of_a_live_report_stay() -> None:
    assert _body(f"<p>10:32</p>{P[0]}<p>10:15</p>{P[1]}") == ["10:32", PARAGRAPHS[0], "10:15", PARAGRAPHS[1]]
    cells = "<table><tr><td>首班</td><td>6:30</td></tr><tr><td>路程</td><td>八里</td></tr></table>"
    assert _body(paragraphs() + cells) == [*PARAGRAPHS, "首班", "6:30", "路程", "八里"]


@pytest.mark.parametrize(
    "invitation",
    [
        "欢迎加入读者群，群号 100200300。",
        "加入读者交流群，第一时间获取本地资讯，群号：778899001",
        "想看更多街坊故事？扫码进群，和小编聊聊",
        "欢迎添加馆员微信 qhread2021 进书友群",
    ],
)
def test_invitations_to_groups_go_at_the_end_only(invitation: str) -> None:
    assert _body(f"{paragraphs()}<p>{invitation}</p><p>群满请加备用群：112233445</p>") == list(PARAGRAPHS)
    assert _body(f"{P[0]}<p>{invitation}</p>{P[1]}") == [PARAGRAPHS[0], invitation, PARAGRAPHS[1]]


def test_a_group_in_a_story_stays() -> None:
    own = "村里建了微信群，谁家要放水，头天晚上在群里说一声，站长第二天就来开闸。"
    assert _body(f"{paragraphs()}<p>{own}</p>") == [*PARAGRAPHS, own]


def test_the_address_of_an_announcement_stays() -> None:
    own = "地址：清河县城北路一号 电话：0000-1234567"
    assert _body(f"{P[0]}<p>{own}</p>{P[1]}") == [PARAGRAPHS[0], own, PARAGRAPHS[1]]


@pytest.mark.parametrize("when", ["2021年4月1日下午", "2021年4月1日 14:30", "2021-04-01"])
def test_a_list_of_a_meeting_begins_with_its_time(when: str) -> None:
    items = [f"时间：{when}", "地点：县水利站二楼", "参加人：各村代表"]
    story = "".join(f"<p>{item}</p>" for item in items) + paragraphs()
    _, article = pages.read(pages.page(f"<h1>{TITLE}</h1>{META}<div class='con'>{story}</div>"))
    assert article.body.split("\n") == [*items, *PARAGRAPHS]
    assert article.published == "2021-04-05T09:26:00+08:00"


def test_the_telephone_of_an_announcement_stays() -> None:
    items = ["报名地点：县水利站二楼", "联系电话：0000-1234567"]
    assert _body(P[0] + "".join(f"<p>{item}</p>" for item in items)) == [PARAGRAPHS[0], *items]
    assert _body(f"{paragraphs()}<p>本报新闻热线：0000-1234567</p>") == list(PARAGRAPHS)
