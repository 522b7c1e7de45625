"""Collections in ReplayWeb.page itself, in Chromium: it shows their pages, and checks a signature.

`REPLAYWEB_PAGE` names the folder of the unpacked npm package (`npm pack replaywebpage`), whose licence is the AGPL: it is
neither installed nor shipped with this program.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from support.warcs import HOST
from tests.export.test_wacz import DAYS, archive, page, run
from tests.export.test_wacz_signature import opened, write_key
from tests.web.conftest import chromium

__all__ = ["archive", "chromium"]

READER = Path(os.environ.get("REPLAYWEB_PAGE", ".replaywebpage")).absolute()
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript"}
PAGE = """<script src="/ui.js"></script><replay-web-page source="/{name}" url="{url}" ts="{moment}" replaybase="/replay/"
  embed="default" style="height: 600px"></replay-web-page>"""
CHECKED = """async () => {
  const known = (await indexedDB.databases()).map(one => one.name).find(name => name.startsWith("db:"));
  const opened = await new Promise((done, failed) => {
    const asked = indexedDB.open(known); asked.onsuccess = () => done(asked.result); asked.onerror = failed; });
  const rows = await new Promise((done, failed) => {
    const asked = opened.transaction("verification").objectStore("verification").getAll();
    asked.onsuccess = () => done(asked.result); asked.onerror = failed; });
  return Object.fromEntries(rows.map(row => [row.id, row.matched]));
}"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (READER / "sw.js").exists(), reason="REPLAYWEB_PAGE names no folder of ReplayWeb.page"),
]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder with ranges of bytes, by which the reader reads collections."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            path = folder / self.path.partition("?")[0].lstrip("/")
            data = path.read_bytes() if path.is_file() else b"there is no such file"
            status, length = (200 if path.is_file() else 404), len(data)
            asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
            if asked and path.is_file():
                begin = int(asked[1]) if asked[1] else length - int(asked[2])
                end = min(int(asked[2]) + 1 if asked[1] and asked[2] else length, length)
                status, data = 206, data[begin:end]
            self.send_response(status)
            if status == 206:
                self.send_header("Content-Range", f"bytes {begin}-{begin + len(data) - 1}/{length}")
            self.send_header(
                "Content-Type", TYPES.get(path.suffix, "application/octet-stream" if path.is_file() else "text/plain")
            )
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def read(chromium: Any, folder: Path, name: str, moment: str, text: str) -> dict[str, bool | None]:
    """Open a page of a collection, wait until it shows a text; return what the reader checked."""
    path = "/2014/0305/2.shtml"
    source = PAGE.format(name=name, url=HOST + path, moment=re.sub(r"\D", "", moment))
    (folder / "page.html").write_text(source, encoding="utf-8")
    with served(folder) as address:
        context = chromium.new_context()
        try:
            tab = context.new_page()
            tab.goto(f"{address}/page.html")
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                shown = [frame for frame in tab.frames if path in frame.url and "/replay/w/" in frame.url]
                if any(text in frame.locator("body").inner_text() for frame in shown):
                    return dict(tab.evaluate(CHECKED))
                tab.wait_for_timeout(200)
            raise AssertionError(f"{name}: {[frame.url for frame in tab.frames]}")
        finally:
            context.close()


def test_replayweb_page_opens_collections_and_checks_their_signature(
    chromium: Any, archive: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    (folder / "replay").mkdir(parents=True)
    shutil.copy(READER / "ui.js", folder)
    shutil.copy(READER / "sw.js", folder / "replay")
    assert run("export", folder / "plain.wacz", "--archive", archive).exit_code == 0
    key = write_key(tmp_path / "key.pem")
    assert run("export", folder / "signed.wacz", "--archive", archive, "--sign", key).exit_code == 0
    files = opened(folder / "signed.wacz")
    digest = json.loads(files["datapackage-digest.json"])
    signature = digest["signedData"]["signature"]
    digest["signedData"]["signature"] = ("B" if signature[0] == "A" else "A") + signature[1:]
    files["datapackage-digest.json"] = json.dumps(digest).encode()
    with zipfile.ZipFile(folder / "forged.wacz", "w") as forged:
        for name, data in files.items():
            forged.writestr(name, data)

    added = "后来补上一句。"
    assert added in page(2, added)
    assert read(chromium, folder, "signed.wacz", DAYS[2], added)["signature"] is True
    assert read(chromium, folder, "forged.wacz", DAYS[2], added)["signature"] is False
    assert read(chromium, folder, "plain.wacz", DAYS[2], added)["signature"] is False, "there is none"
    # Both versions of the article are there.
    assert "publicKey" in read(chromium, folder, "signed.wacz", DAYS[0], "第2道沟渠修好了")
