"""A page that is a log-in form, and pages of a portal with a log-in form in their head or in a window."""

from __future__ import annotations

import pytest

from newscrawler.extraction.blocks import detect_block

FORM = (
    "<form action='/login' method='post'><input name='u'><input type='password' name='p'><button>登录</button></form>"
)
ACCOUNT = "<a href='/reg'>注册新用户</a> <a href='/lost'>忘记密码</a> <a href='/'>返回首页</a> <a href='/qq'>QQ登录</a>"
MENU = "".join(
    f"<a href='/{n}/'>{name}</a> " for n, name in enumerate(["要闻", "时政", "社会", "文旅", "图片", "视频"])
)
ENTRIES = "".join(f"<li><a href='/2026/{n}.html'>河堤上的第{n}盏路灯换新</a></li>" for n in range(5))


def kind(body: str, title: str = "清溪网") -> str | None:
    sign = detect_block(200, f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode())
    return sign.kind if sign is not None else None


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (FORM, "清溪网"),
        (FORM + ACCOUNT, "清溪网"),
        (f"<h1>请登录</h1>{FORM}{ACCOUNT}<p><a href='/about'>关于我们</a> <a href='/help'>帮助中心</a></p>", "清溪网"),
        (MENU + FORM, "用户登录_清溪网"),
    ],
)
def test_a_page_that_is_a_form_is_a_block(body: str, title: str) -> None:
    assert kind(body, title) == "login"


@pytest.mark.parametrize(
    "body",
    [
        FORM + ENTRIES,
        f"<div style='display:none'>{FORM}{ACCOUNT}</div>{MENU}",
        f"{MENU}<div class='top'>{FORM}</div><ul>{ENTRIES}</ul>",
        f"<map>{MENU}</map><a href='/login'>登录</a>{FORM}",
    ],
)
def test_a_page_with_links_of_its_own_is_none(body: str) -> None:
    assert kind(body) is None
