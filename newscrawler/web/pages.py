"""What a page is asked for and what it answers: arguments, language, links, templates, headers."""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from urllib.parse import parse_qs, quote, quote_plus, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from sqlite_utils import Database

from newscrawler import __version__
from newscrawler.archive.errors import UserError
from newscrawler.archive.search.snippets import Snippet
from newscrawler.web.language import HTML_LANGUAGE, Language, chosen_language, text
from newscrawler.web.reading import Kept
from newscrawler.web.strings import STRINGS

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of our pages: no script, nothing from elsewhere, no inline style."""
_MOST_ARGUMENTS = 100


class WrongRequestError(UserError):
    """A request that means nothing; the message says what is wrong and how to mend it. HTTP 400."""


class NoSuchPageError(Exception):
    """Something that the archive does not have, or does not show. HTTP 404."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    body: str | bytes = ""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    pieces: Iterator[Callable[[Database], bytes]] | None = None
    """In place of a body: made one after the other, each with an open archive, and sent as they are made."""


@dataclass(frozen=True)
class Visit:
    """One request."""

    path: str
    query: str
    accept_language: str
    kept: Kept
    names: dict[str, str] = field(default_factory=dict)
    """The parts of the path that the route names."""

    @cached_property
    def arguments(self) -> dict[str, list[str]]:
        """The arguments of the query that are not empty. Raises WrongRequestError when there are too many."""
        try:
            return parse_qs(self.query, max_num_fields=_MOST_ARGUMENTS)
        except ValueError:
            raise WrongRequestError("the address has more than {most} arguments.", most=_MOST_ARGUMENTS) from None

    @cached_property
    def asked_language(self) -> str:
        """The language that the address names; empty when it names none that we have."""
        asked = parse_qs(self.query, max_num_fields=None).get("lang", [""])[0]
        return asked if asked in ("zh", "en") else ""

    @cached_property
    def language(self) -> Language:
        """The language of the page."""
        return chosen_language(self.asked_language, self.accept_language)

    def one(self, name: str, default: str = "") -> str:
        """Return an argument that is given once; raises WrongRequestError when it is given more often."""
        values = self.arguments.get(name, [default])
        if len(values) > 1:
            raise WrongRequestError("{name!r} is given {times} times; give it once.", name=name, times=len(values))
        return values[0]

    def number(self, name: str, default: int, most: int) -> int:
        """Return an argument that is a number from 1 to `most`; raises WrongRequestError when it is none."""
        given = self.one(name, str(default))
        if not (given.isascii() and given.isdigit() and len(given) < 10 and 1 <= int(given) <= most):
            raise WrongRequestError(
                "{name!r} is {given!r}; give a number from 1 to {most:,}.", name=name, given=given[:40], most=most
            )
        return int(given)

    def say(self, key: str, /, **values: object) -> str:
        """Return a string of the page's language."""
        return text(key, self.language, **values)

    def word(self, code: str, /, kind: str = "") -> str:
        """Return a code of the archive in the page's language; one that the table does not have as it is."""
        key = f"{kind}-{code}" if kind else code
        return self.say(key) if key in STRINGS else code

    def link(self, path: str, /, **arguments: str | list[str] | None) -> str:
        """Return an address of ours; the language goes along when this page's address names it."""
        parts = [
            f"{name}={quote_plus(one)}"
            for name, value in arguments.items()
            if value
            for one in ([value] if isinstance(value, str) else value)
        ]
        if self.asked_language and "lang" not in arguments:
            parts.append(f"lang={self.asked_language}")
        return f"{quote(path)}?{'&'.join(parts)}" if parts else quote(path)

    @property
    def other_language(self) -> str:
        """The address of this page in the other language."""
        others = {**parse_qs(self.query), "lang": ["en" if self.language == "zh" else "zh"]}
        return f"{quote(self.path)}?{urlencode(others, doseq=True)}"


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


def month_end(month: str) -> str:
    """Return the last day of a month; of what is no month, that it has 28 days at least."""
    try:
        year, number = int(month[:4]), int(month[5:7])
        return f"{month[:7]}-{monthrange(year, number)[1]:02}"
    except ValueError:
        return f"{month[:7]}-28"


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


def page(template: str, visit: Visit, *, status: int = 200, **values: object) -> Answer:
    """Render one of our templates."""
    body = _environment.get_template(template).render(
        visit=visit,
        say=visit.say,
        word=visit.word,
        link=visit.link,
        html_language=HTML_LANGUAGE[visit.language],
        **values,
    )
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return Answer(body, status, headers=headers)
