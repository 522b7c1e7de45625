"""Signed collections: what ReplayWeb.page would check, and what `verify` says of one that was changed."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from support import nightly
from tests.export.test_wacz import archive, opened, run

__all__ = ["archive"]


def write_key(path: Path, key: Any = None, password: bytes | None = None) -> Path:
    key = key or ec.generate_private_key(ec.SECP384R1())
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption(),
        )
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    path.with_suffix(".pub").write_bytes(public)
    return path


@pytest.fixture
def collection(archive: Path, tmp_path: Path) -> Path:
    """A signed collection; its key is `key.pem` beside it."""
    out = tmp_path / "out.wacz"
    done = run("export", out, "--archive", archive, "--sign", write_key(tmp_path / "key.pem"))
    assert done.exit_code == 0, done.output
    return out


def checked(path: Path, *arguments: object) -> tuple[int, list[dict[str, Any]]]:
    done = run("verify", path, "--format", "json", *arguments)
    assert done.stdout, done.output
    return done.exit_code, json.loads(done.stdout)["problems"]


def changed(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A copy of a collection with other files."""
    files = opened(path)
    change(files)
    other = path.with_name("changed.wacz")
    with zipfile.ZipFile(other, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return other


def test_the_signature_is_as_the_specification_has_it(collection: Path, tmp_path: Path) -> None:
    files = opened(collection)
    digest = json.loads(files["datapackage-digest.json"])
    text = f"sha256:{hashlib.sha256(files['datapackage.json']).hexdigest()}"
    values = digest["signedData"]
    assert digest["hash"] == values["hash"] == text and values["version"] == "0.1.0"
    assert set(values) == {"hash", "created", "software", "version", "signature", "publicKey"}
    # By another program, with the numbers as browsers write them.
    raw = base64.b64decode(values["signature"])
    assert len(raw) == 96
    (tmp_path / "signature").write_bytes(encode_dss_signature(int.from_bytes(raw[:48]), int.from_bytes(raw[48:])))
    (tmp_path / "text").write_text(text)
    (tmp_path / "key.der").write_bytes(base64.b64decode(values["publicKey"]))
    if openssl := shutil.which("openssl"):
        words = [openssl, "dgst", "-sha256", "-verify", "key.der", "-keyform", "DER", "-signature", "signature", "text"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.stdout == "Verified OK\n", done.stderr


def test_a_sound_collection(collection: Path, archive: Path, tmp_path: Path) -> None:
    status, (note,) = checked(collection)
    assert status == 0 and note["is_note"] and "it is signed" in note["what"] and note["fix"]
    for key in ("key.pem", "key.pub"):
        status, (note,) = checked(collection, "--key", tmp_path / key)
        assert status == 0 and note["is_note"] and not note["fix"]
    write_key(tmp_path / "other.pem")
    status, (problem,) = checked(collection, "--key", tmp_path / "other.pub")
    assert status == 1 and "another key" in problem["what"]
    unsigned = tmp_path / "unsigned.wacz"
    run("export", unsigned, "--archive", archive)
    assert "signedData" not in opened(unsigned)["datapackage-digest.json"].decode()
    assert checked(unsigned) == (0, [checked(unsigned)[1][0] | {"kind": "signature", "is_note": True}])
    assert checked(unsigned, "--key", tmp_path / "key.pub")[0] == 1
    # The signature in the form of openssl counts, too.
    values = json.loads(opened(collection)["datapackage-digest.json"])
    raw = base64.b64decode(values["signedData"]["signature"])
    der = encode_dss_signature(int.from_bytes(raw[:48]), int.from_bytes(raw[48:]))
    values["signedData"]["signature"] = base64.b64encode(der).decode()
    other = changed(collection, lambda files: files.update({"datapackage-digest.json": json.dumps(values).encode()}))
    assert checked(other)[0] == 0
    assert "sound" in run("verify", collection).output


def resealed(files: dict[str, bytes]) -> None:
    """Another package, with its hash put right everywhere but in the signature."""
    files["datapackage.json"] = files["datapackage.json"].replace(b'"created"', b'"Created"')
    digest = json.loads(files["datapackage-digest.json"])
    digest["hash"] = digest["signedData"]["hash"] = f"sha256:{hashlib.sha256(files['datapackage.json']).hexdigest()}"
    files["datapackage-digest.json"] = json.dumps(digest).encode()


def put(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: data})


def without(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.pop(name)  # type: ignore[return-value, unused-ignore]


def signed_data(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        digest = json.loads(files["datapackage-digest.json"])
        digest["signedData"].update(values)
        files["datapackage-digest.json"] = json.dumps(digest).encode()

    return change


WRONG: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "a file changed": (lambda files: files.update({"pages/pages.jsonl": b"{}\n"}), "another SHA-256"),
    "a file missing": (without("archive/data.warc.gz"), "is missing"),
    "a file added": (put("archive/more.warc.gz", b"x"), "nothing vouches for it"),
    "the package changed": (put("datapackage.json", b'{"resources": []}'), "the hash of datapackage.json is another"),
    "the package no JSON": (put("datapackage.json", b"["), "names no files"),
    "a file named twice": (put("datapackage.json", b'{"resources": [{"path": "a"}, {"path": "a"}]}'), "twice"),
    "the package and its hashes changed": (resealed, "not one of this key"),
    "the digest missing": (without("datapackage-digest.json"), "is missing"),
    "the digest a list": (put("datapackage-digest.json", b"[]"), "no object of JSON"),
    "the digest too deep": (put("datapackage-digest.json", b"[" * 100_000), "datapackage-digest"),
    "the signature no object": (put("datapackage-digest.json", b'{"signedData": [1]}'), "signedData is no object"),
    "no signature": (signed_data(signature=""), "not one of this key"),
    "the signature no base64": (signed_data(signature="§"), "cannot be checked"),
    "the key no key": (signed_data(publicKey="AAAA"), "cannot be checked"),
    "another hash signed": (signed_data(hash="sha256:0"), "another hash"),
}


@nightly.by_day(0, 6)
@pytest.mark.parametrize("name", WRONG)
def test_a_collection_that_was_changed(collection: Path, name: str) -> None:
    change, said = WRONG[name]
    status, problems = checked(changed(collection, change))
    assert status == 1 and any(said in row["what"] or said in row["where"] for row in problems), problems


@nightly.by_day(1)
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_bytes_of_members_that_are_cut_or_altered_are_told(collection: Path, method: int) -> None:
    """Whatever a member is packed with: told as a problem, or the file is no collection."""
    packed = collection.with_name("packed.wacz")
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in opened(collection).items():
            archive.writestr(name, data)
    assert checked(packed)[0] == 0
    data, generator = packed.read_bytes(), random.Random(method)
    names = list(opened(collection))
    with zipfile.ZipFile(packed) as archive:
        begins = {info.filename: info.header_offset + 30 + len(info.filename) for info in archive.infolist()}
    for number in range(60):
        changed = bytearray(data)
        if number < len(names):  # the first bytes of each member: a stream that does not begin
            begin = begins[names[number]]
            changed[begin : begin + 8] = b"\xff" * 8
        elif number % 3:
            for _ in range(generator.randint(1, 4)):
                changed[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
        else:
            at = generator.randrange(len(data))
            del changed[at : at + generator.randint(1, 500)]
        other = packed.with_name("altered.wacz")
        other.write_bytes(changed)
        done = run("verify", other, "--format", "json")
        assert done.exit_code in (0, 1, 2) and "Traceback" not in done.output, (number, done.output)
        if number < len(names):
            assert done.exit_code == 1, done.output
            assert any(names[number] in f"{row['where']} {row['what']}" for row in json.loads(done.stdout)["problems"])


def test_a_signature_by_a_certificate_is_not_taken_for_checked(collection: Path, tmp_path: Path) -> None:
    files = opened(collection)
    digest = json.loads(files["datapackage-digest.json"])
    del digest["signedData"]["publicKey"]
    digest["signedData"]["domain"] = "www.example"
    other = changed(collection, put("datapackage-digest.json", json.dumps(digest).encode()))
    status, (note,) = checked(other)
    assert status == 0 and "is not checked here" in note["what"]
    assert checked(other, "--key", tmp_path / "key.pub")[0] == 1


def test_what_cannot_be_used(archive: Path, tmp_path: Path) -> None:
    def refused(result: Result, said: str) -> None:
        assert result.exit_code == 2 and said in result.output, result.output
        assert not (tmp_path / "out.wacz").exists()

    out = ("export", tmp_path / "out.wacz", "--archive", archive, "--sign")
    refused(run(*out, tmp_path / "none.pem"), "cannot be read")
    refused(run(*out, archive), "no private key")
    refused(run(*out, write_key(tmp_path / "p256.pem", ec.generate_private_key(ec.SECP256R1()))), "P-384")
    refused(run(*out, write_key(tmp_path / "rsa.pem", rsa.generate_private_key(65537, 2048))), "P-384")
    refused(run(*out, write_key(tmp_path / "locked.pem", password=b"x")), "encrypted")
    key = write_key(tmp_path / "key.pem")
    refused(run("export", tmp_path / "out.csv", "--archive", archive, "--sign", key), "--sign is for wacz")
    refused(run("export", tmp_path / "lake", "--append", "--archive", archive, "--sign", key), "--append")
    refused(run("verify", archive), "no WACZ collection")
    refused(run("verify", tmp_path / "none.wacz"), "none.wacz")
    refused(run("verify", "--key", key, "--archive", archive), "--key")
    refused(run("verify", key, "--sample", 3), "--sample")
