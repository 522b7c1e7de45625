"""A portal that loses a field, the channels that are notified, and `health`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from support import program
from support.pages import HOMEPAGE, Pages, article, listing


def channels(sink: Any, hook: Any) -> str:
    return (
        f'[[mail]]\nname = "team"\nhost = "127.0.0.1"\nport = {sink.server_address[1]}\nsecurity = "none"\n'
        'from = "crawler@example.org"\nto = ["a@example.org"]\n'
        f'[[webhook]]\nname = "chat"\nurl_env = "HOOK_URL"\n'
    )


def site(days: int, *, editor: str = "丁一鸣") -> Pages:
    """Three sections' worth of articles: twelve a day, those of the last day by `editor`."""
    pages: dict[str, Any] = {"/": HOMEPAGE}
    entries: dict[str, list[tuple[str, str, str]]] = {"yichang": [], "enshi": []}
    for day in range(1, days + 1):
        for number in range(12):
            slug = "yichang" if number % 2 else "enshi"
            path, title = f"/2026/03{day:02}/{day}{number:03}.shtml", f"第{day}天第{number}座桥在山口通车"
            entries[slug].insert(0, (path, title, f"2026-03-{day:02}"))
            pages[path] = article(title, f"2026-03-{day:02}", editor=editor if day == days else "丁一鸣")
            if day == days and not editor:
                pages[path] = pages[path].replace("编辑:   ", "")
    for slug, rows in entries.items():
        pages[f"/{slug}/"] = listing(rows)
    return Pages(pages)


def health(archive: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newscrawler", "health", *arguments, "--archive", str(archive)]
    return program.run(command, capture_output=True, text=True, timeout=60, cwd=archive.parent)
