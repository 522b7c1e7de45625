"""From response to row, without a crawl: keys, batches and errors of a queue of captures."""

from __future__ import annotations

import gc
import hashlib
import weakref
from collections.abc import Iterator
from contextlib import closing
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive.captures.queue import CaptureKey, CaptureQueue
from newscrawler.archive.captures.reading import read_capture
from newscrawler.archive.captures.rows import get_capture
from newscrawler.archive.captures.warc_building import Exchange
from newscrawler.archive.captures.warc_files import folder_of
from newscrawler.archive.captures.warc_writer import WarcWriter
from newscrawler.archive.database.batch import Batch
from support.archives import Room
from support.captures import check_captures

URL = "http://www.ceshi.example/1.shtml"


def exchange(payload: bytes = b"page", url: str = URL, status: int = 200, **headers: str) -> Exchange:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Exchange(
        "article",
        url,
        "2026-03-05T00:00:00Z",
        "GET",
        sent,
        status,
        "HTTP/1.1",
        [(b"ETag", b'"1"')],
        payload,
        hashlib.sha256(payload).hexdigest(),
    )


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with closing(Room(tmp_path / "archive.db")) as room:
        yield room


@pytest.fixture
def queue(room: Room) -> CaptureQueue:
    (key,) = room.connection.execute("SELECT key FROM runs").fetchone()
    folder = folder_of(room.connection) / room.portal
    return CaptureQueue(room.connection, room.portal, room.run, WarcWriter(folder, key, {"software": "test"}, 10**9))


def test_a_key_becomes_a_row_in_the_batch_of_its_record(room: Room, queue: CaptureQueue) -> None:
    batch = Batch(room.connection, before=queue.write)
    keys = [queue.add(exchange(b"one")), queue.add(exchange(b"two", f"{URL}?2"))]
    assert [queue.row_id(key) for key in keys] == [None, None]
    assert queue.waiting_bytes == 6
    seen: list[int | None] = []
    for key in keys:
        batch.add(queue.add_row, key)
    batch.add(lambda _: seen.extend(queue.row_id(key) for key in keys))
    batch.flush()
    assert None not in seen
    assert [queue.row_id(key) for key in keys] == seen
    assert queue.waiting_bytes == 0
    pages = [read_capture(room.connection, get_capture(room.connection, row_id)) for row_id in seen if row_id]
    assert [page.raw for page in pages] == [b"one", b"two"]
    queue.close()
    assert list(check_captures(room.connection)) == []


def test_a_key_cannot_be_changed(queue: CaptureQueue) -> None:
    key: Any = queue.add(exchange())
    with pytest.raises(FrozenInstanceError):
        key.number = 7


def test_the_row_id_is_forgotten_with_the_key(room: Room, queue: CaptureQueue) -> None:
    batch = Batch(room.connection, before=queue.write)
    key = queue.add(exchange())
    batch.add(queue.add_row, key)
    batch.flush()
    number, reference = key.number, weakref.ref(key)
    del key
    gc.collect()
    assert reference() is None
    assert queue.row_id(CaptureKey(number)) is None


def test_a_payload_that_the_archive_has_becomes_a_revisit(room: Room, queue: CaptureQueue) -> None:
    batch = Batch(room.connection, before=queue.write)
    keys = []
    for again in (exchange(), exchange(), exchange(b"", status=304, If_None_Match='"1"')):
        keys.append(queue.add(again))
        batch.add(queue.add_row, keys[-1])
        batch.flush()
    assert [key.is_revisit for key in keys] == [False, True, True]
    rows = [get_capture(room.connection, queue.row_id(key) or 0) for key in keys]
    assert [row["refers_to"] for row in rows] == [None, rows[0]["id"], rows[0]["id"]]
    assert {read_capture(room.connection, row).raw for row in rows} == {b"page"}
    other = queue.add(exchange(b"", status=304, If_None_Match='"2"'))
    assert not other.is_revisit, "this 304 confirms another page than the one that was captured"


def test_what_cannot_be_written_waits_and_nothing_is_committed(room: Room, queue: CaptureQueue) -> None:
    batch = Batch(room.connection, before=queue.write)
    folder = folder_of(room.connection) / room.portal
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way")
    key = queue.add(exchange())
    batch.add(queue.add_row, key)
    with pytest.raises(OSError):
        batch.flush()
    assert room.connection.execute("SELECT count(*) FROM captures").fetchone() == (0,)
    folder.unlink()
    batch.flush()
    assert queue.row_id(key) is not None
