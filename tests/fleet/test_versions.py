"""Programs of one fleet whose versions differ: what is older or has more is taken, what is too new is told and kept."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.database import connection as connecting
from newscrawler.archive.database import migrations
from newscrawler.archive.database.row_digests import described
from newscrawler.archive.database.transaction import writing
from newscrawler.fleet import worker as worker_module
from newscrawler.fleet.collector import Collector
from newscrawler.fleet.file_engine import FileEngine
from newscrawler.fleet.leases import PORTALS, Leases
from newscrawler.fleet.parcel import MAGIC, PART, NewerParcelError, pack, unpack
from newscrawler.fleet.portal_folder import PortalFolder
from newscrawler.fleet.rows import shipped_tables
from newscrawler.fleet.status import fleet_status
from newscrawler.fleet.worker import Worker
from support.archives import PORTAL
from support.fleet_site import Site
from support.fleet_state import portal
from support.integrity import rows, sound
from support.new_archives import applying_migrations


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def ship_changed(site: Site, change: Callable[[Path], None], *numbers: int, previous: str = "") -> str:
    """Ship articles in a parcel whose archive, or bytes, another version made; return the parcel's id."""
    lease = site.lease()
    site.crawl(*numbers)
    packed = site.portal.pack(worker="one", token=lease.entry.token, before=None)
    assert packed is not None
    folder = site.folder / "unpacked"
    with packed.path.open("rb") as stream:
        unpack(stream, packed.row.id, folder)
    change(folder / PART)
    with (site.folder / "packed").open("wb") as stream:
        row = pack(folder, stream, portal=PORTAL, worker="one", token=lease.entry.token, sequence=1, previous=previous)
    site.store.put(row.id, site.folder / "packed")
    site.leases.renew(lease, shipped=row.id, sequence=1)
    return row.id


def later_migration(folder: Path) -> Path:
    later = folder / "9999_later.sql"
    later.write_text("CREATE TABLE later (n INTEGER) STRICT;\n", encoding="utf-8")
    return later


def test_a_parcel_of_an_older_schema_is_brought_up_to_date(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the newest two migrations."""

    def downgrade(part: Path) -> None:
        old = part.with_name("old.db")
        with monkeypatch.context() as patched, applying_migrations():
            patched.setattr(migrations, "FILES", migrations.FILES[:-2])
            with closing(open_archive(old)) as connection:
                connection.execute("PRAGMA foreign_keys = OFF")
                connection.execute("ATTACH ? AS new", (str(part),))
                with writing(connection):
                    there = [name for (name,) in connection.execute("SELECT name FROM sqlite_master").fetchall()]
                    for name in (*shipped_tables(),):
                        if name in there:
                            columns = ", ".join(f'"{column}"' for column in described(connection, name).columns)
                            connection.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM new.{name}")
                connection.execute("PRAGMA journal_mode = DELETE")
        old.replace(part)

    ship_changed(site, downgrade, 1, 2)
    found = site.collector.collect()
    assert (found.taken, found.errors) == (1, [])
    assert rows(site.archive, "SELECT count(*) FROM articles_flat") == [(2,)]
    sound(site.archive)


def add_migration(part: Path) -> None:
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("CREATE TABLE later (n INTEGER) STRICT")
        connection.execute(
            """INSERT INTO _sqlite_migrations (migration_set, name, applied_at)
               SELECT migration_set, '9999_later', applied_at FROM _sqlite_migrations LIMIT 1"""
        )
        connection.commit()


def test_a_parcel_of_a_newer_schema_is_kept_until_the_collector_is_upgraded(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = ship_changed(site, add_migration, 1)
    for waiting in (1, 1):
        found = site.collector.collect()
        assert (found.taken, found.refused, found.waiting) == (0, 0, waiting)
    (told,) = fleet_status(site.leases)["portals"]
    assert told["state"] != "refused" and "of a newer newscrawler; upgrade" in told["reason"]
    assert (site.folder / "parcels" / f"{identity}.parcel").exists()
    monkeypatch.setattr(migrations, "FILES", (*migrations.FILES, later_migration(site.folder)))
    upgraded = Collector(
        site.archive, Leases(site.engine, "collector", clock=site.clock), site.store, site.folder / "collector" / "work"
    )
    found = upgraded.collect()
    assert (found.taken, found.errors) == (1, [])
    assert rows(site.archive, "SELECT count(*) FROM articles_flat") == [(1,)]
    (told,) = fleet_status(site.leases)["portals"]
    assert told["reason"] == "" and told["taken"] == 1
    assert not list((site.folder / "parcels").iterdir())


def test_a_parcel_of_a_newer_form_is_kept(site: Site) -> None:
    lease = site.lease()
    site.crawl(1)
    site.ship(lease)
    (parcel,) = (site.folder / "parcels").glob("*.parcel")
    parcel.write_bytes(parcel.read_bytes().replace(MAGIC, b"newscrawler parcel 2\n"))
    found = site.collector.collect()
    assert (found.taken, found.refused, found.waiting) == (0, 0, 1)
    assert parcel.exists() and "only a newer newscrawler reads" in site.leases.reports("portal")[PORTAL]["reason"]


def test_a_manifest_with_more_or_fewer_fields_is_taken(site: Site) -> None:
    """A worker of the version after this one adds fields; one of the version before lacks those that may be missing."""
    lease = site.lease()
    site.crawl(1)
    packed = site.portal.pack(worker="one", token=lease.entry.token, before=None)
    assert packed is not None
    _, line, rest = packed.path.read_bytes().split(b"\n", 2)
    manifest = json.loads(line)
    del manifest["program"]
    manifest["colour"] = "green"
    manifest["files"] = [{**file, "colour": "green"} for file in manifest["files"]]
    line = json.dumps(manifest).encode()
    identity = hashlib.sha256(line).hexdigest()
    packed.path.write_bytes(MAGIC + line + b"\n" + rest)
    site.store.put(identity, packed.path)
    site.leases.renew(lease, shipped=identity, sequence=1)
    found = site.collector.collect()
    assert (found.taken, found.errors) == (1, [])


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({"token": 4, "shipped": "x", "sequence": 2, "colour": "green"}, id="of a newer worker"),
        pytest.param({"token": 4, "shipped": "x"}, id="of an older worker"),
    ],
)
def test_an_entry_with_more_or_fewer_fields_is_leased(site: Site, entry: dict[str, object]) -> None:
    site.engine.put(PORTALS, PORTAL, json.dumps(entry).encode())
    site.leases.look()
    lease = site.leases.lease(PORTAL)
    assert lease is not None and (lease.entry.token, lease.entry.shipped, lease.entry.delay) == (5, "x", 0.0)
    site.leases.release(site.leases.renew(lease, delay=2.0))
    assert site.leases.look()[PORTAL].entry.delay == 2.0
    # Reports that have or lack fields are shown all the same.
    site.leases.report("worker.later", {"colour": "green"})
    assert [one["worker"] for one in fleet_status(site.leases)["workers"]] == ["later"]


def test_a_state_that_is_too_new_for_a_worker_is_told(site: Site) -> None:
    identity = ship_changed(site, add_migration, 1)
    folder = PortalFolder(site.folder / "two", PORTAL)
    folder.folder.mkdir(parents=True)
    with pytest.raises(NewerParcelError):
        folder.restore(site.store, identity, "")
    assert not folder.archive.exists()


def test_a_worker_leaves_a_portal_to_newer_ones(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A logger of its own: tests before this one may have left the program's with another level.
    told = logging.Logger("told")
    told.addHandler(caplog.handler)
    monkeypatch.setattr(worker_module, "logger", told)
    site = Site(tmp_path)
    newest = "a" * 64
    state = ship_changed(site, add_migration, 1, previous=newest)
    before = {"token": 1, "shipped": newest, "sequence": 1, "home": "one", "started": "2020-01-01T00:00:00Z"}
    FileEngine(tmp_path / "leases.db").put(PORTALS, PORTAL, json.dumps(before).encode())
    leases, looks = (Leases(FileEngine(tmp_path / "leases.db"), name, seconds=5.0) for name in ("old", "looks"))
    worker = Worker([portal(PORTAL, every="10m")], leases, site.store, tmp_path / "old")
    thread = threading.Thread(target=worker.run, kwargs={"once": True})
    thread.start()
    while not (asked := looks.reports("restore").get(PORTAL)) and thread.is_alive():
        time.sleep(0.02)
    assert asked
    looks.report(f"answer.{PORTAL}", {"token": asked["token"], "base": newest, "state": state})
    thread.join(60)
    assert not thread.is_alive(), "it does not lease the portal again and again"
    entry = looks.look()[PORTAL].entry
    assert (entry.holder, entry.started) == ("", "2020-01-01T00:00:00Z"), "it is due at once for another one"
    assert "cannot be read here: its archive is of a newer newscrawler" in caplog.text


def test_a_parcel_waits_while_the_archive_cannot_be_written(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not the parcel's fault: it is taken in later."""
    lease = site.lease()
    site.crawl(1)
    lease = site.ship(lease)
    site.collector.collect()
    site.crawl(2)
    site.ship(lease)
    monkeypatch.setattr(connecting, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(site.archive, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = site.collector.collect()
        assert (found.taken, found.refused, found.waiting) == (0, 0, 1), found
        assert "refused" not in site.leases.reports("portal")[PORTAL]
        other.execute("ROLLBACK")
    assert site.collector.collect().taken == 1
    assert rows(site.archive, "SELECT count(*) FROM articles_flat") == [(2,)]
