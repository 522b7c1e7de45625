"""Recognising answers by which a portal turns a crawler away: an outcome to record, never to get round.

Statuses and scripts are those of the shields that Chinese portals use: 加速乐 answers 521 with a script that sets
`__jsl_clearance`, 瑞数 412 or 202 with `$_ts`, Aliyun a page that sets `acw_sc__v2`; others show a captcha, a
login or a page that says that the visit was blocked, often with status 200.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_BYTES = 30_000
"""Only short answers are looked into: a page that turns away carries no article."""
MAX_TEXT = 800

_SCRIPTS = re.compile(
    r"__jsl_clearance|\$_ts\b|acw_sc__v2|arg1\s*=\s*['\"][0-9A-F]{20,}|wzws(?:chunk|_)|_guard_|safeline"
)
_COOKIE_SCRIPT = re.compile(r"document\s*(?:\.\s*cookie|\[\s*['\"]cookie['\"]\s*\])\s*=")
_CAPTCHA = re.compile(
    r"(?:请输入|输入|图形|滑动|安全|人机|滑块)验证码?|人机识别|访问(?:过于|太)?频繁|请求(?:过于|太)?频繁|captcha",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"(?:访问|请求|操作|行为)(?:已)?(?:被|遭到?)(?:拒绝|拦截|阻断|禁止|限制)|您的(?:IP|访问)[^。]{0,20}(?:拒绝|封禁|限制|异常)"
    r"|网站防火墙|Web应用防火墙|access denied|request blocked",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"<input[^>]{0,300}type\s*=\s*['\"]?password", re.IGNORECASE)
_LOGIN = re.compile(r"登录|登陆|sign ?in|log ?in", re.IGNORECASE)
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
    """How a portal turned the crawler away, with what shows it."""

    kind: str
    """script-challenge, captcha, login, forbidden or refused."""
    evidence: str


def turned_away(status: int, body: bytes) -> BlockSign | None:
    """Return how an answer turns the crawler away, None when it does not."""
    text = body.decode("utf-8", "replace") if len(body) <= MAX_BYTES else ""
    # First, since nearly all answers are pages that show more than this.
    shown = _shown_text(text) if status == 200 and text else None
    if status == 200 and shown is None:
        return None
    script = _SCRIPTS.search(text)
    if status in (412, 521) or (script and status != 200):
        return BlockSign("script-challenge", f"answered {status}{_shown(script)}")
    if status == 202 and (_COOKIE_SCRIPT.search(text) or "<script" in text.lower()):
        return BlockSign("script-challenge", f"answered 202{_shown(_COOKIE_SCRIPT.search(text))}")
    if status in _BY_STATUS:
        return BlockSign("forbidden", f"answered {status}: {_BY_STATUS[status]}")
    if shown is None:
        return None
    if (script or _COOKIE_SCRIPT.search(text)) and len(shown) < 200:
        found = script or _COOKIE_SCRIPT.search(text)
        return BlockSign("script-challenge", f"a page without content sets a cookie by script{_shown(found)}")
    if found := _CAPTCHA.search(shown):
        return BlockSign("captcha", f"the page asks: {found.group()}")
    if found := _REFUSAL.search(shown):
        return BlockSign("refused", f"the page says: {found.group()}")
    if _PASSWORD.search(text) and _LOGIN.search(shown):
        return BlockSign("login", "the page is a login form")
    return None


def _shown_text(markup: str) -> str | None:
    """Return the text that a page shows, None when that is more than a page that turns away has."""
    parts: list[str] = []
    size = at = 0
    for tag in _MARKUP.finditer(markup):
        if words := markup[at : tag.start()].split():
            parts += words
            size += sum(map(len, words)) + len(words)
            if size > MAX_TEXT + 1:
                return None
        at = tag.end()
    shown = " ".join([*parts, *markup[at:].split()])
    return shown if len(shown) <= MAX_TEXT else None


def _shown(match: re.Match[str] | None) -> str:
    return f" with {match.group()[:60]}" if match else ""
