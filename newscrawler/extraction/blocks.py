"""Detecting blocks: responses that keep the crawler out. A block is recorded, never bypassed.

Statuses and scripts are those of the shields that Chinese portals use: 加速乐 answers 521 with a script that sets
`__jsl_clearance`, 瑞数 412 or 202 with `$_ts`, Aliyun a page that sets `acw_sc__v2`; others show a captcha, a
login or a page that says that the visit was blocked, often with status 200.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newscrawler.extraction.pattern_table import PatternTable, Row

MAX_BYTES = 30_000
"""Only short responses are examined: a block holds no article."""
MAX_TEXT = 800
"""Characters of text that a block shows at most."""
MAX_CHALLENGE_TEXT = 200
"""Characters of text that a script challenge shows at most."""

CHALLENGE = PatternTable(
    Row("加速乐", r"__jsl_clearance", "document.cookie='__jsl_clearance=1'", "jsl_clear"),
    Row("瑞数", r"\$_ts\b", "$_ts=window['$_ts']", "$_tsx=1"),
    Row(
        "Aliyun",
        r"acw_sc__v2|arg1\s*=\s*['\"][0-9A-F]{20,}",
        "var arg1='0123456789ABCDEF0123'",
        "var arg1='0123456789'",
    ),
    Row("网宿", r"wzws(?:chunk|_)|WZWS", "wzws_sessionid", "wz_session"),
    Row("guard", r"_guard_|/_guard/", "<script src='/_guard/auto.js'>", "guardian.js"),
    Row("雷池", r"safeline", "/.safeline/static", "safe-line.css"),
    Row("云锁", r"yunsuo_session", "yunsuo_session_verify", "yunsuo.cn"),
    Row("check for PhantomJS", r"window\[['\"]_phantom", "window['_phantom']", "window['phantom']"),
    Row("WAF cookie", r"_waf_", "aliyun_waf_aa", "waf.js"),
    Row(
        # Cloudflare adds challenge-platform/scripts/ to ordinary pages, too.
        "Cloudflare",
        r"cf-browser-verification|_cf_chl_opt|challenge-platform/\w/",
        "/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1",
        "/cdn-cgi/challenge-platform/scripts/jsd/main.js",
    ),
)
"""Scripts that set a cookie and load the page again, by the shield that sends them."""
CAPTCHA = PatternTable(
    Row(
        "code to enter", r"(?:输入|填写|图形|滑动|滑块|安全|人机|访问)验证码?", "请输入验证码", "短信验证码不能告诉别人"
    ),
    Row("code field", r"验证码\s?[:：]", "验证码：", "验证码骗局又添新花样"),
    Row("slider", r"拖动滑块", "请拖动滑块", "滑块坏了"),
    Row("human", r"人机识别|verify you are human", "Verify you are human", "a human reader"),
    Row(
        "too many visits",
        r"(?:访问|请求|操作)(?:过于|太)频繁|(?:访问|请求)频繁[，,。！!\s]{0,2}请",
        "您的访问过于频繁",
        "两国高层访问频繁，合作更紧密。",
    ),
    Row("captcha", r"captcha", "<p>CAPTCHA</p>", "caption"),
    flags=re.IGNORECASE,
)
"""What a page says that asks to prove that a human reads it."""
_COOKIE_SCRIPT = re.compile(r"document\s*(?:\.\s*cookie|\[\s*['\"]cookie['\"]\s*\])\s*=")
_REFUSAL = re.compile(
    r"(?:访问|请求|操作|行为)(?:已)?(?:被|遭到?)(?:拒绝|拦截|阻断|禁止|限制)|您的(?:IP|访问)[^。]{0,20}(?:拒绝|封禁|限制|异常)"
    r"|网站防火墙|Web应用防火墙|access denied|request blocked",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"<input[^>]{0,300}type\s*=\s*['\"]?password", re.IGNORECASE)
_LOGIN = re.compile(r"登录|登陆|sign ?in|log ?in", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,200})", re.IGNORECASE)
_ABOUT_ACCOUNTS = re.compile(
    r"登录|登陆|注册|密码|首页|返回|帮助|协议|条款|隐私|客服|扫码|手机|微信|微博|QQ|支付宝|English|关于|联系|log|sign|home|help",
    re.IGNORECASE,
)
"""Names of links that a log-in form has beside it."""
_FEWEST_LINKS = 5
"""Other links that make a page with a log-in form in its head or in a window a page of the portal."""
_LINK = re.compile(r"<a\b[^<>]{0,2000}>((?:(?!<a\b).){1,600}?)</a\s*>", re.IGNORECASE | re.DOTALL)
_HAN = re.compile("[\u4e00-\u9fff]")
_FOOT = re.compile("备案|许可证|公网安备|举报|声明|版权|注册|登录|密码|验证|认证|账号|帐号|客服|帮助|协议|隐私")
"""Words of links in the foot of a page and beside a form, which are no headlines."""
_DATE = re.compile(
    r"(?<!今天是)(?<!今日)(?<!现在是)(?<!\d)(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)日?(?!\s{0,3}(?:星期|周[一二三四五六日]))"
)
_SENTENCE = re.compile(r"[^。<>]{20,}。")
_OF_BLOCKS = re.compile("您|你的|请求|访问|验证|登录|拦截|防火墙")
_HEADLINE = 8
"""Han characters of a link that is a headline at least."""
_FEW_HEADLINES = 3
# A script without an end reaches to the end of the page, as in a browser; else each `<script` would look for it anew.
_MARKUP = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_BY_STATUS = {
    401: "asks for a login",
    403: "forbidden",
    405: "forbidden",
    418: "forbidden",
    429: "too many requests",
    451: "not available for legal reasons",
}


@dataclass(frozen=True, slots=True)
class BlockSign:
    """How a portal keeps the crawler out, with what shows it."""

    kind: str
    """script-challenge, captcha, login, forbidden or refused."""
    evidence: str


def detect_block(status: int, body: bytes) -> BlockSign | None:
    """Return how a response keeps the crawler out, or None if it does not."""
    markup = body.decode("utf-8", "replace") if len(body) <= MAX_BYTES else ""
    # First, since nearly all responses are pages that show more than this.
    text = _short_text(markup) if markup else None
    if status == 200:
        return _detect_in_page(markup, text) if text is not None else None
    script = CHALLENGE.search(markup)
    if status in (412, 521) or (script and text is not None and len(text) < MAX_CHALLENGE_TEXT):
        return BlockSign("script-challenge", f"answered {status}{_with(script)}")
    cookie = _COOKIE_SCRIPT.search(markup)
    if status == 202 and (cookie or "<script" in markup.lower()):
        return BlockSign("script-challenge", f"answered 202{_with(cookie)}")
    if status in _BY_STATUS:
        return BlockSign("forbidden", f"answered {status}: {_BY_STATUS[status]}")
    return None


def _detect_in_page(markup: str, text: str) -> BlockSign | None:
    """Return how a page with little text keeps the crawler out although its status is 200.

    A form to log in or to comment, and a script that sets a cookie, stand on ordinary pages, too: beside articles.
    """
    asks_password = _PASSWORD.search(markup)
    if _holds_news(markup, text) or (asks_password and _is_beside_content(markup)):
        return None
    script = CHALLENGE.search(markup) or _COOKIE_SCRIPT.search(markup)
    if script and len(text) < MAX_CHALLENGE_TEXT:
        return BlockSign("script-challenge", f"a page without content sets a cookie by script{_with(script)}")
    if asks_password and _LOGIN.search(text):
        return BlockSign("login", "the page is a login form")
    if match := CAPTCHA.search(text):
        return BlockSign("captcha", f"the page asks: {match.group()}")
    if match := _REFUSAL.search(text):
        return BlockSign("refused", f"the page says: {match.group()}")
    return None


def _is_beside_content(markup: str) -> bool:
    """Tell whether a page that asks for a password is about something else, by its other links."""
    title = _TITLE.search(markup)
    if title is not None and _LOGIN.search(title[1]):
        return False
    others = (
        name for name in _links_shown(markup) if name and not (_ABOUT_ACCOUNTS.search(name) or _FOOT.search(name))
    )
    return sum(1 for _ in others) >= _FEWEST_LINKS


def _links_shown(markup: str) -> Iterator[str]:
    """Yield what each link of a page shows."""
    return (_MARKUP.sub("", link[1]).strip() for link in _LINK.finditer(markup))


def _holds_news(markup: str, text: str) -> bool:
    """Tell whether a page shows what the crawler came for: headlines that are links, or a dated one or a dated text.

    The date of today, which many heads of pages show, is none; a shield states when it stopped the visit, and nothing
    else that is news.
    """
    headlines = 0
    for shown in _links_shown(markup):
        if len(_HAN.findall(shown)) >= _HEADLINE and not _FOOT.search(shown):
            headlines += 1
            if headlines == _FEW_HEADLINES:
                return True
    if not _DATE.search(text):
        return False
    return headlines > 0 or any(not _OF_BLOCKS.search(sentence) for sentence in _SENTENCE.findall(text))


def _short_text(markup: str) -> str | None:
    """Return the text that a page shows, or None if that is more than a block has."""
    parts: list[str] = []
    size = at = 0
    for tag in _MARKUP.finditer(markup):
        if words := markup[at : tag.start()].split():
            parts += words
            size += sum(map(len, words)) + len(words)
            if size > MAX_TEXT + 1:
                return None
        at = tag.end()
    text = " ".join([*parts, *markup[at:].split()])
    return text if len(text) <= MAX_TEXT else None


def _with(match: re.Match[str] | None) -> str:
    return f" with {match.group()[:60]}" if match else ""
