"""The generic rules, on pages of no known system."""

from __future__ import annotations

import pytest

from newscrawler.extraction.article import extract_article, join_pages
from newscrawler.extraction.boilerplate import Kind, kind_of
from newscrawler.extraction.layout import Block, Line
from newscrawler.extraction.model import ArticleOverrides, NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page import Page, read_page
from newscrawler.extraction.render import clean
from newscrawler.extraction.site_names import without_site
from support import cms_pages as pages
from support import nightly
from support.cms_pages import PARAGRAPHS, RELATED, TITLE, paragraphs, read

P = paragraphs()
META = [
    ("<div>来源：清河日报　2021-04-05 12:00　编辑：柳明</div>", "清河日报", "2021-04-05T12:00:00+08:00", ["柳明"], []),
    (
        "<div><span>来源:</span><a href='/'>清河日报</a><span>2021/4/5 8:05</span></div>",
        "清河日报",
        "2021-04-05T08:05:00+08:00",
        [],
        [],
    ),
    (
        "<div><span>2021年4月5日08:05</span><span>来源：<img src=l.png alt='清河日报'></span></div>",
        "清河日报",
        "2021-04-05T08:05:00+08:00",
        [],
        [],
    ),
    (
        "<ul><li>来源：</li><li>清河晚报</li><li>时间：</li><li>2021-04-05</li><li>责编：</li><li>柳明</li></ul>",
        "清河晚报",
        "2021-04-05",
        ["柳明"],
        [],
    ),
    ("<p>清河日报　2021-04-05 12:00　何田</p>", "清河日报", "2021-04-05T12:00:00+08:00", [], ["何田"]),
    ("<p>何田/清河青年报</p><p>2021-04-05 12:00</p>", "清河青年报", "2021-04-05T12:00:00+08:00", [], ["何田"]),
    ("<div>2021-04-05 12:00 来源: 清河日报 (北京) 举报</div>", "清河日报", "2021-04-05T12:00:00+08:00", [], []),
    ("<div><b>2021</b><i>04/05</i><i>12:00</i></div><div>清河号</div>", None, "2021-04-05T12:00:00+08:00", [], []),
    (
        "<div>发布日期：2021-04-05　信息来源：县水利局　作者：何田　审核：柳明　编辑：江小满　阅读次数：20次</div>",
        "县水利局",
        "2021-04-05",
        ["江小满"],
        ["何田"],
    ),
    ("<h4>清河日报 2021年4月5日 星期一 农历辛丑年二月廿四 责编：柳明</h4>", "清河日报", "2021-04-05", ["柳明"], []),
    ("<div>12:00 2021-04-05 来源：清河日报</div>", "清河日报", "2021-04-05T12:00:00+08:00", [], []),
    ("<div>清河日报 2021·04·05 12:00</div>", "清河日报", "2021-04-05T12:00:00+08:00", [], []),
    ("<div>来源：清河日报　21年4月5日</div>", "清河日报", "2021-04-05", [], []),
    ("<div>民国110年4月5日　来源：清河日报</div>", "清河日报", "2021-04-05", [], []),
    (
        "<div>考试时间：2021-04-02 09:00</div><div>2021-04-05 12:00 清河日报</div>",
        "清河日报",
        "2021-04-05T12:00:00+08:00",
        [],
        [],
    ),
    (
        "<div>采编时间：2021-04-06 08:00　2021-04-05 12:00　来源：清河日报</div>",
        "清河日报",
        "2021-04-05T12:00:00+08:00",
        [],
        [],
    ),
    ("<div>2021-04-05 来源：清河日报　抓取时间：2022-01-01 10:00</div>", "清河日报", "2021-04-05", [], []),
    ("<div>更新时间：2022-01-01 10:00　发布时间：2021-04-05 12:00</div>", "", None, [], []),
]


def test_the_lunar_day_above_the_headline_is_that_of_today() -> None:
    today = "<div>2024年4月28日 星期日 农历甲辰年三月二十</div>"
    _, article = read(
        pages.page(f"{today}<h1>{TITLE}</h1><div>来源：清河日报</div><div class='con'>{P}</div>{RELATED}")
    )
    assert not article.published


@pytest.mark.parametrize(("meta", "source", "published", "editors", "authors"), META)
def test_meta_lines(
    meta: str, source: str | None, published: str | None, editors: list[str], authors: list[str]
) -> None:
    _, article = read(pages.page(f"<h1>{TITLE}</h1>{meta}<div class='con'>{P}</div>{RELATED}"))
    if source is not None:
        assert article.source == source
    if published is not None:
        assert article.published == published
    assert article.editors == editors
    if source is not None:
        assert article.authors == authors
    assert article.body == pages.BODY


@pytest.mark.parametrize(
    "foot",
    [
        "<p>（责任编辑：柳明）</p>",
        "<p>【责任编辑：柳明】</p>",
        "<div class='editor'>责编：柳明</div>",
        "<p>初审：何田</p><p>编辑：柳明</p><p>审核：江小满</p>",
        "<div>本文来源：清河日报　责任编辑：柳明_QH101</div>",
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_editors_at_the_foot(foot: str, inside: bool) -> None:
    story = f"<div class='con'>{P}{foot}</div>" if inside else f"<div class='con'>{P}</div>{foot}"
    _, article = read(pages.page(f"<h1>{TITLE}</h1><div>2021-04-05 12:00</div>{story}{RELATED}"))
    assert article.editors == ["柳明"]
    assert article.body == pages.BODY


@nightly.by_day(0, 12, 20)
@pytest.mark.parametrize("remark", ["实习", "见习", "实习生", "见习生", "实习编辑", "EN041", "1024"])
@pytest.mark.parametrize("place", ["head", "foot", "closing bracket"])
def test_a_remark_behind_an_editor_does_not_end_the_names(remark: str, place: str) -> None:
    for label in ("责编", "责任编辑", "编辑"):
        for comma in ("、", "，", " "):
            for names in (
                f"柳明（{remark}）{comma}江小满",
                f"柳明{comma}江小满（{remark}）",
                f"柳明({remark}){comma}江小满({remark})",
            ):
                line = f"{label}：{names}"
                head = f"<div>2021-04-05 12:00　来源：清河日报{f'　{line}' if place == 'head' else ''}</div>"
                foot = {"foot": f"<p>{line}</p>", "closing bracket": f"<p>（{line}）</p>"}.get(place, "")
                _, article = read(pages.page(f"<h1>{TITLE}</h1>{head}<div class='con'>{P}{foot}</div>"))
                assert (article.editors, article.authors) == (["柳明", "江小满"], []), line
                assert article.body == pages.BODY, line


def test_a_job_number_is_no_editor() -> None:
    _, article = read(
        pages.page(f"<h1>{TITLE}</h1><div>2021-04-05</div><div class='con'>{P}<p>责任编辑：QH041</p></div>")
    )
    assert article.editors == []


@pytest.mark.parametrize(
    "furniture",
    [
        "<p>（原标题：县里的用水清单）</p>",
        "<p>分享到：</p>",
        "<p>声明：转载此文是出于传递更多信息之目的，版权归原作者所有。</p>",
        "<p>扫一扫在手机打开当前页</p>",
        "<p>长按识别二维码关注清河发布公众号</p>",
        "<div class='tags'>标签：<a href='/t'>用水</a></div>",
        "<div class='page'><a href='x_2.html'>2</a> <a href='x_2.html'>下一页</a></div>",
        "<div style='display:none'>看不见的文字，有标点，也有长度，却不该进正文。</div>",
        "<p>图片来源网络，如有侵权请联系删除</p>",
        "<script>document.write('脚本里的字，不是正文。')</script>",
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_furniture_stays_out_of_the_story(furniture: str, place: str) -> None:
    inner = furniture + P if place == "before" else P + furniture
    _, article = read(pages.page(f"<h1>{TITLE}</h1><div>2021-04-05</div><div class='con'>{inner}</div>"))
    assert article.body == pages.BODY


def test_comments_do_not_outweigh_a_story() -> None:
    comments = "".join(
        f"<div class='item'><p>第{i}位网友写了很长的一段话，说的都是自己的看法，还有标点。</p></div>" for i in range(40)
    )
    _, article = read(
        pages.page(f"<h1>{TITLE}</h1><div class='art'>{P}</div><div class='comment-list'>{comments}</div>")
    )
    assert article.body == pages.BODY


def test_subheads_lists_tables_and_emphasis_are_kept() -> None:
    body = (
        f"<h1>{TITLE}</h1><div class='con'><p>{PARAGRAPHS[0]}</p><h4>清单怎么<b>列</b></h4><p>{PARAGRAPHS[1]}</p>"
        "<ul><li>柳湾村三百亩，用水两天。</li><li>何湾村二百亩，用水一天半。</li></ul>"
        "<table><tr><th>村</th><th>亩</th></tr><tr><td>柳湾</td><td>300</td></tr></table>"
        f"<p onclick='x()'>{PARAGRAPHS[2]}<a href='javascript:x()'>坏</a><a href='/好'>好</a></p><p>{PARAGRAPHS[3]}</p></div>"
    )
    raw, article = read(pages.page(body), "http://example.com/a.html")
    assert "清单怎么列" in article.body.split("\n")
    for markup in ("<h4>清单怎么<strong>列</strong></h4>", "<ul><li>柳湾村", "<th>村</th>", "<td>300</td>"):
        assert markup in raw.body_html
    assert "javascript" not in raw.body_html
    assert "onclick" not in raw.body_html
    assert 'href="http://example.com/' in raw.body_html


def test_clean_leaves_nothing_that_runs() -> None:
    html = clean(
        "<p>好<script>x()</script><iframe src=x></iframe><img src=x onerror=y()><a href='data:x'>d</a><svg/onload=z()></p>"
    )
    assert html == "<p>好<img><a>d</a></p>" or "onerror" not in html
    assert "script" not in html
    assert "data:" not in html


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        (f"{TITLE}-清河新闻网", TITLE),
        (f"{TITLE}_要闻_清河网", TITLE),
        (f"{TITLE}--时政--清河网", TITLE),
        (f"{TITLE} | 清河日报", TITLE),
        ("清河—青河高铁今日开通", "清河—青河高铁今日开通"),
    ],
)
def test_the_sites_name_is_cut_off_a_title(printed: str, title: str) -> None:
    assert without_site(printed) == title


def test_the_headline_is_found_where_title_names_the_section() -> None:
    _, article = read(
        pages.page(
            f"<h3>首页 - 部门动态</h3><h5>{TITLE}</h5><div>2021-04-05</div><div>{P}</div>",
            title="部门动态-清河县政府网",
        )
    )
    assert article.title == TITLE


def test_each_override_wins_and_falls_through() -> None:
    body = pages.page(
        f"<h1>{TITLE}</h1><h2 class='real'>另一个真正的标题在这里</h2><div class='s'>清河小报</div><div>2021-04-05 来源：清河日报</div>"
        f"<i class='e'>江小满</i><div class='con'>{P}<p class='village'>买水泵请到村口，价格便宜，质量可靠。</p></div>"
    )
    page = read_page(body)
    assert isinstance(page, Page)
    raw = extract_article(
        page,
        ArticleOverrides(
            title="h2.real", source="//div[@class='s']/text()", editors=".e", summary=".none", drop=(".village",)
        ),
    )
    assert isinstance(raw, RawArticle)
    assert (raw.title.text, raw.title.rule) == ("另一个真正的标题在这里", "override")
    assert raw.source is not None
    assert raw.source.text == "清河小报"
    assert [credit.text for credit in raw.credits] == ["江小满"]
    assert "水泵" not in raw.body
    assert "水泵" not in raw.body_html
    assert raw.published is not None
    assert raw.published.rule == "generic:meta-line"
    again = extract_article(page)
    assert isinstance(again, RawArticle)
    assert "水泵" in again.body


def test_pages_of_a_story_are_joined() -> None:
    first, _ = read(
        pages.page(
            f"<h1>{TITLE}</h1><div class='con'><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><p><a href='a_2.html'>2</a> <a href='a_2.html'>下一页</a></p></div>"
        ),
        "http://example.com/a.html",
    )
    second, _ = read(
        pages.page(f"<h1>{TITLE}</h1><div class='con'><p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p></div>"),
        "http://example.com/a_2.html",
    )
    assert first.next_pages == ["http://example.com/a_2.html"]
    joined = join_pages(first, [second])
    assert joined.body == pages.BODY
    assert joined.next_pages == []
    assert first.body != joined.body


LINKS = "".join(
    f"<li><a href='/{i}.html'>今天发生的第{i}件大事的标题写在这里</a><span>05-{i:02}</span></li>" for i in range(1, 29)
)
FEW_LINKS = "".join(
    f"<li><a href='/{i}.html'>今天发生的第{i}件大事的标题写在这里</a><span>05-{i:02}</span></li>" for i in range(1, 7)
)
CANDIDATES = [f"第{i}号候选人，任教二十年，所在学校在山顶，每天步行接送学生过河。" for i in range(1, 31)]
CHOICES = "".join(f"<p><input type='radio' name='v' value='{i}'> {text}</p>" for i, text in enumerate(CANDIDATES))
CELLS = "".join(f"<tr><td><input type='checkbox' name='v'></td><td>{text}</td></tr>" for text in CANDIDATES)
INLINE = "".join(f"<label><input type='radio' name='v'>{i}号作品</label>" for i in range(1, 10))
VERDICTS = [
    (f"<h1>要闻</h1><ul>{LINKS}</ul>", "要闻-清河网", NoArticle.LISTING),
    (f"<h1>防汛专题</h1><ul>{FEW_LINKS}</ul><p>本专题汇集防汛报道。</p>", "防汛专题-清河网", NoArticle.LISTING),
    (f"<h1>{TITLE}</h1><form>{CHOICES}</form>", TITLE, NoArticle.FORM),
    (f"<h1>{TITLE}</h1><form><table>{CELLS}</table></form>", TITLE, NoArticle.FORM),
    (f"<h1>{TITLE}</h1><form>{INLINE}<input type='submit' value='投票'></form>", TITLE, NoArticle.FORM),
    (f"<h1>{TITLE}</h1><p>每人限投三票。</p><form><p>{INLINE}</p></form>", TITLE, NoArticle.FORM),
    ("<p>您访问的页面不存在，或者已被删除。</p>", "清河网", NoArticle.ERROR_PAGE),
    ("<p>nginx</p>", "404 Not Found", NoArticle.ERROR_PAGE),
    ("<p>请先登录</p><form><input name=u><input type=password></form>", "用户登录", NoArticle.LOGIN),
    ("<p>请拖动滑块完成安全验证</p>", "安全验证", NoArticle.CAPTCHA),
    ("<script>document.cookie='__jsl_clearance=1';location.reload()</script>", "", NoArticle.SCRIPT_CHALLENGE),
    (f"<h1>{TITLE}</h1><video src='a.mp4'></video>", TITLE, NoArticle.VIDEO),
    ("", "", NoArticle.NO_BODY),
]


@pytest.mark.parametrize(("body", "title", "reason"), VERDICTS)
def test_pages_that_are_no_article(body: str, title: str, reason: NoArticle) -> None:
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    page = read_page(html.encode())
    assert isinstance(page, Page)
    verdict = extract_article(page)
    assert isinstance(verdict, NotAnArticle), verdict
    assert verdict.reason is reason, verdict


@pytest.mark.parametrize(
    "form",
    [
        "<form>您对河堤加固满意吗？" + "".join(f"<label><input type='radio'>{word}</label>" for word in ("满意", "一般", "不满意")) + "</form>",
        "<br>".join(f"<input type='radio'>{word}" for word in ("满意", "一般", "不满意", "说不清")),
    ],
)  # fmt: skip
def test_a_story_with_a_poll_in_its_element_is_an_article(form: str) -> None:
    text = "<br>".join(PARAGRAPHS[:3])
    read(pages.page(f"<h1>{TITLE}</h1><div class='content'>{text}<br>{form}</div>"))


def test_short_notices_and_photo_stories_are_articles() -> None:
    short = f"<h1>{TITLE}</h1><div>2021-05-06 10:00 来源：清河网</div><div class='content'><p>本报讯 昨天县里下了一场透雨。</p></div>{RELATED}{RELATED}"
    assert read(pages.page(short))[1].body == "本报讯 昨天县里下了一场透雨。"
    photo = f"<h1>{TITLE}</h1><div>2021-05-06 来源：清河网</div><div class='content'><p><img src='/1.jpg'></p><p>5月5日，村民在灌区放水。何田 摄</p></div>{RELATED}"
    assert len(read(pages.page(photo), "http://example.com/a.html")[0].images) == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("责任编辑：柳明", Kind.META),
        ("编辑 柳明 校对 何田", Kind.META),
        ("摘要：县里用清单管水。", Kind.SUMMARY),
        ("相关阅读", Kind.END),
        ("上一篇：县里的另一件事", Kind.END),
        ("转载请注明出处：清河网", Kind.BOILERPLATE),
        ("编辑部的灯亮了一夜，第二天的报纸还是晚了半小时。", Kind.BODY),
        ("来源地的水质由县环保局每月检测一次。", Kind.BODY),
        ("关注粮食安全，要从一条水渠做起。", Kind.BODY),
        ("更多的村民开始报名，队伍排到了村口。", Kind.BODY),
        ("声明发出以后，村里安静了两天。", Kind.BODY),
        ("分享到：微信 微博 QQ空间", Kind.BOILERPLATE),
        ("分享丰收的喜悦，村民们在晒谷场上跳起了舞。", Kind.BODY),
        ("字体：大 中 小", Kind.BOILERPLATE),
        ("字体设计师何田的作品也在展出。", Kind.BODY),
        ("打印 关闭", Kind.BOILERPLATE),
        ("打印店的老板说，生意比去年好。", Kind.BODY),
        ("收藏本文", Kind.BOILERPLATE),
        ("收藏家何田也来了。", Kind.BODY),
        ("返回首页", Kind.END),
        ("返回家乡的人多了。", Kind.BODY),
        ("下一条 县里的另一件事", Kind.END),
        ("前一条路修好以后，村民进城近了半小时。", Kind.BODY),
        ("前一条路修好以后，", Kind.BODY),
        ("上条渠里的水多，下条渠里的水少", Kind.BODY),
        ("下篇文章要写的还是水渠，", Kind.BODY),
        ("上一篇没有了", Kind.END),
        ("下一篇", Kind.END),
        ("[上条] 县里的另一件事", Kind.END),
        ("打印好的名单贴在村口，", Kind.BODY),
        ("收藏农具的何田，", Kind.BODY),
    ],
)
def test_kinds_of_lines(text: str, kind: Kind) -> None:
    assert kind_of(line(text)) is kind


def test_a_link_to_the_article_before_needs_no_colon() -> None:
    assert kind_of(line("上条渠里的水多了起来", linked=8)) is Kind.END


def line(text: str, linked: int = 0) -> Line:
    page = read_page(f"<p>{text}</p>".encode())
    assert isinstance(page, Page)
    return Line(text, [text], Block(page.root, "p", None, 0), linked)
