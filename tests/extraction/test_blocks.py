"""What keeps the crawler out, and ordinary pages with the same forms, words and scripts."""

from __future__ import annotations

import pytest

from newscrawler.extraction.blocks import detect_block

LOG_IN = "<form action='/login'>用户登录 <input name=u><input type=password name=p> 验证码：<input><a href='/f'>忘记密码</a></form>"
COOKIE = "<script>document.cookie='visits=1;path=/'</script>"
HEADLINES = ("泵站昨天上午开始放水", "两个村合修一条水渠", "老站长退休后仍在渠边")
LIST = "".join(f"<li><a href='/a/{at}.html'>{text}</a></li>" for at, text in enumerate(HEADLINES))
FOOT = (
    "<a href='/icp'>清河备案号00000001号</a><a href='/jb'>违法和不良信息举报中心</a>"
    "<a href='/xk'>互联网新闻信息服务许可证</a><a href='/sm'>网站版权与免责声明</a>"
)
MENU = "<a href='/'>首页</a><a href='/yw/'>要闻</a><a href='/ms/'>民生</a>"
STORY = (
    "<h1>泵站放水</h1><div>2022-03-01 来源：清河网</div><p>清河泵站昨天上午开始放水，下游三个村的水田都等着这股水。</p>"
)

PAGES = {
    "a list below a box to log in": MENU + LOG_IN + LIST,
    "a list with one dated entry": MENU + LOG_IN + "<li><a href='/a/1.html'>泵站昨天上午开始放水</a> 2022-03-01</li>",
    "a hidden dialog": f"<ul>{LIST}</ul><div style='display:none'>{LOG_IN}</div>",
    "a list with a script that counts visits": COOKIE + LIST,
    "a homepage of names of cities": "".join(
        f"<a href='/{c}/'>{c}</a>" for c in ("宜昌", "荆州", "襄阳", "恩施", "黄石")
    )
    + LOG_IN,
    "a short story above a form for comments": STORY + LOG_IN,
    "a short story with a cookie": COOKIE + STORY,
    "a headline about visits": "<li><a href='/1.html'>两国高层访问被拒绝后的第三天</a> 2022-03-01</li>" + LIST,
}
BLOCKS = {
    "a page to log in": (MENU + LOG_IN + FOOT, "login"),
    "a page to log in with today's date": (f"今天是2022年3月1日 星期二 {MENU}{LOG_IN}", "login"),
    "a code to enter": ("<p>请输入验证码</p><img src='/c.png'><input>" + FOOT, "captcha"),
    "too many visits, with the time": (
        "<p>您的访问过于频繁，请稍后再试。</p><p>时间：2022-03-01 10:00:00</p>",
        "captcha",
    ),
    "a firewall": (
        "<h1>访问被拒绝</h1><p>您的请求疑似攻击，已被网站防火墙拦截，事件时间：2022-03-01 10:00:00。</p>",
        "refused",
    ),
    "a script alone": (COOKIE + "<noscript>请启用脚本</noscript>", "script-challenge"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_news_is_no_block(name: str) -> None:
    assert detect_block(200, f"<html><body>{PAGES[name]}{FOOT}</body></html>".encode()) is None


@pytest.mark.parametrize("name", BLOCKS)
def test_a_page_without_news_is_a_block(name: str) -> None:
    markup, kind = BLOCKS[name]
    sign = detect_block(200, f"<html><body>{markup}</body></html>".encode())
    assert sign is not None and sign.kind == kind
