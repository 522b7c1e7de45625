"""What an answer says about itself: whether it is whole, whether the request succeeded, what it tells the reader.

Portals differ in how they say so. The first page of a listing, which brought entries, shows how this one does; a later
page that brings none is held against it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from newscrawler.extraction.page_endings import is_closed, is_open
from newscrawler.listings.ways import WaysOn
from newscrawler.text.json_data import scalar

_STATUS_NAMES = re.compile(
    r"(?:(?:ret|result|err|error|status|response|resp|biz)?_?(?:code|no|num)|status|success|is_?success|ok|ret|flag|state)",
    re.IGNORECASE,
)
_MESSAGE_NAMES = re.compile(r"(?:(?:err|error|ret|status|result)?_?(?:msg|message|info|desc)|tips?)", re.IGNORECASE)
_SUCCESS_NAMES = re.compile(r"(?:is_?)?success|ok", re.IGNORECASE)
_ERROR_CODE = re.compile(r"-\d{1,6}|[45]\d\d")
"""Numbers below zero, and the errors of HTTP."""
_SAYS_NOTHING_MORE = re.compile(
    r"(?i)没有|暂无|无(?:更多|数据|记录)|为空|到底|最后|\bno\b|\bnone\b|\bempty\b|\bend\b|not found"
)
_SERVER_ERROR = re.compile(
    rb"(?:Fatal|Parse) error(?:</?\w{1,8}>)?\s?:|\bUncaught (?:Error|Exception)|'80[0-9a-f]{6}'|\bORA-\d{5}\b"
    rb"|\bjavax?(?:\.\w+){1,6}(?:Exception|Error)\b|\bSystem(?:\.\w+){1,5}Exception\b|Traceback \(most recent call"
    rb"|You have an error in your SQL syntax|\bSQLSTATE\[",
)
"""What PHP, ASP, Java, .NET, Python and their databases print into a page that they cannot finish."""
_MOST_MEMBERS = 100
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What one page of a listing says about itself."""

    status: tuple[tuple[str, str], ...] = ()
    """Members of data that tell whether the request succeeded, by name: `code`, `success`."""
    message: str = ""
    """What data tells the reader."""
    is_closed: bool = False
    """Whether markup ends as a page does, with `</html>`."""
    is_open: bool = False
    """Whether markup begins as a page does, with `<html>`, and does not end: a part of a page does neither."""
    error: str = ""
    """The error of a server that markup holds."""


UNKNOWN = Answer()


def answer_of_data(data: Any) -> Answer:
    """Return what the outermost object of an answer says about the request."""
    members = list(data.items())[:_MOST_MEMBERS] if isinstance(data, dict) else []
    texts = [(name, str(value) if isinstance(value, bool) else scalar(value)) for name, value in members]
    named = [(name, text) for name, text in texts if text and len(text) <= _LONGEST]
    status = tuple((name, text) for name, text in named if _STATUS_NAMES.fullmatch(name))
    message = next((text for name, text in texts if _MESSAGE_NAMES.fullmatch(name) and text), "")
    return Answer(status, message[:_LONGEST])


def answer_of_markup(body: bytes) -> Answer:
    """Return whether a page of markup was sent to its end, and the error that its server printed into it."""
    match = _SERVER_ERROR.search(body)
    folded = body.lower()
    error = match[0].decode("ascii", "replace") if match else ""
    return Answer(is_closed=is_closed(folded), is_open=is_open(folded), error=error)


def failure(answer: Answer, first: Answer) -> str:
    """Return how an answer without an entry says that the request failed, as part of a sentence; empty if it does not.

    `first` is the answer that brought the listing's first entries; `UNKNOWN` before there is one.
    """
    if answer.error:
        return _server_error(answer)
    before = dict(first.status)
    for name, value in answer.status:
        has_failed = value.lower() == "false" if _SUCCESS_NAMES.fullmatch(name) else _ERROR_CODE.fullmatch(value)
        if before.get(name, value) != value or (name not in before and has_failed):
            status = f"{name} = {value}"
            return f"answers {status}, and says {answer.message!r}" if answer.message else f"answers {status}"
    return ""


def breaks_off(answer: Answer, first: Answer) -> str:
    """Return how a page of markup with entries was cut off, as part of a sentence; empty if it is whole."""
    if answer.error:
        return _server_error(answer)
    is_cut = first.is_closed and answer.is_open
    return "breaks off: it has no </html>, as the first page has" if is_cut else ""


def _server_error(answer: Answer) -> str:
    return f"shows an error of its server ({answer.error})"


def says_nothing_more(text: str) -> bool:
    """Whether a text says that there is no more: 没有更多了."""
    return _SAYS_NOTHING_MORE.search(text) is not None


def doubtful_message(answer: Answer, first: Answer) -> str:
    """Return what an answer without an entry tells the reader, if it is not that there is no more; else empty."""
    is_new = answer.message and answer.message != first.message
    return answer.message if is_new and not says_nothing_more(answer.message) else ""


def with_doubt_of_a_part(ways: WaysOn, text: str, number: int, answer: Answer) -> WaysOn:
    """Doubt the end at a part of a page, which a script asked for, if nothing leads from it to the next part."""
    is_part = number > 1 and not answer.is_closed and not answer.is_open
    if not is_part or ways.next_urls or ways.guess_urls or ways.end or ways.doubt or says_nothing_more(text):
        return ways
    return replace(ways, doubt=f"page {number} is a part of a page, and nothing shows whether another one follows")
