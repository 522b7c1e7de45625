"""Rendering our templates: the environment, its filters, the stylesheet, and the headers of a page."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from newscrawler import __version__
from newscrawler.archive.search.snippets import Snippet
from newscrawler.web.language import HTML_LANGUAGE
from newscrawler.web.request import PageRequest

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of our pages: no script, nothing from elsewhere, no inline style."""


def _address(url: str | None) -> str | None:
    """Return a URL when it may stand in a link: http and https only."""
    try:
        return url if url and urlsplit(url.strip()).scheme.lower() in ("http", "https") else None
    except ValueError:
        return None


def _marked(snippet: Snippet) -> Markup:
    """Return a snippet with its hits in <mark>."""
    pieces, at = [], 0
    for start, end in snippet.marks:
        pieces.append(Markup("{}<mark>{}</mark>").format(snippet.text[at:start], snippet.text[start:end]))
        at = end
    return Markup("").join([*pieces, snippet.text[at:]])


def _moment(stamp: str | None) -> str:
    """Return one of our times, shown with its zone."""
    return f"{stamp[:10]} {stamp[11:16]} UTC" if stamp and len(stamp) >= 16 else stamp or ""


def _day(published: str | None) -> str:
    """Return one of the portals' times without its zone, which is always China's."""
    return (published or "").replace("T", " ")[:16]


STYLE = files("newscrawler.web").joinpath("static", "site.css").read_bytes()
STYLE_PATH = f"/static/site-{hashlib.sha256(STYLE).hexdigest()[:12]}.css"

_environment = Environment(
    loader=PackageLoader("newscrawler.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_environment.filters |= {"address": _address, "marked": _marked, "moment": _moment, "day": _day}
_environment.filters["number"] = lambda value: f"{value:,}" if isinstance(value, int) else value
_environment.globals |= {"style_path": STYLE_PATH, "version": __version__}


def page(template: str, request: PageRequest, *, status: int = 200, **values: object) -> HTMLResponse:
    """Render one of our templates."""
    body = _environment.get_template(template).render(
        request=request,
        say=request.say,
        word=request.word,
        link=request.link,
        html_language=HTML_LANGUAGE[request.language],
        **values,
    )
    return HTMLResponse(body, status, {"Cache-Control": "no-cache", "Vary": "Accept-Language"})
