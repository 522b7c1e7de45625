"""What `make test` leaves out and `make test-all` (`--hypothesis-profile nightly`) tries."""

from __future__ import annotations

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


def _slow(value: Any) -> Any:
    if isinstance(value, type(pytest.param())):
        return pytest.param(*value.values, id=value.id, marks=[*value.marks, pytest.mark.slow])
    return pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=pytest.mark.slow)
