"""Newspapers over time: editions that come late, pages that come after others, articles that are added or moved."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from newscrawler.demo.model import Response
from newscrawler.text.clock import CHINA
from support.pages import article, html

START = datetime.now(CHINA).date()
"""The day of the first crawl. Later ones follow: the archive writes the time of this machine."""
RHYTHMS: dict[str, Callable[[date], bool]] = {
    "daily": lambda day: True,
    "no weekends": lambda day: day.weekday() < 5,
    "weekly": lambda day: day.weekday() == 4,
    "a holiday of eight days": lambda day: not 12 <= (START - day).days < 20,
}
FOLDER, INDEX, QUERY, NAMED = "folder", "index of a month", "query", "named by the next one"
FORMS = (FOLDER, INDEX, QUERY, NAMED)
TEMPLATES = {
    FOLDER: "/html/{yyyy}-{mm}/{dd}/node_1.htm",
    INDEX: "/html/{yyyy}-{mm}/{dd}/node_1.htm",
    QUERY: "/paper.php?date={yyyy}-{mm}-{dd}&page=1",
    NAMED: "/html/{yyyy}-{mm}/{dd}/node_1.htm",
}


@dataclass
class Article:
    """An article of an edition."""

    path: str
    title: str
    page: int
    since: date
    """The day on which it is there."""


@dataclass
class Edition:
    """An edition and the day on which it is there."""

    day: date
    since: date
    articles: list[Article] = field(default_factory=list)
    pages: list[date] = field(default_factory=list)
    """Since when each page is there."""


class AgingPaper:
    """A newspaper of one form and rhythm. `today` is the day on which it answers."""

    def __init__(self, seed: int, form: str, rhythm: str, *, length: int = 30, ahead: int = 60) -> None:
        self.rng = random.Random(seed)
        self.form = form
        self.template = TEMPLATES[form]
        self.today = START
        self.editions: dict[date, Edition] = {}
        for ago in range(length, -ahead, -1):
            day = START - timedelta(days=ago)
            if RHYTHMS[rhythm](day):
                self.editions[day] = self._edition(day)

    def _edition(self, day: date) -> Edition:
        edition = Edition(day, day, pages=[day, day])
        for number in range(6):
            self.add(edition, number % 2 + 1, day)
        return edition

    def add(self, edition: Edition, page: int, since: date) -> None:
        """Add an article to a page of an edition, from a day on."""
        day, number = edition.day, len(edition.articles)
        path = f"/html/{day:%Y-%m}/{day:%d}/content_{page}{number:02d}.htm"
        if self.form == QUERY:
            path = f"/paper.php?date={day:%Y-%m-%d}&page={page}&no={number}"
        title = f"石桥镇第{number}架旧水车又转起来了（{day:%m月%d日}）"
        edition.articles.append(Article(path, title, page, since))

    def delay(self, day: date, days: int) -> None:
        """Let the edition of a day come days late."""
        edition = self.editions[day]
        edition.since = day + timedelta(days=days)

    def is_there(self, edition: Edition) -> bool:
        return edition.since <= self.today

    def shown(self) -> set[str]:
        """The paths of the articles that the newspaper shows today, but for newest editions that nothing names."""
        there = [day for day, edition in self.editions.items() if self.is_there(edition)]
        # The one before it may have another name, too: on a Monday that of Friday is named by the hidden newest one.
        known = max((day for day in there if not self._has_other_name(day)), default=date.min)
        return {
            one.path
            for edition in self.editions.values()
            if self.is_there(edition) and not (edition.day > known and self._has_other_name(edition.day))
            for one in edition.articles
            if one.since <= self.today and edition.pages[one.page - 1] <= self.today
        }

    def _has_other_name(self, day: date) -> bool:
        return self.form == NAMED and day.day % 3 == 0

    # Serving

    def page_path(self, day: date, number: int) -> str:
        if self.form == QUERY:
            return f"/paper.php?date={day:%Y-%m-%d}&page={number}"
        name = "A" if number == 1 and self._has_other_name(day) else ""
        return f"/html/{day:%Y-%m}/{day:%d}/node_{name}{number}.htm"

    def respond(self, path: str) -> Response:
        """Answer as the newspaper does today."""
        if path == "/":
            return html("<html><head><title>山口日报</title></head><body><p>山口日报数字报</p></body></html>")
        there = {day: one for day, one in self.editions.items() if self.is_there(one)}
        if self.form == INDEX and path.endswith("/period.xml"):
            return self._index(path, there)
        for day, edition in there.items():
            if f"{day:%Y-%m}/{day:%d}" not in path and f"{day:%Y-%m-%d}" not in path:
                continue
            for number in (1, 2):
                if path == self.page_path(day, number) and edition.pages[number - 1] <= self.today:
                    return self._page(edition, number, there)
            for one in edition.articles:
                if one.path == path and one.since <= self.today and edition.pages[one.page - 1] <= self.today:
                    return html(article(one.title, day.isoformat()))
        return html("<h1>404 Not Found</h1>", 404)

    def _page(self, edition: Edition, number: int, there: dict[date, Edition]) -> Response:
        links = "".join(
            f"<a href='{self.page_path(edition.day, n)}'>第{n:02d}版：{'要闻民生'[2 * n - 2 : 2 * n]}</a> "
            for n in (1, 2)
            if edition.pages[n - 1] <= self.today
        )
        rows = "".join(
            f"<li><a href='{one.path}'>{one.title}</a></li>"
            for one in edition.articles
            if one.page == number and one.since <= self.today
        )
        before = max((day for day in there if day < edition.day), default=None)
        link = f"<a href='{self.page_path(before, 1)}'>上一期</a>" if before and self.form == NAMED else ""
        return html(f"<html><body><div>{links}</div><ul>{rows}</ul><p>{link}</p></body></html>")

    def _index(self, path: str, there: dict[date, Edition]) -> Response:
        rows = "".join(
            f"<period><period_date>{day}</period_date><front_page>{day:%d}/node_1.htm</front_page></period>"
            for day in there
            if f"/{day:%Y-%m}/" in path
        )
        return Response(200, {"Content-Type": "text/xml"}, f"<period_list>{rows}</period_list>".encode())

    def moment(self) -> datetime:
        """Noon of today, in China."""
        return datetime.combine(self.today, time(12), CHINA)
