"""Captured pages that open inside of our pages: their text and captured images, and nothing that runs, loads or leads away."""

from __future__ import annotations

import base64
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lxml import html

from newscrawler import __version__
from newscrawler.archive.captures.images import CapturedImage
from newscrawler.archive.captures.reading import CapturedPage
from newscrawler.demo.model import Response
from newscrawler.demo.server import SiteServer
from newscrawler.web.original_page import safe_page
from support.in_process import Pages, pages_of
from support.pages import DEFINITION, HOMEPAGE, article, listing
from support.pages import Pages as Site
from support.web import newscrawler

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HOST = "http://www.t.example"
HOSTILE = (
    "<script>parent.hacked = 1</script><p onclick='x()' style='color:red;background:url(http://h.example/a.png)'>正文一</p>"
    "<a href='javascript:x()'>链接</a><a href='http://h.example/'>站外</a><iframe src='http://h.example/'></iframe>"
    "<form action='http://h.example/'><input name=a><button>送</button></form><svg onload=x()><image href='http://h.example/i'/></svg>"
    "<meta http-equiv=refresh content='0;url=http://h.example/'><base href='http://h.example/'><object data='http://h.example/'></object>"
    "<style>@import 'http://h.example/s.css'; p { background: URL(\"http://h.example/b.png\") } </style><style></style><script>1</script>"
    "<img src='http://h.example/lost.png' srcset='http://h.example/2.png 2x' alt='没有存档'>"
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=http://h.example/m onerror=x()&gt;'>"
)


def captured(
    markup: str, headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
) -> CapturedPage:
    return CapturedPage(
        f"{HOST}/a/1.html", 200, list(headers), markup.encode(), markup.encode(), "2026-03-05T00:00:00Z"
    )


def test_nothing_that_runs_loads_or_leads_away_is_left() -> None:
    page = safe_page(
        captured(f"<html><head><title>t</title></head><body><p class=x>正文二</p>{HOSTILE}</body></html>"),
        lambda url: None,
    )
    assert page is not None
    assert "h.example" not in page and "hacked" not in page and "javascript" not in page
    tree = html.document_fromstring(page)
    assert not tree.xpath(
        "//script | //iframe | //form | //svg | //object | //base | //meta[@http-equiv] | //@href | //@srcset | //@*[starts-with(name(), 'on')]"
    )
    assert "正文一" in tree.text_content() and "正文二" in tree.text_content()
    assert tree.xpath("//img/@alt")[0] == "没有存档" and not tree.xpath("//img/@src")


def test_captured_images_are_part_of_the_page_up_to_a_limit() -> None:
    asked: list[str] = []

    def image_of(url: str) -> CapturedImage:
        asked.append(url)
        return CapturedImage(PNG + bytes(1_000_000), "image/png")

    page = safe_page(
        captured("<html><body><p>文</p>" + "<img src='../i/1.png'><img data-src='/i/2.png'>" * 50 + "</body></html>"),
        image_of,
    )
    assert page is not None and asked[:2] == [f"{HOST}/i/1.png", f"{HOST}/i/2.png"]
    assert len(asked) == 60 and page.count("data:image/png;base64,") == 11


def test_no_page_takes_long() -> None:
    start = time.process_time()
    for part in ("url(", "@import ", "<img src=/a>", "<style>url(", "style='url("):
        safe_page(
            captured(f"<html><body><p>文</p><style>{part * 100_000}</style>{part * 20_000}</body></html>"),
            lambda url: None,
        )
    assert time.process_time() - start < 20
    assert safe_page(captured("%PDF-1.4"), lambda url: None) is None


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles with captured images, one of which belongs to two of them, and what a server sends in their place."""
    folder = tmp_path_factory.mktemp("originals")
    png = Response(200, {"Content-Type": "image/png"}, PNG)
    pages: dict[str, object] = {"/": HOMEPAGE, "/enshi/": listing([]), "/i/own.png": png, "/i/shared.png": png}
    pages["/i/drawing.png"] = Response(
        200, {"Content-Type": "image/svg+xml"}, b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    )
    pages["/i/login.png"] = Response(200, {"Content-Type": "image/png"}, b"<html><body>login</body></html>")
    entries = []
    for number, images in enumerate((("own",), ("shared",), ("shared", "own", "drawing", "login")), 1):
        path, title = f"/2026/0305/9000{number}.shtml", f"青禾镇第{number}座桥在雨后通车"
        shown = "".join(f"<p><img src='/i/{name}.png' alt='桥'></p>" for name in images)
        pages[path] = article(title).replace("</div><div class='foot'>", f"{shown}</div><div class='foot'>")
        entries.append((path, title, "2026-03-05"))
    pages["/yichang/"] = listing(entries)
    (folder / "t.toml").write_text(DEFINITION, encoding="utf-8")
    with SiteServer(Site(pages)) as server:  # type: ignore[arg-type]
        newscrawler(
            "crawl", folder / "t.toml", "--images", "--via", server.url, "--archive", folder / "archive.db", cwd=folder
        )
    return folder / "archive.db"


@pytest.fixture
def pages(archive: Path) -> Iterator[Pages]:
    with pages_of(archive) as running:
        yield running


def ids(archive: Path) -> list[str]:
    with closing(sqlite3.connect(archive)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM articles ORDER BY url")]


def test_a_captured_page_opens_in_a_frame_with_its_origin(pages: Pages, archive: Path) -> None:
    first = ids(archive)[0]
    (link,) = html.document_fromstring(pages.get(f"/article/{first}?lang=en").text).xpath(
        "//a[.='Open the captured page']/@href"
    )
    answer = pages.get(link)
    tree = html.document_fromstring(answer.text)
    shown = tree.xpath("//main")[0].text_content()
    assert f"{HOST}/2026/0305/90001.shtml" in shown and "SHA-256" in shown and "UTC+8" in shown
    assert f"newscrawler {__version__}" in tree.xpath("//footer")[0].text_content()
    (frame,) = tree.xpath("//iframe")
    assert frame.get("sandbox") == ""
    assert answer.headers["content-security-policy"].endswith("; frame-src 'self'")
    content = pages.get(frame.get("src"))
    policy = content.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; ") and "script" not in policy
    assert content.headers["x-frame-options"] == "SAMEORIGIN"
    assert "青禾镇第1座桥在雨后通车" in content.text and content.text.count("data:image/png;base64,") == 1
    for path in (
        f"/article/{first}/original/9",
        f"/article/{'0' * 24}/original/1",
        f"/article/{first}/original/1/content?page=2",
    ):
        assert pages.get(path).status == 404, path


def test_an_article_shows_its_captured_images(pages: Pages, archive: Path) -> None:
    third = ids(archive)[2]
    tree = html.document_fromstring(pages.get(f"/article/{third}").text)
    sources = tree.xpath("//ul[@class='images']//img/@src")
    assert len(sources) == 2 and len(tree.xpath("//ul[@class='images']/li")) == 4
    for source in sources:
        answer = pages.get(source)
        assert (answer.status, answer.body, answer.headers["content-type"]) == (200, PNG, "image/png")
    assert pages.get(f"/article/{third}/image/3").status == pages.get(f"/article/{third}/image/0").status == 404


def test_lists_show_a_captured_image_of_each_article(pages: Pages, archive: Path) -> None:
    for path in ("/search", "/search?q=青禾镇", "/", "/city?name=宜昌市"):
        items = html.document_fromstring(pages.get(path).text).xpath("//ol[@class='entries']/li")
        sources = [item.xpath("string(img[@class='thumbnail']/@src)") for item in items]
        assert sorted(sources) == sorted(f"/article/{article}/image/1" for article in ids(archive)), path
        assert all(pages.get(source).body == PNG for source in sources)


def test_what_is_no_image_stands_for_no_article(archive: Path, tmp_path: Path) -> None:
    """A drawing, or a page that a server sends in place of an image: another image is shown, or none, but no broken one."""
    copied = tmp_path / "archive.db"
    shutil.copy(archive, copied)
    shutil.copytree(archive.parent / "warc", tmp_path / "warc")
    first, second, third = ids(copied)
    with closing(sqlite3.connect(copied)) as connection:
        connection.execute(f"UPDATE images SET url = '{HOST}/i/login.png' WHERE url LIKE '%/shared.png'")
        connection.commit()
    with pages_of(copied) as pages:
        shown = html.document_fromstring(pages.get("/search").text).xpath("//ol[@class='entries']//img/@src")
        assert sorted(shown) == sorted([f"/article/{first}/image/1", f"/article/{third}/image/2"])
        tree = html.document_fromstring(pages.get(f"/article/{second}").text)
        assert not tree.xpath("//ul[@class='images']//img") and tree.xpath("//ul[@class='images']//a")


def test_images_of_a_suppressed_article_are_nowhere(archive: Path, tmp_path: Path) -> None:
    """Also not on the pages of others that show them."""
    copied = tmp_path / "archive.db"
    shutil.copy(archive, copied)
    shutil.copytree(archive.parent / "warc", tmp_path / "warc")
    first, second, third = ids(copied)
    with closing(sqlite3.connect(copied)) as connection:
        connection.execute("INSERT INTO suppressions (article, reason, by, since) VALUES (?, 'x', 'y', 'z')", [second])
        connection.commit()
    with pages_of(copied) as pages:
        for path in (
            f"/article/{second}/original/1",
            f"/article/{second}/original/1/content",
            f"/article/{second}/image/1",
        ):
            assert pages.get(path).status == 404
        assert pages.get(f"/article/{third}/image/1").status == 404
        assert pages.get(f"/article/{third}/image/2").status == 200
        assert pages.get(f"/article/{third}/original/1/content").text.count("data:image/png") == 1
        assert pages.get(f"/article/{first}/original/1/content").text.count("data:image/png") == 1
        assert len(html.document_fromstring(pages.get(f"/article/{third}").text).xpath("//img")) == 1
        thumbnails = html.document_fromstring(pages.get("/search").text).xpath("//ol[@class='entries']//img/@src")
        assert sorted(thumbnails) == sorted([f"/article/{first}/image/1", f"/article/{third}/image/2"])
