"""How long the instruments for research take on a large archive: one run, one table.

    python benchmarks/research.py [--articles 200000] [--archive FILE] [--only concordance,words,sample,feeds,places,like]

- The first page of `/concordance` and the first lines of `newscrawler concordance`, for a word in about 10,000
  articles; the sorted one as well, which must read all of them.
- `newscrawler words count` of that word and of a rare one, by city and month.
- `newscrawler sample 200 --stratify city,month`.
- The feed of a search, with eight clients that ask without a pause.
- `newscrawler annotate articles places`, with one process, for the articles of one city. The archive is changed for that,
  and the annotations are removed again.
- `newscrawler search --like`, with one vector per article. They are drawn at random around some directions, since the time
  does not depend on what they mean.

The archive is generated when FILE does not exist (see analysis.py) and is kept; its articles are divided among the
cities of Hubei. Commands are timed with their start. Targets apply from 100,000 articles on.
Exit status: 0, or 1 if a target is missed or a response is wrong.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import numpy as np

from analysis import CLIENTS, Row, clients, measure, newscrawler, serving, timed
from archive import words
from newscrawler.archive import open_archive, open_archive_read_only
from newscrawler.archive.annotations import ArticleState, finish_annotation_run, start_annotation_run
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.filters import ArticleFilter
from newscrawler.archive.search.search import search
from newscrawler.archive.vectors import KIND, Vector, latest_vectors, store_vector
from newscrawler.research.meaning import like_article

TURNS = 3
CITIES = [("武汉市", "420100"), ("黄石市", "420200"), ("十堰市", "420300"), ("宜昌市", "420500"), ("襄阳市", "420600")]
CITIES += [("鄂州市", "420700"), ("荆门市", "420800"), ("孝感市", "420900"), ("荆州市", "421000"), ("黄冈市", "421100")]
CITIES += [("咸宁市", "421200"), ("随州市", "421300"), ("恩施土家族苗族自治州", "422800")]


def divide_among_cities(archive: Path) -> None:
    """Give each article a section, as crawls of a portal would, unless the archive has sections."""
    with closing(sqlite3.connect(archive)) as connection:
        if connection.execute("SELECT count(*) FROM sections").fetchone()[0]:
            return
        connection.executemany(
            "INSERT INTO sections (portal, name, city, city_code, url, front) VALUES ('bench', ?, ?, ?, ?, ?)",
            [(name, name, code, f"http://www.bench.example/{code}/", "{}") for name, code in CITIES],
        )
        connection.execute(
            """INSERT INTO article_sections (article, section, first_listed, last_listed, position)
               SELECT n, n % ? + 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 0 FROM articles""",
            (len(CITIES),),
        )
        connection.execute("UPDATE articles SET section = n % ? + 1", (len(CITIES),))
        connection.commit()


def frequent_word(archive: Path) -> tuple[str, int]:
    """Draw words of two characters and return that in most articles, but in few enough to be counted (10,000)."""
    with closing(open_archive_read_only(archive)) as connection:
        drawn = set(words(connection, "2", 400, random.Random(5)))
        found = {word: search(connection, word, limit=1) for word in sorted(drawn)}
    counts = {word: result.count for word, result in found.items() if result.exact}
    word = max(counts, key=counts.__getitem__)
    return word, counts[word]


def median_seconds(*arguments: object) -> tuple[float, str]:
    """Run a command some times; return the median of its seconds by the clock, and a text with processor time."""
    return shown(timed(newscrawler(*arguments)) for _ in range(TURNS))


def shown(spent: Iterable[tuple[float, float]]) -> tuple[float, str]:
    """Return the median of seconds by the clock, and a text that has that of processor time, too."""
    clock, processor = (statistics.median(column) for column in zip(*spent, strict=True))
    return clock, f"{clock:.2f} s ({processor:.2f} s of processor)"


def load() -> Row:
    """Return how much else the machine does: where it has more to do than cores, clocks say little."""
    return Row("load of the machine, last minute", f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def check_concordance(archive: Path, _: Path) -> Iterator[Row]:
    """Time the first page and the first lines."""
    word, articles = frequent_word(archive)
    yield Row("the word", f"{word}, in {articles:,} articles")
    with serving(archive) as address:
        for name, query, target in (
            ("first page of /concordance", f"q={quote(word)}", 1.0),
            ("the same, sorted by the right", f"q={quote(word)}&sort=right", None),
        ):
            spent = []
            for _turn in range(TURNS):
                start = time.perf_counter()
                with urllib.request.urlopen(f"{address}/concordance?{query}", timeout=120) as response:
                    body = response.read()
                spent.append(time.perf_counter() - start)
                assert body.count(b"<mark") >= 50 or target is None, f"too few lines for {word}"
            seconds = max(spent)
            yield Row(
                f"{name}, longest of {TURNS}", f"{seconds:.2f} s", f"≤ {target:g} s" if target else "",
                target is None or seconds <= target,
            )  # fmt: skip
    seconds, value = median_seconds("concordance", word, "--limit", 50, "--archive", archive)
    yield Row("newscrawler concordance, first 50 lines", value, "≤ 1 s", seconds <= 1)
    seconds, value = median_seconds("concordance", word, "--sort", "left", "--limit", 50, "--archive", archive)
    yield Row("newscrawler concordance --sort left, all lines read", value)
    yield load()


def check_words(archive: Path, _: Path) -> Iterator[Row]:
    """Time frequencies by city and month."""
    word, _count = frequent_word(archive)
    command = ("words", "count", word, "--by", "city,month", "--format", "csv", "--archive", archive)
    seconds, value = median_seconds(*command)
    yield Row("newscrawler words count --by city,month", value, "≤ 3 s", seconds <= 3)
    yield load()


def check_sample(archive: Path, scratch: Path) -> Iterator[Row]:
    """Time a stratified sample."""
    out = scratch / "sample.csv"
    spent = []
    for _turn in range(TURNS):
        out.unlink(missing_ok=True)
        command = newscrawler("sample", 2000, out, "--stratify", "city,month", "--seed", 7, "--archive", archive)
        spent.append(timed(command))
    seconds, value = shown(spent)
    yield Row("newscrawler sample 2000 --stratify city,month", value, "≤ 1 s", seconds <= 1)
    yield load()


def check_feeds(archive: Path, _: Path) -> Iterator[Row]:
    """Let eight clients ask for feeds of searches."""
    with closing(open_archive_read_only(archive)) as connection:
        asked = [f"/search.atom?q={quote(word)}" for word in words(connection, "2", 200, random.Random(9))]
    with serving(archive) as address:
        clients(address, {"feed": asked[:16]})
        result = clients(address, {"feed": asked[16:]})
    spent, failed = result["milliseconds"]["feed"], result["failed"]["feed"]
    if failed:
        print(*failed[:3], sep="\n", file=sys.stderr)
    p95 = statistics.quantiles(spent, n=20)[-1]
    value = f"{statistics.median(spent):.0f} / {p95:.0f} / {max(spent):.0f} ms; {len(failed)} wrong"
    yield Row(f"feed: median / p95 / longest, {CLIENTS} clients", value, "p95 ≤ 150 ms", p95 <= 150 and not failed)
    yield load()


def check_places(archive: Path, _: Path) -> Iterator[Row]:
    """Annotate the articles of a city, storing included, and undo it."""
    city = CITIES[3][0]
    with closing(open_archive_read_only(archive)) as connection:
        sql = "SELECT count(*) FROM articles_flat WHERE city = ?"
        (count,) = connection.execute(sql, (city,)).fetchone()
    options = ("--city", city, "--archive", archive)
    clock, processor = timed(newscrawler("annotate", "articles", "places", "--workers", 1, *options))
    rate = count / processor
    value = f"{rate:,.0f} a second of processor time ({count:,} articles in {clock:.1f} s)"
    yield Row("annotate places, one process, storing included", value, "≥ 2,000", rate >= 2000)
    listed = newscrawler("annotate", "list", "--format", "json", "--archive", archive)
    runs = json.loads(subprocess.run(listed, capture_output=True, text=True, check=True).stdout)
    timed(newscrawler("annotate", "undo", runs[0]["key"], "--archive", archive))


def draw_vectors(archive: Path) -> None:
    """Give each article a vector of 512 dimensions, unless there are vectors."""
    with closing(open_archive(archive, creates=False)) as connection:
        if latest_vectors(connection):
            return
        drawn = np.random.default_rng(3)
        directions = drawn.standard_normal((300, 512))
        with writing(connection):
            run = start_annotation_run(connection, kind=KIND, tool="bench", tool_version="1", arguments={})
            rows = connection.execute(
                "SELECT a.id, v.content_hash, v.text FROM articles a JOIN versions v ON v.id = a.version"
            )
            for row in rows.fetchall():
                vector = directions[drawn.integers(300)] + 1.2 * drawn.standard_normal(512)
                vector = np.rint(vector * 127 / np.abs(vector).max()).astype(np.int8)
                stored = Vector(vector.tobytes(), np.packbits(vector > 0).tobytes())
                store_vector(connection, run, ArticleState(*row), stored)
            finish_annotation_run(connection, run)


def check_like(archive: Path, _: Path) -> Iterator[Row]:
    """Time the search for the nearest articles, alone and as a command."""
    draw_vectors(archive)
    with closing(open_archive_read_only(archive)) as connection:
        (last,) = connection.execute("SELECT max(n) FROM articles").fetchone()
        (identifier,) = connection.execute("SELECT id FROM articles WHERE n = ?", (last // 2,)).fetchone()
        clock, processor = [], []
        for number in range(1, last, last // 20):
            start, worked = time.perf_counter(), time.process_time()
            assert len(like_article(connection, number, ArticleFilter(), limit=20)) == 20
            clock.append(time.perf_counter() - start)
            processor.append(time.process_time() - worked)
    value = f"{statistics.median(clock) * 1000:.0f} ms ({statistics.median(processor) * 1000:.0f} ms of processor time)"
    yield Row("the 20 nearest articles, median of 20", value, "≤ 200 ms", statistics.median(clock) <= 0.2)
    _, value = median_seconds("search", "--like", identifier, "--archive", archive)
    yield Row("newscrawler search --like", value)
    yield load()


CHECKS: dict[str, Callable[[Path, Path], Iterator[Row]]] = {
    "concordance": check_concordance,
    "words": check_words,
    "sample": check_sample,
    "feeds": check_feeds,
    "places": check_places,
    "like": check_like,
}


if __name__ == "__main__":
    sys.exit(measure(__doc__, CHECKS, divide_among_cities))
