"""Durations such as 6h."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newscrawler.text.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("45s", timedelta(seconds=45)),
        (" 30 m ", timedelta(minutes=30)),
        ("6h", timedelta(hours=6)),
        ("365d", timedelta(days=365)),
        ("0d", timedelta(0)),
    ],
)
def test_durations(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "6", "h", "6 hours", "-1h", "1.5h", "6w", "6h30m", "9999999d"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid duration; use for example 7d, 6h or 30m"):
        parse_duration(text)
