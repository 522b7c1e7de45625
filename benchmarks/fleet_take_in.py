"""How long the collector takes for a parcel, by the size of its archive.

python -m benchmarks.fleet_take_in --articles 200000 --new 1000
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from newscrawler.archive.database.transaction import writing
from newscrawler.archive.merging.take_in import take_in
from support.archives import CITIES, Room, article, store

BODY = "。".join(f"第{{}}件事的第{number}句说的是桥和河边的路" for number in range(40))


def fill(room: Room, first: int, count: int) -> float:
    """Store articles in batches of a thousand, as a crawl does; return the seconds."""
    pieces = []
    for number in range(first, first + count):
        body = BODY.replace("{}", str(number))
        pieces.append(article(number, body=body, body_html=f"<p>{body}</p>"))
    began = time.perf_counter()
    for start in range(0, count, 1000):
        with writing(room.connection):
            for number, piece in enumerate(pieces[start : start + 1000]):
                store(room.connection, room.portal, room.run, room.sections, piece, [CITIES[number % 3]])
    return time.perf_counter() - began


def main() -> None:
    """Fill an archive, take in a part, and compare with storing the same number of articles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--new", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        room = Room(folder / "all" / "all.db")
        for first in range(1, options.articles, 10_000):
            fill(room, first, min(10_000, options.articles - first + 1))
        crawled = fill(room, 10_000_001, options.new)
        room.connection.execute("UPDATE runs SET outcome = 'done', finished = started")
        room.close()
        (folder / "part").mkdir()
        part = Room(folder / "part" / "part.db")
        fill(part, 20_000_001, options.new)
        part.connection.execute("UPDATE runs SET outcome = 'done', finished = started")
        part.close()
        began = time.perf_counter()
        taken = take_in(folder / "part" / "part.db", folder / "all" / "all.db")
        seconds = time.perf_counter() - began
        assert taken.added["articles"] == options.new
        print(f"{options.articles:,} articles; {options.new:,} new ones: stored in a crawl {crawled:.2f} s, ")
        print(f"taken in {seconds:.2f} s, {seconds / crawled:.2f} times as long")


if __name__ == "__main__":
    main()
