"""Files in a folder and in object storage: one interface, and errors of one kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawler.archive.storage import MissingFileError, StorageError, storage_of
from newscrawler.fleet.engine import FleetError, UnavailableError
from newscrawler.fleet.stores import FileStore, MissingError


@pytest.fixture(params=["folder", "memory", "file"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place that is not there yet."""
    if request.param == "folder":
        return str(tmp_path / "stored" / "deep")
    pytest.importorskip("fsspec")
    return f"memory://storage-{tmp_path.name}/deep/" if request.param == "memory" else f"file://{tmp_path}/stored/"


def test_files_are_stored_found_replaced_and_removed(where: str, tmp_path: Path) -> None:
    storage = storage_of(where)
    source, target = tmp_path / "source", tmp_path / "target"
    assert not storage.has("a/b.x") and storage.names("*/*.x") == []
    storage.remove("a/b.x")
    storage.clear()
    for content in (b"first", b"second"):
        source.write_bytes(content)
        storage.put("a/b.x", source)
        storage.get("a/b.x", target)
        assert target.read_bytes() == content
    storage.put("c", source)
    assert storage.has("a/b.x") and storage.names("*/*.x") == ["a/b.x"]
    with storage_of(where).opened("a/b.x") as stream:
        stream.seek(3)
        assert stream.read() == b"ond"
    storage.remove("a/b.x")
    storage.remove("a/b.x")
    assert not storage.has("a/b.x") and storage.has("c")
    storage.clear()
    assert not storage.has("c")


def test_what_is_missing_is_told_apart_from_a_place_that_cannot_be_used(where: str, tmp_path: Path) -> None:
    storage = storage_of(where)
    with pytest.raises(MissingFileError, match="none"):
        storage.get("none", tmp_path / "target")
    with pytest.raises(MissingFileError), storage.opened("none"):
        pass
    assert not list(tmp_path.glob("target*"))
    with pytest.raises(StorageError) as raised:
        storage.put("x", tmp_path / "no source")
    assert not isinstance(raised.value, MissingFileError) and isinstance(raised.value.cause, FileNotFoundError)
    assert not storage.has("x"), "what was not stored whole is not there"


def test_parcels(where: str, tmp_path: Path) -> None:
    store = FileStore(where)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"parcel")
    store.put("p-1", source)
    store.get("p-1", target)
    assert target.read_bytes() == b"parcel" and storage_of(where).names("*") == ["p-1.parcel"]
    store.remove("p-1")
    store.remove("p-1")
    with pytest.raises(MissingError, match="p-1 is not there"):
        store.get("p-1", target)
    with pytest.raises(UnavailableError, match="parcels cannot be read or written"):
        store.put("p-2", tmp_path / "no source")


def test_an_address_of_no_storage() -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(ValueError, match="nonsense"):
        storage_of("nonsense://bucket")
    with pytest.raises(FleetError, match="nonsense://bucket: cannot be used"):
        FileStore("nonsense://bucket")
