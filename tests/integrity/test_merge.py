"""`newscrawler merge`: nothing is lost, nothing is doubled, the order is of no account, the inputs stay as they are."""

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawler.archive import frontier, open_archive, settling
from newscrawler.archive.database import migrations
from newscrawler.archive.indexing import DERIVED_TABLES
from newscrawler.archive.merging.merge import merge
from newscrawler.archive.merging.rules import NOT_MERGED, TABLES, VERSION_TABLES
from newscrawler.archive.sections import Sighting, finish_sweep, list_sections, record_sightings, start_sweep
from support import nightly
from support.archives import CITIES, HOST, Room, article, transaction
from support.integrity import execute, kinds, rows, run, sound, verified
from support.merging import MACHINES, content, crawled, machine, two_machines


def merged(out: Path, *inputs: Path) -> dict[str, list[Any]]:
    merge(inputs, out)
    return content(out)


def test_two_machines_become_one(tmp_path: Path) -> None:
    one, two = two_machines(tmp_path)
    out = tmp_path / "all" / "all.db"
    done = run("merge", one, two, "--archive", out)
    assert done.exit_code == 0, done.output
    assert "3 articles (+3), 4 versions (+4)" in done.stderr
    sound(out)
    assert rows(
        out, "SELECT title, seen_from, seen_to FROM versions JOIN articles ON n = article WHERE url LIKE '%/2.%'"
    ) == [
        ("青禾镇修好第2座便民桥", "2024-05-11T00:00:00Z", "2024-05-12T00:00:00Z"),
        ("改了题目", "2024-05-13T00:00:00Z", "2024-05-13T00:00:00Z"),
    ]
    ((cities,),) = rows(out, "SELECT cities FROM articles_flat WHERE url LIKE '%/2.%'")
    assert set(cities.split("、")) == {CITIES[1], CITIES[2]}
    assert "第3座" in run("search", "第3座便民桥", "--archive", out).stdout.replace("«", "").replace("»", "")


@pytest.mark.slow
def test_an_archive_merged_with_nothing_stays_as_it_is(tmp_path: Path, demo: Path) -> None:
    for number, archive in enumerate((two_machines(tmp_path)[0], demo)):
        out = tmp_path / f"out{number}" / "all.db"
        assert merged(out, archive) == content(archive)
        assert merged(out, archive, archive, out) == content(archive)
        sound(out)


@given(MACHINES, st.randoms(use_true_random=False))
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_is_of_no_account_and_again_changes_nothing(tmp_path_factory, found, chance) -> None:
    folder = tmp_path_factory.mktemp("merge")
    archives = [
        machine(folder / str(number) / "archive.db", lambda room, fetches=fetches: crawled(room, fetches))
        for number, fetches in enumerate(found)
    ]
    before = [archive.read_bytes() for archive in archives]
    once = merged(folder / "once.db", *archives)
    shuffled = list(archives)
    chance.shuffle(shuffled)
    assert merged(folder / "shuffled.db", *shuffled) == once
    assert merged(folder / "once.db", *shuffled) == once
    assert merged(folder / "shuffled.db", archives[0]) == once
    step = folder / "steps.db"
    for archive in shuffled:
        merge([archive], step)
    stepped = content(step)
    assert {row[3] for row in stepped["versions"]} == {row[3] for row in once["versions"]}
    assert [row[:2] for row in stepped["urls"]] == [row[:2] for row in once["urls"]]
    for archive in archives:
        own = content(archive)
        assert {row[3] for row in own["versions"]} <= {row[3] for row in once["versions"]}
        assert set(own["texts"]) <= set(once["texts"])
        assert {row[0] for row in own["runs"]} <= {row[0] for row in once["runs"]}
        assert {row[:5] for row in own["sightings"]} <= {row[:5] for row in once["sightings"]}
    assert [archive.read_bytes() for archive in archives] == before
    sound(folder / "once.db")
    shutil.rmtree(folder)


# The states of documents


@nightly.by_day(3)
@pytest.mark.parametrize(
    ("one", "other", "wins"),
    [
        ("pending", "failed", "failed"),
        ("failed", "given up", "given up"),
        ("given up", "gone", "gone"),
        ("gone", "stored", "stored"),
        ("foreign", "pending", "pending"),
    ],
)
def test_the_more_settled_state_of_a_document_wins(tmp_path: Path, one: str, other: str, wins: str) -> None:
    url = article(7).url

    def fill(state: str) -> Callable[[Room], None]:
        def fill_one(room: Room) -> None:
            connection, portal = room.connection, room.portal
            if state == "stored":
                room.store(article(7))
                return
            with transaction(connection):
                frontier.add_url(connection, portal, url, foreign=state == "foreign")
                if state == "gone":
                    settling.settle_gone(connection, portal, url, status=410)
                elif state in ("failed", "given up"):
                    settling.settle_failed(connection, portal, url, reason="x", final=state == "given up")

        return fill_one

    archives = [machine(tmp_path / state / "archive.db", fill(state)) for state in (one, other)]
    wanted = content(tmp_path / wins / "archive.db")["urls"][0][3:8]
    for number, inputs in enumerate((archives, archives[::-1])):
        (row,) = merged(tmp_path / f"{number}.db", *inputs)["urls"]
        assert row[3:8] == wanted


def test_a_withdrawal_that_was_seen_later_wins_and_so_does_a_return(tmp_path: Path) -> None:
    def at(seen: str, status: str) -> Callable[[Room], None]:
        def fill(room: Room) -> None:
            room.store(article(1), seen=seen)
            room.connection.execute("UPDATE articles SET status = ?", (status,))
            room.connection.execute(
                "UPDATE urls SET last_fetched = ?, state = ?", (seen, "gone" if status == "gone" else "done")
            )

        return fill

    early = machine(tmp_path / "early" / "a.db", at("2024-05-11T00:00:00Z", "live"))
    gone = machine(tmp_path / "gone" / "a.db", at("2024-06-11T00:00:00Z", "gone"))
    back = machine(tmp_path / "back" / "a.db", at("2024-07-11T00:00:00Z", "live"))
    merge([early, gone], tmp_path / "1.db")
    assert rows(tmp_path / "1.db", "SELECT a.status, u.state FROM articles a JOIN urls u ON u.article = a.n") == [
        ("gone", "gone")
    ]
    merge([back], tmp_path / "1.db")
    assert rows(tmp_path / "1.db", "SELECT a.status, u.state FROM articles a JOIN urls u ON u.article = a.n") == [
        ("live", "done")
    ]


# Marks of completeness


def swept(room: Room, numbers: list[int], *, mark: bool, stored: bool = True) -> None:
    section = room.sections[CITIES[0]]
    with transaction(room.connection):
        start_sweep(room.connection, section, room.run)
    for number in numbers:
        if stored:
            room.store(article(number), cities=[CITIES[0]])
        else:
            with transaction(room.connection):
                sighting = Sighting(article(number).url, "题", "2024-05-10", pinned=False, position=1)
                record_sightings(room.connection, room.portal, section, room.run, 1, [sighting])
    with transaction(room.connection):
        finish_sweep(
            room.connection,
            section,
            room.run,
            outcome="end",
            reason="",
            pages=1,
            entries=len(numbers),
            new_entries=len(numbers),
            reached_back_to="beginning" if mark else None,
            begun="2024-05-10T00:00:00Z",
        )


def marks(archive: Path) -> list[str | None]:
    with closing(open_archive(archive)) as connection:
        return [section.complete_back_to for section in list_sections(connection, "ceshi")]


def test_a_mark_that_holds_is_kept(tmp_path: Path) -> None:
    one = machine(tmp_path / "1" / "a.db", lambda room: swept(room, [1, 2], mark=True))
    execute(one, "UPDATE runs SET finished = '2099-01-01T00:00:00Z'")
    two = machine(tmp_path / "2" / "a.db", lambda room: swept(room, [1, 2, 3], mark=True))
    execute(two, "UPDATE runs SET finished = '2099-01-01T00:00:00Z'")
    merge([one, two], tmp_path / "all.db")
    assert marks(tmp_path / "all.db")[0] == "beginning"
    sound(tmp_path / "all.db")


def test_a_mark_below_which_another_machine_owes_a_try_is_dropped(tmp_path: Path) -> None:
    two = machine(tmp_path / "2" / "a.db", lambda room: swept(room, [5], mark=False, stored=False))
    execute(two, "UPDATE runs SET started = '2020-01-01T00:00:00Z'")
    one = machine(tmp_path / "1" / "a.db", lambda room: swept(room, [1, 2], mark=True))
    assert marks(one)[0] == "beginning"
    merge([one, two], tmp_path / "all.db")
    assert marks(tmp_path / "all.db")[0] is None
    sound(tmp_path / "all.db")


# Takedowns, aliases, schema


def test_a_takedown_survives_and_only_the_target_lifts_it(tmp_path: Path) -> None:
    one, two = two_machines(tmp_path)
    (hidden,) = rows(one, "SELECT url FROM articles WHERE url LIKE '%/2.%'")[0]
    run("suppress", "add", hidden, "--reason", "作者要求", "--archive", one)
    out = tmp_path / "all.db"
    merge([one, two], out)
    assert len(rows(out, "SELECT * FROM articles_flat")) == 2
    assert "第2座" not in run("search", "便民桥", "--archive", out).stdout.replace("«", "").replace("»", "")
    sound(out)
    copied = tmp_path / "before" / "archive.db"
    copied.parent.mkdir()
    shutil.copy(one, copied)
    run("suppress", "lift", hidden, "--archive", one)
    for number, inputs in enumerate(([one, copied], [copied, one], [out, one])):
        merge(inputs, tmp_path / f"lifted{number}.db")
        assert rows(tmp_path / f"lifted{number}.db", "SELECT count(*), count(lifted) FROM suppressions") == [(1, 0)]
    done = run("merge", one, "--archive", out)
    assert "stays suppressed although an input lifted it" in done.stderr
    assert hidden not in str(rows(out, "SELECT url FROM articles_flat"))
    merge([copied], one)
    assert rows(one, "SELECT count(*), count(lifted) FROM suppressions") == [(1, 1)]
    assert hidden in str(rows(one, "SELECT url FROM articles_flat"))


def test_another_form_of_a_url_becomes_an_alias(tmp_path: Path) -> None:
    one = machine(tmp_path / "1" / "a.db", lambda room: room.store(article(1)))
    form = article(1).url.replace("http://www.", "https://")
    two = machine(tmp_path / "2" / "a.db", lambda room: room.store(article(1, url=form)))
    found = merged(tmp_path / "all.db", one, two)
    assert len(found["urls"]) == len(found["articles"]) == 1
    assert {found["urls"][0][2], found["aliases"][0][1]} == {article(1).url, form}


def test_every_table_is_merged_or_follows_from_the_rest(small: Path) -> None:
    """Whoever adds a table must say in `merge_rules` how it is merged."""
    tables = {name for (name,) in rows(small, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    stored = {name for name in tables if not name.startswith((*DERIVED_TABLES, "sqlite_", "_sqlite_"))}
    assert stored == {table.name for table in TABLES} | {"texts", "versions", *VERSION_TABLES, *NOT_MERGED}


@pytest.mark.slow
def test_an_older_archive_is_migrated_in_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = two_machines(tmp_path)
    wanted = merged(tmp_path / "wanted.db", one, two)
    later = tmp_path / "0003_later.sql"
    later.write_text("CREATE INDEX later ON articles(status);\n", encoding="utf-8")
    monkeypatch.setattr(migrations, "FILES", (*migrations.FILES, later))
    before = two.read_bytes()
    assert merged(tmp_path / "all.db", one, two) == wanted
    assert two.read_bytes() == before
    assert rows(tmp_path / "all.db", "SELECT name FROM sqlite_master WHERE name = 'later'") == [("later",)]
    sound(tmp_path / "all.db")


def refused(out: Path, *inputs: Path, status: int, says: str) -> None:
    before = out.read_bytes() if out.exists() else None
    done = run("merge", *inputs, "--archive", out)
    assert (done.exit_code, says in done.stderr) == (status, True), done.output
    assert (out.read_bytes() if out.exists() else None) == before
    assert [path.name for path in out.parent.iterdir() if path.name.endswith(".part")] == []


def test_what_cannot_be_merged_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    one, two = two_machines(tmp_path)
    out = machine(tmp_path / "out" / "all.db", lambda room: room.store(article(9)))
    newer = tmp_path / "newer.db"
    shutil.copy(two, newer)
    execute(
        newer,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('newscrawler', '9999_moon', '')",
    )
    damaged = tmp_path / "damaged.db"
    shutil.copy(two, damaged)
    os.truncate(damaged, damaged.stat().st_size // 2)
    foreign = tmp_path / "foreign.db"
    execute(foreign, "CREATE TABLE notes (text TEXT)")
    orphaned = tmp_path / "orphaned.db"
    shutil.copy(two, orphaned)
    execute(orphaned, "DELETE FROM texts")
    for other, says in [
        (newer, "9999_moon"),
        (damaged, "is damaged"),
        (orphaned, "is damaged"),
        (foreign, "not a newscrawler archive"),
        (tmp_path / "none.db", "no archive"),
    ]:
        refused(out, one, other, status=2, says=says)
    assert rows(out, "SELECT count(*) FROM articles") == [(1,)]


def test_two_texts_of_one_hash_are_not_mixed(tmp_path: Path) -> None:
    one, two = two_machines(tmp_path)
    execute(
        two, "UPDATE texts SET body = body || '改' WHERE hash IN (SELECT text FROM versions WHERE title LIKE '%第2座%')"
    )
    (tmp_path / "new").mkdir()
    refused(tmp_path / "new" / "all.db", one, two, status=1, says="two different texts")


def test_an_archive_in_use_is_not_merged_into(tmp_path: Path) -> None:
    one, two = two_machines(tmp_path)
    with closing(open_archive(one)) as connection:
        connection.execute("SELECT count(*) FROM articles").fetchone()
        done = run("merge", two, "--archive", one)
        assert done.exit_code == 1
        assert "in use" in done.stderr
    assert run("merge", two, "--archive", one).exit_code == 0
    assert rows(one, "SELECT count(*) FROM articles") == [(3,)]
    assert rows(one, "PRAGMA journal_mode") == [("wal",)]


def test_an_input_that_is_being_written_is_read_as_it_is_at_one_moment(tmp_path: Path) -> None:
    one, two = two_machines(tmp_path)
    with closing(open_archive(two)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM credits")
        merge([one, two], tmp_path / "all.db")
        connection.execute("ROLLBACK")
    assert len(rows(tmp_path / "all.db", "SELECT * FROM articles_flat WHERE editors = '秦小禾'")) == 3


# Captures


def test_captures_come_along_and_every_pointer_is_right(demo: Path, tmp_path: Path) -> None:
    one, _ = two_machines(tmp_path)
    out = tmp_path / "all" / "all.db"
    merge([one, demo], out)
    assert rows(out, "SELECT count(*) FROM captures") == rows(demo, "SELECT count(*) FROM captures")
    sound(out)
    assert (out.parent / "warc" / "demo" / "index.cdxj").read_text() == (
        demo.parent / "warc" / "demo" / "index.cdxj"
    ).read_text()
    assert rows(out, "SELECT count(*) FROM articles_flat")[0][0] == 2 + len(rows(demo, "SELECT * FROM articles"))


def the_warc(archive: Path) -> Path:
    (warc,) = (archive.parent / "warc" / "demo").glob("*.warc.gz")
    return warc


def test_the_longer_of_two_states_of_one_file_is_kept(demo: Path, tmp_path: Path) -> None:
    """A backup that was made while the file was written has its beginning."""
    shorter = tmp_path / "shorter" / "demo.db"
    shutil.copytree(demo.parent, shorter.parent)
    (end,) = rows(shorter, "SELECT offset FROM captures ORDER BY id LIMIT 1 OFFSET 50")[0]
    os.truncate(the_warc(shorter), end)
    for number, inputs in enumerate(([demo, shorter], [shorter, demo])):
        out = tmp_path / str(number) / "all.db"
        merge(inputs, out)
        assert the_warc(out).read_bytes() == the_warc(demo).read_bytes()
        sound(out)


def test_two_files_of_one_name_are_not_mixed(demo: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "demo.db"
    shutil.copytree(demo.parent, other.parent)
    data = bytearray(the_warc(other).read_bytes())
    data[5000] ^= 1
    the_warc(other).write_bytes(data)
    (tmp_path / "all").mkdir()
    refused(tmp_path / "all" / "all.db", demo, other, status=1, says="differs from")


def test_captures_that_an_input_lost_are_named(demo: Path, tmp_path: Path) -> None:
    the_warc(demo).unlink()
    done = run("merge", demo, "--archive", tmp_path / "all" / "all.db")
    assert done.exit_code == 1
    assert "missing: demo/" in done.stderr
    assert kinds(verified(tmp_path / "all" / "all.db")[1]) == {"capture missing"}


def test_a_strangers_file_names_lead_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret.warc.gz"
    secret.write_bytes(b"x" * 100)
    one, _ = two_machines(tmp_path)
    for number, name in enumerate(["../../secret.warc.gz", str(secret), "../secret.warc.gz", "a/../../secret.warc.gz"]):
        execute(
            one,
            f"""INSERT INTO captures (run, kind, url, fetched, status, file, offset, length, digest)
                VALUES (1, 'article', '{HOST}', '2024-05-11T00:00:00Z', 200, '{name}', {number}, 10, '')""",
        )
    done = run("merge", one, "--archive", tmp_path / "all" / "all.db")
    assert done.exit_code == 1
    assert sorted(path.name for path in (tmp_path / "all").rglob("*") if path.is_file() and "warc" in path.name) == []
