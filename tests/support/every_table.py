"""An archive with a row in every table, for tests that change one cell after the other."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from newscrawler.archive.database.transaction import writing
from support.archives import CITIES, Room, article
from support.stamped import CAPTURES, STAMPED, TOKEN

# Rows for the tables that crawling a healthy portal leaves empty.
ROWS = (
    "INSERT INTO run_events VALUES (1, 1, 'failed', 'http://x.example/', '武汉市', 'timeout', '2024-05-11T00:00:00Z')",
    "INSERT INTO robots VALUES (1, 'x.example', 200, 'rules', 'User-agent: *', '2024-05-11T00:00:00Z')",
    "INSERT INTO run_measures VALUES (1, '武汉市', '{}')",
    f"INSERT INTO run_timestamps VALUES (1, 'http://tsa.example/', '{STAMPED}', x'{CAPTURES.hex()}', x'{TOKEN.hex()}')",
    "INSERT INTO sweeps VALUES (1, 1, 1, '2024-05-11T00:00:00Z', '2024-05-11T00:00:00Z', 1, 2, 3, 'cut', '')",
    "INSERT INTO templates VALUES ('ceshi', 1, '2024-05-11T00:00:00Z', '{}', '~')",
    "INSERT INTO bookmarks VALUES (1, 1, 'http://x.example/', 2, '[]', '2024-05-11T00:00:00Z')",
    "INSERT INTO url_aliases VALUES ('ceshi', 'http://alias.example/', 1)",
    "INSERT INTO captures VALUES (1, 1, 'article', 'http://x.example/', '2024-05-11T00:00:00Z', 200, NULL, NULL, NULL, 'aa', NULL)",
    "INSERT INTO captures VALUES (2, 1, 'article', 'http://x.example/', '2024-05-12T00:00:00Z', 200, NULL, NULL, NULL, 'aa', 1)",
    "UPDATE versions SET capture = 1, image_count = 1 WHERE id = 1",
    """UPDATE listing_sightings SET source = '三峡日报', data_keys = '{"id": "17"}' WHERE id = 1""",
    "UPDATE articles SET listed_source = '三峡日报' WHERE n = 1",
    "INSERT INTO version_pages VALUES (1, 2, 2)",
    "INSERT INTO images VALUES (1, 1, 'http://x.example/1.jpg', '桥')",
    "INSERT INTO attachments VALUES (1, 1, 'http://x.example/1.pdf', '附件')",
    """INSERT INTO suppressions VALUES (1, (SELECT id FROM articles WHERE n = 3), '作者要求', 'op', '2024-05-11T00:00:00Z',
       '2024-05-12T00:00:00Z', 'op', 'x')""",
    """INSERT INTO alarms VALUES (1, 'ceshi', '', 'title', 'drift', 'open', 0.5, 'm', 'b', 'a', '[]', 1, 1,
       '2024-05-11T00:00:00Z', '2024-05-11T00:00:00Z', NULL)""",
    "INSERT INTO notifications VALUES (1, 'file', 'opened', 0.5, '2024-05-11T00:00:00Z')",
    "INSERT INTO annotation_runs VALUES (1, 'k', 'places', 'gazetteer', '1', '{}', '1', '2024-05-11T00:00:00Z', '2024-05-11T00:00:00Z')",
    """INSERT INTO annotations SELECT 1, a.id, v.content_hash, v.text, 1, 'title', 0, 2, '武汉市', '420100', 1.0
       FROM articles a JOIN versions v ON v.id = a.version WHERE a.n = 1""",
    """INSERT INTO vectors SELECT 1, 1, a.id, v.content_hash, v.text, x'7f81', x'80'
       FROM articles a JOIN versions v ON v.id = a.version WHERE a.n = 1""",
    "INSERT INTO watches VALUES (1, 'bridges', '桥', '{}', '2024-05-11T00:00:00Z')",
    "INSERT INTO watch_notifications VALUES (1, 'mail', 'abc', '2024-05-11T00:00:00Z')",
    "INSERT INTO export_cursors VALUES (1, 'weekly', '{}', '2024-05-11T00:00:00Z')",
    "INSERT INTO parcels VALUES ('aa', 'ceshi', 1, '', 'machine', 1, '2024-05-11T00:00:00Z', '2024-05-11T00:00:00Z')",
    "INSERT INTO replaced_files VALUES ('t/old.warc.gz', 't/new.warc.gz', '2024-05-11T00:00:00Z', 1)",
    "INSERT INTO export_states VALUES (1, 'abc', x'00')",
)


def fill_every_table(path: Path) -> None:
    """Make an archive of three articles, two of them a cluster of reprints, with a row in every table."""
    room = Room(path)
    long = "。".join(f"第{number}段说的是桥和河边的路" for number in range(40))
    for number in (1, 2):
        room.store(article(number, body=long, body_html=f"<p>{long}</p>"), cities=[CITIES[0]])
    room.store(article(6), cities=CITIES[1:])
    with writing(room.connection):
        for statement in ROWS:
            room.connection.execute(statement)
        room.connection.execute("UPDATE runs SET outcome = 'done', finished = started")
    room.close()


def key_of(connection: sqlite3.Connection, table: str) -> list[str]:
    rows = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", (table,)).fetchall()
    return [f'"{name}"' for (name,) in rows] or ["rowid"]
