"""Archives of several machines, and what an archive says without the row numbers of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from newscrawler.archive import settling
from newscrawler.archive.database.transaction import writing
from support.archives import CITIES, Room, article
from support.integrity import rows

# What an archive says, without the row numbers of its own.
CONTENT = {
    "articles": "SELECT * FROM articles_flat ORDER BY id",
    "versions": """SELECT a.id, v.number, v.title, v.content_hash, v.seen_from, v.seen_to, r.key, c.file, c.offset,
        (SELECT group_concat(name) FROM (SELECT name FROM credits WHERE version = v.id ORDER BY position)),
        (SELECT count(*) FROM images WHERE version = v.id)
        FROM versions v JOIN articles a ON a.n = v.article JOIN runs r ON r.id = v.run
        LEFT JOIN captures c ON c.id = v.capture ORDER BY a.id, v.number""",
    "texts": "SELECT * FROM texts ORDER BY hash",
    "urls": """SELECT u.portal, u.identity, u.url, u.state, u.reason, u.status, u.tries, u.next_try, u.first_seen,
        u.last_fetched, a.id FROM urls u LEFT JOIN articles a ON a.n = u.article ORDER BY 1, 2""",
    "sightings": """SELECT s.portal, s.name, u.identity, l.title, l.listed_date, l.source, l.data_keys, l.page_name, l.page_no,
        l.first_seen, l.last_seen, f.key, t.key
        FROM listing_sightings l JOIN sections s ON s.id = l.section JOIN urls u ON u.id = l.url
        JOIN runs f ON f.id = l.first_run JOIN runs t ON t.id = l.last_run ORDER BY 1, 2, 3, 4, 5""",
    "runs": "SELECT key, portal, outcome, started, finished, reason, counts FROM runs ORDER BY key",
    "events": "SELECT r.key, e.kind, e.url, e.reason FROM run_events e JOIN runs r ON r.id = e.run ORDER BY 1, 2, 3, 4",
    "sections": """SELECT s.portal, s.name, s.complete_back_to, r.key FROM sections s
        LEFT JOIN runs r ON r.id = s.complete_run ORDER BY 1, 2""",
    "captures": """SELECT r.key, c.kind, c.url, c.fetched, c.file, c.offset, c.digest, o.file, o.offset FROM captures c
        JOIN runs r ON r.id = c.run LEFT JOIN captures o ON o.id = c.refers_to ORDER BY c.file, c.offset, c.url""",
    "aliases": "SELECT a.portal, a.alias, u.identity FROM url_aliases a JOIN urls u ON u.id = a.url ORDER BY 1, 2",
    "suppressions": "SELECT article, reason, by, since, lifted FROM suppressions ORDER BY since, article, reason",
}


def content(archive: Path) -> dict[str, list[Any]]:
    return {name: rows(archive, query) for name, query in CONTENT.items()}


def machine(path: Path, fill: Callable[[Room], None]) -> Path:
    """An archive of a machine of its own; its run is over."""
    room = Room(path)
    fill(room)
    # The next second may have come meanwhile: no run ends before what it saw last.
    last = "max(started, coalesce((SELECT max(last_seen) FROM listing_sightings), started))"
    room.connection.execute(f"UPDATE runs SET outcome = 'done', finished = {last}")
    room.close()
    return path


def two_machines(folder: Path) -> tuple[Path, Path]:
    def first(room: Room) -> None:
        room.store(article(1), cities=[CITIES[0]], seen="2024-05-11T00:00:00Z")
        room.store(article(2), cities=[CITIES[1]], seen="2024-05-11T00:00:00Z")
        room.store(article(2, title="改了题目"), seen="2024-05-13T00:00:00Z")

    def second(room: Room) -> None:
        room.store(article(2), cities=[CITIES[2]], seen="2024-05-12T00:00:00Z")
        room.store(article(3, images=[]), cities=[CITIES[1], CITIES[2]], seen="2024-05-14T00:00:00Z")

    return machine(folder / "one" / "archive.db", first), machine(folder / "two" / "archive.db", second)


MACHINES = st.lists(
    st.lists(
        st.tuples(
            st.integers(1, 3),
            st.sampled_from(["题目甲", "题目乙", "题目丙"]),
            st.integers(0, 2),
            st.sampled_from(["stored", "stored", "stored", "gone", "failed", "blocked"]),
        ),
        min_size=1,
        max_size=6,
    ),
    min_size=2,
    max_size=3,
)


def crawled(room: Room, fetches: list[tuple[int, str, int, str]]) -> None:
    for hour, (number, title, city, outcome) in enumerate(fetches):
        piece = article(number, title=title)
        if outcome == "stored":
            room.store(piece, cities=[CITIES[city]], seen=f"2024-05-11T{hour:02d}:00:00Z")
            continue
        with writing(room.connection):
            if outcome == "gone":
                settling.settle_gone(room.connection, room.portal, piece.url, status=404)
            else:
                blocked = outcome == "blocked"
                settling.settle_failed(room.connection, room.portal, piece.url, reason=outcome, blocked=blocked)
