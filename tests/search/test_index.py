import sqlite3

import pytest

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.articles import Stored
from newscrawler.archive.indexing.check import check_index
from newscrawler.archive.indexing.document import document
from newscrawler.archive.indexing.fulltext import index_article, rebuild_index
from newscrawler.archive.search.query import tokens
from newscrawler.archive.search.search import search
from newscrawler.text.han import fold, runs
from support.archives import Room, article, store, transaction

LONG = "入夏以来，{}的河水涨了三成，镇里把低处的粮食都搬上了楼，渡口停了船。" * 6


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("", ""),
        ("，。", ""),
        ("湖", "湖。"),
        ("湖北省", "湖北 北省 省。"),
        ("湖北，省", "湖北 北。 省。"),
        ("GDP增长3.5%", "gdp。 增长 长。 3。 5。"),
        ("。湖", "湖。"),
    ],
)
def test_text_is_split_into_overlapping_pairs(text: str, held: str) -> None:
    assert " ".join(tokens(runs(fold(text)))) == held
    assert document("", "", text, "").body == f"{held} 。none".lstrip()


def test_a_new_version_leaves_no_stale_hit(room: Room) -> None:
    room.store(article(1, title="旧题", body="柑橘GDP"))
    assert room.store(article(1, title="新题", body="茶叶5G")) is Stored.CHANGED
    for words in ("柑橘", "柑", "gdp", "旧", "旧题"):
        assert search(room.connection, words).count == 0
    for words in ("茶叶", "茶", "5g", "新", "新题"):
        assert search(room.connection, words).count == 1
    assert check_index(room.connection) == []


def test_the_index_moves_with_the_transaction(room: Room) -> None:
    with pytest.raises(ZeroDivisionError), transaction(room.connection):
        room.connection.execute("SAVEPOINT inner_one")

        store(room.connection, room.portal, room.run, room.sections, article(1, body="柑橘"))
        raise ZeroDivisionError
    assert search(room.connection, "柑橘").count == 0
    assert check_index(room.connection) == []
    room.store(article(1, body="柑橘"))
    assert search(room.connection, "柑橘").count == 1


def test_indexing_twice_changes_nothing(room: Room) -> None:
    room.store(article(1))
    with transaction(room.connection):
        index_article(room.connection, 1)
        index_article(room.connection, 99)
    assert check_index(room.connection) == []


FAULTS = {
    "an article left out": ("DELETE FROM search_documents WHERE n = 2", "is not in the search index"),
    "an older version": ("UPDATE search_documents SET version = 1 WHERE n = 2", "with an older version"),
    "a text changed behind its back": (
        "UPDATE texts SET body = '别的话' WHERE hash = (SELECT text FROM versions WHERE article = 2)",
        "is not indexed with its current text",
    ),
    "words that belong to nobody": (
        "INSERT INTO search_index (rowid, body, title) VALUES (99, '孤本', '')",
        "no newest version has",
    ),
    "a word lost": (
        "INSERT INTO search_characters (search_characters, rowid, body) VALUES ('delete', 2, '桥')",
        "is not indexed with its current text",
    ),
    "pages lost": ("DELETE FROM search_index_data WHERE id > 10", "the search index"),
    "all lost": (
        "INSERT INTO search_index (search_index) VALUES ('delete-all')",
        "is not indexed with its current text",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("read_only", [False, True])
def test_a_fault_is_named_and_repaired(room: Room, name: str, read_only: bool) -> None:
    for number in (1, 2, 3):
        room.store(article(number))
    statement, says = FAULTS[name]
    room.connection.execute("PRAGMA foreign_keys = OFF")
    room.connection.execute(statement)
    if read_only:
        db = open_archive_read_only(room.path)
        problems = check_index(db)
        db.close()
    else:
        problems = check_index(room.connection)
    assert any(says in problem for problem in problems), problems
    with transaction(room.connection):
        assert rebuild_index(room.connection) == 3
    assert check_index(room.connection) == []


def test_many_faults_are_summed_up(room: Room) -> None:
    with transaction(room.connection):
        for number in range(1, 31):
            store(room.connection, room.portal, room.run, room.sections, article(number))
    room.connection.execute("DELETE FROM search_documents")
    problems = check_index(room.connection)
    assert len(problems) == 21
    assert problems[-1].startswith("10 more")


def test_any_sqlite_can_write_beside_the_index(room: Room) -> None:
    """No trigger calls a function of ours: another program may update the tables."""
    room.store(article(1))
    other = sqlite3.connect(room.path)
    other.execute("UPDATE articles SET status = 'gone' WHERE n = 1")
    other.commit()
    other.close()
    assert check_index(room.connection) == []
    assert room.connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone() == (0,)
