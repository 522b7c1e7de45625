"""Pages that are no article although they were served as one, and how to tell."""

from __future__ import annotations

import re

from newscrawler.extraction.layout import Block, Layout
from newscrawler.extraction.main_text import Story
from newscrawler.extraction.model import Evidence, NoArticle, NotAnArticle
from newscrawler.extraction.page import Page
from newscrawler.text.dates import IN_META_LINE

_CHALLENGE = re.compile(
    r"__jsl_clearance|_\$_ts|\$_ts\s?=|window\[['\"]_phantom|acw_sc__v2|cf-browser-verification|yunsuo_session|WZWS"
    r"|_waf_|/_guard/|challenge-platform"
)
_CAPTCHA = re.compile(r"验证码|滑动验证|安全验证|人机验证|拖动滑块|访问验证|verify you are human|captcha", re.I)
_ERROR = re.compile(
    r"(?:页面|文章|内容|网页|信息|稿件|新闻|资源|链接|文件|您(?:要)?(?:访问|查看|浏览)的.{0,12})(?:不存在"
    r"|已被?删除|已下线|已失效|未找到|找不到|无法访问|丢失|不见了)"
    r"|(?:404|403|500|502|503)\s?(?:-|—|not found|forbidden|错误|error|页面)|not found|no input file"
    r"|系统(?:繁忙|错误|维护)|服务器(?:错误|内部错误|繁忙)|参数错误|出错了|正在维护",
    re.I,
)
_ERROR_TITLE = re.compile(r"^\s*(?:404|403|50[0-4]|error|出错|错误|页面不存在|提示信息|系统提示|对不起)", re.I)
_LOGIN = re.compile(r"(?:请(?:先)?登录|用户登录|登录后(?:查看|阅读)|账号密码登录|统一身份认证|会员登录)")
_ENOUGH = 60
_FEW = 160
_PLENTY = 450


def find_rejection(
    page: Page, layout: Layout, container: Block, story: Story, title: Evidence | None, title_at: int
) -> NotAnArticle | None:
    """Return why the page is no article, or None for one that is."""
    lines = layout.lines
    if title is not None and story.running >= _PLENTY:
        return None
    visible = sum(len(line.text) for line in lines)
    kept = sum(len(lines[i].text) for i in story.kept)
    running = story.running
    text = " ".join(line.text for line in lines[:40])[:2000] if visible < 3000 else ""
    heading = f"{title.text if title else ''} {page.title}"
    if visible < 200 and _CHALLENGE.search(page.text[:200_000]):
        return NotAnArticle(NoArticle.SCRIPT_CHALLENGE, "the page holds only a script that sets a cookie and reloads")
    if visible < 1200 and running < _FEW * 2 and _CAPTCHA.search(f"{heading} {text}"):
        return NotAnArticle(NoArticle.CAPTCHA, "the page asks to prove that a human reads it")
    if _ERROR_TITLE.match(heading.strip()) and running < 400:
        return NotAnArticle(NoArticle.ERROR_PAGE, f"its title reads “{heading.strip()[:40]}”")
    if visible < 1500 and running < _FEW and (match := _ERROR.search(text)):
        return NotAnArticle(NoArticle.ERROR_PAGE, f"the page reads “{match.group()[:40]}”")
    if visible < 1500 and running < _FEW and _has_password(page) and _LOGIN.search(text):
        return NotAnArticle(NoArticle.LOGIN, "the page is a form that asks for a password")
    if not lines:
        return NotAnArticle(NoArticle.NO_BODY, "the page shows no text")
    listing = _listing(layout, running)
    confirmed = title is not None and title.rule == "generic:heading-and-title"
    if confirmed and running and story.kept and 0 <= title_at < story.kept[0]:
        between = lines[title_at + 1 : min(story.kept[0], title_at + 20)]
        if any(IN_META_LINE.search(line.text) and not line.linked for line in between):
            listing = None
    if listing is not None and running < (_ENOUGH if confirmed else _FEW):
        return listing
    if running < _ENOUGH and kept < _FEW:
        if running < _ENOUGH // 2 and _has(page, "video", "object", "embed"):
            return NotAnArticle(NoArticle.VIDEO, "the page is a video player without a story")
        if len(story.kept) <= 2 and _images(container) >= 4 and running == 0:
            return NotAnArticle(NoArticle.GALLERY, "the page is a gallery: pictures without a story")
    if not story.kept or kept < 10:
        if listing is not None:
            return listing
        return NotAnArticle(NoArticle.NO_BODY, "no block of the page holds running text")
    if title is None:
        return NotAnArticle(NoArticle.NO_TITLE, "the page shows no headline")
    return None


def _listing(layout: Layout, running: int) -> NotAnArticle | None:
    """Tell a page whose text is mostly headlines that are links."""
    headlines = layout.headlines + sum(
        1 for line in layout.lines if line.linked >= 10 and line.linked * 1.6 >= len(line.text)
    )
    if headlines >= 8 and headlines * 20 > running * 2:
        return NotAnArticle(NoArticle.LISTING, f"{headlines} headlines that are links, {running} characters of prose")
    return None


def _has(page: Page, *tags: str) -> bool:
    return next(page.root.iter(*tags), None) is not None


def _has_password(page: Page) -> bool:
    return any((field.get("type") or "").lower() == "password" for field in page.root.iter("input"))


def _images(container: Block) -> int:
    return sum(1 for _ in container.element.iter("img"))
