"""Checking a WACZ collection: its files, the hash of its data package, and its signature. It may be a stranger's."""

from __future__ import annotations

import hashlib
import json
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newscrawler.archive.errors import ArchiveError
from newscrawler.archive.export.wacz_signature import key_digest, signature_problem
from newscrawler.archive.integrity.problem import Problem

PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"
MAX_JSON_BYTES = 64 * 2**20
KIND = "collection"
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError),
    *(RuntimeError, NotImplementedError, EOFError, ValueError, OverflowError),
)
"""What the members of a ZIP file raise that is damaged, cut off, encrypted or packed in a way that is not known."""
_AGAIN = "get the collection again, or make it again with 'newscrawler export'"


def check_wacz(path: Path, key: str = "") -> Iterator[Problem]:
    """Yield what is wrong with a collection, and notes. `key` is the digest of the public key that must have signed it.

    Raises ArchiveError for a file that is no collection.
    """
    try:
        with zipfile.ZipFile(path) as collection:
            yield from _checked(collection, path.name, key)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror or error}.") from None
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as error:
        raise ArchiveError(f"{path}: is no WACZ collection: {error}.") from None


def _checked(collection: zipfile.ZipFile, name: str, key: str) -> Iterator[Problem]:
    try:
        package = _read(collection, PACKAGE)
        resources = _resources(package)
    except ValueError as error:
        yield Problem(KIND, name, str(error), _AGAIN)
        return
    found = {info.filename for info in collection.infolist() if not info.is_dir()} - {PACKAGE, DIGEST}
    for resource in resources:
        found.discard(resource["path"])
        if problem := _resource_problem(collection, resource):
            yield Problem(KIND, f"{name}!{resource['path']}", problem, _AGAIN)
    for extra in sorted(found):
        yield Problem(KIND, f"{name}!{extra}", "the data package does not name it: nothing vouches for it", _AGAIN)
    yield from _signature_problems(collection, name, f"sha256:{hashlib.sha256(package).hexdigest()}", key)


def _signature_problems(collection: zipfile.ZipFile, name: str, text: str, key: str) -> Iterator[Problem]:
    where = f"{name}!{DIGEST}"
    try:
        digest = json.loads(_read(collection, DIGEST))
        if not isinstance(digest, dict):
            raise ValueError(f"{DIGEST} is no object of JSON")
    except (ValueError, RecursionError) as error:
        yield Problem(KIND, where, str(error), _AGAIN)
        return
    if digest.get("hash") != text:
        yield Problem(KIND, where, f"the hash of {PACKAGE} is another one", _AGAIN)
    values = digest.get("signedData")
    if not values:
        if key:
            yield Problem("signature", where, "it is not signed", _AGAIN)
        else:
            yield Problem("signature", where, "it is not signed: whoever has the file can change it", "", is_note=True)
        return
    if not isinstance(values, dict):
        yield Problem("signature", where, "signedData is no object of JSON", _AGAIN)
    elif "publicKey" not in values:
        what = f"it is signed by {values.get('domain')!r} with a certificate, which is not checked here"
        yield Problem("signature", where, what, "check it with ReplayWeb.page or py-wacz", is_note=not key)
    elif problem := signature_problem(values, text):
        yield Problem("signature", where, problem, _AGAIN)
    elif key and key_digest(values) != key:
        what = f"it is signed with another key, of which the SHA-256 is {key_digest(values)}"
        yield Problem("signature", where, what, "ask whoever signed it for the public key")
    else:
        what = f"it is signed, at {values.get('created')}, with the key of which the SHA-256 is {key_digest(values)}"
        yield Problem("signature", where, what, "" if key else "compare the key with --key", is_note=True)


def _resources(package: bytes) -> list[dict[str, Any]]:
    """Return the files that a data package names. Raises ValueError."""
    try:
        resources = json.loads(package)["resources"]
        names = [str(one["path"]) for one in resources]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{PACKAGE} names no files: {error}") from None
    if len(set(names)) != len(names):
        raise ValueError(f"{PACKAGE} names a file twice")
    return [dict(one) | {"path": str(one["path"])} for one in resources]


def _resource_problem(collection: zipfile.ZipFile, resource: dict[str, Any]) -> str:
    digest, size = hashlib.sha256(), 0
    try:
        with collection.open(resource["path"]) as stream:
            while part := stream.read(2**20):
                digest.update(part)
                size += len(part)
    except KeyError:
        return "is missing"
    except _UNREADABLE as error:
        return f"cannot be read: {error}"
    if resource.get("hash") != f"sha256:{digest.hexdigest()}":
        return "has another SHA-256 than the data package says"
    return "" if resource.get("bytes", size) == size else "has another size than the data package says"


def _read(collection: zipfile.ZipFile, name: str) -> bytes:
    """Return a file of JSON. Raises ValueError."""
    try:
        info = collection.getinfo(name)
        if info.file_size > MAX_JSON_BYTES:
            raise ValueError(f"{name} has {info.file_size:,} bytes, which is too many")
        return collection.read(info)
    except KeyError:
        raise ValueError(f"{name} is missing") from None
    except _UNREADABLE as error:
        raise ValueError(f"{name} cannot be read: {error}") from None
