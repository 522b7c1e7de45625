"""Records, the index and differences for themselves: open-ended and hostile input."""

from __future__ import annotations

import gzip
import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from newscrawler.archive.captures import cdxj
from newscrawler.archive.captures.warc_building import Exchange
from newscrawler.archive.captures.warc_reader import MAX_RECORD_BYTES, DamagedRecordError, read_record
from newscrawler.archive.captures.warc_record import uri
from newscrawler.archive.captures.warc_writer import WarcWriter
from newscrawler.archive.text_diff import difference
from support.examples import examples

NAMES = st.binary(min_size=1, max_size=12).filter(
    lambda name: b":" not in name and name.strip(b" \t\r\n\0\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0")
)


def exchange(payload: bytes, headers: list[tuple[bytes, bytes]], url: str = "http://t.example/") -> Exchange:
    digest = hashlib.sha256(payload).hexdigest()
    return Exchange("article", url, "2026-03-05T00:00:00Z", "GET", headers, 200, "HTTP/1.1", headers, payload, digest)


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(st.tuples(NAMES, st.binary(max_size=60)), max_size=5), st.binary(max_size=300), st.text(max_size=40))
@example([], b"", ">")
@example([], b"", "<a>")
def test_whatever_a_server_sends_makes_a_record_that_reads_back(
    tmp_path_factory: pytest.TempPathFactory, headers: list[tuple[bytes, bytes]], payload: bytes, tail: str
) -> None:
    folder = tmp_path_factory.mktemp("warc")
    writer = WarcWriter(folder, "key", {"software": "test"}, 10**9)
    url = f"http://t.example/{tail}"
    try:
        url.encode()
    except UnicodeEncodeError:
        url = "http://t.example/"
    places = [writer.write(exchange(payload, headers, url)) for _ in range(2)]
    writer.close()
    path = folder / places[0].file
    with path.open("rb") as stream:
        for place in places:
            record = read_record(stream, place.offset)
            assert (record.payload, record.length, record.status) == (payload, place.length, 200)
            assert record.url == uri(url)
            assert "\n" not in record.url
        assert [place.offset + place.length <= path.stat().st_size for place in places] == [True, True]
    with path.open("rb") as stream:
        kinds = [
            record.rec_type
            for record in ArchiveIterator(stream, check_digests="raise")
            if record.raw_stream.read() is not None
        ]
    assert kinds == ["warcinfo", "response", "request", "response", "request"]


def packed(data: bytes) -> bytes:
    # Without the time of day: the names of the tests must be the same in every process.
    return gzip.compress(data, mtime=0)


def member(fields: str, block: bytes) -> bytes:
    return packed(f"WARC/1.1\r\n{fields}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x1f\x8b",
        b"no gzip at all",
        bytes(1000),
        packed(b""),
        packed(b"no record"),
        packed(b"WARC/1.1\r\n"),
        packed(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: -5\r\n\r\n"),
        member("WARC-Type: response\r\n", b"HTTP/1.1 200 OK\r\n\r\nx"),
        member("WARC-Type: response\r\nWARC-Target-URI: http://t/\r\n", b"nonsense"),
        member("WARC-Type: revisit\r\nWARC-Target-URI: http://t/\r\nWARC-Payload-Digest: sha256:!!\r\n", b"HTTP/1.1 200 OK\r\n\r\n"),
        member(
            "WARC-Type: response\r\nWARC-Target-URI: http://t/\r\nWARC-Payload-Digest: sha256:" + "A" * 56 + "\r\n",
            b"HTTP/1.1 200 OK\r\n\r\nx",
        ),
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedRecordError):
        read_record(BytesIO(data), 0)


def test_a_record_beyond_the_limit_is_refused() -> None:
    with pytest.raises(DamagedRecordError):
        read_record(BytesIO(packed(bytes(MAX_RECORD_BYTES + 10))), 0)


@settings(deadline=None, max_examples=examples(200))
@given(st.binary(max_size=400))
def test_random_records_raise_nothing_else(noise: bytes) -> None:
    for data in (noise, gzip.compress(noise), gzip.compress(b"WARC/1.1\r\n" + noise)):
        try:
            read_record(BytesIO(data), 0)
        except DamagedRecordError:
            continue


def test_a_failed_write_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    writer = WarcWriter(tmp_path, "key", {"software": "test"}, 10**9)
    writer.write(exchange(b"first", []))
    path = tmp_path / "key-00001.warc.gz.open"
    whole = path.read_bytes()
    real = os.write

    def fails(fd: int, data: bytes) -> int:
        real(fd, bytes(data)[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", fails)
    with pytest.raises(OSError, match="space"):
        writer.write(exchange(b"second", []))
    assert path.read_bytes() == whole
    monkeypatch.undo()
    place = writer.write(exchange(b"third", []))
    assert place.offset == len(whole)
    writer.close()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.T.example/", "example,t)/"),
        ("http://t.example", "example,t)/"),
        ("https://news.t.example:443/A/b.shtml", "example,t,news)/a/b.shtml"),
        ("http://t.example:8080/a/?b=2&a=1", "example,t:8080)/a?a=1&b=2"),
        ("http://www2.t.example/a/", "example,t)/a"),
    ],
)
def test_keys_sort_by_host(url: str, key: str) -> None:
    assert cdxj.surt_key(url) == key


@settings(deadline=None, max_examples=examples(50))
@given(st.lists(st.lists(st.integers(0, 50), max_size=8), max_size=6))
def test_the_index_stays_sorted_however_it_grows(
    tmp_path_factory: pytest.TempPathFactory, runs: list[list[int]]
) -> None:
    folder = tmp_path_factory.mktemp("index")
    every: set[str] = set()
    for run in runs:
        lines = [f"example,t)/{number:03d} 20260305000000 {{}}\n" for number in run]
        cdxj.append(folder, lines)
        cdxj.sort(folder)
        every |= set(lines)
        assert (folder / cdxj.NAME).read_text().splitlines(keepends=True) == sorted(every)


def test_a_torn_line_of_the_index_is_dropped(tmp_path: Path) -> None:
    cdxj.append(tmp_path, ["b {}\n", "a {}\n", 'c {"url": "http://t.exa'])
    cdxj.sort(tmp_path)
    assert (tmp_path / cdxj.NAME).read_text() == "a {}\nb {}\n"


def test_a_torn_line_of_the_index_takes_no_other_with_it(tmp_path: Path) -> None:
    cdxj.append(tmp_path, ["a {}\n", 'b {"url": "http://t.exa'])
    cdxj.append(tmp_path, ["c {}\n"])
    cdxj.sort(tmp_path)
    assert (tmp_path / cdxj.NAME).read_text() == "a {}\nc {}\n"


TEXTS = st.text(alphabet="山口河边的水。！\n“”a1", max_size=60)


@settings(deadline=None, max_examples=examples(300))
@given(TEXTS, TEXTS)
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert all(piece.text for piece in pieces)
    assert (old == new) == all(piece.kind == "same" for piece in pieces)


def test_a_difference_is_small_and_readable() -> None:
    old = "入夏以来雨水多了三成。河道边的人家搬走了粮食。\n值夜的老周守了六个晚上。"
    new = "入夏以来雨水多了四成。河道边的人家搬走了粮食。\n值夜的老周守了六个晚上。他还要再守三晚。"
    changed = [(piece.kind, piece.text) for piece in difference(old, new) if piece.kind != "same"]
    assert changed == [("removed", "三"), ("added", "四"), ("added", "他还要再守三晚。")]


def test_texts_without_anything_in_common_are_compared_at_once() -> None:
    old = "".join(f"第{number}句话说的是山。" for number in range(30_000))
    new = "".join(f"第{number}段讲的却是水！" for number in range(30_000))
    assert [piece.kind for piece in difference(old, new)] == ["removed", "added"]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("全村贫困户都搬进新居", "全村脱贫户都搬进新居", "全村[-贫困][+脱贫]户都搬进新居"),
        ("投入资金2019万元", "投入资金2020万元", "投入资金[-2019][+2020]万元"),
        ("完成率达98.5%以上", "完成率达99.1%以上", "完成率达[-98.5%][+99.1%]以上"),
        ("村里通了4G网络", "村里通了5G网络", "村里通了[-4][+5]G网络"),
        ("使用ChatBot答题", "使用ChatRoom答题", "使用[-ChatBot][+ChatRoom]答题"),
        ("县委书记到场", "县委副书记到场", "县委[+副]书记到场"),
        (
            "会议在上午召开，县长主持会议",
            "会议在下午召开，书记主持会议",
            "会议在[-上][+下]午召开，[-县长][+书记]主持会议",
        ),
    ],
)
def test_changes_do_not_tear_words_apart(old: str, new: str, shown: str) -> None:
    marks = {"same": "{}", "removed": "[-{}]", "added": "[+{}]"}
    assert "".join(marks[piece.kind].format(piece.text) for piece in difference(old, new)) == shown
