"""Clients of a web server, in a process of their own. Each requests a page as soon as the previous one has arrived.

Reads a JSON object from standard input: `address` (`http://127.0.0.1:8001`), `clients`, and `pages`, an object from
kind to paths. Each client takes one page of each kind in turn, and no two take the same path while there are others.
Writes a JSON object: `seconds` in all, `milliseconds` (kind to a list), `failed` (kind to a list of what was wrong).
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections import defaultdict
from urllib.parse import urlsplit


class Client(threading.Thread):
    """One reader with one connection that is kept."""

    def __init__(self, address: str, rounds: list[list[tuple[str, str]]], start: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self._host = urlsplit(address).netloc
        self._rounds = rounds
        self._start = start
        self.milliseconds: dict[str, list[float]] = defaultdict(list)
        self.failed: dict[str, list[str]] = defaultdict(list)

    def run(self) -> None:
        """Ask for all pages, in turn."""
        connection = http.client.HTTPConnection(self._host, timeout=60)
        self._start.wait()
        for pages in self._rounds:
            for kind, path in pages:
                start = time.perf_counter()
                try:
                    connection.request("GET", path, headers={"Accept": "text/html"})
                    answer = connection.getresponse()
                    body = answer.read()
                except (OSError, http.client.HTTPException) as error:
                    self.failed[kind].append(f"{path}: {error!r}")
                    connection.close()
                    continue
                self.milliseconds[kind].append((time.perf_counter() - start) * 1000)
                if answer.status != 200 or not body.rstrip().endswith((b"</html>", b"</feed>")):
                    self.failed[kind].append(f"{path}: {answer.status}, {len(body)} bytes")
        connection.close()


def main() -> None:
    """Run the clients that standard input describes."""
    wanted = json.load(sys.stdin)
    pages: dict[str, list[str]] = wanted["pages"]
    rounds = [
        [(kind, path) for kind, path in zip(pages, paths, strict=True)] for paths in zip(*pages.values(), strict=True)
    ]
    number = wanted["clients"]
    start = threading.Barrier(number + 1)
    clients = [Client(wanted["address"], rounds[at::number], start) for at in range(number)]
    for client in clients:
        client.start()
    start.wait()
    start = time.perf_counter()
    for client in clients:
        client.join()
    seconds = time.perf_counter() - start
    result = {
        "seconds": seconds,
        "milliseconds": {kind: [each for client in clients for each in client.milliseconds[kind]] for kind in pages},
        "failed": {kind: [each for client in clients for each in client.failed[kind]] for kind in pages},
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
