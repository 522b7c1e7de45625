"""What is due: crawls and refreshes by the schedule, after failures, wrong clocks and engines that forgot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newscrawler.fleet.due import Due, due_work
from newscrawler.fleet.leases import PortalEntry
from newscrawler.portals.schedule import times_of_clock
from support.fleet_state import NOW, portal

RULES = portal("p", every="6h", refresh="11:00").portal
"""In China it is 12:30: a crawl was due at 12:00, a refresh at 11:00."""


def at(hour: int, minute: int = 0) -> str:
    """A time of this day in China."""
    return f"2026-03-05T{hour - 8:02}:{minute:02}:00Z"


YESTERDAY, TOMORROW = "2026-03-04T12:00:00Z", "2026-03-06T12:00:00Z"
CASES = {
    "nothing is known": ({}, "crawl"),
    "a crawl is missed": ({"started": at(11, 59), "refreshed": at(11, 1)}, "crawl"),
    "both are missed": ({"started": at(10), "refreshed": at(10)}, "crawl"),
    "a refresh is missed": ({"started": at(12, 1), "refreshed": YESTERDAY}, "refresh"),
    "nothing is missed": ({"started": at(12, 1), "refreshed": at(11, 1)}, None),
    "the times of refreshes are not counted yet": ({"started": at(12, 1)}, None),
    "a clock that was ahead crawled": ({"started": TOMORROW, "refreshed": at(11, 1)}, "crawl"),
    "a clock that was ahead refreshed": ({"started": at(12, 1), "refreshed": TOMORROW}, None),
    "a crawl died": ({"started": at(12, 1), "refreshed": at(11, 1), "holder": "one", "command": "crawl"}, "crawl"),
    "a refresh died": (
        {"started": at(12, 1), "refreshed": at(12, 2), "holder": "one", "command": "refresh"},
        "refresh",
    ),
    "an older worker died": ({"started": at(12, 1), "holder": "one"}, "crawl"),
    "a newer worker died": ({"started": at(12, 1), "holder": "one", "command": "dance"}, "crawl"),
    "a refresh died before a crawl": ({"holder": "one", "command": "refresh"}, "crawl"),
}


@pytest.mark.parametrize("what", CASES)
def test_what_is_due(what: str) -> None:
    fields, expected = CASES[what]
    due = due_work(RULES, PortalEntry.model_validate(fields), NOW)
    assert (due.command if due else None) == expected
    if due is not None:
        assert due.since <= NOW


def test_what_was_never_crawled_goes_before_what_is_late() -> None:
    """Else a fleet that cannot keep up would never begin with it."""
    late = due_work(RULES, PortalEntry(started="2020-01-01T00:00:00Z"), NOW)
    new, died = due_work(RULES, PortalEntry(), NOW), due_work(RULES, PortalEntry(started=at(12), holder="one"), NOW)
    assert late is not None and new is not None and died is not None
    assert new.since < late.since and died.since < late.since


def test_a_portal_without_times_of_refreshes_is_never_refreshed() -> None:
    entry = PortalEntry(started=at(12, 1), refreshed=YESTERDAY)
    assert due_work(portal("p", every="6h").portal, entry, NOW) is None


def test_each_refresh_comes_once_however_often_a_portal_is_crawled() -> None:
    """By the minute for three days, with a crawl every hour, also at the minute of the refresh."""
    rules = portal("p", every="1h", refresh="03:00").portal
    entry, began = PortalEntry(), datetime(2026, 3, 5, tzinfo=UTC)
    refreshes: list[datetime] = []
    crawls = 0
    for minute in range(3 * 24 * 60):
        now = began + timedelta(minutes=minute)
        due = due_work(rules, entry, now)
        if due is not None:
            entry = entry.model_copy(update=due.marks(entry, now))
            crawls += due.command == "crawl"
            refreshes += [now] if due.command == "refresh" else []
    # The crawl of that minute goes first.
    assert [(now - timedelta(minutes=1)) in expected() for now in refreshes] == [True] * 3
    assert crawls == 3 * 24


def expected() -> list[datetime]:
    began = datetime(2026, 3, 5, tzinfo=UTC)
    return times_of_clock("03:00").between(began, began + timedelta(days=3))


def test_what_was_stopped_leaves_no_mark() -> None:
    entry = PortalEntry(started=at(12, 1), refreshed=YESTERDAY)
    due = due_work(RULES, entry, NOW)
    assert due == Due(due.since if due else NOW, "refresh")
    assert due is not None and set(due.marks(entry, NOW)) == {"command", "refreshed"}
