"""What is answered when something is wrong, in the form that the address promises and the language of the visitor."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from newscrawler.archive.errors import UserError
from newscrawler.web.pages import Answer, Visit, page
from newscrawler.web.reasons import said
from newscrawler.web.sql import DATABASE

RETRY_SECONDS = "10"
_LOCKED = UserError("the archive is locked by another program; try again when it is done.")
_MOST_SHOWN = {"q": 1_000, "sql": 10_000}
"""Characters of what was typed that are shown again; longer searches are none."""
_TYPED = {"/search": "q", f"/{DATABASE}": "sql"}
"""Pages that are asked with a text of the visitor's, and its argument."""
_EXPLAINED = (404, 500, 503)
_HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
_PLAIN = (".csv", ".bib", ".warc.gz", "/metrics")


def error_answer(visit: Visit, status: int, reason: UserError | str = "") -> Answer:
    """Say what went wrong: as JSON or plain text where the address promises JSON or another file, else as a page."""
    heading = visit.say(f"error-{status}")
    message, language = said(reason, visit.language)
    explained = visit.say(f"error-{status}-text") if status in _EXPLAINED and not message else ""
    if visit.path.endswith(".json"):
        # The keys of Datasette's own errors.
        found = {"ok": False, "error": message or explained or heading, "status": status, "title": heading}
        body = json.dumps(found, ensure_ascii=False) + "\n"
        return Answer(body, status, "application/json; charset=utf-8", dict(_HEADERS))
    if visit.path.endswith(_PLAIN):
        body = f"{message or explained or heading}\n"
        return Answer(body, status, "text/plain; charset=utf-8", dict(_HEADERS))
    typed = _typed(visit) if status == 400 else {}
    return page(
        "error.html",
        visit,
        status=status,
        code=status,
        message=message,
        message_language="zh-CN" if language == "zh" else "en",
        explained=explained,
        words=typed.get("q"),
        statement=typed.get("sql"),
        database=DATABASE,
    )


def locked_answer(visit: Visit) -> Answer:
    """Say that another program holds the archive, and when to come again."""
    answer = error_answer(visit, 503, _LOCKED)
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _typed(visit: Visit) -> dict[str, str]:
    """Return what was typed on a page that asks for a text, to be mended: argument to text."""
    name = _TYPED.get(visit.path)
    return {name: parse_qs(visit.query).get(name, [""])[0][: _MOST_SHOWN[name]]} if name else {}
