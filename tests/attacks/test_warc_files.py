"""WARC files from strangers: whatever a record holds, reading it takes little memory and little time."""

from __future__ import annotations

import gzip
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest

from newscrawler.archive.captures.warc_reader import DamagedRecordError, read_record
from support import nightly, program
from support.integrity import demo, run

__all__ = ["demo"]

FIELDS = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.example/\r\nWARC-Date: 2026-03-05T00:00:00Z\r\n"
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def record(fields: str = "", http: bytes = HTTP, payload: bytes = b"", *, length: str | None = None) -> bytes:
    block = http + payload
    size = str(len(block)) if length is None else length
    data = f"{FIELDS}{fields}Content-Length: {size}\r\n\r\n".encode("utf-8", "surrogateescape") + block + b"\r\n\r\n"
    return gzip.compress(data, 6)


LINE = "x" * 60_000_000
HOSTILE = {
    "one long line of fields": lambda: record(f"X: {LINE}\r\n"),
    "a name without an end": lambda: record(LINE),
    "very many fields": lambda: record("A: b\r\n" * 5_000_000),
    "very many continued lines": lambda: record("X: a\r\n" + " b\r\n" * 5_000_000),
    "one long line of HTTP": lambda: record(http=b"HTTP/1.1 200 OK\r\nX: " + LINE.encode() + b"\r\n\r\n"),
    "very many lines of HTTP": lambda: record(http=b"HTTP/1.1 200 OK\r\n" + b"A:b\r\n" * 90_000 + b"\r\n"),
    "a status line without an end": lambda: record(http=b"HTTP/1.1 " + LINE.encode()),
    "a length with very many digits": lambda: record(length="9" * 5_000),
    "a length of other digits": lambda: record(length="４２"),
    "a negative length": lambda: record(length="-1"),
    "a length that is too small": lambda: record(payload=b"abc", length=str(len(HTTP) + 1)),
    "a length that is too large": lambda: record(length="100000"),
    "a digest of an unknown kind": lambda: record("WARC-Block-Digest: x:y\r\n"),
    "a wrong digest": lambda: record("WARC-Block-Digest: sha1:AAAA\r\n"),
    "a payload digest that is no digest": lambda: record("WARC-Payload-Digest: sha256:!!\r\n"),
    "a second record in the member": lambda: gzip.compress(gzip.decompress(record()) * 2),
    "no end": lambda: record()[:-12],
    "not a record": lambda: gzip.compress(b"\r\n\r\n" * 100),
    "nothing": lambda: gzip.compress(b""),
}


@nightly.by_day(0, 3, 5, *range(7, 19))
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_record_is_damaged_and_takes_no_time(kind: str) -> None:
    data = HOSTILE[kind]()
    begin = time.process_time()
    with pytest.raises(DamagedRecordError):
        read_record(BytesIO(data), 0)
    assert time.process_time() - begin < 1


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
@pytest.mark.parametrize("form", ["hex", "base 32"])
def test_a_right_digest_of_any_kind_agrees(algorithm: str, form: str) -> None:
    import base64
    import hashlib

    digest = hashlib.new(algorithm, HTTP + b"text").digest()
    text = digest.hex() if form == "hex" else base64.b32encode(digest).decode()
    found = read_record(BytesIO(record(f"WARC-Block-Digest: {algorithm}:{text}\r\n", payload=b"text")), 0)
    assert (found.payload, found.status, found.payload_digest) == (b"text", 200, hashlib.sha256(b"text").hexdigest())


CHECK = """
import resource, sys
from support.measured import peak_mebibytes
from newscrawler.cli.main import cli
before = peak_mebibytes()
try:
    cli(sys.argv[1:], standalone_mode=False)
except BaseException as error:
    print(type(error).__name__, error, file=sys.stderr)
print(peak_mebibytes() - before)
"""


@pytest.mark.slow
@pytest.mark.parametrize("command", ["repair", "verify", "open"])
def test_memory_does_not_grow_with_the_records(demo: Path, command: str) -> None:
    """`--repair` held all records that have no row, each with its payload."""
    (file,) = (demo.parent / "warc" / "demo").glob("*.warc.gz")
    large = record("Newscrawler-Kind: article\r\n", payload=bytes(60 * 2**20))
    with file.open("ab") as stream:
        for _ in range(3):
            stream.write(large)
    if command == "open":
        file.rename(f"{file}.open")
        command = "repair"
    done = program.run(
        [sys.executable, "-c", CHECK, command, "--archive", str(demo)], capture_output=True, text=True, timeout=120
    )
    assert float(done.stdout.split()[-1]) < 60, done.stderr
    if command == "repair":
        assert "3 captures" in done.stdout + done.stderr
    assert run("verify", "--archive", demo).exit_code == 0
