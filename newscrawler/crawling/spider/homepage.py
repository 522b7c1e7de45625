"""Reading the homepage: to find the sections, or to recognize it when it is sent in place of other pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawler import places
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.downloader.failures import describe_failure
from newscrawler.crawling.errors import QuotaReachedError
from newscrawler.crawling.requests import HOMEPAGE_PRIORITY, KIND, MAX_ADDRESS
from newscrawler.crawling.spider.blocking import BlockDetector
from newscrawler.crawling.spider.brand_pages import BrandPages
from newscrawler.crawling.spider.navigation_warnings import tell_of_lost_sections, tell_of_navigation
from newscrawler.crawling.spider.responses import StatusClass, classify_status, header, page_of, request_of
from newscrawler.crawling.time_limit import limited
from newscrawler.extraction.charset import decode
from newscrawler.extraction.model import NotAnArticle
from newscrawler.listings.named_links import LinkReader, NamedLink
from newscrawler.listings.page_parts import PagePart, page_parts, script_parts
from newscrawler.listings.pagers import empty_shell
from newscrawler.listings.place_menus import menu_pages
from newscrawler.listings.redirects import script_redirect
from newscrawler.listings.sections import Navigation, Section, find_navigation
from newscrawler.text.urls import identity

MAX_HOPS = 3
"""Redirects by script or `<meta refresh>` that are followed from the homepage."""
MAX_FRAMES = 6
MAX_SCRIPT_FILES = 8
"""Frames and script files of the homepage that are requested, if its own links name few divisions."""
MAX_PART_DEPTH = 2
"""A frame of the homepage may hold another one."""
MAX_MENUS = 4
"""Pages to which the homepage leads that are read for links to cities, if its own do not name all divisions."""
MAX_MENU_DEPTH = 2
"""Such a page may lead to another one: 地方, then 市州."""
MAX_SCRIPT = 1_000_000
"""Bytes of a script file that are read."""
PART_SECONDS = 30
"""How long a crawl waits for one of them."""
LOOK_SECONDS = 20
"""How long a crawl that knows its sections waits for the homepage."""


class HomepageReader:
    """Requests the homepage. `open_sections` takes the sections that it shows, and returns what to request next."""

    def __init__(
        self,
        context: CrawlContext,
        blocks: BlockDetector,
        open_sections: Callable[[Iterable[Section]], Iterator[Request]],
    ) -> None:
        self._context = context
        self._blocks = blocks
        self._open_sections = open_sections
        self._links = LinkReader()
        self._brands = BrandPages(context, blocks, self._part_request, self._part_done)
        self._waiting: set[str] = set()
        """Frames and scripts of the homepage that were requested and have not come."""
        self._requested: dict[bool, set[str]] = {True: set(), False: set()}
        """Scripts (True) and frames (False) that were requested."""
        self._menus: set[str] = set()
        """Pages with menus of cities that were requested."""
        self._menu_depth = 0
        self._unread: list[str] = []
        """What kept frames, scripts and menus from being read."""
        self._redirect: tuple[str, int] | None = None
        """Where a script of the homepage leads, and the redirects so far; None if it leads nowhere."""
        self._shell = ""
        """The empty element of the homepage into which a script builds the page; empty if there is none."""

    # A crawl that does not know its sections

    def request(self) -> Request:
        """Return the request for the homepage of a crawl that finds its sections there."""
        return self._request(self._context.portal.homepage, 0)

    def _request(self, url: str, hops: int) -> Request:
        return Request(
            url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"hops": hops},
            meta={KIND: "homepage"},
            priority=HOMEPAGE_PRIORITY,
            dont_filter=True,
        )

    @limited
    def parse(self, response: Response, hops: int) -> Iterator[Request]:
        """Find the sections on the homepage, or follow its redirect by script."""
        context = self._context
        if sign := self._blocks.detect(response):
            context.fail(f"the homepage is blocked ({sign.kind}): {sign.evidence}")
            return
        if classify_status(response.status) is not StatusClass.PAGE:
            context.fail(f"the homepage answered {response.status}")
            return
        page = page_of(response, context.portal)
        if isinstance(page, NotAnArticle):
            context.fail(f"the homepage cannot be read: {page.detail}")
            return
        self._blocks.learn_homepage(page)
        base = page.base_url or response.url
        self._links = LinkReader()
        self._links.read_page(page, base)
        self._shell = empty_shell(page.root)
        target = script_redirect(page, base)
        self._redirect = (target, hops) if target and hops < MAX_HOPS else None
        if not self._is_enough(self.find_navigation()):
            yield from self._request_parts(page_parts(page, base), 1)
        if not self._waiting:
            yield from self._look_behind()

    def find_navigation(self) -> Navigation:
        """Return the sections to which the homepage links, as far as it is read."""
        return self._navigation_of(self.links())

    def _navigation_of(self, links: list[NamedLink]) -> Navigation:
        portal = self._context.portal
        return find_navigation(links, portal.province_division, self._context.urls.owns, portal_name=portal.name)

    def links(self) -> list[NamedLink]:
        """Return the named links of the homepage, without those to itself: menus have such where a city has no page."""
        return self._without_home(self._links.links)

    def _without_home(self, links: list[NamedLink]) -> list[NamedLink]:
        home = identity(self._context.portal.homepage)
        return [link for link in links if identity(self._context.urls.own_form(link.url)) != home]

    def _is_enough(self, navigation: Navigation) -> bool:
        """Whether the homepage itself shows a menu of the province; if not, it may be in a frame or a script."""
        all_divisions = places.divisions_of(self._context.portal.province_division)
        return 2 * (len(navigation.sections) + len(navigation.foreign)) >= len(all_divisions) > 0

    def _finish(self) -> Iterator[Request]:
        """Open the sections, or follow the homepage's redirect by script."""
        context = self._context
        navigation = self.find_navigation()
        if self._unread:
            context.warn(f"sections may be missing, a part of the homepage could not be read: {self._unread[0]}")
        tell_of_navigation(context, navigation, self._links)
        tell_of_lost_sections(context, navigation)
        if navigation.sections:
            yield from self._open_sections(navigation.sections)
        elif self._redirect:
            target, hops = self._redirect
            yield self._request(context.urls.own_form(target), hops + 1)
        elif context.portal.extra_sections:
            context.warn(f"no link on the homepage is named after a division of {context.portal.province}")
            yield from self._open_sections(())
        else:
            province = context.portal.province
            reason = f"no link on the homepage is named after a division of {province}"
            if behind := ", ".join(sorted(self._menus)):
                reason = f"no link on the homepage, nor on {behind}, is named after a division of {province}"
            built = [f"the page is built by a script (an empty {self._shell})"] if self._shell else []
            browser = ["check --browser finds the data of their lists"] if self._shell else []
            context.fail("; ".join([reason, *built, "name the sections in the definition's [sections]", *browser]))

    # Its frames and scripts

    def _request_parts(self, parts: Iterable[PagePart], depth: int) -> Iterator[Request]:
        for part in parts:
            url = self._context.urls.own_form(part.url)
            requested = self._requested[part.is_script]
            is_free = len(requested) < (MAX_SCRIPT_FILES if part.is_script else MAX_FRAMES)
            if not is_free or url in requested or len(url) > MAX_ADDRESS or not self._context.urls.owns(url):
                continue
            requested.add(url)
            self._waiting.add(url)
            yield self._part_request(url, self.parse_part, {"url": url, "part": part, "depth": depth})

    def _part_request(self, url: str, callback: Callable[..., Any], arguments: dict[str, Any]) -> Request:
        return Request(
            url,
            callback=callback,
            errback=self.part_failed,
            cb_kwargs=arguments,
            meta={KIND: "homepage", "download_timeout": PART_SECONDS},
            priority=HOMEPAGE_PRIORITY,
            dont_filter=True,
        )

    @limited
    def parse_part(self, response: Response, url: str, part: PagePart, depth: int) -> Iterator[Request]:
        """Read a frame or a script of the homepage."""
        status_class = classify_status(response.status)
        if status_class is not StatusClass.PAGE:
            # A frame with a login form or a script that sets a cookie is no block, only a status can be.
            self._blocks.detect(response)
            if status_class is not StatusClass.GONE:  # many homepages name scripts that are long gone
                self._unread.append(f"{url} answered {response.status}")
        else:
            content_type = header(response, b"Content-Type")
            if part.is_script:
                decoded = decode(response.body[:MAX_SCRIPT], content_type=content_type, encoding=part.charset or None)
                if not isinstance(decoded, str):
                    base = self._context.portal.homepage
                    self._links.read_script(decoded.text, base, part.blocks)
                    if depth < MAX_PART_DEPTH:
                        yield from self._request_parts(script_parts(decoded.text, base, part.blocks), depth + 1)
            elif not isinstance(page := page_of(response, self._context.portal), NotAnArticle):
                base = page.base_url or response.url
                self._links.read_page(page, base, part.blocks)
                if depth < MAX_PART_DEPTH:
                    yield from self._request_parts(page_parts(page, base, part.blocks), depth + 1)
        yield from self._part_done(url)

    def part_failed(self, failure: Failure) -> Iterator[Request]:
        """Go on without a frame, a script or a menu."""
        url = request_of(failure).cb_kwargs["url"]
        self._unread.append(f"{url}: {describe_failure(failure)}")
        yield from self._part_done(url)

    def _part_done(self, url: str) -> Iterator[Request]:
        self._waiting.discard(url)
        if not self._waiting:
            yield from self._look_behind()

    # The pages behind it

    def _look_behind(self) -> Iterator[Request]:
        """Request the pages on which the menu of cities may stand, if the homepage does not name all; else go on."""
        navigation = self.find_navigation()
        named = len(navigation.sections) + len(navigation.foreign)
        all_divisions = places.divisions_of(self._context.portal.province_division)
        if self._menu_depth < MAX_MENU_DEPTH and named < len(all_divisions):
            self._menu_depth += 1
            is_sure = self._is_enough(navigation)
            pages = menu_pages(self.links(), self._context.urls.owns, is_sure=is_sure)
            yield from self._request_menus(map(self._context.urls.own_form, pages))
        if not (self._waiting or navigation.sections or self._redirect or self._context.portal.extra_sections):
            self._links.links += self._brands.sections()
            for url, request in self._brands.requests(self.links()):
                self._waiting.add(url)
                yield request
        if not self._waiting:
            yield from self._finish()

    def _request_menus(self, urls: Iterable[str]) -> Iterator[Request]:
        for url in urls:
            if len(self._menus) < MAX_MENUS and url not in self._menus and len(url) <= MAX_ADDRESS:
                self._menus.add(url)
                self._waiting.add(url)
                yield self._part_request(url, self.parse_menu, {"url": url})

    @limited
    def parse_menu(self, response: Response, url: str) -> Iterator[Request]:
        """Read the links of a page behind the homepage. Where the homepage has a menu, it only adds to that."""
        is_blocked = self._blocks.detect(response) is not None
        if classify_status(response.status) is not StatusClass.PAGE:
            self._unread.append(f"{url} answered {response.status}")
        elif not is_blocked and not isinstance(page := page_of(response, self._context.portal), NotAnArticle):
            before = self.find_navigation()
            behind = LinkReader()
            behind.read_page(page, page.base_url or response.url)
            links = self._without_home(behind.links)
            if self._is_enough(before):
                known = {section.name for section in before.sections}
                added = self._navigation_of(links)
                named = [(one.name, one.url) for one in added.sections] + [(one.name, one.url) for one in added.foreign]
                new = {url for name, url in named if name not in known}
                links = [link for link in links if link.url in new]
            self._links.links += links
        yield from self._part_done(url)

    def failed(self, failure: Failure) -> None:
        """Record that the homepage could not be fetched."""
        if not isinstance(failure.value, QuotaReachedError):
            self._context.fail(f"the homepage could not be fetched: {describe_failure(failure)}")

    # A crawl that knows its sections

    def look_request(self, following: Iterable[Request]) -> Request:
        """Return the request for the homepage of a crawl that can do without it: once, and not for long.

        `following` are the requests of the crawl, which are sent afterwards.
        """
        return Request(
            self._context.portal.homepage,
            callback=self.look,
            errback=self.go_on_without,
            cb_kwargs={"following": following},
            meta={KIND: "homepage", "dont_retry": True, "download_timeout": LOOK_SECONDS},
            priority=HOMEPAGE_PRIORITY,
            dont_filter=True,
        )

    def look(self, response: Response, following: Iterable[Request]) -> Iterable[Request]:
        """Remember the homepage, if this is it, and go on."""
        if not self._blocks.detect(response) and classify_status(response.status) is StatusClass.PAGE:
            page = page_of(response, self._context.portal)
            if not isinstance(page, NotAnArticle):
                self._blocks.learn_homepage(page)
        return following

    def go_on_without(self, failure: Failure) -> Iterable[Request]:
        """Go on. Whatever makes the homepage fail shows in the sections, too, where it is recorded."""
        if isinstance(failure.value, QuotaReachedError):
            return ()
        following: Iterable[Request] = request_of(failure).cb_kwargs["following"]
        return following
