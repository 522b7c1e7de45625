"""`newscrawler suppress`: hidden everywhere, logged, reversible, and hidden still when it is crawled again."""

import csv
import json
from contextlib import closing
from pathlib import Path

import pytest

from newscrawler.archive import open_archive
from newscrawler.archive.rows import select_rows
from newscrawler.archive.search.search import search
from support import nightly
from support.archives import Room, article, store, transaction
from support.integrity import execute, rows, run, update, verified


def exported(archive: Path, *options: str) -> list[dict[str, str]]:
    out = archive.with_name("out.csv")
    done = run("export", out, "--archive", archive, *options)
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def searched(archive: Path, words: str) -> set[str]:
    with closing(open_archive(archive)) as connection:
        return {hit.url for hit in search(connection, words).hits}


def url_of(number: int) -> str:
    return article(number).url


@nightly.by_day(3)
@pytest.mark.parametrize("name", ["url", "id", "beginning", "another form"])
def test_a_hidden_article_is_seen_nowhere_and_comes_back(small: Path, name: str) -> None:
    (key,) = rows(small, "SELECT id FROM articles WHERE url = ?", url_of(2))[0]
    given = {
        "url": url_of(2),
        "id": key,
        "beginning": key[:6],
        "another form": url_of(2).replace("http://www.", "https://") + "?utm_source=x",
    }[name]
    before = exported(small), searched(small, "第2座")
    stats = json.loads(run("stats", "--format", "json", "--archive", small).stdout)["totals"]
    assert before[1] == {url_of(2)}
    done = run("suppress", "add", given, "--reason", "作者要求撤下", "--archive", small)
    assert (done.exit_code, f"suppressed: {key}" in done.stderr) == (0, True)
    assert url_of(2) not in {row["url"] for row in exported(small)}
    assert len(exported(small)) == len(before[0]) - 1
    assert searched(small, "第2座") == set()
    assert searched(small, "桥") == {url_of(number) for number in (1, 3, 4, 5, 6)}
    hidden = json.loads(run("stats", "--format", "json", "--archive", small).stdout)["totals"]
    assert hidden["articles"] == stats["articles"] - 1
    assert rows(small, "SELECT count(*) FROM articles_flat WHERE id = ?", key) == [(0,)]
    assert rows(small, "SELECT count(*) FROM articles") == [(6,)], "nothing is deleted"
    assert verified(small)[0] == 0
    assert verified(small, "repair")[0] == 0
    assert searched(small, "第2座") == set(), "a repair brings nothing back"
    done = run("suppress", "lift", given, "--reason", "经同意恢复", "--archive", small)
    assert (done.exit_code, f"shown again: {key}" in done.stderr) == (0, True)
    assert (exported(small), searched(small, "第2座")) == before
    assert verified(small)[0] == 0
    (entry,) = json.loads(run("suppress", "list", "--format", "json", "--archive", small).stdout)
    assert (entry["article"], entry["reason"], entry["lifted_reason"]) == (key, "作者要求撤下", "经同意恢复")
    assert entry["since"] <= entry["lifted"]
    assert entry["by"] == entry["lifted_by"] != ""


def test_a_hidden_article_stays_hidden_when_it_is_crawled_again(small: Path) -> None:
    run("suppress", "add", url_of(2), "--reason", "x", "--archive", small)
    room = Room(small)
    with transaction(room.connection):
        piece = article(2, title="青禾镇第2座便民桥改了名字")
        store(room.connection, room.portal, room.run, room.sections, piece, ["宜昌市"], "2025-01-01T00:00:00Z")
    room.close()
    update(small, "UPDATE runs SET outcome = 'done', finished = started")
    assert rows(small, "SELECT version_count FROM articles WHERE url = ?", url_of(2)) == [(2,)]
    assert searched(small, "改了名字") == set()
    assert len(exported(small)) == 5
    assert verified(small)[0] == 0
    run("suppress", "lift", url_of(2), "--archive", small)
    assert searched(small, "改了名字") == {url_of(2)}
    assert verified(small)[0] == 0


def test_a_reprint_that_is_hidden_is_in_no_cluster(tmp_path: Path) -> None:
    room = Room(tmp_path / "archive.db")
    body = "\n".join(f"第{number}户人家的屋檐下挂起了新收的玉米，院坝里晒着今年的头茬辣椒。" for number in range(12))
    for number in (1, 2, 3):
        room.store(article(number, body=body, body_html=""))
    update(room.path, "UPDATE runs SET outcome = 'done', finished = started")
    assert len(select_rows(room.connection, "SELECT * FROM reprints")) == 2
    room.close()
    run("suppress", "add", url_of(1), "--reason", "x", "--archive", room.path)
    assert url_of(1) not in str(rows(room.path, "SELECT * FROM reprints"))
    assert len(rows(room.path, "SELECT * FROM reprints")) == 1
    assert verified(room.path)[0] == 0


def test_hiding_twice_and_showing_what_is_not_hidden_change_nothing(small: Path) -> None:
    for _ in range(2):
        assert run("suppress", "add", url_of(1), "--reason", "x", "--archive", small).exit_code == 0
    assert rows(small, "SELECT count(*) FROM suppressions") == [(1,)]
    for _ in range(2):
        assert run("suppress", "lift", url_of(1), "--archive", small).exit_code == 0
    assert rows(small, "SELECT count(*) FROM suppressions WHERE lifted IS NULL") == [(0,)]
    run("suppress", "add", url_of(1), "--reason", "y", "--archive", small)
    assert [row[0] for row in rows(small, "SELECT reason FROM suppressions ORDER BY id")] == ["x", "y"]
    table = run("suppress", "list", "--archive", small).stdout
    assert table.count(article(1).title) + table.count("便民桥改名") >= 2


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["add"],
        ["add", "http://www.ceshi.example/none.shtml", "--reason", "x"],
        ["add", url_of(1)],
        ["add", url_of(1), "--reason", "  "],
        ["list", "lift"],
        ["add", "' OR 1 = 1 --", "--reason", "x"],
        ["add", "", "--reason", "x"],
    ],
)
def test_wrong_use_is_refused(small: Path, arguments: list[str]) -> None:
    done = run("suppress", *arguments, "--archive", small)
    assert done.exit_code == 2, done.output
    assert rows(small, "SELECT count(*) FROM suppressions") == [(0,)]


def test_the_beginning_of_an_id_is_enough_when_only_one_begins_so(small: Path) -> None:
    ids = [f"{start}{'0' * (24 - len(start))}" for start in ("abcdef1", "abcdef2", "abc9")]
    for number, key in enumerate(ids, 1):
        execute(small, f"UPDATE articles SET id = '{key}' WHERE url = '{url_of(number)}'")
    for wanted, says, named in (
        ("abcdef", "means several articles", ids[:2]),
        ("abc9", "too short to hide or show", ids[2:]),
        ("abc", "means several articles", ids),
        ("abcdef3", "the nearest it has", ids[:2]),
        ("abc'--", "the archive has no article", []),
    ):
        for command, options in (("add", ["--reason", "x"]), ("lift", [])):
            done = run("suppress", command, wanted, *options, "--archive", small)
            assert (done.exit_code, says in done.stderr) == (2, True), done.stderr
            assert all(key in done.stderr for key in named)
    assert rows(small, "SELECT count(*) FROM suppressions") == [(0,)]
    assert run("suppress", "add", "abc900", "--reason", "x", "--archive", small).exit_code == 0
    assert rows(small, "SELECT article FROM suppressions") == [(ids[2],)]
    # The commands that change nothing take any beginning of one id alone.
    assert ids[0] in run("history", "abcdef1", "--archive", small).stdout
    assert ids[0] in run("cite", "abcdef1", "--archive", small).stdout
    for command in ("history", "cite"):
        done = run(command, "abcdef", "--archive", small)
        assert (done.exit_code, "means several articles" in done.stderr) == (2, True)


def test_no_archive_is_made_to_hide_something_in(tmp_path: Path) -> None:
    done = run("suppress", "add", url_of(1), "--reason", "x", "--archive", tmp_path / "none.db")
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_an_export_without_bodies_has_all_other_columns(small: Path) -> None:
    whole, facts = exported(small), exported(small, "--no-body")
    assert set(whole[0]) - set(facts[0]) == {"body"}
    assert [{name: row[name] for name in facts[0]} for row in whole] == facts
    assert list(exported(small, "--no-body", "--columns", "title,body,url")[0]) == ["title", "url"]
    done = run("export", small.with_name("none.csv"), "--no-body", "--columns", "body", "--archive", small)
    assert done.exit_code == 2
    assert not small.with_name("none.csv").exists()
