"""Lists that change between two crawls in every way that portals change them, and what each of them shows."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from newscrawler.demo.model import Response
from support.pages import LAST_PAGE, article, html, listing

CITIES = (
    ("武汉", "wuhan"), ("黄石", "huangshi"), ("十堰", "shiyan"), ("宜昌", "yichang"), ("襄阳", "xiangyang"),
    ("鄂州", "ezhou"), ("荆门", "jingmen"), ("孝感", "xiaogan"), ("荆州", "jingzhou"), ("黄冈", "huanggang"),
    ("咸宁", "xianning"), ("随州", "suizhou"), ("恩施州", "enshi"), ("仙桃", "xiantao"), ("潜江", "qianjiang"),
    ("天门", "tianmen"),
)  # fmt: skip
NEWEST = date(2026, 3, 28)
WAYS = 7
"""Sections of a portal."""
COUNTS = ("entries", "pages", "none")
"""What a pager states beside its link to the next page."""


@dataclass
class ChangingList:
    """The list of one section."""

    path: str
    count: str
    size: int
    pages_are_named: Callable[[int, int], str]
    """The path of a page by its number from 1 and the number of pages."""
    entries: list[tuple[str, str, str]] = field(default_factory=list)
    """(path, title, date), from the top."""
    pinned: list[tuple[str, str, str]] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    """Numbers of pages that answer 503."""


class ChangingPortal:
    """A portal of sections that each change in a way of their own. `change` lets a day pass."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.today = NEWEST
        self.numbers = iter(range(10_000, 99_999))
        self.unready: set[str] = set()
        """Articles that are listed before their pages are there."""
        own = (
            self.put_in, self.put_in_one_per_page, self.append_older, self.pin, self.list_elsewhere,
            self.withdraw_and_put_in, self.write_titles_again, self.break_a_page,
            self.keep_the_newest, self.change_the_order, self.replace, self.put_in_beside_nothing_new, self.sort_anew,
        )  # fmt: skip
        ways = (self.publish, self.list_before_it_is_up, *self.rng.sample(own, WAYS - 2))
        self.ways = dict(zip((f"/{folder}/" for _, folder in CITIES), ways, strict=False))
        self.lists: dict[str, ChangingList] = {}
        for path, way in self.ways.items():
            # What nothing new comes with is shown by a stated number only.
            count = "entries" if way == self.put_in_beside_nothing_new else self.rng.choice(COUNTS)
            one = ChangingList(path, count, self.rng.choice((5, 6)), self.rng.choice((_by_number, _from_the_end)))
            day = self.today
            for _ in range(self.rng.choice((17, 20, 23))):
                one.entries.append(self._new(one, day))
                day -= timedelta(days=self.rng.choice((0, 1, 1)))
            self.lists[path] = one
        for _ in range(2):
            self.list_before_it_is_up(self._list_of(self.list_before_it_is_up))

    def _list_of(self, way: Callable[[ChangingList], None]) -> ChangingList:
        return next(one for path, one in self.lists.items() if self.ways[path] == way)

    def _new(self, one: ChangingList, day: date) -> tuple[str, str, str]:
        number = next(self.numbers)
        return f"{one.path}{day:%Y/%m%d}/{number}.shtml", f"青石坳第{number}号水渠修成通水", day.isoformat()

    def change(self) -> None:
        """Change each list in its way; what was not ready before is now."""
        self.today += timedelta(days=1)
        self.unready.clear()
        for path, one in self.lists.items():
            one.broken.clear()
            self.ways[path](one)

    # The ways in which a list changes

    def publish(self, one: ChangingList) -> None:
        for _ in range(self.rng.choice((1, 1, 3, one.size + 1))):
            one.entries.insert(0, self._new(one, self.today))

    def _put_in_at(self, one: ChangingList, place: int) -> None:
        one.entries.insert(place, self._new(one, date.fromisoformat(one.entries[min(place, len(one.entries) - 1)][2])))

    def _far_behind(self, one: ChangingList) -> int:
        """A place below more known entries than a crawl needs to recognise what it read before."""
        return self.rng.randrange(len(one.entries) - 4, len(one.entries))

    def put_in(self, one: ChangingList) -> None:
        self.publish(one)
        for _ in range(self.rng.choice((1, 2, 5))):
            self._put_in_at(one, self._far_behind(one))

    def put_in_one_per_page(self, one: ChangingList) -> None:
        one.entries.insert(0, self._new(one, self.today))
        for place in range(one.size + 2, len(one.entries), one.size):
            self._put_in_at(one, place)

    def put_in_beside_nothing_new(self, one: ChangingList) -> None:
        self._put_in_at(one, self._far_behind(one))

    def append_older(self, one: ChangingList) -> None:
        one.entries.insert(0, self._new(one, self.today))
        oldest = date.fromisoformat(one.entries[-1][2])
        one.entries += [self._new(one, oldest - timedelta(days=days)) for days in range(1, self.rng.choice((3, 14)))]

    def pin(self, one: ChangingList) -> None:
        self.publish(one)
        one.pinned = self.rng.sample(one.entries[one.size :], 2)
        self._put_in_at(one, len(one.entries) - 3)

    def list_elsewhere(self, one: ChangingList) -> None:
        """An article of another section comes into the list, by its old date far behind the newest."""
        one.entries.insert(0, self._new(one, self.today))
        other = self._list_of(self.publish)
        moved = (f"{other.path}2026/0101/{next(self.numbers)}.shtml", "两县共用的水渠通水", "2026-01-01")
        other.entries.insert(0, moved)
        one.entries.insert(len(one.entries) - 2, moved)

    def list_before_it_is_up(self, one: ChangingList) -> None:
        one.entries.insert(0, self._new(one, self.today))
        self.unready.add(one.entries[0][0])

    def withdraw_and_put_in(self, one: ChangingList) -> None:
        one.entries.insert(0, self._new(one, self.today))
        del one.entries[self._far_behind(one)]
        self._put_in_at(one, self._far_behind(one))

    def write_titles_again(self, one: ChangingList) -> None:
        one.entries[:6] = [(path, f"{title}（更新）", day) for path, title, day in one.entries[:6]]
        one.entries.insert(0, self._new(one, self.today))

    def break_a_page(self, one: ChangingList) -> None:
        self.publish(one)
        one.broken = {self.rng.choice((1, 2, 3))}

    def keep_the_newest(self, one: ChangingList) -> None:
        length = len(one.entries)
        self.publish(one)
        self._put_in_at(one, length - 4)
        del one.entries[length:]

    def change_the_order(self, one: ChangingList) -> None:
        one.entries.insert(0, self._new(one, self.today))
        tail = one.entries[one.size :]
        tail.append(self._new(one, self.today))
        self.rng.shuffle(tail)
        one.entries[one.size :] = tail

    def sort_anew(self, one: ChangingList) -> None:
        """By the number of readers, say: what is new stands anywhere."""
        self._put_in_at(one, self._far_behind(one))
        self.rng.shuffle(one.entries)

    def replace(self, one: ChangingList) -> None:
        """Entries far behind get a new address."""
        one.entries.insert(0, self._new(one, self.today))
        for place in self.rng.sample(range(one.size, len(one.entries)), 3):
            one.entries[place] = self._new(one, date.fromisoformat(one.entries[place][2]))

    # Serving

    def respond(self, path: str) -> Response:
        """Answer as the portal does today."""
        if path == "/":
            links = " ".join(
                f"<a href='/{folder}/'>{name}</a>" for name, folder in CITIES if f"/{folder}/" in self.lists
            )
            return html(f"<html><body><div class='nav'>{links}</div></body></html>")
        for one in self.lists.values():
            if path.startswith(one.path):
                parts = [one.entries[at : at + one.size] for at in range(0, len(one.entries), one.size)]
                for number, part in enumerate(parts, 1):
                    if path == one.path + one.pages_are_named(number, len(parts)):
                        return self._page(one, part, number, len(parts))
            for entry in one.entries:
                if entry[0] == path and path not in self.unready:
                    return html(article(entry[1], entry[2]))
        return html("<h1>404 Not Found</h1>", 404)

    def _page(self, one: ChangingList, part: list[tuple[str, str, str]], number: int, last: int) -> Response:
        if number in one.broken:
            return html("<h1>503</h1>", 503)
        on_top = [(path, f"[置顶] {title}", day) for path, title, day in one.pinned] if number == 1 else []
        stated = {"entries": f"共{len(one.entries)}条 ", "pages": f"共{last}页 ", "none": ""}[one.count]
        following = one.path + one.pages_are_named(number + 1, last)
        way_on = f"<a href='{following}'>下一页</a>" if number < last else LAST_PAGE
        return html(listing([*on_top, *part], f"{stated}{way_on}"))

    def shown(self) -> dict[str, set[str]]:
        """The addresses that each list shows today, by the path of the section."""
        return {path: {entry[0] for entry in one.entries} for path, one in self.lists.items()}


def _by_number(number: int, last: int) -> str:
    return "" if number == 1 else f"index_{number}.shtml"


def _from_the_end(number: int, last: int) -> str:
    """Addresses of older pages count down: each changes its content when a page is added."""
    return "" if number == 1 else f"list_{last - number + 1}.shtml"
