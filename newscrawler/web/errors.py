"""Error responses, in the form that the address promises and in the language of the page."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from starlette.responses import PlainTextResponse, Response

from newscrawler.archive.errors import UserError
from newscrawler.web.reasons import translated
from newscrawler.web.rendering import page
from newscrawler.web.request import PageRequest

RETRY_SECONDS = "10"
_LOCKED = UserError("the archive is locked by another program; try again when it is done.")
_LONGEST_TEXT = {"q": 1_000, "sql": 10_000}
"""The most characters of a search or a query that the error page shows again."""
_TEXT_ARGUMENTS = {"/search": "q", "/archive": "sql"}
"""Pages that take a text, and its argument."""
_EXPLAINED = (404, 500, 503)
_HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
_PLAIN = (".csv", ".bib", ".warc.gz", "/metrics")


def error_response(request: PageRequest, status: int, reason: UserError | None = None) -> Response:
    """Return the response for an error: JSON or plain text where the address promises JSON or a file, else a page."""
    heading = request.say(f"error-{status}")
    message, language = translated(reason, request.language) if reason else ("", request.language)
    explanation = request.say(f"error-{status}-text") if status in _EXPLAINED and not message else ""
    if request.path.endswith(".json"):
        value = {"ok": False, "error": message or explanation or heading, "status": status, "title": heading}
        body = json.dumps(value, ensure_ascii=False) + "\n"
        return Response(body, status, _HEADERS, "application/json; charset=utf-8")
    if request.path.endswith(_PLAIN):
        return PlainTextResponse(f"{message or explanation or heading}\n", status, _HEADERS)
    text = _text(request) if status == 400 else {}
    return page(
        "error.html",
        request,
        status=status,
        code=status,
        message=message,
        message_language="zh-CN" if language == "zh" else "en",
        explanation=explanation,
        words=text.get("q"),
        statement=text.get("sql"),
    )


def locked_response(request: PageRequest) -> Response:
    """Return the response for an archive that another program locks; it says when to try again."""
    response = error_response(request, 503, _LOCKED)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _text(request: PageRequest) -> dict[str, str]:
    """Return the search or query of the request, to be corrected: its argument and its text."""
    name = _TEXT_ARGUMENTS.get(request.path)
    return {name: parse_qs(request.query).get(name, [""])[0][: _LONGEST_TEXT[name]]} if name else {}
