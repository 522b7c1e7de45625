"""Definitions from strangers: refused with a reason, or harmless."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newscrawler.portals import DefinitionError, Portal, load_portal
from newscrawler.text.definitions import validate

BASE = {"id": "t", "name": "试验网", "province": "湖北省", "homepage": "http://www.t.example/"}


@pytest.mark.parametrize(
    "change",
    [
        *({"id": name} for name in ("../x", "a/b", "..", ".", "", "a\x00b", "A", "a" * 65, "a\nb", "con.")),
        *(
            {"homepage": url}
            for url in ("file:///etc/passwd", "http://", "http://a b/", "http://a.example/\r\nX: y", "//a")
        ),
        {"crawl": {"concurrency": 10**9}},
        {"crawl": {"concurrency": 0}},
        {"crawl": {"delay": -1}},
        {"crawl": {"delay": float("nan")}},
        {"crawl": {"delay": 1e300}},
        {"crawl": {"delay": float("inf")}},
        {"article": {"url": "("}},
        {"article": {"url": "(" * 5000 + ")" * 5000}},
        {"article": {"title": "//a[document('file:///etc/passwd')]"}},
        {"article": {"title": ":not(" * 3000 + "a" + ")" * 3000}},
        {"article": {"title": "a" + "[1]" * 20 + "["}},
        {"sections": {"宜昌市": "file:///etc/passwd"}},
        {"homepage": "http://user:secret@www.t.example/"},
        {"sections": {"宜昌市": "http://secret@www.t.example/"}},
        {"feeds": ["//user:secret@www.t.example/feed.xml"]},
        {"sections": {"宜昌市": "http://169.254.169.254/"}},
        {"feeds": ["ftp://www.t.example/x"]},
        {"allowed_hosts": ["*"]},
        {"allowed_hosts": ["cn"]},
        {"schedule": {"cron": "* * * * * *; rm -rf /"}},
        {"archive": "/etc/cron.d/x"},
    ],
    ids=lambda change: str(change)[:60],
)
def test_a_hostile_value_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError) as refusal:
        validate(BASE | change, Portal, "t.toml")
    assert not any(character in str(refusal.value) for character in "\x00\x1b\r")


def test_a_name_cannot_lead_out_of_the_folder_of_definitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("../../etc/passwd", "/etc/passwd", "..", "\x00", "a\nb"):
        with pytest.raises((DefinitionError, ValueError)):
            load_portal(name)


def test_a_delay_of_zero_is_the_definition_s_right_and_is_bounded_by_concurrency() -> None:
    portal = validate(BASE | {"crawl": {"delay": 0, "concurrency": 64}}, Portal, "t.toml")
    assert (portal.crawl.delay, portal.crawl.concurrency) == (0, 64)
