"""Parcels: what a portal's archive has arrives in the collector's, once, and nothing else does."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.bookmarks import drop_bookmark, place_bookmark
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.indexing import DERIVED_TABLES
from newscrawler.archive.runs import finish_run
from newscrawler.fleet.leases import Leases
from newscrawler.fleet.parcel import MAGIC, PART, ParcelError, pack, unpack
from newscrawler.fleet.portal_folder import PortalFolder
from newscrawler.fleet.rows import NEVER_SHIPPED, rows_of_portal, shipped_tables
from support.archives import CITIES, PORTAL, Room, article
from support.fleet_site import Site
from support.integrity import rows, sound
from support.merging import content


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_parcels_carry_what_is_new_and_make_the_same_archive(site: Site) -> None:
    lease = site.lease()
    site.crawl(*range(1, 40))
    lease = site.ship(lease)
    assert site.collector.collect().taken == 1
    assert content(site.archive) == content(site.portal.archive)
    # The second parcel has two articles, not forty.
    site.crawl(3, 41, title="改了题目")
    lease = site.ship(lease)
    (parcel,) = (site.folder / "parcels").glob("*.parcel")
    with parcel.open("rb") as stream:
        unpack(stream, parcel.stem, site.folder / "unpacked")
    assert rows(site.folder / "unpacked" / PART, "SELECT count(*) FROM versions") == [(2,)]
    assert rows(site.folder / "unpacked" / PART, "SELECT count(*) FROM texts") == [(2,)]
    # Three, then none, in one pass; nothing is taken in twice.
    site.crawl(42)
    lease = site.ship(lease)
    assert [site.collector.collect().taken for _ in range(3)] == [2, 0, 0]
    assert content(site.archive) == content(site.portal.archive)
    assert not list((site.folder / "parcels").iterdir())
    sound(site.archive)
    sound(site.portal.archive)
    # Nothing changed: there is nothing to ship.
    assert site.portal.pack(worker="one", token=1, before=site.portal.newest()) is None


def test_parcels_that_come_in_another_order_wait(site: Site) -> None:
    lease = site.lease()
    site.crawl(1, 2)
    lease = site.ship(lease)
    (first,) = (site.folder / "parcels").glob("*.parcel")
    first.rename(site.folder / "late")
    site.crawl(3)
    lease = site.ship(lease)
    found = site.collector.collect()
    assert (found.taken, found.waiting) == (0, 1)
    (site.folder / "late").rename(first)
    assert site.collector.collect().taken == 2
    assert content(site.archive) == content(site.portal.archive)


def test_a_worker_without_the_lease_may_finish_nothing(site: Site) -> None:
    lease = site.lease()
    site.crawl(1)
    lease = site.ship(lease)
    site.collector.collect()
    before = content(site.archive)
    # Another worker takes over, while the first one still packs.
    site.crawl(2)
    packed = site.portal.pack(worker="one", token=lease.entry.token, before=site.portal.newest())
    assert packed is not None
    site.store.put(packed.row.id, packed.path)
    other = Leases(site.engine, "two", clock=site.clock)
    other.look((PORTAL,))
    site.clock.now += 30
    other.look((PORTAL,))
    assert other.lease(PORTAL) is not None
    assert site.collector.collect().taken == 0
    assert content(site.archive) == before


@pytest.mark.slow
def test_another_worker_goes_on_with_the_state_of_the_collector(site: Site) -> None:
    lease = site.lease()
    site.crawl(1, 2, 3)
    lease = site.ship(lease)
    site.collector.collect()
    token = lease.entry.token
    site.leases.report(f"restore.{PORTAL}", {"token": token, "base": "", "worker": "two"})
    assert site.collector.collect().states == 1
    answer = site.leases.reports("answer")[PORTAL]
    assert answer["base"] == lease.entry.shipped and answer["sequence"] == 1
    second = PortalFolder(site.folder / "two", PORTAL)
    second.folder.mkdir(parents=True)
    second.restore(site.store, answer["state"], answer["base"])
    assert content(second.archive) == content(site.portal.archive)
    sound(second.archive)
    # It ships only what it adds.
    site.portal = second
    site.crawl(4)
    lease = site.ship(lease)
    assert site.collector.collect().taken == 1
    assert content(site.archive) == content(second.archive)
    sound(site.archive)
    # It asks again with the same token when the engine has forgotten that it was answered.
    site.engine.forget()
    site.leases.look((PORTAL,))
    site.clock.now += 30
    site.leases.look((PORTAL,))
    again = site.leases.lease(PORTAL, above=token - 1)
    assert again is not None and again.entry.token == token
    site.leases.report(f"restore.{PORTAL}", {"token": token, "base": "", "worker": "two"})
    assert site.collector.collect().states == 1
    assert site.leases.reports("answer")[PORTAL]["base"] == lease.entry.shipped
    # Who has all that the collector has gets no state.
    site.leases.report(f"restore.{PORTAL}", {"token": lease.entry.token, "base": lease.entry.shipped, "worker": "two"})
    site.collector.collect()


@pytest.mark.slow
def test_bookmarks_travel_with_the_portal(site: Site) -> None:
    """An interrupted walk through a long listing goes on, whichever machine has the portal next."""
    # The collector has another portal, so that its numbers are others.
    site.archive.parent.mkdir(parents=True)
    other = Room(site.archive, portal="other")
    other.store(article(9), cities=[CITIES[0]])
    with writing(other.connection):
        finish_run(other.connection, other.run, outcome="done", reason="", counts={})
        place_bookmark(
            other.connection, other.sections[CITIES[0]], other.run, url="/o", page=2, tail=["x"], started="s"
        )
    other.close()
    lease = site.lease()
    site.crawl(1, 2, 3)
    with closing(open_archive(site.portal.archive)) as connection, writing(connection):
        for section in (1, 2):
            place_bookmark(connection, section, 1, url=f"/{section}", page=40, tail=["a", "b"], started="s")
    lease = site.ship(lease)
    assert site.collector.collect().taken == 1
    query = """SELECT s.name, r.key, b.url, b.page, b.tail, b.started FROM bookmarks b JOIN sections s ON s.id = b.section
               JOIN runs r ON r.id = b.run WHERE r.portal = ? ORDER BY 1"""
    placed = rows(site.portal.archive, query, PORTAL)
    assert len(placed) == 2 and rows(site.archive, query, PORTAL) == placed
    # The next run ends one walk, and changes nothing else of its section.
    site.crawl(4)
    with closing(open_archive(site.portal.archive)) as connection, writing(connection):
        drop_bookmark(connection, 1)
    lease = site.ship(lease)
    assert site.collector.collect().taken == 1
    assert len(rows(site.archive, query, PORTAL)) == 1
    assert len(rows(site.archive, query, "other")) == 1, "those of other portals stay"
    # Another machine goes on with it.
    site.leases.report(f"restore.{PORTAL}", {"token": lease.entry.token, "base": "", "worker": "two"})
    site.collector.collect()
    answer = site.leases.reports("answer")[PORTAL]
    second = PortalFolder(site.folder / "two", PORTAL)
    second.folder.mkdir(parents=True)
    second.restore(site.store, answer["state"], answer["base"])
    assert rows(second.archive, query, PORTAL) == rows(site.portal.archive, query, PORTAL)
    sound(site.archive)
    sound(second.archive)


def test_what_a_killed_collector_left_is_removed(site: Site) -> None:
    folder = site.folder / "collector" / "work"
    for name in ("part-x1/warc", "state-x1", "ceshi"):
        (folder / name).mkdir(parents=True)
    for name in (f"{'a' * 64}.parcel", f"{'b' * 64}.new", "part-x1/part.db", "ceshi/archive.db"):
        (folder / name).write_bytes(b"x")
    site.collector.collect()
    # A worker's portals may lie beside it.
    assert [path.name for path in folder.rglob("*")] == ["ceshi", "archive.db"]


HOSTILE = {
    "cut": lambda data: data[:-1],
    "longer": lambda data: data + b"x",
    "altered": lambda data: data[:-100] + bytes([data[-100] ^ 1]) + data[-99:],
    "another manifest": lambda data: data.replace(b'"worker":"one"', b'"worker":"two"'),
    "empty": lambda data: b"",
    "no end": lambda data: MAGIC + b"{" * 2_000_000,
    "something else": lambda data: data.replace(b"parcel 1", b"parcels!"),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_a_parcel_that_is_not_what_its_worker_announced_is_refused(site: Site, how: str) -> None:
    lease = site.lease()
    site.crawl(1)
    site.ship(lease)
    (parcel,) = (site.folder / "parcels").glob("*.parcel")
    parcel.write_bytes(HOSTILE[how](parcel.read_bytes()))
    found = site.collector.collect()
    assert (found.taken, found.refused) == (0, 1), found
    assert rows(site.archive, "SELECT count(*) FROM articles") == [(0,)]
    report = site.leases.reports("portal")[PORTAL]
    assert report["refused"] and report["reason"]
    # It is not looked at again.
    assert site.collector.collect().refused == 0


def test_a_refusal_is_kept_where_a_parcel_before_it_was_taken_in(site: Site) -> None:
    lease = site.lease()
    site.crawl(1)
    lease = site.ship(lease)
    first = lease.entry.shipped
    site.crawl(2)
    second = site.ship(lease).entry.shipped
    parcel = site.folder / "parcels" / f"{second}.parcel"
    parcel.write_bytes(parcel.read_bytes()[:-1])
    found = site.collector.collect()
    assert (found.taken, found.refused) == (1, 1), found
    report = site.leases.reports("portal")[PORTAL]
    assert (report["taken"], report["refused"]) == (first, second)
    assert site.collector.collect().refused == 0


ATTACKS = {
    "another portal": ["UPDATE urls SET portal = 'other'"],
    "a portal more": [
        "INSERT INTO portals SELECT 'other', name, province, province_code, homepage, definition, article_shapes FROM portals"
    ],
    "a suppression": [
        "INSERT INTO suppressions VALUES (1, (SELECT id FROM articles), 'x', 'x', 'x', NULL, NULL, NULL)"
    ],
    "a trigger": ["CREATE TRIGGER bad AFTER INSERT ON articles BEGIN DELETE FROM articles; END"],
    "a view": [
        "ALTER TABLE sweeps RENAME TO sweeps_",
        "CREATE VIEW sweeps AS WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS id FROM n",
    ],
    "a false text": ["UPDATE texts SET body = '假'"],
    "a false id": ["UPDATE articles SET id = 'x' WHERE n = 1"],
    "a lost row": ["DELETE FROM sections"],
    "captures elsewhere": [
        "INSERT INTO captures VALUES (99, 1, 'article', 'u', 't', 200, '../x/y.warc.gz', 0, 1, 'd', NULL)"
    ],
}


@pytest.mark.parametrize("what", ATTACKS)
def test_an_archive_made_to_attack_is_refused(site: Site, what: str) -> None:
    import sqlite3

    lease = site.lease()
    site.crawl(1)
    packed = site.portal.pack(worker="one", token=1, before=None)
    assert packed is not None
    with packed.path.open("rb") as stream:
        unpack(stream, packed.row.id, site.folder / "unpacked")
    with closing(sqlite3.connect(site.folder / "unpacked" / PART)) as connection:
        for statement in ATTACKS[what]:
            connection.execute(statement)
        connection.commit()
    with (site.folder / "packed").open("wb") as stream:
        row = pack(site.folder / "unpacked", stream, portal=PORTAL, worker="one", token=1, sequence=1, previous="")
    site.store.put(row.id, site.folder / "packed")
    site.leases.renew(lease, shipped=row.id, sequence=1)
    found = site.collector.collect()
    assert (found.taken, found.refused) == (0, 1), found
    assert rows(site.archive, "SELECT count(*) FROM articles") == [(0,)]


@pytest.mark.parametrize(
    "name", ["../part.db", "/etc/x", "warc/ceshi/../x.warc.gz", "warc/ceshi/x.sh", "warc/other/a.warc.gz", "part.db"]
)
def test_names_of_files_lead_nowhere_else(tmp_path: Path, name: str) -> None:
    file = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    manifest = {
        "portal": PORTAL, "worker": "one", "token": 1, "sequence": 1, "previous": "", "made": "",
        "files": [{"name": PART, **file}, {"name": name, **file}],
    }  # fmt: skip
    line = json.dumps(manifest).encode()
    path = tmp_path / "parcel"
    path.write_bytes(MAGIC + line + b"\nxx")
    with path.open("rb") as stream, pytest.raises(ParcelError):
        unpack(stream, hashlib.sha256(line).hexdigest(), tmp_path / "out")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and path.name != "part.db"] == ["parcel"]


@pytest.mark.slow
def test_a_refused_portal_starts_again_from_what_was_taken_in(site: Site) -> None:
    """The collector's chain does not move; a worker asks for the state, and ships a new parcel behind it."""
    lease = site.lease()
    site.crawl(1)
    lease = site.ship(lease)
    site.collector.collect()
    site.crawl(2)
    lease = site.ship(lease)
    (parcel,) = (site.folder / "parcels").glob("*.parcel")
    parcel.write_bytes(b"")
    assert site.collector.collect().refused == 1
    report = site.leases.reports("portal")[PORTAL]
    assert report["refused"] == lease.entry.shipped
    site.leases.report(f"restore.{PORTAL}", {"token": lease.entry.token, "base": "", "worker": "one"})
    site.collector.collect()
    answer = site.leases.reports("answer")[PORTAL]
    site.portal.restore(site.store, answer["state"], answer["base"])
    lease = site.leases.renew(lease, shipped=answer["base"], sequence=answer["sequence"])
    site.crawl(2, 3)
    site.ship(lease)
    assert site.collector.collect().taken == 1
    assert content(site.archive) == content(site.portal.archive)


def test_captures_come_with_the_rows_that_point_to_them(site: Site, demo_archive: Path) -> None:
    site.portal = PortalFolder(site.folder / "worker", "demo")
    site.portal.folder.mkdir(parents=True)
    shutil.copy(demo_archive, site.portal.archive)
    shutil.copytree(demo_archive.parent / "warc", site.portal.folder / "warc")
    packed = site.portal.pack(worker="one", token=1, before=None)
    assert packed is not None
    site.store.put(packed.row.id, packed.path)
    site.leases.look(("demo",))
    site.clock.now += 30
    site.leases.look(("demo",))
    lease = site.leases.lease("demo")
    assert lease is not None
    site.leases.renew(lease, shipped=packed.row.id, sequence=1)
    assert site.collector.collect().taken == 1
    assert content(site.archive) == content(demo_archive)
    sound(site.archive)


def test_each_table_is_shipped_with_its_portal_or_said_not_to_be(site: Site) -> None:
    """A migration that adds a table has to decide."""
    site.crawl(1)
    with closing(open_archive(site.portal.archive)) as connection:
        names = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith((*DERIVED_TABLES, "sqlite_", "_sqlite_"))
        }
        assert names == {*shipped_tables(), *NEVER_SHIPPED}
        connection.execute("ATTACH ? AS src", (str(site.portal.archive),))
        for name in {*shipped_tables()} - {"texts"}:
            assert ":portal" in rows_of_portal(connection, name)
