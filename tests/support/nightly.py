"""What `make test` leaves out and `make test-all` (`--hypothesis-profile nightly`) tries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import settings


def is_night() -> bool:
    """Whether this is a run that may take long."""
    return settings.get_current_profile_name() == "nightly"


def by_day(*numbers: int, every: int | None = None) -> pytest.MarkDecorator:
    """Mark a test of many cases: by day run those with these numbers, counted from 0, and the others by night (`slow`).

    Name the cases that differ most. For cases that combine values, `every=5` takes each fifth one: a number that does
    not divide how many values there are, so that all of them occur. Of several `parametrize`, the uppermost counts
    fastest.
    """
    return pytest.mark.by_day(*numbers, every=every)


def leave_out_by_day(items: Sequence[pytest.Item]) -> None:
    """Mark as `slow` what the mark `by_day` does not name. The items of a test come in the order of its cases."""
    counts: Counter[str] = Counter()
    named: dict[str, tuple[int, ...]] = {}
    for item in items:
        mark = item.get_closest_marker("by_day")
        if mark is None:
            continue
        test = item.nodeid.partition("[")[0]
        named[test], every = mark.args, mark.kwargs["every"]
        if counts[test] not in mark.args and (every is None or counts[test] % every):
            item.add_marker(pytest.mark.slow)
        counts[test] += 1
    # Of a test that is started by the names of its cases, the others are not among the items.
    if items and not any("::" in one for one in items[0].config.args):
        without = [test for test, numbers in named.items() if numbers and max(numbers) >= counts[test]]
        if without:
            raise pytest.UsageError(f"by_day names cases that do not exist: {', '.join(without)}")
