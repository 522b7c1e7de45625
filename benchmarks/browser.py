"""Listing pages that a browser loads: seconds and CPU seconds per page, and memory from the first page to the last.

    python benchmarks/browser.py [--pages 500]

Each page fetches a list in a form that no rule reads, and fills itself with it. Needs Chromium and the extra `browser`.
Memory is that of the crawl and all processes of the browser, without the files that they map: of these, the program of
the browser itself, other browsers on the machine take a share, which changes. On a machine that
does other work, too, the CPU seconds count: they are those of one core.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from generated_portal import definition

FILL = """
fetch('/data/' + location.pathname.match(/[0-9]+/)[0]).then(answer => answer.text()).then(text => {
  const [path, title, day] = text.split('|')
  document.getElementById('list').innerHTML = `<li><a href="${path}">${title}</a><span>${day}</span></li>`
})"""
FILLER = "<!-- " + "x" * 20_000 + " -->"


class Portal(BaseHTTPRequestHandler):
    """Serves a listing of `pages` pages, each with one article."""

    pages = 0
    times: list[float]

    def do_GET(self) -> None:
        number = int("".join(filter(str.isdigit, self.path)) or 0)
        if self.path.startswith("/list/"):
            self.times.append(time.perf_counter())
            following = (
                f"<a href='/list/{number + 1}.html'>下一页</a>" if number < self.pages else "<span>下一页</span>"
            )
            text = f"<html><body><ul class=list id=list></ul>{following}{FILLER}<script>{FILL}</script></body></html>"
        elif self.path.startswith("/data/"):
            text = f"/2026/0305/{number}.shtml|青石坳第{number}号堤段加固完工|2026-03-05"
        elif self.path.startswith("/2026/"):
            text = f"<html><body><h1>青石坳第{number}号堤段加固完工</h1><p>{'水渠修好了。' * 40}</p></body></html>"
        else:
            text = "<html><body><a href='/list/1.html'>宜昌</a></body></html>"
        body = text.encode()
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


def usage_of(pid: int, times: dict[int, float]) -> float:
    """Return the memory of a process and its descendants, in MiB, and note the CPU seconds of each in `times`."""
    parents, ticks = {}, os.sysconf("SC_CLK_TCK")
    seconds: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            values = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(values[1])
        seconds[int(folder.name)] = (int(values[11]) + int(values[12])) / ticks
    wanted, found = [pid], 0.0
    while wanted:
        current = wanted.pop()
        times[current] = seconds.get(current, times.get(current, 0.0))
        wanted += [child for child, parent in parents.items() if parent == current]
        try:
            lines = Path(f"/proc/{current}/status").read_text().splitlines()
        except OSError:
            continue
        found += sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon:", "RssShmem:"))) / 1024
    return found


def main() -> None:
    """Crawl the portal, and print what each tenth of its pages took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500)
    pages = parser.parse_args().pages
    Portal.pages, Portal.times = pages, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    samples: list[tuple[int, float, float]] = []
    times: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="newscrawler-bench-") as folder:
        file = Path(folder) / "generated.toml"
        text = definition(homepage=f"http://127.0.0.1:{server.server_port}/")
        file.write_text(f'{text}\n[browser]\nuse = "listing"\nwait = "#list li"\n', encoding="utf-8")
        command = [sys.executable, "-m", "newscrawler", "crawl", str(file), "--archive", f"{folder}/archive.db"]
        process = subprocess.Popen(command, env={**os.environ, "NEWSCRAWLER_ALLOW_PRIVATE": "1"})
        while process.poll() is None:
            memory = usage_of(process.pid, times)
            samples.append((len(Portal.times), memory, sum(times.values())))
            time.sleep(1)
    server.shutdown()
    if len(Portal.times) < pages:
        raise SystemExit(f"{len(Portal.times)} pages of {pages} were loaded")
    print(f"{'pages':>12}{'s/page':>8}{'CPU s/page':>12}{'MiB':>6}")
    tenth = max(1, pages // 10)
    for first in range(0, pages - tenth + 1, tenth):
        last = min(first + tenth, pages - 1)
        seconds = (Portal.times[last] - Portal.times[first]) / (last - first)
        inside = [one for one in samples if first < one[0] <= first + tenth] or samples[-1:]
        used = (inside[-1][2] - inside[0][2]) / max(1, inside[-1][0] - inside[0][0])
        memory = statistics.median(one[1] for one in inside)
        print(f"{first + 1:>6}-{first + tenth:<5}{seconds:8.2f}{used:12.2f}{memory:6.0f}")
    print(f"load: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main()
