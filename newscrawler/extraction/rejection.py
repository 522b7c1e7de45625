"""Pages that are not an article although the portal served them as one, and how to tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from newscrawler.extraction.blocks import CAPTCHA, CHALLENGE
from newscrawler.extraction.boilerplate import Kind
from newscrawler.extraction.layout import Block, Layout, Line
from newscrawler.extraction.line_evidence import LineEvidence
from newscrawler.extraction.main_text import MainText
from newscrawler.extraction.model import Evidence, NoArticle, NotAnArticle
from newscrawler.extraction.other_kinds import is_other_kind
from newscrawler.extraction.page import Page
from newscrawler.extraction.page_weighing import has_entries, other_kind

_ERROR = re.compile(
    r"(?:页面|文章|内容|网页|信息|稿件|新闻|资源|链接|文件|您(?:要)?(?:访问|查看|浏览)的.{0,12})(?:不存在"
    r"|已被?删除|已下线|已失效|未找到|找不到|无法访问|丢失|不见了)"
    r"|(?:404|403|500|502|503)\s?(?:-|—|not found|forbidden|错误|error|页面)|not found|no input file"
    r"|系统(?:繁忙|错误|维护)|服务器(?:错误|内部错误|繁忙)|参数错误|出错了|正在维护",
    re.I,
)
_ERROR_TITLE = re.compile(
    r"^\s*(?:(?:error\s{0,2})?(?:404|403|50[0-4])(?=\s*(?:$|[^\w\s]|_|错误|出错|页|未找到|找不到|服务器|not|error|forbidden|bad|gateway))"
    r"|error|出错|错误|页面不存在|提示信息|系统提示|对不起)",
    re.I,
)
"""404宿舍 is no status."""
_LOGIN = re.compile(r"(?:请(?:先)?登录|用户登录|登录后(?:查看|阅读)|账号密码登录|统一身份认证|会员登录)")
_ENOUGH = 60
_FEW = 160
_PLENTY = 450
_SHORTEST_BODY = 10
_SHORTEST_HEADLINE = 6
_ABOVE, _FAR = 4, 20
"""How many lines above and below the headline a date may stand."""
_SURE = 0.95
"""The confidence of a headline that a rule of the portal or of the content system finds."""
_FEWEST_CHOICES = 3
"""Choices of a form that is a vote or a survey."""
_ITEMS = ("tr", "li", "dl", "label")
_BELOW = 3
"""How many lines below the body a meta line may stand."""
_OF_LISTS = frozenset({Kind.LINK, Kind.LABEL, Kind.END})
_ASKED = 2_000
"""Characters in which a page asks for something."""
_SHARED = 0.3
"""The least share of the headline's words in a body without a date above it."""


@dataclass(slots=True)
class _Facts:
    """What the conditions look at."""

    page: Page
    layout: Layout
    container: Block
    main_text: MainText
    title: Evidence | None
    visible: int
    """Characters of text that the page shows."""
    prose: int
    """Characters of running text in the body."""
    body: int
    """Characters of the body."""
    heading: str
    """The headline and the `<title>`."""
    text: str
    """The beginning of the text of a page with little text; else empty."""
    listing: str
    """Evidence that the page is a listing, or empty."""
    headed: bool
    """Whether the body stands under a headline of its own."""
    dated: bool
    """Whether a date stands between that headline and the body."""
    confirmed: bool
    """Whether heading and `<title>` agree on the headline."""


def find_rejection(
    page: Page,
    evidence: LineEvidence,
    container: Block,
    main_text: MainText,
    title: Evidence | None,
    *,
    is_known: bool = False,
    is_stated: bool = False,
) -> NotAnArticle | None:
    """Return why the page is not an article, or None for one that is.

    `is_stated` says that the page names the date of an article for machines.
    `is_known` says that other articles of the portal have their main text in the same container. Then links beside it
    do not make the page a listing.
    """
    if choices := _choices(evidence.layout, main_text):
        return NotAnArticle(NoArticle.FORM, choices, is_other_kind(page, evidence, NoArticle.FORM))
    is_long = main_text.prose - 2 * main_text.teasers >= _PLENTY
    if title is not None and is_long and not has_entries([evidence.layout.lines[index] for index in main_text.body]):
        return None
    facts = _collect(page, evidence, container, main_text, title)
    if is_known:
        facts.listing = ""
    for reason, condition in _CONDITIONS:
        if detail := condition(facts):
            return NotAnArticle(reason, detail, is_other_kind(page, evidence, reason))
    if title is not None and (
        sign := other_kind(evidence, container, main_text, title, is_stated=is_stated, is_known=is_known)
    ):
        return NotAnArticle(sign.reason, sign.detail, is_other_kind(page, evidence, sign.reason))
    return None


def _collect(
    page: Page, evidence: LineEvidence, container: Block, main_text: MainText, title: Evidence | None
) -> _Facts:
    lines = evidence.layout.lines
    visible = sum(len(line.text) for line in lines)
    body = sum(len(lines[i].text) for i in main_text.body)
    confirmed = title is not None and (
        title.rule == "generic:heading-and-title" or (title.confidence >= _SURE and evidence.start > 0)
    )
    headed = title is not None and body >= _SHORTEST_BODY and _is_headed(evidence, main_text, confirmed=confirmed)
    return _Facts(
        page=page,
        layout=evidence.layout,
        container=container,
        main_text=main_text,
        title=title,
        visible=visible,
        prose=main_text.prose,
        body=body,
        heading=f"{title.text if title else ''} {page.title}",
        text=" ".join(line.text for line in lines[:40])[:2000] if visible < 3000 else "",
        listing="" if headed else _listing(evidence, main_text),
        headed=headed,
        dated=headed and any(map(evidence.shows_date, range(evidence.start, main_text.body[0]))),
        confirmed=confirmed,
    )


def _is_headed(evidence: LineEvidence, main_text: MainText, *, confirmed: bool) -> bool:
    """Tell whether the body stands under a headline of its own: with a date between them, or with words of it.

    A headline that is `confirmed` by `<title>` needs neither if the body follows it directly.
    """
    start, first, last = evidence.start, main_text.body[0], main_text.body[-1]
    if first < start:
        return False
    below = range(last + 1, min(len(evidence.layout.lines), last + 1 + _BELOW))
    is_direct = _follows_directly(evidence, start, first)
    if confirmed and is_direct and any(map(evidence.is_own_meta_line, (*range(start, first), *below))):
        return True
    if len(evidence.title) < _SHORTEST_HEADLINE:
        # A section has a short name, too, but no date and source of its own.
        return (
            is_direct and start > 0 and any(_is_dated_meta_line(evidence, index) for index in range(start - 1, first))
        )
    near = (*range(max(0, start - _ABOVE), min(first, start + _FAR)),) if start else ()
    if any(evidence.shows_date(index) and not evidence.teasers[index] for index in near):
        return True
    if is_direct and any(evidence.shows_date(index) and evidence.is_own_meta_line(index) for index in below):
        return True
    return evidence.shared_words(first, last + 1) >= _SHARED and not main_text.teasers


def _is_dated_meta_line(evidence: LineEvidence, index: int) -> bool:
    return evidence.kind(index) is Kind.META and evidence.shows_date(index) and not evidence.teasers[index]


def _follows_directly(evidence: LineEvidence, start: int, first: int) -> bool:
    """Tell whether no links stand between headline and body, as they do in a listing."""
    lines = evidence.layout.lines
    if start and lines[start - 1].above_links:
        return False
    return not any(
        evidence.teasers[index] or lines[index].above_links or evidence.kind(index) in _OF_LISTS
        for index in range(start, first)
    )


def _listing(evidence: LineEvidence, main_text: MainText) -> str:
    """Return what shows that the text is mostly headlines that are links, or teasers; or an empty string."""
    layout, prose = evidence.layout, main_text.prose
    if main_text.teasers * 2 > prose >= _ENOUGH:
        return f"{main_text.teasers} of {prose} characters of prose belong to teasers"
    headlines = layout.headlines + sum(
        1 for line in layout.lines if line.linked >= 10 and line.linked * 1.6 >= len(line.text)
    )
    # The page of a special has a sentence about it above or below a few headlines.
    least = 4 if prose < _ENOUGH // 2 else 8
    if headlines >= least and headlines * 20 > prose * 2:
        return f"{headlines} headlines that are links, {prose} characters of prose"
    return ""


def _choices(layout: Layout, main_text: MainText) -> str:
    """Return what shows that the text is a form to vote with or to fill in: most lines and words are choices of it.

    An article may end in a poll with more lines than paragraphs.
    """
    if len(layout.choices) < _FEWEST_CHOICES:
        return ""
    # A choice and its text stand in one element, or in two of one item; several may stand in one line.
    items = {block.parent for block in layout.choices if block.parent is not None and block.parent.tag in _ITEMS}
    own = {*layout.choices, *items}
    lines = [layout.lines[index] for index in main_text.body]
    inputs, shown = Counter(layout.choices), Counter(line.block for line in lines)
    chosen = [
        line
        for line in lines
        if (line.block in own or line.block.parent in items)
        # Running text may stand in one element with the choices of a poll below it.
        and not ("。" in line.text and shown[line.block] > inputs[line.block] + 1)
    ]
    around = {block for line in chosen for block in (line.block, line.block.parent)}
    choices = sum(1 for block in layout.choices if block in around or block.parent in around)
    words = sum(len(line.text) for line in lines)
    if choices < _FEWEST_CHOICES or len(chosen) * 2 < len(lines) or sum(len(line.text) for line in chosen) * 2 < words:
        return ""
    return f"{len(chosen)} of its {len(main_text.body)} lines are choices of a form"


def _asking(facts: _Facts) -> str:
    """Return the text in which a page would ask its visitor for something before it shows what he wants.

    Below a headline of its own that is the text. A form to log in or to comment stands beside that of many articles.
    """
    if not facts.headed:
        return f"{facts.heading} {facts.text}"
    return f"{facts.heading} {' '.join(line.text for line in _body_lines(facts))}"[:_ASKED]


def _body_lines(facts: _Facts) -> Iterator[Line]:
    return (facts.layout.lines[index] for index in facts.main_text.body)


def _challenge(facts: _Facts) -> str:
    found = facts.visible < 200 and CHALLENGE.search(facts.page.text[:200_000])
    return "the page holds only a script that sets a cookie and reloads" if found else ""


def _login(facts: _Facts) -> str:
    asks = facts.visible < 1500 and facts.prose < _FEW and _LOGIN.search(_asking(facts))
    is_login = asks and _has_password(facts.page)
    return "the page is a form that asks for a password" if is_login else ""


def _captcha(facts: _Facts) -> str:
    asks = facts.visible < 1200 and facts.prose < _FEW * 2 and CAPTCHA.search(_asking(facts))
    if asks and facts.headed:
        # A slider before the comments may adjoin the story.
        asks = None if any(line.prose and not CAPTCHA.search(line.text) for line in _body_lines(facts)) else asks
    return "the page asks to prove that a human reads it" if asks else ""


def _error_title(facts: _Facts) -> str:
    heading = facts.heading.strip()
    is_error = _ERROR_TITLE.match(heading) and facts.prose < 400 and not facts.dated
    return f"its title reads “{heading[:40]}”" if is_error else ""


def _error_text(facts: _Facts) -> str:
    is_bare = facts.visible < 1500 and facts.prose < _FEW and not facts.headed
    match = _ERROR.search(facts.text) if is_bare else None
    return f"the page reads “{match.group()[:40]}”" if match else ""


def _no_text(facts: _Facts) -> str:
    return "" if facts.layout.lines else "the page shows no text"


def _listing_without_prose(facts: _Facts) -> str:
    prose = facts.prose - 2 * facts.main_text.teasers
    return facts.listing if prose < (_ENOUGH if facts.confirmed else _FEW) else ""


def _video(facts: _Facts) -> str:
    is_short = facts.prose < _ENOUGH // 2 and facts.body < _FEW
    has_player = is_short and next(facts.page.root.iter("video", "object", "embed"), None) is not None
    return "the page is a video player without a text" if has_player else ""


def _gallery(facts: _Facts) -> str:
    is_bare = facts.prose == 0 and facts.body < _FEW and len(facts.main_text.body) <= 2
    pictures = sum(1 for _ in facts.container.element.iter("img")) if is_bare else 0
    return "the page is a gallery: pictures without a text" if pictures >= 4 else ""


def _has_no_body(facts: _Facts) -> bool:
    return not facts.main_text.body or facts.body < _SHORTEST_BODY


def _listing_without_body(facts: _Facts) -> str:
    return facts.listing if _has_no_body(facts) else ""


def _no_body(facts: _Facts) -> str:
    return "no block of the page holds running text" if _has_no_body(facts) else ""


def _no_title(facts: _Facts) -> str:
    return "" if facts.title is not None else "the page shows no headline"


_CONDITIONS: tuple[tuple[NoArticle, Callable[[_Facts], str]], ...] = (
    (NoArticle.SCRIPT_CHALLENGE, _challenge),
    (NoArticle.LOGIN, _login),
    (NoArticle.CAPTCHA, _captcha),
    (NoArticle.ERROR_PAGE, _error_title),
    (NoArticle.ERROR_PAGE, _error_text),
    (NoArticle.NO_BODY, _no_text),
    (NoArticle.LISTING, _listing_without_prose),
    (NoArticle.VIDEO, _video),
    (NoArticle.GALLERY, _gallery),
    (NoArticle.LISTING, _listing_without_body),
    (NoArticle.NO_BODY, _no_body),
    (NoArticle.NO_TITLE, _no_title),
)
"""In this order: the first condition that returns evidence rejects the page for its reason."""


def _has_password(page: Page) -> bool:
    return any((field.get("type") or "").lower() == "password" for field in page.root.iter("input"))
