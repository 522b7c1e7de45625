"""Rendering our templates: an environment per language, its filters, the stylesheet, the headers of a page."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from importlib.resources import files
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from newscrawler import __version__
from newscrawler.archive.search.snippets import Snippet
from newscrawler.text.labels import message_of
from newscrawler.text.languages import Language, languages
from newscrawler.text.telling import tell
from newscrawler.web.request import PageRequest
from newscrawler.web.times import moment, published

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


def _highlighted(snippet: Snippet) -> Markup:
    """Return a snippet with its highlights in <mark>."""
    pieces, at = [], 0
    for start, end in snippet.highlights:
        pieces.append(Markup("{}<mark>{}</mark>").format(snippet.text[at:start], snippet.text[start:end]))
        at = end
    return Markup("").join([*pieces, snippet.text[at:]])


def _told(text: str | None, language: Language) -> Markup:
    """Return a sentence of the archive in the language of the page; one that stays English says so."""
    told, tag = tell(text or "", language)
    return escape(told) if tag == language.tag else Markup('<span lang="{}">{}</span>').format(tag, told)


STYLE = files("newscrawler.web").joinpath("static", "site.css").read_bytes()
ICON = files("newscrawler.web").joinpath("static", "icon.svg").read_bytes()
ICON_PATH = "/static/icon.svg"
STYLE_PATH = f"/static/site-{hashlib.sha256(STYLE).hexdigest()[:12]}.css"


@cache
def _environment(language: Language) -> Environment:
    """Return the environment of one language: its templates are compiled with its translations."""
    environment = Environment(
        loader=PackageLoader("newscrawler.web"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    translations = language.translations
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {"address": _address, "highlighted": _highlighted}
    environment.filters["moment"] = partial(moment, gettext=translations.gettext)
    environment.filters["published"] = partial(published, gettext=translations.gettext)
    environment.filters["number"] = language.number
    environment.filters["weekday"] = language.weekday
    environment.filters["told"] = partial(_told, language=language)
    environment.globals |= {
        "style_path": STYLE_PATH,
        "icon_path": ICON_PATH,
        "version": __version__,
        "language": language,
        "languages": languages().values(),
        "tell": lambda text: tell(text or "", language)[0],
        "label": lambda code, kind="": translations.gettext(message_of(code, kind)) if code else "",
    }
    return environment


def page(template: str, request: PageRequest, *, status: int = 200, **values: object) -> HTMLResponse:
    """Render one of our templates in the language of the request."""
    environment = _environment(request.language)
    body = environment.get_template(template).render(request=request, link=request.link, **values)
    return HTMLResponse(body, status, {"Cache-Control": "no-cache", "Vary": "Accept-Language"})
