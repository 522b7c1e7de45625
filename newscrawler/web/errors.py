"""Error responses, in the form that the address promises and in the language of the page."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, quote, urlencode

from starlette.responses import PlainTextResponse, Response

from newscrawler.archive.errors import UserError
from newscrawler.text.languages import N_
from newscrawler.web.languages import explain
from newscrawler.web.rendering import page
from newscrawler.web.request import PageRequest
from newscrawler.web.request_filters import DAYS, NAMES, STATUSES

RETRY_SECONDS = "10"
LOCKED = UserError("the archive is locked by another program; try again when it is done.")
BUSY = UserError("too many other queries are running; try again later.")
_LONGEST_TEXT = {"q": 1_000, "sql": 10_000}
"""The most characters of a search or a query that the error page shows again."""
_TEXT_ARGUMENTS = {"/search": "q", "/archive": "sql"}
"""Pages that take a text, and its argument."""
_HEADINGS = {
    400: N_("This request cannot be understood"),
    404: N_("There is no such page"),
    405: N_("Read-only: this method is not allowed"),
    421: N_("Wrong host name"),
    500: N_("Something went wrong"),
    503: N_("This cannot be answered now"),
}
_EXPLANATIONS = {
    404: N_("The archive has nothing here, or it is suppressed."),
    500: N_("The server's log has the cause."),
    503: N_("The query took too long. Narrow it down, or try again later."),
}
_HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
_PLAIN = (".csv", ".bib", ".warc.gz", "/metrics")


def error_response(request: PageRequest, status: int, reason: UserError | None = None) -> Response:
    """Return the response for an error: JSON or plain text where the address promises JSON or a file, else a page."""
    language = request.language
    heading = language.translations.gettext(_HEADINGS[status])
    message, tag = explain(language, reason) if reason else ("", language.tag)
    explanation = "" if message or status not in _EXPLANATIONS else language.translations.gettext(_EXPLANATIONS[status])
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
        heading=heading,
        message=message,
        message_tag=tag,
        explanation=explanation,
        words=text.get("q"),
        statement=text.get("sql"),
        suggestions=_suggestions(request, reason) if status == 400 else [],
        fields=_fields(request) if "q" in text else None,
    )


def retry_response(request: PageRequest, reason: UserError) -> Response:
    """Return the response for what can be answered later; it says when to try again."""
    response = error_response(request, 503, reason)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _text(request: PageRequest) -> dict[str, str]:
    """Return the search or query of the request, to be corrected: its argument and its text."""
    name = _TEXT_ARGUMENTS.get(request.path)
    return {name: parse_qs(request.query).get(name, [""])[0][: _LONGEST_TEXT[name]]} if name else {}


_MOST_SHOWN = 20
_LONGEST_FILTER = 200


def _fields(request: PageRequest) -> dict[str, object]:
    """Return the filters of the request as they were given, to be corrected."""
    given = parse_qs(request.query)
    filters = {
        name: [value[:_LONGEST_FILTER] for value in given[name][:_MOST_SHOWN]]
        for name in (*NAMES, *DAYS)
        if name in given
    }
    return {"filters": filters, "names": NAMES, "days": DAYS, "statuses": STATUSES}


def _suggestions(request: PageRequest, reason: UserError | None) -> list[tuple[str, str]]:
    """Return the nearest names for an unknown one, each with the address of the request that has it instead."""
    values = reason.values if reason else {}
    kind, wrong, near = (str(values.get(name, "")) for name in ("kind", "name", "near"))
    if not near or kind not in NAMES:
        return []
    given = parse_qs(request.query)
    suggestions = []
    for name in near.split("、"):
        changed = {**given, kind: [name if value == wrong else value for value in given.get(kind, [])]}
        suggestions.append((name, f"{quote(request.path)}?{urlencode(changed, doseq=True)}"))
    return suggestions
