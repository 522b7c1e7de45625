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
