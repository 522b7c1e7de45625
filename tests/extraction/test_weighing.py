"""Pages of other kinds that show little text, and short articles that look like them."""

from __future__ import annotations

import pytest

from newscrawler.extraction.article import extract_article
from newscrawler.extraction.model import NoArticle, NotAnArticle, RawArticle
from newscrawler.extraction.page import Page, read_page

MENU = "<div class='nav'><a href='/'>首页</a> <a href='/yw/'>要闻</a> <a href='/ms/'>民生</a> <a href='/zt/'>专题</a></div>"
FOOT = "<div class='foot'><p>版权所有 清河网</p><p>清ICP备00000001号</p></div>"
HEADLINES = [
    f"{place}第{number}座泵站开始放水" for number, place in enumerate(("上湾", "下湾", "柳林", "东渠", "石坪") * 2, 1)
]
ENTRIES = "".join(
    f"<li><a href='/a/{at}.html'>{text}</a><span>2022-03-{at:02}</span></li>" for at, text in enumerate(HEADLINES, 1)
)
LOOKED_UP = "".join(
    f"<li>{text} <i>03-{at:02}</i><a href='/a/{at}.html'>查看</a></li>" for at, text in enumerate(HEADLINES, 1)
)
TEASERS = "".join(
    f"<p>{text}，渠边的村民早早守在地头，等着第一股水流进自家的田。 [<a href='/a/{at}.html'>详细</a>]</p>"
    for at, text in enumerate(HEADLINES, 1)
)
DAYS = "".join(f"<td><a href='/{day}.htm'>{day}</a></td>" for day in range(1, 29))
CANDIDATES = "".join(
    f"<div><img src='{at}.jpg'><b>{at}号 何田{at}</b><span>{at * 7}票</span><button>投一票</button></div>"
    for at in range(1, 7)
)
FIELDS = "<p>姓名<input></p><p>电话<input></p><p>内容<textarea></textarea></p><button>提交</button>"
LINKS = "".join(f"<p><a href='/b/{at}.html'>{text}</a></p>" for at, text in enumerate(HEADLINES, 1))

OTHERS = {
    "list with its pager": (
        f"<h2>民生新闻</h2><ul>{ENTRIES}</ul><div>首页 上一页 1 2 3 下一页 尾页 共 9 页</div>",
        NoArticle.LISTING,
    ),
    "list whose links say 查看": (
        f"<h2>部门动态</h2>{LOOKED_UP}<div>共 10 条记录 首页 下一页</div>",
        NoArticle.LISTING,
    ),
    "front page of teasers": (TEASERS, NoArticle.LISTING),
    "calendar of a paper": (
        f"<h2>往期回顾</h2><table><tr>{DAYS}</tr></table><p>2022年3月 上一月 下一月</p>",
        NoArticle.NO_BODY,
    ),
    "page of a writer": (
        f"<div><img src='a.jpg'><h1>何田</h1><p>清河日报记者，关注水利与乡村。</p><p>文章 12 粉丝 30</p></div>{LINKS}",
        NoArticle.LISTING,
    ),
    "viewer of a picture": ("<img src='b.jpg'><p>上一张 下一张 原图 关闭</p>", NoArticle.NO_BODY),
    "withdrawn": ("<h1>提示</h1><p>该文章已下架或正在审核，暂时无法浏览。</p>", NoArticle.ERROR_PAGE),
    "withdrawn below its headline and date": (
        "<h1>柳湾村修好水渠</h1><div>2022-03-01 来源：清河网</div><p>您访问的文章已被作者删除。</p>",
        NoArticle.ERROR_PAGE,
    ),
    "only for subscribers": (
        "<h1>柳湾村修好水渠</h1><div>2022-03-01 清河日报</div><p>本文为会员专享内容，购买后阅读全文。</p>",
        NoArticle.ERROR_PAGE,
    ),
    "nothing found": ("<p>没有检索到与“水渠”相关的信息，请换一个关键词。</p>", NoArticle.LISTING),
    "work on the site": (
        "<h1>升级公告</h1><p>本站正在升级，明早六点恢复访问，给您带来不便敬请谅解。</p>",
        NoArticle.ERROR_PAGE,
    ),
    "moved": ("<p>本网站已启用新域名，五秒后自动跳转，请更新收藏夹。</p>", NoArticle.ERROR_PAGE),
    "closed": ("<p>因业务调整，本站自今日起停止更新，感谢各位的陪伴。</p>", NoArticle.ERROR_PAGE),
    "old browser": ("<h2>提示</h2><p>为了正常浏览本站，建议您换用新的浏览器。</p>", NoArticle.ERROR_PAGE),
    "database": ("<p>Fatal error: Uncaught PDOException in /www/lib/db.php on line 7</p>", NoArticle.ERROR_PAGE),
    "on the way": ("<p>正在跳转，请稍候。</p><p>没有跳转请点这里。</p>", NoArticle.ERROR_PAGE),
    "variables": ("<h1>{{title}}</h1><div>{{date}} {{source}}</div><div v-html='content'></div>", NoArticle.NO_BODY),
    "letter box": (
        f"<h2>我要写信</h2><form>{FIELDS}</form><p>注意：请如实填写，您的信息将严格保密。</p>",
        NoArticle.FORM,
    ),
    "vote": (f"<h1>清河好人网络投票</h1><p>投票时间：3月1日至3月9日，每人每天三票</p>{CANDIDATES}", NoArticle.FORM),
}


def _read(body: str, title: str) -> RawArticle | NotAnArticle:
    page = read_page(f"<html><head><title>{title}</title></head><body>{MENU}{body}{FOOT}</body></html>".encode())
    assert isinstance(page, Page)
    return extract_article(page)


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_of_another_kind_says_which_and_why(name: str) -> None:
    body, reason = OTHERS[name]
    found = _read(body, {"vote": "清河好人网络投票", "variables": "{{title}}"}.get(name, "清河网"))
    assert isinstance(found, NotAnArticle), found
    assert found.reason is reason, found
    assert found.detail


HEAD = "<div class='info'>2022-03-01 10:00　来源：清河网</div>"
ARTICLES = {
    "one sentence above many links": (
        "清河泵站放水",
        f"{HEAD}<div class='text'><p>清河泵站昨天上午开始放水。</p></div>{LINKS}",
    ),
    "a new address": ("清河政务网换新域名", f"{HEAD}<p>清河政务网三月起启用新域名，访问旧域名将自动跳转。</p>"),
    "a site's own notice with its date": (
        "清河网升级公告",
        f"{HEAD}<p>本站今晚升级，清河网明早恢复访问，敬请谅解。</p>",
    ),
    "a fault of a system": ("社保查询异常已排除", f"{HEAD}<p>系统提示“请登录后查看”，无法查询，目前已经排除。</p>"),
    "neither date nor outlet": (
        "桥头的补锅匠",
        "<div><p>桥头的补锅匠姓贺，在这里坐了四十年。</p><p>一只煤炉，一把锤子，补好的锅还能再烧十年。</p></div>",
    ),
    "neither, and one sentence": ("桥头的补锅匠", "<div><p>桥头的补锅匠姓贺，在这里坐了四十年。</p></div>"),
    "captions alone": (
        "渠水进村",
        f"{HEAD}<div><img src='1.jpg'><p>一股清水沿着新渠流下山坡</p><img src='2.jpg'><p>何田在渠边看着水头到来</p></div>{LINKS}",
    ),
    "a story of a reporter about a site": (
        "清河换上新的查询系统",
        f"<div>来源：清河网</div><p>本网讯 记者 何田 清河的查询系统昨天换新，请村民留意。</p><form>{FIELDS}</form>",
    ),
    "a list of winners": (
        "好渠长名单",
        f"{HEAD}<div><p>一等奖：何田</p><p>二等奖：柳明、江小满</p><p>三等奖：陆青</p></div>",
    ),
    "a box for comments": ("清河泵站放水", f"{HEAD}<div><p>清河泵站昨天上午开始放水。</p></div><form>{FIELDS}</form>"),
    "a digest that leads on": ("清河一周", f"{HEAD}<div><p>本周清河通了三条渠。</p>{TEASERS}</div>"),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_what_looks_like_another_kind_is_an_article(name: str) -> None:
    title, body = ARTICLES[name]
    found = _read(f"<h1>{title}</h1>{body}", f"{title}_清河网")
    assert isinstance(found, RawArticle), found
    assert found.title.text == title
