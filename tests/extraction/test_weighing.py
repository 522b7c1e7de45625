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
    "about the site": (
        "<h1>关于我们</h1><p>清河网成立于2006年，由清河日报社主办，开设二十个频道。</p><p>本网为网友提供新闻。</p>",
        NoArticle.SITE_PAGE,
    ),
    "terms": (
        "<h1>用户注册协议</h1><p>欢迎注册成为本网用户，请您仔细阅读本协议。</p><button>同意</button>",
        NoArticle.SITE_PAGE,
    ),
    "about a paper": (
        "<h1>清河日报社简介</h1><p>清河日报创刊于1956年，现有员工一百人。</p>",
        NoArticle.SITE_PAGE,
    ),
    "server without a site": (
        "<h1>Welcome to the server!</h1><p>The web server is installed, and it works. Configure it now.</p>",
        NoArticle.NO_BODY,
    ),
    "foot alone": (
        "<h1>清河新闻联播</h1><div id='player'></div><p>主办：清河融媒体中心　地址：渠边路1号　邮编：443000</p>"
        "<p>互联网新闻信息服务许可证 42120180001</p>",
        NoArticle.NO_BODY,
    ),
    "hits of a search": (
        "<div>检索词：水渠　共检索到 3 条记录</div>"
        + "".join(
            f"<table><tr><td><a href='/{at}.html'>{text}</a></td></tr><tr><td>{text}，渠边的村民守在地头，等着第一股水。……"
            f"</td></tr><tr><td>2022-07-1{at} 快照</td></tr></table>"
            for at, text in enumerate(HEADLINES[:3])
        ),
        NoArticle.LISTING,
    ),
    "special with a sentence about it": (
        "<h1>防汛专题</h1><p>编者按：进入汛期，本网开设专题，及时报道。</p>"
        + "".join(
            f"<div><h2>{name}</h2><ul>"
            + "".join(f"<li><a href='/{at}.html'>{text}</a></li>" for at, text in enumerate(HEADLINES[:6]))
            + "</ul></div>"
            for name in ("最新动态", "图片报道", "经验交流")
        ),
        NoArticle.LISTING,
    ),
    "service suspended": ("<p>根据有关要求，本站暂停服务，恢复时间另行通知。</p>", NoArticle.ERROR_PAGE),
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
    "a number of a room that is also a status": (
        "404宿舍的女孩都考上了研究生",
        f"{HEAD}<p>清河学院404宿舍的六名女生都考上了研究生。</p>",
    ),
    "an apology": ("对不起，我们来晚了", f"{HEAD}<p>消防员何田对老人说，对不起，我们来晚了。</p>"),
    "a notice of a site above a box of links": (
        "关于政务网站升级的公告",
        f"{HEAD}<p>因系统升级，清河政务网将暂停服务，敬请谅解。</p><div><h4>最新</h4>{LINKS}</div>",
    ),
    "what an association says of itself, dated": ("联系我们", f"{HEAD}<p>渠长何田把电话写在桥头，村民有事就打。</p>"),
    "a form for comments": (
        "清河泵站放水",
        f"{HEAD}<p>清河泵站昨天上午开始放水。</p><div>用户名：<input> 密码：<input type=password> 验证码：<input></div>",
    ),
    "a slider before comments": (
        "清河泵站放水",
        f"{HEAD}<p>清河泵站昨天上午开始放水。</p><div>请拖动滑块完成验证后评论</div>",
    ),
    "a box to log in": (
        "清河泵站放水",
        f"<form>用户登录 请先登录 <input name=u><input type=password></form>{HEAD}<p>清河泵站昨天上午开始放水。</p>",
    ),
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
    "a poll below, and buttons in the meta line that are links": (
        "清河泵站放水",
        "<div>2022-03-01 10:00 来源：<a href='/q'>清河网</a> <a href='#'>【字体：大 中 小】</a></div>"
        "<p>清河泵站昨天上午开始放水。</p>"
        "<div><p>您怎么看？</p><p><input type='radio'> 满意</p><p><input type='radio'> 一般</p><p><input type='radio'> 不满意</p></div>",
    ),
    "a digest that leads on": ("清河一周", f"{HEAD}<div><p>本周清河通了三条渠。</p>{TEASERS}</div>"),
}


def test_one_sentence_in_a_table_under_a_short_headline_is_an_article() -> None:
    table = (
        "<table><tr><td align=center><b>地震速报</b></td></tr><tr><td>发布时间：2023-05-06 03:31 来源：清河台</td></tr>"
        f"<tr><td>清河附近今晨发生3.1级地震，震源深度10千米。</td></tr></table><h3>推荐阅读</h3>{LINKS}"
    )
    assert isinstance(_read(table, "地震速报_清河网"), RawArticle)
    section = f"<table><tr><td><b>地震速报</b></td></tr></table>{LINKS}"
    assert isinstance(_read(section, "地震速报_清河网"), NotAnArticle)


@pytest.mark.parametrize("name", ARTICLES)
def test_what_looks_like_another_kind_is_an_article(name: str) -> None:
    title, body = ARTICLES[name]
    found = _read(f"<h1>{title}</h1>{body}", f"{title}_清河网")
    assert isinstance(found, RawArticle), found
    assert found.title.text == title
