"""Patterns and selectors of a stranger's definition end in time, also those that would take hours."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from lxml.etree import XPathError
from lxml.html import fromstring

from newscrawler.crawling import time_limit as limits
from newscrawler.crawling.time_limit import TimeLimitError, limited, time_limit
from newscrawler.demo.server import SiteServer
from newscrawler.extraction import selectors
from newscrawler.extraction.selectors import compile_selector, select
from support import nightly, program
from support.faults import HEALTHY
from support.pages import DEFINITION, HOMEPAGE, Pages, article, listing


@nightly.by_day(0, 4)
@pytest.mark.parametrize(
    "selector",
    [
        "//*[count(//*[count(//*) > 0]) > 0]",
        "//*[//*[//*[//a]]]",
        "//div/following-sibling::div/following-sibling::div",
        "//p/preceding::p",
        "div ~ div",
        "div p ~ p",
        "//*//*//*//*",
    ],
)
def test_a_selector_that_takes_hours_is_given_up(selector: str) -> None:
    """Once: the next page costs nothing, and other selectors work on the same page meanwhile."""
    script = f"""
import time
from lxml.etree import XPathError
from lxml.html import fromstring
from newscrawler.extraction import selectors
selectors.SELECTOR_SECONDS = 0.1
root = fromstring("<html><body>" + "<div><p>甲</p><p>乙</p></div>" * 12_000 + "</body></html>")
begun = time.monotonic()
for _ in range(5):
    try:
        selectors.select(root, {selector!r})
    except selectors.SelectorTimeError as error:
        print("refused", error)
assert time.monotonic() - begun < 2, "only the first page costs time"
assert len(selectors.select(root, "div")) == 12_000
print("ended")
"""
    done = program.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.stdout.count("refused") == 5 and "ended" in done.stdout, done.stdout + done.stderr


def test_usual_selectors_need_no_thread_and_costly_ones_give_the_same() -> None:
    root = fromstring("<html><body><div class='a'><p>甲</p><p>乙</p></div><div class='b'><p>丙</p></div></body></html>")
    for plain in ("p", "div.a > p", "//div[@class='b']/p", "div:not(.a)", "//p[contains(., '[') or contains(., '//')]"):
        assert "_TimedSelector" not in type(compile_selector(plain)).__name__, plain
    for timed in ("div p", "div ~ div", "p, div", "//div[p]//p"):
        assert type(compile_selector(timed)).__name__ == "_TimedSelector", timed
    assert [node.text for node in select(root, "div.a p")] == ["甲", "乙"]
    assert [node.get("class") for node in select(root, "div ~ div")] == ["b"]
    with pytest.raises(XPathError):
        select(root, "//div[nonsense(.//p)]")


@pytest.mark.slow
def test_a_pattern_that_takes_hours_ends_and_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    monkeypatch.setattr(limits, "PAGE_SECONDS", 0.3)
    begun = time.process_time()
    with pytest.raises(TimeLimitError), time_limit():
        re.search(r"(a+)+\.shtml$", "a" * 60)
    assert time.process_time() - begun < 2
    with time_limit(), time_limit():
        assert re.search("a+", "a" * 60)
    ends = time.process_time() + 0.6
    while time.process_time() < ends:
        pass  # the timer is off

    class Reader:
        @limited
        def read(self, count: int) -> Any:
            yield from range(count)
            re.search(r"(a+)+\.shtml$", "a" * 60)

    steps = Reader().read(3)
    assert [next(steps) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(TimeLimitError):
        next(steps)


def test_a_crawl_with_such_a_pattern_fails_its_section_in_time(tmp_path: Path) -> None:
    pages: dict[str, Any] = {path: article(title, day) for path, title, day in HEALTHY}
    entries = [*HEALTHY, (f"/{'a' * 60}", "青石坳堤段加固完工的消息", "2026-03-05")]
    definition = tmp_path / "t.toml"
    text = f"{DEFINITION}[sections]\n宜昌市 = '/yichang/'\n[article]\nurl = '(a+)+\\.shtml$|/2026/'\n"
    definition.write_text(text.replace("宜昌市 =", '"宜昌市" ='), encoding="utf-8")
    script = "from newscrawler.crawling import time_limit; time_limit.PAGE_SECONDS = 1.0\n"
    script += "import sys; from newscrawler.cli.main import main; main()"
    command = [sys.executable, "-c", script, "crawl", str(definition), "--archive", str(tmp_path / "a.db")]
    with SiteServer(Pages({**pages, "/": HOMEPAGE, "/yichang/": listing(entries)})) as server:
        done = program.run(
            [*command, "--via", server.url],
            env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"},
            capture_output=True,
            text=True,
            timeout=40,
            cwd=tmp_path,
        )
    assert done.returncode == 1
    assert "reading the page takes longer than 1 s" in done.stderr


def test_a_selector_that_takes_too_long_is_told_as_a_page_that_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "SELECTOR_SECONDS", 0.01)
    root = fromstring("<html><body>" + "<div><p>甲</p></div>" * 1_000 + "</body></html>")
    with pytest.raises(TimeLimitError, match="selector"), time_limit():
        select(root, "//*[count(//*) > 1]")  # ends soon, so that no thread works on
