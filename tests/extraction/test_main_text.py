"""What is the body: the text behind headline and meta line up to the end of the article, whatever stands beside it."""

from __future__ import annotations

import pytest

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import UNSURE, RawArticle
from newscrawler.extraction.page import Page, read_page
from support import cms_pages as pages
from support.cms_pages import BODY, PARAGRAPHS, TITLE, paragraphs

SENTENCE = "清河县昨天开出首张用水清单。"
META = "<div>2021-04-05 12:00 来源：清河日报</div>"
HEAD = f"<h1>{TITLE}</h1>{META}"
OTHERS = ("柳湾村的水泵站昨天验收", "何湾镇新图书馆下月开放", "青河县第二小学迎来新同学", "石桥街道的菜场搬了新家")
TEASERS = "".join(
    f"<div class='x'><h3><a href='/{i}.html'>{title}</a></h3><p>{title}，记者在现场看到，前来参观的人排了长长的队。</p>"
    f"<span>2021-04-0{i + 1}</span></div>"
    for i, title in enumerate(OTHERS)
)
COMMENTS = "<h3>大家都在说</h3>" + "".join(
    f"<div class='u'><span>渠边人{i}</span><span>2021-04-06 10:0{i}</span><p>这件事早就该办了，我们村等了整整十年，总算盼到了。</p>"
    "<a href='#'>回复</a></div>"
    for i in range(4)
)
ANOTHER = (
    "<div><h2>何湾镇新图书馆下月开放 读者可借书十本</h2><div>2021-04-04 08:00 来源：清河日报</div>"
    + "<p>何湾镇的图书馆下个月开门，第一批书有三万册，其中一半是孩子们爱看的故事书，每人一次可以借十本。</p>" * 6
    + "</div>"
)


def body_of(html: str, title: str = TITLE) -> str:
    page = read_page(pages.page(html, title=title), url="http://example.com/a.html")
    assert isinstance(page, Page)
    article = extract_article(page)
    assert isinstance(article, RawArticle), article
    return article.body


@pytest.mark.parametrize("beside", [TEASERS, COMMENTS, ANOTHER, TEASERS + COMMENTS])
@pytest.mark.parametrize("place", ["same parent", "own parent"])
@pytest.mark.parametrize("name", ["content", "k1", ""])
def test_a_story_of_one_sentence_wins_over_what_stands_beside_it(beside: str, place: str, name: str) -> None:
    story = f"<div class='{name}'><p>{SENTENCE}</p></div>"
    beside = f"<div>{beside}</div>" if place == "own parent" else beside
    assert body_of(f"{HEAD}{story}{beside}") == SENTENCE


def test_teasers_above_the_headline_are_not_the_body() -> None:
    assert body_of(f"<div>{TEASERS}</div>{HEAD}<div><p>{SENTENCE}</p></div>") == SENTENCE


@pytest.mark.parametrize(
    "story",
    [
        paragraphs("div"),
        paragraphs("section"),
        "".join(f"<section><section><p>{text}</p></section></section>" for text in PARAGRAPHS),
        "".join(f"　　{text}<br>" for text in PARAGRAPHS),
        "<table><tr><td>" + "<br><br>".join(PARAGRAPHS) + "</td></tr></table>",
        f"<p>{PARAGRAPHS[0]}</p><div><p>{PARAGRAPHS[1]}</p></div><div><div><p>{PARAGRAPHS[2]}</p></div></div><p>{PARAGRAPHS[3]}</p>",
    ],
)
@pytest.mark.parametrize("beside", ["", TEASERS, COMMENTS, ANOTHER])
def test_paragraphs_without_a_container_of_their_own(story: str, beside: str) -> None:
    assert body_of(HEAD + story + beside) == BODY


def article_of(html: str, title: str = TITLE) -> RawArticle:
    page = read_page(pages.page(html, title=title))
    assert isinstance(page, Page)
    article = extract_article(page)
    assert isinstance(article, RawArticle), article
    return article


def test_a_body_without_a_word_of_its_headline_is_unsure() -> None:
    assert article_of(f"{HEAD}<div>{paragraphs()}</div>").body_confidence >= UNSURE
    other = "<p>柳湾村的桥上周通车，老人们走了第一趟，说再也不用绕远路，孩子们上学也近了。</p>" * 3
    assert article_of(f"{HEAD}<div>{other}</div>").body_confidence < UNSURE


BOXES = [
    "<div><h4>相关阅读</h4><ul><li><a href='/1'>柳湾村的水泵站昨天验收</a></li><li><a href='/2'>何湾镇新图书馆下月开放</a></li></ul></div>",
    "<p><b>延伸阅读</b></p><p><a href='/1'>柳湾村的水泵站昨天验收</a></p><p><a href='/2'>何湾镇新图书馆下月开放</a></p>",
    "<p>更多关于“水泵”的新闻</p><p>·<a href='/1'>柳湾村的水泵站昨天验收</a> (2021-03-01 16:31:00)</p>"
    "<p>·<a href='/2'>何湾镇新图书馆下月开放</a> (2021-03-02 16:31:00)</p>",
    "<table align='right'><tr><td>热点推荐</td></tr><tr><td>·<a href='/1'>柳湾村的水泵站昨天验收</a></td></tr></table>",
    "<p>【延伸阅读】<a href='/1'>柳湾村的水泵站昨天验收</a></p>",
]


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("at", [1, 2, 4])
def test_the_story_goes_on_behind_a_box_of_links(box: str, at: int) -> None:
    story = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[:at]) + box
    story += "".join(f"<p>{text}</p>" for text in PARAGRAPHS[at:])
    assert body_of(f"{HEAD}<div>{story}</div>") == BODY


def test_a_subheading_behind_a_box_is_kept() -> None:
    story = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{BOXES[1]}<p><b>清单怎么列</b></p><p>{PARAGRAPHS[2]}</p>"
    assert body_of(f"{HEAD}<div>{story}</div>").split("\n")[2:] == ["清单怎么列", PARAGRAPHS[2]]


def test_a_subtitle_above_the_meta_line_is_not_the_body() -> None:
    head = f"<h1>{TITLE}</h1><div>来自清河县的报告</div><p>更多图片</p><ul>{''.join(f'<li><a href=/{i}>{t}</a></li>' for i, t in enumerate(OTHERS))}</ul>"
    assert body_of(f"<div>{head}{META}<p>{SENTENCE}</p></div>") == SENTENCE
    assert body_of(f"<h1>{TITLE}</h1><div>来自清河县的报告</div>{META}<div><p>{SENTENCE}</p></div>") == SENTENCE


CAPTIONS = ("村民在渠边取水浇地", "清河县的用水清单贴在墙上", "孩子们沿着渠岸奔跑")


@pytest.mark.parametrize(
    "item",
    [
        "<li><img src='/{i}.jpg'><p>{text}</p></li>",
        "<li><a href='/{i}.jpg'><img src='/{i}.jpg'></a><div>{text}</div></li>",
        "<p><img src='/{i}.jpg'></p><p align='center'>{text}</p>",
        "<figure><img src='/{i}.jpg'><figcaption>{text}</figcaption></figure>",
        "<p><img src='/{i}.jpg'><br>{text}</p>",
    ],
)
@pytest.mark.parametrize("beside", ["", TEASERS])
def test_captions_are_the_body_of_a_photo_story(item: str, beside: str) -> None:
    story = "".join(item.format(i=i, text=text) for i, text in enumerate(CAPTIONS))
    assert body_of(f"{HEAD}<div>{story}</div>{beside}") == "\n".join(CAPTIONS)


ROWS = (("序号", "村名", "亩数"), ("1", "柳湾村", "300"), ("2", "何湾村", "1,200"), ("3", "桥头村", "85.5"))


@pytest.mark.parametrize("cell", ["{}", "<p>{}</p>", "<p><span>{}</span></p>", "<div><p>{}</p></div>"])
@pytest.mark.parametrize("beside", ["", TEASERS])
def test_an_announcement_in_a_table_keeps_its_cells(cell: str, beside: str) -> None:
    table = "".join(f"<tr>{''.join(f'<td>{cell.format(text)}</td>' for text in row)}</tr>" for row in ROWS)
    body = body_of(f"{HEAD}<div><p>{SENTENCE}</p><table>{table}</table></div>{beside}")
    assert body.split("\n") == [SENTENCE, *(text for row in ROWS for text in row)]


@pytest.mark.parametrize(
    "notice",
    [
        "想爆料？请拨打新闻热线000-0000000，或登录清河网官方微博提供新闻线索。",
        "本网（平台）所刊载内容之知识产权为清河网及相关权利人所有，未经许可，禁止转载、摘编、复制。",
        "以上文字系本站用户自行上传，若侵犯了您的著作权，请联系小编删除，电话000-0000000。",
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_notices_of_the_publisher_at_the_edges_are_no_paragraphs(notice: str, place: str) -> None:
    story = f"<p>{notice}</p>{paragraphs()}" if place == "before" else f"{paragraphs()}<p>{notice}</p>"
    assert body_of(f"{HEAD}<div>{story}</div>") == BODY


def test_a_report_on_rights_keeps_its_last_paragraph() -> None:
    title = "清河县一网站转载图片被判赔偿"
    last = "法院认为，这家网站未经授权转载图片，侵犯了著作权，应当删除并承担法律责任，赔偿两千元。"
    first = "清河县法院昨天宣判一起官司，一家网站因为转载图片，被判向拍照的村民赔偿。"
    html = f"<h1>{title}</h1>{META}<div><p>{first}</p><p>{last}</p></div>"
    assert body_of(html, title) == f"{first}\n{last}"


ANSWERS = {
    "letters": "<p>A、村里的水渠早就该修了，盼了好几年。</p><p>B、修水渠不如先修桥，老人过河太难。</p><p>C、说不清</p>",
    "buttons": "<p><input type='radio'> 早就该修了，盼了好几年</p><p><input type='radio'> 先修桥</p><p><input type='radio'> 说不清</p><p><a href='#'>投票</a></p>",
}


@pytest.mark.parametrize("answers", ANSWERS)
@pytest.mark.parametrize("heading", ["<h3>有奖调查</h3>", "<p>你怎么看</p>", ""])
@pytest.mark.parametrize("place", ["in front", "behind", "side column"])
def test_a_poll_is_not_the_body_of_a_short_story(answers: str, heading: str, place: str) -> None:
    poll = f"<div class='k9'>{heading}<p>河西村要修一座新的泵站，您觉得先修哪里好？</p>{ANSWERS[answers]}</div>"
    story = f"<p>{SENTENCE}</p>"
    html = {
        "in front": f"{HEAD}{poll}<div>{story}</div>",
        "behind": f"{HEAD}{story}<p>（编辑：柳明）</p>{poll}",
        "side column": f"<table><tr><td>{HEAD}{story}</td><td>{poll}</td></tr></table>",
    }
    assert body_of(html[place]) == SENTENCE


def test_questions_with_answers_between_the_paragraphs_are_text() -> None:
    quiz = "<p>一亩水田一季要用多少水？</p><p>A、三百方，按清单放</p><p>B、五百方，要另外报数</p>"
    assert body_of(f"{HEAD}<div>{paragraphs()}{quiz}</div>").split("\n")[-3:] == [
        "一亩水田一季要用多少水？",
        "A、三百方，按清单放",
        "B、五百方，要另外报数",
    ]


@pytest.mark.parametrize("subhead", ["相关链接", "延伸阅读", "【新闻链接】", "链接："])
def test_a_subhead_above_text_is_text_and_above_links_a_label(subhead: str) -> None:
    first, last = (f"<p>{text}</p>" for text in PARAGRAPHS[:2])
    heading = f"<p><b>{subhead}</b></p>"
    assert body_of(f"{HEAD}<div>{first}{heading}{last}</div>").split("\n") == [PARAGRAPHS[0], subhead, PARAGRAPHS[1]]
    links = "".join(f"<p><a href='/{i}'>{title}</a></p>" for i, title in enumerate(OTHERS))
    assert body_of(f"{HEAD}<div>{first}{last}{heading}{links}</div>") == "\n".join(PARAGRAPHS[:2])


def test_captions_go_on_behind_a_list_of_links() -> None:
    links = "".join(f"<li><a href='/{i}'>{title}</a></li>" for i, title in enumerate(OTHERS))
    box = f"<div class='k2'><h4>相关阅读</h4><ul>{links}</ul></div>"
    first, *rest = (f"<p><img src='/{i}.jpg'></p><p>{text}</p>" for i, text in enumerate(CAPTIONS))
    assert body_of(f"{HEAD}<div>{first}{box}{''.join(rest)}</div>") == "\n".join(CAPTIONS)


VACANCIES = (
    "编辑：两名，大专以上学历，熟悉图片处理。",
    "责任编辑：要求新闻或中文专业本科以上学历，有三年以上工作经验。",
    "记者：五名，能上夜班，会写也会拍。",
)


@pytest.mark.parametrize("at", range(len(VACANCIES)))
def test_what_a_label_of_people_says_about_a_post_is_text(at: int) -> None:
    lines = [*VACANCIES[at:], *VACANCIES[:at]]
    article = article_of(f"{HEAD}<div><p>{SENTENCE}</p>{''.join(f'<p>{line}</p>' for line in lines)}</div>")
    assert article.body == "\n".join([SENTENCE, *lines])
    assert not article.credits


FURNITURE = [
    "您的浏览器不支持 video 标签，请升级浏览器后观看",
    "您的浏览器版本过低，暂不支持播放该视频",
    "↓↓↓长按识别二维码 关注我们↓↓↓",
    "↑点击蓝字关注我们",
    "喜欢这篇文章请点“赞”和“在看”",
    "觉得不错的话，别忘了点个在看",
    "更多有关“用水清单”的报道",
    "关于我们 | 广告服务 | 联系方式 | 法律声明",
]


@pytest.mark.parametrize("text", FURNITURE)
@pytest.mark.parametrize("place", ["before", "after"])
def test_furniture_is_no_paragraph(text: str, place: str) -> None:
    story = f"<p>{text}</p>{paragraphs()}" if place == "before" else f"{paragraphs()}<p>{text}</p>"
    assert body_of(f"{HEAD}<div>{story}</div>") == BODY


@pytest.mark.parametrize(
    "text",
    [
        "浏览器里打开着三张水渠的图纸，站长一张一张给村民讲。",
        "为修渠的人点个赞，是孩子们写在黑板上的话。",
        "关于我们村的水渠，老人们能讲上三天。",
        "点击开始键，闸门就慢慢升起来，水顺着渠流进田里。",
    ],
)
def test_paragraphs_may_use_the_words_of_furniture(text: str) -> None:
    assert body_of(f"{HEAD}<div>{paragraphs()}<p>{text}</p></div>") == f"{BODY}\n{text}"


LINKS_BESIDE = "".join(f"<li><a href='/{i}.html'>第{i}个灌区的用水清单今天张榜公布</a></li>" for i in range(12))


@pytest.mark.parametrize("date", [META, "<div>2021-04-05 <a href='#'>打印</a> <a href='#'>收藏本页</a></div>"])
@pytest.mark.parametrize("order", ["date above", "date below"])
@pytest.mark.parametrize("title", ["停水通知", "清河县南岸九村停水的通知"])
@pytest.mark.parametrize("shown", [True, False])
def test_a_notice_of_one_sentence_beside_lists_of_links(date: str, order: str, title: str, shown: bool) -> None:
    text = "因管道检修，4月8日8时至18时柳湾路停水，请提前储水。"
    if not shown and len(title) < 6:
        pytest.skip("four characters that only <title> shows may be the name of a section")
    heading = f"<h1>{title}</h1>" if shown else ""
    story = f"{heading}{date}<p>{text}</p>" if order == "date above" else f"{heading}<p>{text}</p>{date}"
    html = f"<div><ul>{LINKS_BESIDE}</ul></div><div>{story}</div><div><h3>最新公告</h3><ul>{LINKS_BESIDE}</ul></div>"
    assert body_of(html, f"{title}_清河供水网") == text


@pytest.mark.parametrize("place", ["before", "behind"])
def test_counters_of_pictures_are_no_dates_of_teasers(place: str) -> None:
    story = ""
    for number, text in enumerate(CAPTIONS, start=1):
        counter, caption = f"<div class='num'>{number}/3</div>", f"<div class='txt'>{text}。</div>"
        story += f"<div><img src='/{number}.jpg'>{counter + caption if place == 'before' else caption + counter}</div>"
    assert body_of(f"{HEAD}<div>{story}</div>") == "\n".join(f"{text}。" for text in CAPTIONS)


@pytest.mark.parametrize(
    "open_, close", [("", ""), ("<div class='wz'>", "</div>"), ("<table><tr><td>", "</td></tr></table>")]
)
@pytest.mark.parametrize("shown", [True, False])
def test_pictures_above_the_headline_are_not_those_of_the_article(open_: str, close: str, shown: bool) -> None:
    heading = HEAD if shown else META
    above = "<div><img src='/river.jpg' width='900'></div>"
    story = f"<p><img src='/canal.jpg'></p>{paragraphs()}<p><img src='/pump.jpg'></p>"
    images = article_of(f"{open_}{above}{heading}{story}{close}").images
    assert [image.url.rpartition("/")[2] for image in images] == ["canal.jpg", "pump.jpg"]


@pytest.mark.parametrize(
    "cells",
    [
        ("作者：何田", "2021-04-05 12:00", "来源：清河日报"),
        ("作者：", "何田", "日期：", "2021-04-05 12:00", "来源：清河日报"),
        ("清河网", "浏览次数：7850次", "日期：2021-04-05 12:00", "我要评论"),
        ("责编：柳明", "摄影：江小满", "字号：T|T", "来源：清河日报", "2021-04-05 12:00"),
    ],
)
@pytest.mark.parametrize("tag", ["td", "li", "span"])
def test_a_meta_line_in_cells_at_the_head_of_the_container_is_not_the_body(cells: tuple[str, ...], tag: str) -> None:
    row = "".join(f"<{tag}>{cell}</{tag}>" for cell in cells)
    row = {"td": f"<table><tr>{row}</tr></table>", "li": f"<ul>{row}</ul>", "span": f"<p>{row}</p>"}[tag]
    article = article_of(f"<h1>{TITLE}</h1><div class='content'>{row}{paragraphs()}</div>")
    assert article.body == BODY
    assert article.published is not None
    assert article.published.text == "2021-04-05 12:00"


@pytest.mark.parametrize("first", ["柳湾村泵站一角", "村民在柳湾村加固戏台", "水渠边的电视台"])
@pytest.mark.parametrize(
    "item",
    [
        "<p><img src='/1.jpg'><br>{}</p>",
        "<p align='center'><img src='/1.jpg'></p><p align='center'>{}</p>",
        "<img src='/1.jpg'><br>{}<br>",
        "<div><img src='/1.jpg'><div>{}</div></div>",
    ],
)
def test_the_first_caption_is_no_outlet(first: str, item: str) -> None:
    captions = [first, "渠水流过柳湾村的稻田", "孩子们在新修的渠边"]
    container = "".join(map(item.format, captions))
    assert body_of(f"{HEAD}<div class='k7'>{container}</div>") == "\n".join(captions)


@pytest.mark.parametrize(
    "item", ["<table><tr><td>{}</td></tr></table>", "<table><tbody><tr><td><p>{}</p></td></tr></tbody></table>"]
)
@pytest.mark.parametrize(
    "following",
    [
        ["（记者 何田 通讯员 覃丹）"],
        ["书名：《用水记》", "作者：何田", "责任编辑：柳明", "出版社：清河出版社", "定价：42元"],
        ["停水之后", PARAGRAPHS[1]],
    ],
)
@pytest.mark.parametrize("beside", ["", ANOTHER])
def test_each_paragraph_in_a_table_of_its_own(item: str, following: list[str], beside: str) -> None:
    lines = [PARAGRAPHS[0], *following]
    story = "".join(map(item.format, lines))
    assert body_of(f"{HEAD}<div class='k7'>{story}</div>{beside}") == "\n".join(lines)
    assert body_of(f"{HEAD}{story}{beside}") == "\n".join(lines)
