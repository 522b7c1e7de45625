"""Replicas of included portals: their own addresses and sections, their family's markup, invented words.

A replica has the pages that a definition names, by host and path. It is served on loopback; the crawler sends the host
that a page belongs to.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urljoin, urlsplit

from newscrawler import places
from newscrawler.portals import Portal
from newscrawler.portals.model import PortalKind
from newscrawler.text.clock import CHINA
from support.family_markup import (
    EDITION_PAGES,
    Frame,
    Story,
    article_page,
    edition_page,
    list_page,
    newspaper_article,
    one_page_edition,
    shows,
)
from support.family_pagers import DEFAULT, PAGERS
from support.portal_markup import PORTAL_MARKUP

_DAYS = 2
_PAGES = 2


@dataclass(frozen=True)
class Size:
    """How much a replica has."""

    per_section: int = 8
    shown: int = 6
    """Entries of one listing page."""
    per_page: int = 3
    """Articles of one newspaper page."""
    paragraphs: int = 4
    """Of an article; at most 4."""

    def story(self, key: str, published: datetime, number: int) -> Story:
        story = Story.invent(key, published, number)
        return replace(story, paragraphs=story.paragraphs[: self.paragraphs])


FULL = Size()


@dataclass
class Replica:
    """The pages of a portal by host and path, and the truth about its articles by URL."""

    portal: Portal
    pages: dict[str, bytes] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    sections: dict[str, list[str]] = field(default_factory=dict)
    """Section name to the URLs of its articles."""

    def put(self, url: str, body: str, encoding: str = "utf-8") -> None:
        self.pages[_key(url)] = body.encode(encoding)


def truth(name: str, story: Story) -> dict[str, str]:
    """Return the fields that an article of a portal's replica has, as texts; what its page does not show is left out."""
    fields = {"title": story.title, "body": "\n".join(story.paragraphs)}
    if story.is_printed:
        return {**fields, "published": f"{story.published:%Y-%m-%d}"}
    has_own_markup = name in PORTAL_MARKUP
    time_of_day = "" if has_own_markup and shows("dots", name) else f"T{story.published:%H:%M}:00+08:00"
    fields |= {
        "published": f"{story.published:%Y-%m-%d}{time_of_day}",
        "source": story.source,
        "editors": story.editor if shows("editor", name) else "",
    }
    if has_own_markup:
        fields["authors"] = story.author if shows("author", name) else ""
    return fields


def build(portal: Portal, article: str, today: date | None = None, size: Size = FULL) -> Replica:
    """Build the replica of a definition. `article` is the address of one article, whose numbers are varied.

    `today` is the day of a newspaper's last edition; None is today in China.
    """
    replica = Replica(portal)
    if portal.kind is PortalKind.PORTAL:
        _add_sections(replica, article, size)
    _add_editions(replica, today or datetime.now(CHINA).date(), size)
    for url in portal.feeds:
        items = "".join(
            f"<item><title>{story.title}</title><link>{address}</link></item>"
            for address, story in list(replica.stories.items())[:5]
        )
        replica.put(portal.section_url(url), f"<rss version='2.0'><channel>{items}</channel></rss>")
    return replica


def has_editions(url: str) -> bool:
    """Tell whether the URL of a section is a template with a date."""
    return "{yyyy}" in url


def similar(address: str, step: int) -> str:
    """Return another address of the same form: its last number is another one."""
    *_, last = re.finditer(r"\d+", address)
    number = str(int(last[0]) + step)[-len(last[0]) :].rjust(len(last[0]), "0")
    return address[: last.start()] + number + address[last.end() :]


def _add_sections(replica: Replica, article: str, size: Size) -> None:
    portal = replica.portal
    family = str(portal.evidence.family)
    frame = Frame(portal.name, "gb18030" if family == "enorth" else "utf-8")
    sections = {name: portal.section_url(url) for name, url in portal.sections.items()}
    if not sections:
        cities = [
            city for city in places.divisions_of(portal.province_division) if city.name not in portal.extra_sections
        ]
        sections = {city.name: urljoin(portal.homepage, f"/difang/{city.code}/") for city in cities[:2]}
    menu = "".join(f"<li><a href='{url}'>{name}</a></li>" for name, url in sections.items())
    sections |= {name: portal.section_url(url) for name, url in portal.extra_sections.items()}
    replica.put(portal.homepage, frame.page(portal.name, f"<ul class='city'>{menu}</ul>"), frame.encoding)
    for position, (name, url) in enumerate(sections.items()):
        if has_editions(url):
            continue
        stories = []
        for number in range(size.per_section):
            step = position * 100 + number
            address = similar(urljoin(url, article), step)
            story = size.story(f"{portal.id} {step}", datetime(2025, 3, 4, 8, 0) - timedelta(hours=7 * number), step)
            stories.append((address, story))
            replica.stories[address] = story
            replica.put(address, article_page(frame, story, portal.id, family), frame.encoding)
        replica.sections[name] = [address for address, _ in stories]
        pager = PAGERS.get(family, DEFAULT)
        more = urljoin(url, pager.second_page(url))
        replica.put(url, list_page(frame, name, stories[: size.shown], pager.markup(1, url)), frame.encoding)
        replica.put(more, list_page(frame, name, stories[size.shown :], pager.markup(2, url)), frame.encoding)
        if pager.script:
            address, text = pager.script(pager.second_page(url))
            replica.put(urljoin(url, address), text, frame.encoding)


def _add_editions(replica: Replica, last_day: date, size: Size) -> None:
    portal = replica.portal
    frame = Frame(portal.name, "utf-8")
    page_of = EDITION_PAGES.get(portal.id, edition_page)
    last_page = 1 if page_of is one_page_edition else _PAGES
    replica.pages.setdefault(_key(portal.homepage), frame.page(portal.name, "<p>数字报</p>").encode())
    today = datetime.combine(last_day, time())
    count = 0
    for position, (name, template) in enumerate(portal.sections.items()):
        if not has_editions(template):
            continue
        urls = replica.sections.setdefault(name, [])
        for back in range(_DAYS):
            day = today - timedelta(days=back)
            first = portal.section_url(_dated(template, day))
            pages = [first, *(_page_url(first, number) for number in range(2, last_page + 1))]
            for number, url in enumerate(pages, 1):
                stories = []
                for place in range(1, size.per_page + 1):
                    count += 1
                    address = _edition_article(portal, url, day, number, place, position)
                    story = size.story(f"{portal.id} {count}", day, count)
                    stories.append((address, story))
                    replica.stories[address] = story
                    replica.put(address, newspaper_article(frame, story))
                    urls.append(address)
                replica.put(url, page_of(frame, number, pages, stories))


def _dated(template: str, day: datetime) -> str:
    values = {"yyyy": f"{day:%Y}", "mm": f"{day:%m}", "dd": f"{day:%d}"}
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], template)


def _page_url(first: str, number: int) -> str:
    """The address of another page of the edition."""
    if first.endswith("/index.htm"):
        return first.replace("index.htm", f"page_{number:02d}.htm")
    if first.endswith("/"):
        return f"{first}node_{number}.html"
    if first.endswith(("/node.htm", "/default.htm")):
        folder, _, file = first.rpartition("/")
        return similar(folder, number - 1) + f"/{file}"
    return similar(first, number - 1)


def _edition_article(portal: Portal, page: str, day: datetime, number: int, place: int, section: int) -> str:
    """The address of an article, as the paper's family writes it."""
    family = "joyhua" if page.endswith(("/index.htm", "/page_02.htm")) else str(portal.evidence.family)
    serial = int(f"{day:%d}") * 1000 + section * 100 + number * 10 + place + 200_000
    folder = page.rpartition("/")[0]
    if portal.id == "gxrb":
        return f"{page}&xuhao={place}"
    if portal.id == "cqrb_paper":
        return f"{folder}/content_rb_{serial}.htm"
    if portal.id == "hndaily":
        return f"{folder}/content_58466_{serial}.htm"
    if portal.id == "nfrb":
        return f"{folder}/content_{serial}.html".replace("epaper.southcn.com", "epaper.nfnews.com")
    if family == "founder-paper":
        file = f"c{serial}.html" if "/col" in page.rpartition("/")[2] else f"content_{serial}.html"
        sister = {"layout": "con", "column": "content", "col": "con"}
        return re.sub(r"/(layout|column|col)/", lambda match: f"/{sister[match[1]]}/", f"{folder}/") + file
    return {
        "founder-paper-classic": f"{folder}/content_{serial}.htm",
        "shtml-paper": f"{folder}/{serial}.shtml",
        "paperindex": f"{folder}/Articel{number:02d}{place:03d}DZ.htm",
        "joyhua": f"{folder}/content_{day:%Y%m%d}{number:03d}{place:03d}.htm",
        "uniflows": f"{folder}/{number:02d}_{serial % 10_000}.htm",
        "own": f"{folder}/{serial}.html",
    }[family]


def _key(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


@contextmanager
def serving(replica: Replica) -> Iterator[str]:
    """Serve a replica on loopback while the block runs; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(replica.pages.get))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(find: Callable[[str], bytes | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            body = find(f"{self.headers.get('Host', '')}{self.path}")
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Keep standard error free."""

    return Handler
