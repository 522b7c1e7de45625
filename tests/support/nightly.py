"""What `make test` leaves out and `make test-all` (`--hypothesis-profile nightly`) tries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings


def is_night() -> bool:
    """Whether this is a run that may take long."""
    return settings.get_current_profile_name() == "nightly"


def first(count: int, values: Iterable[Any]) -> list[Any]:
    """Return the values for `parametrize`, those behind the first `count` with the mark `slow`.

    For a test whose cases all take the same path through the program, each at the price of a crawl or of a start.
    """
    return [value if number < count else _slow(value) for number, value in enumerate(values)]


def by_day(*numbers: int) -> pytest.MarkDecorator:
    """Mark a test of many cases: by day run those with these numbers, counted from 0; the others are `slow`.

    Name the cases that differ most. Of several `parametrize`, the uppermost counts fastest.
    """
    return pytest.mark.by_day(*numbers)


def leave_out_by_day(items: Iterable[pytest.Item]) -> None:
    """Mark as `slow` what the mark `by_day` does not name. The items of a test come in the order of its cases."""
    counts: Counter[str] = Counter()
    for item in items:
        mark = item.get_closest_marker("by_day")
        if mark is None:
            continue
        test = item.nodeid.partition("[")[0]
        if counts[test] not in mark.args:
            item.add_marker(pytest.mark.slow)
        counts[test] += 1


def _slow(value: Any) -> Any:
    if isinstance(value, type(pytest.param())):
        return pytest.param(*value.values, id=value.id, marks=[*value.marks, pytest.mark.slow])
    return pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=pytest.mark.slow)
