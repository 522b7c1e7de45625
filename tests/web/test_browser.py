"""The pages in Debian's Chromium: what an analyst does, at the size of a desk and of a phone, without JavaScript."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from support import nightly
from support.web import Crawled, Server, own_pages, path_of, serving

SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
WORD = "村民"


@contextmanager
def tab(chromium: Any, size: str, *, script: bool = True, **options: Any) -> Iterator[tuple[Any, list[str]]]:
    """A page of a new profile, and what its console, its scripts and its network complained of."""
    context = chromium.new_context(viewport=SIZES[size], java_script_enabled=script, accept_downloads=True, **options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # A page that is left, or a download, ends the requests that are under way: on a slow machine that of the icon.
    page.on("requestfailed", lambda one: one.failure == "net::ERR_ABORTED" or complaints.append(f"failed: {one.url}"))
    yield page, complaints
    context.close()


@nightly.by_day(1)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("script", [False, True], ids=["without", "with-javascript"])
def test_search_facet_article_changes_export(
    chromium: Any, site: Server, crawled: Crawled, size: str, script: bool
) -> None:
    with tab(chromium, size, script=script, locale="zh-CN") as (page, complaints):
        page.goto(site.address)
        page.get_by_role("searchbox").fill(WORD)
        page.get_by_role("button", name="检索").click()
        assert page.locator("mark").first.inner_text() == WORD
        count = int(re.search(r"\d+", page.locator("#found").inner_text())[0])

        facet = page.locator("section[aria-labelledby=facet-source] li").first
        narrowed = int(facet.locator(".count").inner_text())
        facet.get_by_role("link").click()
        assert re.search(r"\d+", page.locator("#found").inner_text())[0] == str(narrowed)
        assert narrowed < count

        with page.expect_download() as waiting:
            page.get_by_role("link", name="CSV").click()
        rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text("utf-8-sig"), newline="")))
        assert len(rows) == narrowed
        shown = page.locator("ol.entries h3 a").all_inner_texts()
        assert [row["title"] for row in rows][: len(shown)] == shown

        page.locator("ol.entries h3 a").first.click()
        assert page.locator("h1").inner_text() == shown[0]
        assert rows[0]["body"].split("\n")[0] in page.locator("div.body").inner_text()

        page.goto(f"{site.address}/article/{crawled.edited}")
        page.get_by_role("link", name="与上一版比较").last.click()
        assert page.locator("del").inner_text() == "三班"
        assert "天亮才走" in page.locator("ins").last.inner_text()
        page.get_by_role("link", name="返回文章").click()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="下载原始存档").click()
        assert waiting.value.suggested_filename == f"{crawled.edited}-2.html"
        assert complaints == []


@pytest.mark.slow
@pytest.mark.parametrize(("size", "language"), [("phone", "zh"), ("desktop", "zh"), ("phone", "en")])
def test_no_page_has_a_barrier(chromium: Any, site: Server, crawled: Crawled, size: str, language: str) -> None:
    """axe-core finds nothing, the console is silent, nothing is wider than the screen, and dark mode has contrast."""
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), []
    with tab(chromium, size, locale=language) as (page, complaints):
        # Pages are made of the same parts: by day every sixth one is asked.
        for path in own_pages(crawled)[:: 1 if nightly.is_night() else 6]:
            answer = page.goto(site.address + path_of(path))
            # Chromium itself reports an answer of 404 on the console.
            if answer.status == 404:
                complaints.clear()
            # What is folded away is looked at, too.
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            results = axe.run(page)
            found += [f"{path}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in results.response["violations"]]
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > SIZES[size]["width"]:
                found.append(f"{path}: {width} pixels wide")
            if size == "phone":
                page.set_viewport_size({"width": 360, "height": 740})
                if (width := page.evaluate("document.documentElement.scrollWidth")) > 360:
                    found.append(f"{path}: {width} pixels wide on a small phone")
                # Lines of a concordance and results of queries are as wide as they are.
                wide = page.evaluate(
                    """[...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth + 1
                       && !one.querySelector('.kwic, .rows')).map(one => one.getAttribute('aria-labelledby'))"""
                )
                found += [f"{path}: the table {name} does not fit a small phone" for name in wide]
                page.set_viewport_size(SIZES[size])
            # One style sheet colours all languages and sizes.
            if size == "desktop":
                page.emulate_media(color_scheme="dark")
                results = axe.run(page, options={"runOnly": ["color-contrast"]})
                found += [f"{path}, dark: {one['nodes'][0]['html'][:200]}" for one in results.response["violations"]]
                page.emulate_media(color_scheme="light")
        assert found == []
        assert complaints == []


def test_by_keyboard(chromium: Any, site: Server) -> None:
    """The first stop leads past the navigation; every stop can be seen; Enter searches."""
    with tab(chromium, "desktop") as (page, _):
        page.goto(site.address)
        page.keyboard.press("Tab")
        first = page.locator(":focus")
        assert first.inner_text() == "Skip to content"
        assert first.bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "q"
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.keyboard.type(WORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?**")
        assert page.locator("mark").count() > 0


HOSTILE = (
    "<script>window.hacked = 1</script><img src='http://127.0.0.1:9/x.png' onerror='window.hacked = 1'>"
    "<p onclick='window.hacked = 1' style='position:fixed'>text</p><a href='javascript:window.hacked = 1'>link</a>"
    "<svg onload='window.hacked = 1'></svg><iframe srcdoc='<script>parent.hacked = 1</script>'></iframe>"
    "<style>body { display: none }</style><form action='http://127.0.0.1:9/'><button>send</button></form>"
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'><base href='http://127.0.0.1:9/'>"
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.hacked=1&gt;'>"
)


def test_stored_markup_runs_nothing(chromium: Any, copied: Path) -> None:
    """Markup that never went through our sanitiser, as a stranger's archive may hold it, in every column."""
    import sqlite3

    connection = sqlite3.connect(copied)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("UPDATE texts SET body_html = ?1 || body_html", [HOSTILE])
    for column in ("title", "subtitle", "source", "summary", "keywords", "cms"):
        connection.execute(f"UPDATE versions SET {column} = ?1 || coalesce({column}, '')", [HOSTILE])
    connection.execute("UPDATE credits SET name = ?1 || name, role = ?1, raw = ?1", [HOSTILE])
    connection.execute("UPDATE images SET caption = ?1, url = 'javascript:window.hacked=1'", [HOSTILE])
    connection.execute(
        "UPDATE sections SET name = ?1 || id, city = ?1 || city, url = 'javascript:window.hacked=1'", [HOSTILE]
    )
    connection.execute(
        "UPDATE run_events SET reason = ?1, url = 'data:text/html,<script>window.hacked=1</script>'", [HOSTILE]
    )
    connection.execute("UPDATE articles SET url = 'javascript:window.hacked=1//' || n")
    article = connection.execute("SELECT id FROM articles ORDER BY n LIMIT 1").fetchone()[0]
    run = connection.execute("SELECT key FROM runs LIMIT 1").fetchone()[0]
    connection.commit()
    connection.close()
    outlet = quote(HOSTILE[:100])
    with serving(copied) as server, tab(chromium, "desktop") as (page, complaints):
        requested: list[str] = []
        page.on("request", lambda request: requested.append(request.url))
        for path in (
            "/", "/search?lang=en", f"/search?q={quote(WORD)}", f"/article/{article}", f"/article/{article}/changes", "/outlets",
            "/editors", "/cities", f"/outlet?name={outlet}", "/coverage", f"/run/{run}", "/archive/articles_flat?_size=5",
            "/archive/article_credits?_size=5",
        ):  # fmt: skip
            page.goto(server.address + path)
            assert page.evaluate("window.hacked") is None, path
            assert page.locator("body").is_visible(), path
            for element in page.locator("a[href^='javascript' i], a[href^='data' i]").all():
                raise AssertionError((path, element.get_attribute("href")))
        assert all(address.startswith(server.address) for address in requested), requested
        assert not [line for line in complaints if "Content Security Policy" in line]
