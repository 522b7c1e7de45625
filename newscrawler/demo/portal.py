"""The demo portal: all its pages, made in advance, and the true values of its articles."""

from __future__ import annotations

import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from newscrawler.demo import images, pages
from newscrawler.demo.model import DemoArticle, Response
from newscrawler.demo.plan import HOST, TODAY, Plan, make_plan

_UTF8 = "text/html; charset=utf-8"
_ROBOTS = b"User-agent: *\nDisallow: /admin/\n"
_CSS = b"body { width: 960px; margin: 0 auto; }\n"
_JS = b"function zoom(step) { document.getElementById('content').className = 'zoom' + step; }\n"


class DemoPortal:
    """An invented portal of Hubei: 17 city sections, their listings, articles and images.

    Pure: the same bytes for the same path, always. `articles` are newest first.
    """

    host = HOST
    """Scheme and host that the portal's URLs carry, whatever address serves it."""

    def __init__(self, plan: Plan) -> None:
        self.articles: tuple[DemoArticle, ...] = tuple(item.article for item in plan.items)
        self.missing: tuple[str, ...] = tuple(item.article.url for item in plan.missing)
        """URLs that a listing shows and that answer 404."""
        self._not_found = _response(pages.not_found(plan), status=404)
        self._pages = _assets() | _section_pages(plan) | _article_pages(plan)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that answers 200."""
        return tuple(self._pages)

    def respond(self, path: str) -> Response:
        """The page at `path` (a query is ignored), a redirect to its folder, or a 404 page."""
        path = urlsplit(path).path or "/"
        if path in self._pages:
            return self._pages[path]
        if f"{path}/" in self._pages:
            return Response(301, {"Location": f"{path}/", "Content-Type": "text/html"}, b"")
        return self._not_found


def build() -> DemoPortal:
    """Make the portal; takes a fraction of a second."""
    return DemoPortal(make_plan())


def _response(
    text: str,
    *,
    status: int = 200,
    day: datetime.date = TODAY,
    content_type: str = _UTF8,
    charset: str = "utf-8",
) -> Response:
    return Response(status, {"Content-Type": content_type, "Last-Modified": _noon(day)}, text.encode(charset))


def _noon(day: datetime.date) -> str:
    moment = datetime.datetime.combine(day, datetime.time(4), tzinfo=datetime.UTC)  # noon in Shanghai
    return format_datetime(moment, usegmt=True)


def _file(body: bytes, content_type: str) -> Response:
    return Response(200, {"Content-Type": content_type, "Last-Modified": _noon(TODAY)}, body)


def _assets() -> dict[str, Response]:
    return {
        "/robots.txt": _file(_ROBOTS, "text/plain"),
        "/css/style.css": _file(_CSS, "text/css"),
        "/js/site.js": _file(_JS, "application/javascript"),
        "/images/logo.svg": _file(images.svg("#b22", 200, 60), "image/svg+xml"),
    }


def _section_pages(plan: Plan) -> dict[str, Response]:
    home = _response(pages.home(plan))
    made = {
        "/": home,
        "/index.shtml": home,
        "/about/": _response(pages.about(plan)),
        "/admin/": _response(pages.login(plan)),
    }
    for section in plan.sections:
        for number, text in enumerate(pages.listings(plan, section), 1):
            made[pages.listing_path(section, number)] = _response(text)
        made[f"/{section.slug}/"] = made[pages.listing_path(section, 1)]
    return made


def _article_pages(plan: Plan) -> dict[str, Response]:
    sections = {section.division.name: section for section in plan.sections}
    made: dict[str, Response] = {}
    for index, item in enumerate(plan.items):
        section = sections[item.article.city]
        # A page in GB2312 says so in its meta element only, as most of them do.
        content_type = _UTF8 if item.charset == "utf-8" else "text/html"
        for number in range(1, len(item.pages) + 1):
            made[pages.page_path(item, number)] = _response(
                pages.article(plan, section, item, number),
                day=item.listed,
                content_type=content_type,
                charset=item.charset,
            )
        for image in item.article.images:
            path = urlsplit(image.url).path
            shade = 40 + index % 200
            made[path] = (
                _file(images.png(shade, 120, 160), "image/png")
                if path.endswith(".png")
                else _file(images.svg(f"rgb({shade},120,90)"), "image/svg+xml")
            )
    return made
