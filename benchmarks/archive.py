"""How fast the archive stores and finds articles, and how large it becomes: one run, one table.

    python benchmarks/archive.py [--size small|full|N,N,…] [--keep FILE]

`full` (the default) fills an archive with 200,000 generated articles and searches it at 50,000, 100,000 and 200,000;
`small` stops at 2,000. Articles go through the functions and in the batches that a crawl uses; writing them (generating is left
out) is timed by the processor time of this process, which other work on the machine disturbs less than the clock.
Searches are timed by the clock. Words are drawn from random places of random articles, so frequent ones are drawn
often. Recall compares the whole result of some of them with a scan of all texts by the same definition.
Exit status: 0, or 1 when recall is below 1.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from generated import HOST, Writer

from newscrawler.archive import open_archive, open_archive_read_only
from newscrawler.archive.articles import Fetched, store_article
from newscrawler.archive.database.batch import Batch
from newscrawler.archive.indexing.document import document
from newscrawler.archive.runs import start_run
from newscrawler.archive.search.search import find_all, search
from newscrawler.normalization.article import Article
from newscrawler.text.han import UNSPACED, fold

SIZES = {"small": [2_000], "full": [50_000, 100_000, 200_000]}
SEARCHES = 60
"""Words of each kind that are timed, each twice: ranked and newest first."""
ALONE = 4_000
"""Articles whose words go into an index by itself; fewer for a small archive."""
SCANNED = 4
"""Words of each kind whose whole result is compared with a scan."""
KINDS = ("1", "2", "4", "8", "2 AND 2")
_HAN_RUN = re.compile(f"[{UNSPACED}]+")


def index_alone(articles: list[Article], path: Path) -> str:
    """Return how many articles a second (processor time) FTS5 takes in when nothing else is stored: the limit."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(body, title, content='', tokenize='ascii')")
    for option, value in (("automerge", 8), ("hashsize", 32 * 2**20)):
        connection.execute(f"INSERT INTO words(words, rank) VALUES ('{option}', {value})")
    held = [document(article.title, "", article.body, article.published) for article in articles]
    began = time.process_time()
    for start in range(0, len(held), 1000):
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO words (rowid, body, title) VALUES (?, ?, ?)",
            [(start + number, words.body, words.title) for number, words in enumerate(held[start : start + 1000])],
        )
        connection.execute("COMMIT")
    spent = time.process_time() - began
    connection.close()
    return f"{len(held) / spent:,.0f}"


class Filling:
    """An archive that grows, article by article, and what that costs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = open_archive(path)
        portal = {"id": "bench", "name": "楚江新闻网", "province": "湖北省", "province_code": "420000"}
        portal |= {"homepage": f"{HOST}/", "definition": "{}"}
        self._connection.execute("BEGIN IMMEDIATE")
        run = start_run(self._connection, portal, command="crawl", arguments={})
        self._connection.execute("COMMIT")
        self._fetched = Fetched(run=run, seen="2026-01-01T00:00:00Z", extractor="benchmark")
        self._batch = Batch(self._connection)
        self._count = 0

    def grow(self, articles: Iterator[Article], count: int) -> dict[str, object]:
        """Store articles until there are this many; return what it cost since the last call."""
        before, writing, waiting = self._count, 0.0, 0.0
        for article in islice(articles, count - before):
            clock, processor = time.perf_counter(), time.process_time()
            self._batch.add(store_article, "bench", article, self._fetched)
            writing += time.process_time() - processor
            waiting += time.perf_counter() - clock
        clock, processor = time.perf_counter(), time.process_time()
        self._batch.flush()
        writing += time.process_time() - processor
        waiting += time.perf_counter() - clock
        self._count = count
        text = self._number("SELECT sum(length(CAST(body AS BLOB))) FROM texts")
        text += self._number("SELECT sum(length(CAST(title AS BLOB))) FROM versions")
        index = self._number("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search!_%' ESCAPE '!'")
        return {
            "articles/s of processor time": f"{(count - before) / writing:,.0f}",
            "articles/s by the clock": f"{(count - before) / waiting:,.0f}",
            "peak memory MB": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}",
            "text MB": f"{text / 1e6:.0f}",
            "index / text": f"{index / text:.2f}",
            "file MB": f"{self._path.stat().st_size / 1e6:.0f}",
            "reprint clusters": self._number("SELECT count(DISTINCT cluster) FROM reprint_members"),
        }

    def close(self) -> None:
        """Close the archive."""
        self._connection.close()

    def _number(self, sql: str) -> int:
        return int(self._connection.execute(sql).fetchone()[0])


def words(db: sqlite3.Connection, kind: str, count: int, draw: random.Random) -> list[str]:
    """Draw words of a kind from random places of the texts."""
    (last,) = db.execute("SELECT max(n) FROM articles").fetchone()
    drawn: list[str] = []
    while len(drawn) < count:
        (body,) = db.execute(
            """SELECT body FROM articles a JOIN versions v ON v.id = a.version JOIN texts x ON x.hash = v.text
               WHERE n = ?""",
            (draw.randint(1, last),),
        ).fetchone()
        runs = _HAN_RUN.findall(body)
        picked = [_piece(runs, int(length), draw) for length in kind.split(" AND ")]
        if all(picked):
            drawn.append(" AND ".join(picked))
    return drawn


def _piece(runs: list[str], length: int, draw: random.Random) -> str:
    places = [(run, at) for run in runs for at in range(len(run) - length + 1)]
    run, at = draw.choice(places) if places else ("", 0)
    return run[at : at + length]


def timings(db: sqlite3.Connection, searched: list[str], *, newest: bool) -> str:
    """Time searches, count and twenty snippets included; return median, 95th percentile and the longest, in ms."""
    spent = [_spent(lambda word=word: search(db, word, newest=newest)) for word in searched]
    return f"{statistics.median(spent):.0f} / {statistics.quantiles(spent, n=20)[-1]:.0f} / {max(spent):.0f}"


def _spent(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def recall(db: sqlite3.Connection, searched: list[str]) -> tuple[int, int, int]:
    """Return how many articles a scan finds, how many of them the search finds, and how many it finds besides."""
    expected: dict[str, set[int]] = {word: set() for word in searched}
    parts = {word: fold(word).replace(" and ", " ").split() for word in searched}
    for n, title, body in db.execute(
        "SELECT n, title, body FROM articles a JOIN versions v ON v.id = a.version JOIN texts x ON x.hash = v.text"
    ):
        text = f"{fold(title)} {fold(body)}"
        for word, wanted in parts.items():
            if all(part in text for part in wanted):
                expected[word].add(n)
    found = {word: set(find_all(db, word)) for word in searched}
    hits = sum(len(expected[word] & found[word]) for word in searched)
    return sum(map(len, expected.values())), hits, sum(len(found[word] - expected[word]) for word in searched)


def searches(path: Path) -> tuple[dict[str, object], bool]:
    """Search an archive; return the rows of the table, and whether all was found."""
    db = open_archive_read_only(path)
    rows: dict[str, object] = {}
    draw = random.Random(1)
    scanned: list[str] = []
    for kind in KINDS:
        searched = words(db, kind, SEARCHES, draw)
        scanned += searched[:SCANNED]
        for newest in (True, False):
            rows[f"{kind}, {'newest' if newest else 'ranked'}, ms"] = timings(db, searched, newest=newest)
    expected, hits, besides = recall(db, scanned)
    rows["recall"] = f"{hits / expected:.4f} of {expected:,}"
    rows["found besides"] = besides
    db.close()
    return rows, hits == expected and not besides


def main() -> int:
    """Measure all sizes and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="full", help="small, full, or numbers of articles, rising, as in 5000,10000")
    parser.add_argument("--keep", type=Path, help="make the archive here and keep it")
    options = parser.parse_args()
    sizes = SIZES.get(options.size) or [int(number) for number in options.size.split(",")]
    columns: dict[int, dict[str, object]] = {}
    complete = True
    with tempfile.TemporaryDirectory() as scratch:
        path = options.keep or Path(scratch) / "archive.db"
        filling = Filling(path)
        articles = Writer().articles(max(sizes))
        sample = list(Writer(2).articles(min(ALONE, 2 * max(sizes))))
        for count in sizes:
            print(f"{count:,} articles …", file=sys.stderr)
            columns[count] = {"pairs into FTS5 alone, articles/s": index_alone(sample, Path(scratch) / f"{count}.db")}
            columns[count] |= filling.grow(articles, count)
            rows, found = searches(path)
            columns[count] |= rows
            complete &= found
        filling.close()
    print(f"| articles | {' | '.join(f'{count:,}' for count in columns)} |\n|---|{'---:|' * len(columns)}")
    for name in next(iter(columns.values())):
        print(f"| {name} | {' | '.join(str(column[name]) for column in columns.values())} |")
    print("\nSearch times are median / 95th percentile / longest; memory is the process's peak, generator included.")
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
