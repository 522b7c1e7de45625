"""Import a WARC file of a million records, killed again and again: is anything doubled or lost?

    nice python benchmarks/import_kills.py [--records N] [--pages N] [--seconds S] [--workers N]

The file has so many records, most of them of other hosts, with pages of a portal among them. It is imported once without
kills, and once by processes that are killed after S seconds each, until one ends by itself. Both archives must be equal:
rows, captures and counts. Prints what it did, and ends with status 1 where they differ.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from generated_portal import HOST, definition, generate

DATES = ("2014-03-05T01:00:00Z", "2016-04-06T02:00:00Z")
CHUNK = 10_000
"""Records of other hosts that are made; the file repeats them."""
# Keys of rows differ between two imports, and so do the names of their files.
QUERIES = {
    "articles": "SELECT id, key, url, status, first_seen, last_seen, version_count FROM articles",
    "versions": "SELECT content_hash, text, number, seen_from, seen_to FROM versions",
    "addresses": "SELECT identity, url, state, status, first_seen, last_fetched FROM urls",
    "sightings": "SELECT section, title, listed_date, first_seen, last_seen FROM listing_sightings",
    "captures": "SELECT url, fetched, digest, status, kind FROM captures",
    "counts": "SELECT json_remove(counts, '$.read_in_full') FROM runs ORDER BY id LIMIT 1",
}


def record(kind: str, number: int, url: str, date: str, block: bytes) -> bytes:
    """Return a record as a gzip member."""
    type_ = "request" if kind == "request" else "response"
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: {date}\r\nContent-Type: application/http; msgtype={type_}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 1, mtime=0)


def foreign() -> Iterator[bytes]:
    """Yield records of other hosts: requests and small answers."""
    for number in range(CHUNK // 2):
        url = f"http://www{number % 700}.example/{number}"
        yield record("request", 2 * number, url, DATES[0], f"GET /{number} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        body = f"<html><title>{number}</title>" + "words " * 50
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        yield record("response", 2 * number + 1, url, DATES[0], answer.encode())


def own(site: Path) -> Iterator[bytes]:
    """Yield a record for each page of the portal, and for each listing."""
    urls = [
        f"{HOST}/{path.relative_to(site).as_posix().removesuffix('index.shtml')}"
        for path in sorted(site.rglob("*.shtml"))
    ]
    for number, url in enumerate(urls):
        path = site / url.removeprefix(HOST).lstrip("/")
        body = (path / "index.shtml" if path.is_dir() else path).read_bytes()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        yield record("response", CHUNK + number, url, DATES[number % len(DATES)], head.encode() + body)


def write(path: Path, site: Path, records: int) -> int:
    """Write the file; return how many records it has."""
    pages = list(own(site))
    chunk = list(foreign())
    rest, written = max(0, records - len(pages)), 0
    between = max(1, rest // max(1, len(pages)))
    with path.open("wb") as out:
        for page in pages:
            out.write(page)
            begin = written % CHUNK
            part = chunk[begin : begin + between]
            out.write(b"".join(part))
            written += len(part)
        while written < rest:
            part = chunk[: rest - written]
            out.write(b"".join(part))
            written += len(part)
    return written + len(pages)


def command(*arguments: object) -> list[str]:
    """Return a command of the program."""
    return [sys.executable, "-m", "newscrawler", *map(str, arguments)]


def finished(words: list[str]) -> None:
    """Run a command to its end."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")


def killed(words: list[str], seconds: float) -> int:
    """Run a command, kill it after so many seconds, and again, until it ends; return the number of kills."""
    for kills in range(1_000):
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            _, said = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            continue
        if process.returncode:
            raise SystemExit(said.decode())
        return kills
    raise SystemExit("it does not end: more seconds are needed")


def rows(archive: Path, query: str) -> list[tuple[object, ...]]:
    """Return the rows of a query, sorted."""
    with closing(sqlite3.connect(archive)) as connection:
        return sorted(connection.execute(query).fetchall(), key=repr)


def main() -> None:
    """Make the file, import it twice, compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=1_000_000, help="records of the file (default: a million)")
    parser.add_argument("--pages", type=int, default=4_000, help="pages of the portal among them (default: 4000)")
    parser.add_argument("--seconds", type=float, default=60, help="after which an import is killed (default: 60)")
    parser.add_argument("--workers", type=int, default=1, help="processes of an import (default: 1)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        generate(folder / "site", articles=options.pages)
        (folder / "generated.toml").write_text(definition(), encoding="utf-8")
        began = time.perf_counter()
        count = write(folder / "all.warc.gz", folder / "site", options.records)
        size = (folder / "all.warc.gz").stat().st_size
        print(f"{count:,} records, {size / 1e6:.0f} MB, written in {time.perf_counter() - began:.0f} s", flush=True)
        words = ("import", folder / "all.warc.gz", "--portal", folder / "generated.toml", "--workers", options.workers)
        whole, again = folder / "whole" / "archive.db", folder / "again" / "archive.db"
        began = time.perf_counter()
        finished(command(*words, "--archive", whole))
        print(f"without kills: {time.perf_counter() - began:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
        began = time.perf_counter()
        kills = killed(command(*words, "--archive", again), options.seconds)
        print(f"with {kills} kills, one per {options.seconds:g} s: {time.perf_counter() - began:.0f} s", flush=True)
        differing = [name for name, query in QUERIES.items() if rows(whole, query) != rows(again, query)]
        for archive in (whole, again):
            finished(command("verify", "--archive", archive))
        sizes = {name: len(rows(again, query)) for name, query in QUERIES.items() if name != "counts"}
        print(f"rows: {json.dumps(sizes)}")
        print(f"different: {', '.join(differing) or 'nothing'}")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
