"""The browser process: it shows the pages of the crawl and nothing of its own."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from newscrawler.crawling.browser.chromium import FEATURES_OFF, Chromium

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium")


def test_it_loads_no_page_but_those_of_the_crawl() -> None:
    """Pages of the browser's own would take their time with each page of a portal, and could ask for things."""

    async def targets() -> list[tuple[str, str]]:
        chromium = Chromium("", "test")
        try:
            context = await chromium.new_context()
            await context.new_page()
            assert context.browser is not None
            session = await context.browser.new_browser_cdp_session()
            await asyncio.sleep(1)  # they come after the window
            found = await session.send("Target.getTargets", {"filter": [{}]})
            return [(one["type"], one["url"]) for one in found["targetInfos"]]
        finally:
            await chromium.close()

    found = asyncio.run(targets())
    assert {kind for kind, _ in found} <= {"page", "tab", "browser"} and {url for _, url in found} <= {
        "about:blank",
        "",
    }


def test_what_playwright_turns_off_stays_off() -> None:
    """Chromium reads one list of features; ours is in the place of Playwright's."""
    playwright = pytest.importorskip("playwright")
    bundle = Path(playwright.__file__).parent / "driver/package/lib/coreBundle.js"
    (text,) = re.findall(r"\bdisabledFeatures = \[(.*?)\]", bundle.read_text(encoding="utf-8"), re.DOTALL)
    assert set(re.findall(r'^\s*"(\w+)"', text, re.MULTILINE)) - set(FEATURES_OFF) == set()
