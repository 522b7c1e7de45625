"""A portal that lives: it publishes, pins, back-dates, edits and withdraws, and remembers what it served."""

from __future__ import annotations

import random
import threading
import time
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from newscrawler.demo.model import Response
from support.stories import Served, Story

SECTIONS = {"宜昌市": "/yichang/", "荆州市": "/jingzhou/", "黄石市": "/huangshi/"}
PAGERS = ("link", "numbers", "script", "count", "button")
"""Forms of pager; each proves the end of a listing."""
NO_PAGER = "none"
"""All entries on one page without a pager: nothing proves that this is the end."""
FIRST_DAY = date(2026, 1, 1)


class HangupError(Exception):
    """Ends a connection without an answer."""


class LivingPortal:
    """The site that the server serves. Changes come from `Changes`; faults hold for one crawl."""

    def __init__(
        self, rng: random.Random, *, sections: int = 2, stories: int = 18, page_size: int = 5, pager: str = "link"
    ) -> None:
        self.rng = rng
        self.page_size = page_size
        self.paths = self.paths_of_lists(sections)
        self.leaves = list(self.paths)
        """The sections that have a list of their own."""
        self.sections = [*self.fronts(), *self.leaves]
        self.stuck: set[str] = set()
        """Sections of whose lists only the first page can be reached."""
        self.listings: dict[str, list[Story]] = {name: [] for name in self.leaves}
        self.pinned: dict[str, list[Story]] = {name: [] for name in self.leaves}
        self.pins_on_every_page = rng.random() < 0.5
        self.pager = pager
        if pager == NO_PAGER:
            self.page_size = 10_000
        self.stories: dict[str, Story] = {}
        self.today = FIRST_DAY
        self.crawl = 0
        self.faults: dict[str, str] = {}
        """Path to what happens instead of the page; lasts for one crawl."""
        self.during: dict[int, str] = {}
        """After so many answers of a crawl, a story appears in this section."""
        self.slow_seconds = 0.0
        self.answers = 0
        self.requested: list[str] = []
        self.served: dict[str, list[Served]] = {}
        self.shown: dict[tuple[int, str], set[str]] = {}
        """(crawl, section) to the URLs that its listing pages showed."""
        self.on_answer: dict[int, object] = {}
        self._lock = threading.Lock()
        for _ in range(stories):
            self.today += timedelta(days=rng.random() < 0.6)
            self.publish()

    # What it consists of

    def paths_of_lists(self, sections: int) -> dict[str, str]:
        """Return the path of each list."""
        return dict(list(SECTIONS.items())[:sections])

    def fronts(self) -> dict[str, list[str]]:
        """Return the columns of each section that is a front page."""
        return {}

    def reachable(self, section: str) -> list[Story]:
        """Return the entries of a list that a crawl can come to, without pinned ones."""
        regular = [story for story in self.listings[section] if story not in self.pinned[section]]
        return regular[: self.page_size] if section in self.stuck else regular

    # What happens to a portal

    def _new(self, day: date) -> Story:
        number = 1000 + len(self.stories)
        story = Story(
            number, day, f"青石坳第{number}号水渠修成", f"第{number}号水渠从春天修到秋天，沿线的人家都用上了水。"
        )
        self.stories[story.path] = story
        return story

    def publish(self, section: str | None = None, *, days_back: int = 0, position: int = 0) -> Story:
        """A new story in one section or several; back-dated, or put below newer ones, when asked."""
        story = self._new(self.today - timedelta(days=days_back))
        chosen = [section] if section else self.rng.sample(self.leaves, self.rng.choice([1, 1, 1, len(self.leaves)]))
        for name in chosen:
            listing = self.listings[name]
            listing.insert(min(position, len(listing)), story)
            if position:
                story.slipped_in.add(name)
        return story

    def back_date_deep(self) -> None:
        section = self.rng.choice(self.leaves)
        listing = self.listings[section]
        position = self.rng.randrange(len(listing) + 1)
        story = self._new(listing[min(position, len(listing) - 1)].day if listing else self.today)
        listing.insert(position, story)
        story.slipped_in.add(section)

    def bring_up_old_ones(self) -> None:
        """A page and more of stories that keep their old dates, on top of one section."""
        section = self.rng.choice(self.leaves)
        for _ in range(self.rng.choice((5, 6, 8))):
            self.publish(section, days_back=30)

    def edit(self) -> None:
        story = self.rng.choice(list(self.stories.values()))
        part = self.rng.choice(("title", "text", "both"))
        number = self.rng.randrange(10_000)
        if part != "text":
            story.title = f"青石坳第{story.number}号水渠修成又改{number}"
        if part != "title":
            story.text = f"第{story.number}号水渠的第{number}次更正：沿线的人家都已经用上了水。"

    def withdraw(self) -> None:
        story = self.rng.choice(list(self.stories.values()))
        story.withdrawn = True
        for name in self.leaves:
            for entries in (self.listings[name], self.pinned[name]):
                if story in entries:
                    entries.remove(story)

    def restore(self) -> None:
        for story in self.stories.values():
            if story.withdrawn:
                story.withdrawn, story.came_back = False, True  # the listings have forgotten it
                return

    def pin(self) -> None:
        section = self.rng.choice(self.leaves)
        if self.listings[section]:
            story = self.rng.choice(self.listings[section])
            if story not in self.pinned[section]:
                self.pinned[section] = [story, *self.pinned[section][:2]]

    def unpin(self) -> None:
        self.pinned[self.rng.choice(self.leaves)].clear()

    def list_also(self) -> None:
        """An older story comes up in another section, too."""
        story = self.rng.choice(list(self.stories.values()))
        section = self.rng.choice(self.leaves)
        if not story.withdrawn and story not in self.listings[section]:
            self.listings[section].insert(0, story)

    def make_ready(self) -> None:
        for story in self.stories.values():
            story.unready = False

    def change(self) -> None:
        """Let some time pass."""
        rng = self.rng
        self.make_ready()
        self.today += timedelta(days=rng.choice((0, 1, 1, 2)))
        for _ in range(rng.choice((0, 0, 1, 2, 3, 5, 12))):
            story = self.publish(days_back=rng.choice((0, 0, 0, 0, 3, 40)))
            story.unready = story.was_unready = rng.random() < 0.05
        for act, likely in (
            (self.back_date_deep, 0.4),
            (self.bring_up_old_ones, 0.2),
            (self.edit, 0.6),
            (self.edit, 0.4),
            (self.withdraw, 0.4),
            (self.restore, 0.15),
            (self.pin, 0.3),
            (self.unpin, 0.15),
            (self.list_also, 0.4),
        ):
            if rng.random() < likely:
                act()

    # Serving

    def begin(self, crawl: int) -> None:
        with self._lock:
            self.crawl, self.answers, self.requested = crawl, 0, []

    def respond(self, path: str) -> Response:
        with self._lock:
            self.answers += 1
            self.requested.append(path)
            if section := self.during.get(self.answers):
                self.publish(section)
            act = self.on_answer.get(self.answers)
            fault = self.faults.get(path)
            if fault is None:
                answer = self._answer(path)
        if callable(act):
            act()
        if fault is not None:
            return self._broken(fault)
        return answer

    def _broken(self, fault: str) -> Response:
        if fault == "hang":
            time.sleep(self.slow_seconds)
            raise HangupError
        if fault == "reset":
            raise HangupError
        if fault == "521":
            return answer_html(
                "<script>document.cookie='__jsl_clearance=1.2|-1|x';location.href=location.href</script>", 521
            )
        if fault == "captcha":
            return answer_html("<html><body><p>请输入验证码后继续访问</p></body></html>")
        if fault == "empty":
            return answer_html("")
        return answer_html("<h1>error</h1>", int(fault))

    def _answer(self, path: str) -> Response:
        if path == "/":
            cities = dict.fromkeys(name.partition("/")[0] for name in self.sections)
            links = " ".join(f"<a href='{SECTIONS[name]}'>{name[:-1]}</a>" for name in cities)
            return answer_html(f"<html><body><div class='nav'>{links}</div></body></html>")
        parts = urlsplit(path)
        for name, own in self.paths.items():
            if parts.path == own:
                return self._listing(name, int(parse_qs(parts.query).get("page", ["1"])[0]))
        story = self.stories.get(path)
        if story is None or story.withdrawn or story.unready:
            return answer_html("<h1>404 Not Found</h1>", 404)
        self.served.setdefault(story.url, []).append(Served(self.crawl, story.title, story.body))
        return answer_html(story.page())

    def _listing(self, section: str, number: int) -> Response:
        regular = [story for story in self.listings[section] if story not in self.pinned[section]]
        last = max(1, -(-len(regular) // self.page_size))
        if section in self.stuck and number > 1:
            return answer_html("<h1>404 Not Found</h1>", 404)
        start = (number - 1) * self.page_size
        shown = regular[start : start + self.page_size]
        if number > 1 and not shown:
            return answer_html("<h1>404 Not Found</h1>", 404)
        pins = self.pinned[section] if number == 1 or self.pins_on_every_page else []
        items = "".join(
            f"<li><a href='{story.path}'>{story.title}</a>{'<b>[置顶]</b>' if story in pins else ''}"
            f"<span>{story.day}</span></li>"
            for story in (*pins, *shown)
        )
        self.shown.setdefault((self.crawl, section), set()).update(story.url for story in (*pins, *shown))
        pager = self._pager(number, last) if section not in self.stuck else _stuck_pager(last)
        return answer_html(f"<html><body><ul class='list'>{items}</ul><div class='pages'>{pager}</div></body></html>")

    def _pager(self, number: int, last: int) -> str:
        if self.pager == NO_PAGER:
            return ""
        if self.pager == "numbers":
            return " ".join(
                f"<b>{n}</b>" if n == number else f"<a href='?page={n}'>{n}</a>" for n in range(1, last + 1)
            )
        if self.pager == "script":
            jump = "function(o){location.href='?page='+o.curr}"
            return f"<script>laypage({{pages:{last},curr:{number},jump:{jump}}})</script>"
        if self.pager == "count":
            return f"共{last}页 <a href='?page={number + 1}'>下页</a>" if number < last else f"共{last}页"
        if self.pager == "button":
            act = f"location.href='?page={number + 1}'" if number < last else "void(0)"
            return f'第{number}/{last}页 <span onclick="{act}">下一页</span>'
        return f"<a href='?page={number + 1}'>下一页</a>" if number < last else "<span>下一页</span>"


def _stuck_pager(last: int) -> str:
    """A pager whose next page only a script knows."""
    return f"共{last}页 <a href='javascript:;' onclick='load(this)'>加载更多</a>" if last > 1 else "<span>下一页</span>"


def answer_html(text: str, status: int = 200) -> Response:
    return Response(status, {"Content-Type": "text/html; charset=utf-8"}, text.encode())
