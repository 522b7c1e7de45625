"""Records of WARC files that are torn, lie, or hide others: what is whole is read, the rest is told, all is bounded."""

from __future__ import annotations

import gzip
import io
import random
import time
import zlib
from collections.abc import Callable, Mapping

import pytest

from newscrawler.importing import warc_records
from newscrawler.importing.warc_records import Fault, WarcRecords
from support.warcs import each_packed, raw_record

FOREIGN = b"X-Foreign: 1\r\n"
PACKINGS: dict[str, Callable[..., bytes]] = {
    "each packed": each_packed,
    "all in one member": lambda *records: gzip.compress(b"".join(records)),
    "not packed": lambda *records: b"".join(records),
}


class All:
    """Wants every record but the foreign ones, and those of requests."""

    def is_foreign(self, kind: str, url: str) -> bool:
        return kind == "request"

    def by_fields(self, fields: Mapping[str, str]) -> bool:
        return "x-foreign" not in fields and fields.get("warc-type") != "request"

    def by_head(self, fields: Mapping[str, str], head: bytes) -> bool:
        return True


def read(data: bytes) -> tuple[list[str], list[str]]:
    """The numbers of the records that are read, and the faults."""
    numbers, faults = [], []
    for one in WarcRecords(io.BytesIO(data), All()):
        if isinstance(one, Fault):
            faults.append(one.reason)
            assert 0 <= one.offset <= len(data)
        else:
            numbers.append(one.fields["warc-target-uri"].rpartition("/")[2])
            assert gzip.decompress(one.member).startswith(b"WARC/1.0\r\n")
    return numbers, faults


@pytest.mark.parametrize("packing", PACKINGS)
def test_whole_records_are_copied_byte_for_byte(packing: str) -> None:
    records = [raw_record(number, body=b"x" * number * 40_000) for number in range(4)]
    data = PACKINGS[packing](*records[:2], raw_record(9, extra=FOREIGN), *records[2:])
    found = [one for one in WarcRecords(io.BytesIO(data), All()) if not isinstance(one, Fault)]
    assert [gzip.decompress(one.member) for one in found] == records
    if packing == "each packed":
        assert all(data[one.offset :].startswith(one.member) for one in found)


class Careful(All):
    """Wants the same, and says nothing of a record at one look."""

    def is_foreign(self, kind: str, url: str) -> bool:
        return False


def everything_of(data: bytes, wanted: All) -> list[object]:
    """What is yielded, and which offsets are told."""
    told: list[object] = []
    records = WarcRecords(io.BytesIO(data), wanted, on_read=lambda offset: told.append(offset))
    told.extend(records)
    return told


ODD_FIELDS = (
    b"warc-type: request\r\n", b"WARC-TYPE:request\r\n", b"Content-Length: 3\r\n", b"X: y\r\n z\r\n", b"WARC-Type : x\r\n",
    b"Content-Length :7\r\n", b"\tfold\r\n", b"Y:\xff\xfe\r\n", b"\r\n", b"Content-Length: 0009\r\n", b"no field\r\n",
)  # fmt: skip


@pytest.mark.slow
def test_what_is_passed_over_at_one_look_is_what_a_careful_look_passes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same records, faults and offsets, whatever lies between them and wherever the blocks of the file end."""
    chance = random.Random(7)
    for number in range(400):
        monkeypatch.setattr(warc_records, "_BLOCK", chance.choice((2**20, 70_000)))
        pieces = []
        for record in range(chance.randrange(1, 9)):
            extra = chance.choice(ODD_FIELDS) if chance.random() < 0.3 else b""
            raw = raw_record(
                record,
                kind=chance.choice((b"request", b"request", b"response", b"metadata")),
                body=chance.randbytes(chance.choice((0, 10, 3_000, 90_000))),
                extra=extra,
                length=chance.choice((None, None, None, None, 20, 500)),
            )
            if chance.random() < 0.1:
                raw = raw.replace(b"WARC/1.0", chance.choice((b"WARC/1.1", b"WARC/0.9", b"warc/1.0", b"WARC/1.0 ")))
            packed = gzip.compress(raw, chance.choice((0, 6)))
            if chance.random() < 0.1:
                packed = gzip.compress(raw + raw_record(record))
            pieces.append(packed if chance.random() < 0.95 else raw)
        data = bytearray(chance.choice((b"", b"\r\n", b"\0\0")).join(pieces))
        for _ in range(chance.choice((0, 0, 1, 2))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        data = data[: chance.choice((len(data), len(data), chance.randrange(len(data) + 1)))]
        quick, careful = everything_of(bytes(data), All()), everything_of(bytes(data), Careful())
        assert quick == careful, number


BROKEN = {
    "says too much": raw_record(1, length=500),
    "says too much, foreign": raw_record(1, length=500, extra=FOREIGN),
    "says far too much": raw_record(1, length=10**14),
    "says far too much, foreign": raw_record(1, length=10**14, extra=FOREIGN),
    "says more than a number holds": raw_record(1, length=10**30),
    "says too little": raw_record(1, length=20),
    "says too little, foreign": raw_record(1, length=20, extra=FOREIGN),
    "says less than nothing": raw_record(1, length=-5),
    "says no number": raw_record(1, length=b"many"),
    "has an endless header": raw_record(1, extra=b"Y: " + b"a" * 100_000 + b"\r\n"),
    "is of no known version": raw_record(1).replace(b"WARC/1.0", b"WARC/9.9"),
    "is something else": b"<html><p>not a record</p></html>" * 9,
}


@pytest.mark.parametrize("packing", ["each packed", "not packed"])
@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_record_is_told_and_hides_no_other(packing: str, broken: str) -> None:
    data = PACKINGS[packing](raw_record(0), BROKEN[broken], raw_record(2), raw_record(3))
    numbers, faults = read(data)
    assert (numbers, len(faults)) == (["0", "2", "3"], 1), faults


def test_torn_ends_and_damaged_bytes_are_told() -> None:
    whole = each_packed(raw_record(0), raw_record(1))
    for data, numbers in (
        (whole[:-30], ["0"]),
        (whole[:-1], ["0"]),
        (raw_record(0) + raw_record(1)[:-30], ["0"]),
        (each_packed(raw_record(0))[:-8] + bytes(8) + each_packed(raw_record(1)), ["1"]),
        (each_packed(raw_record(0)) + b"garbage" * 20 + each_packed(raw_record(1)), ["0", "1"]),
        (gzip.compress(raw_record(0)[:-20]) + each_packed(raw_record(1)), ["1"]),
    ):
        found, faults = read(data)
        assert (found, len(faults)) == (numbers, 1), faults
    for padded in (whole + bytes(100_000), b"\r\n\r\n" + whole, whole[:-0] + b"\r\n", b""):
        assert read(padded)[1] == []
    assert read(raw_record(0).removesuffix(b"\r\n\r\n")) == (["0"], [])


def test_bombs_and_many_faults_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zlib.compressobj(9, wbits=31)
    packed = bomb.compress(raw_record(1, length=40, extra=FOREIGN)) + bomb.compress(bytes(16 * 2**20)) + bomb.flush()
    monkeypatch.setattr(warc_records, "MAX_RECORD_BYTES", 2**20)
    began = time.process_time()
    assert read(packed + each_packed(raw_record(2))) == (["2"], ["its length is wrong"])
    large = each_packed(raw_record(1, body=bytes(2 * 2**20)), raw_record(2))
    assert read(large) == (["2"], ["it has more than 1,048,576 bytes"])
    numbers, faults = read(b"\x1f\x8b\x08" * 100_000)
    assert len(faults) == warc_records.MAX_FAULTS + 1 and not numbers
    assert time.process_time() - began < 5
