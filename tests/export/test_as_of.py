"""`--as-of DATE`: the archive as it was seen then, as far as that can be known."""

import csv
import io
from pathlib import Path

import pytest

from newscrawler.archive.export import ExportError
from newscrawler.archive.export.selection import moment_of
from newscrawler.text.clock import stamp
from support import nightly
from support.archives import Room, article
from support.export import done, run

Row = dict[str, str]


def as_of(room: Room, moment: str, *filters: str) -> list[Row]:
    out = room.path.with_name("then.csv")
    done(room.path, "--as-of", moment, *filters, out)
    return list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"), newline="")))


@pytest.fixture
def edited(room: Room) -> Room:
    room.store(article(1, title="甲"), cities=["宜昌市"], seen="2024-05-01T08:00:00Z")
    room.store(article(1, title="甲"), seen="2024-05-03T08:00:00Z")
    room.store(article(1, title="甲二", source="山城晚报"), seen="2024-05-05T08:00:00Z")
    room.store(article(2, title="乙"), seen="2024-05-04T08:00:00Z")
    # Listings are entered by the machine's own clock.
    room.connection.execute("UPDATE article_sections SET first_listed = '2024-05-01T08:00:00Z'")
    return room


@nightly.by_day(0, 3, 7)
@pytest.mark.parametrize(
    ("moment", "titles"),
    [
        ("2024-04-30", []),
        ("2024-05-01", ["甲"]),
        ("2024-05-01T07:59:59Z", []),
        ("2024-05-01T08:00:00Z", ["甲"]),
        ("2024-05-01T16:00:00+08:00", ["甲"]),
        ("2024-05-01T16:00:00", ["甲"]),
        ("2024-05-04", ["甲", "乙"]),
        ("2024-05-05T07:59:59Z", ["甲", "乙"]),
        ("2024-05-05", ["甲二", "乙"]),
    ],
)
def test_each_article_is_as_it_read_then(edited: Room, moment: str, titles: list[str]) -> None:
    assert [row["title"] for row in as_of(edited, moment)] == titles


def test_counters_and_clocks_are_those_of_then(edited: Room) -> None:
    (then,) = as_of(edited, "2024-05-03")
    assert (then["version_count"], then["last_seen"], then["cities"]) == ("1", "2024-05-03T08:00:00Z", "宜昌市")
    (between,) = as_of(edited, "2024-05-02")
    # That it was seen again on the 3rd was not known.
    assert between["last_seen"] == "2024-05-01T08:00:00Z"
    now = as_of(edited, "2024-05-05")[0]
    assert (now["version_count"], now["last_seen"]) == ("2", "2024-05-05T08:00:00Z")


def test_today_is_the_archive_as_it_is(edited: Room) -> None:
    out = edited.path.with_name("now.csv")
    done(edited.path, out)
    edited.connection.execute("UPDATE urls SET last_fetched = '2024-05-05T08:00:00Z'")
    assert as_of(edited, stamp()[:10]) == list(csv.DictReader(io.StringIO(out.read_text("utf-8"), newline="")))


def test_sections_are_those_that_had_listed_it(edited: Room) -> None:
    room = edited
    room.store(article(1, title="甲二", source="山城晚报"), cities=["武汉市"], seen="2024-05-09T08:00:00Z")
    room.connection.execute(
        "UPDATE article_sections SET first_listed = '2024-05-09T08:00:00Z' WHERE first_listed > '2025'"
    )
    assert as_of(room, "2024-05-08")[0]["cities"] == "宜昌市"
    assert as_of(room, "2024-05-09")[0]["cities"] == "武汉市、宜昌市"
    assert as_of(room, "2024-05-08", "--city", "武汉") == []


def test_the_filters_ask_for_then(edited: Room) -> None:
    assert len(as_of(edited, "2024-05-04", "--source", "山城晚报")) == 0
    assert len(as_of(edited, "2024-05-05", "--source", "山城晚报")) == 1


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2024-05-04", "live"),
        ("2024-05-06", "live"),
        ("2024-05-07", "unknown"),
        ("2024-05-08", "unknown"),
        ("2024-05-09", "gone"),
    ],
)
def test_a_withdrawal_is_known_from_its_second_miss(edited: Room, moment: str, status: str) -> None:
    edited.connection.execute("UPDATE articles SET status = 'gone' WHERE n = 2")
    edited.connection.execute(
        """UPDATE urls SET state = 'gone', missing_since = '2024-05-07T08:00:00Z',
             last_fetched = '2024-05-09T08:00:00Z' WHERE article = 2"""
    )
    row = as_of(edited, moment)[-1]
    assert (row["title"], row["status"]) == ("乙", status)
    assert (len(as_of(edited, moment, "--status", "gone")) == 1) == (status == "gone")


def test_since_when_an_article_is_missing_is_a_column_of_today_and_of_then(edited: Room) -> None:
    assert edited.flat()[1]["missing_since"] is None
    edited.connection.execute(
        """UPDATE urls SET missing_since = '2024-05-07T08:00:00Z', last_fetched = '2024-05-07T08:00:00Z'
           WHERE article = 2"""
    )
    # One 404 is no withdrawal yet: the article is live, and says since when nobody found it.
    row = next(row for row in edited.flat() if row["title"] == "乙")
    assert (row["status"], row["missing_since"]) == ("live", "2024-05-07T08:00:00Z")
    assert [as_of(edited, day)[-1]["missing_since"] for day in ("2024-05-06", "2024-05-07")] == [
        "",
        "2024-05-07T08:00:00Z",
    ]
    out = edited.path.with_name("rows.csv")
    done(edited.path, out)
    assert out.read_text(encoding="utf-8").splitlines()[0].endswith("listed_source,missing_since")


def test_captures_know_the_second_miss_better(edited: Room) -> None:
    edited.connection.execute("UPDATE articles SET status = 'gone' WHERE n = 2")
    edited.connection.execute(
        """UPDATE urls SET state = 'gone', missing_since = '2024-05-07T08:00:00Z',
             last_fetched = '2024-06-09T08:00:00Z' WHERE article = 2"""
    )
    edited.connection.executemany(
        """INSERT INTO captures (run, kind, url, fetched, status, digest)
           SELECT 1, 'article', url, ?, 404, 'x' FROM urls WHERE article = 2""",
        [("2024-05-07T08:00:00Z",), ("2024-05-08T08:00:00Z",)],
    )
    assert [as_of(edited, day)[-1]["status"] for day in ("2024-05-07", "2024-05-08")] == ["unknown", "gone"]


def test_a_takedown_holds_for_the_past_too(edited: Room) -> None:
    edited.connection.execute(
        "INSERT INTO suppressions (article, reason, by, since) SELECT id, '', '', '' FROM articles WHERE n = 1"
    )
    assert [row["title"] for row in as_of(edited, "2024-05-04")] == ["乙"]


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2024-02-30", "99999-01-01", "2099-01-01", "0001-01-01", "9999-12-31"]
)
def test_what_is_no_moment_is_refused(room: Room, text: str) -> None:
    with pytest.raises(ExportError):
        moment_of(text)
    result = run(room.path, "--as-of", text, room.path.with_name("a.csv"))
    assert result.exit_code == 2


def test_an_archive_cannot_be_copied_as_of_then(room: Room) -> None:
    assert run(room.path, "--as-of", "2024-05-01", room.path.with_name("a.sqlite")).exit_code == 2


def test_an_empty_past_says_why(edited: Room, tmp_path: Path) -> None:
    for options, says in (
        (
            ["--as-of", "2023-01-01"],
            "nothing was stored by then: the first article was stored at 2024-05-01 16:00 UTC+8",
        ),
        (["--as-of", "2024-05-04", "--status", "gone"], "no article that was stored by then fits the filters"),
    ):
        told = run(edited.path, *options, tmp_path / "then.csv")
        assert (told.exit_code, told.stdout) == (0, "")
        assert told.stderr.splitlines() == [f"0 articles written to {tmp_path / 'then.csv'}", says]
