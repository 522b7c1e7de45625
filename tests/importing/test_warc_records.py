"""Records of WARC files that are torn, lie, or hide others: what is whole is read, the rest is told, all is bounded."""

from __future__ import annotations

import gzip
import io
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
    """Wants every record but the foreign ones."""

    def by_fields(self, fields: Mapping[str, str]) -> bool:
        return "x-foreign" not in fields

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
