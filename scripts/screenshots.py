"""Make the screenshots of docs/guides/web.md: crawl the demo portal, serve the archive, open it in Debian's Chromium.

    python scripts/screenshots.py [--out docs/screenshots]

Needs the extras `web` and `test`, and the packages chromium and fonts-noto-cjk. The article that is shown was edited
between two crawls, by the demo that the tests use.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from newscrawler.demo.server import SiteServer  # noqa: E402
from support.web import NEW_SENTENCE, EditedDemo, newscrawler, serving  # noqa: E402

DESK = {"width": 1200, "height": 860}
PHONE = {"width": 390, "height": 844}
COLOURS = 256
"""Of a picture: pages have few, and the files stay small."""


def main() -> None:
    """Crawl, serve, and write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("there is no chromium: apt-get install chromium fonts-noto-cjk")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        archive = Path(scratch) / "archive.db"
        site = EditedDemo()
        with SiteServer(site) as portal:
            newscrawler("crawl", "demo", "--via", portal.url, "--archive", archive, cwd=archive.parent)
            site.sentence = NEW_SENTENCE
            newscrawler(
                "refresh", "demo", "--older-than", "0s", "--via", portal.url, "--archive", archive, cwd=archive.parent
            )
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        with serving(archive) as server:
            article = server.get(f"/search.json?q={quote(NEW_SENTENCE.split('，')[0])}").json()[0]["id"]
            pages = {
                "home": "/?lang=zh",
                "search": f"/search?q={quote('村民')}&lang=zh",
                "article": f"/article/{article}?lang=zh",
                "changes": f"/article/{article}/changes?lang=zh",
                "city": f"/city?name={quote('宜昌市')}&lang=en",
            }
            for size, names in ((DESK, list(pages)), (PHONE, ["search"])):
                page = browser.new_context(viewport=size).new_page()
                for name in names:
                    page.goto(server.address + pages[name])
                    target = out / (f"{name}.png" if size is DESK else f"{name}-phone.png")
                    page.screenshot(path=target)
                    with Image.open(target) as picture:
                        reduced = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
                    reduced.save(target, optimize=True)
                    print(f"{target}: {target.stat().st_size:,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
