"""Filters and statistics: which articles are meant, and how they are counted."""

import pytest

from newscrawler.archive.export import rows
from newscrawler.archive.filters import ArticleFilter, FilterError
from newscrawler.archive.reports.statistics import by_city, totals
from newscrawler.archive.runs import finish_run, list_runs
from newscrawler.normalization.people import Credit
from newscrawler.places import Mention, division
from support.archives import Room, article

CHANGYANG = Mention(division("420500"), division("420528"))


@pytest.fixture
def filled(room: Room) -> Room:
    room.store(article(1, published="2024-05-01", published_date="2024-05-01"), cities=["武汉市"])
    room.store(article(2, source="青禾日报", place=CHANGYANG), cities=["宜昌市"])
    room.store(
        article(3, published="2024-06-01", published_date="2024-06-01"), cities=["宜昌市", "恩施土家族苗族自治州"]
    )
    room.store(article(4, published="", published_date="", published_evidence="", credits=[]))
    credits = [Credit(role="记者", name="秦小禾", outlet="", raw="记者 秦小禾")]
    room.store(article(5, source="", place=CHANGYANG, credits=credits))
    room.connection.execute("UPDATE articles SET status = 'gone' WHERE n = 1")
    return room


def found(room: Room, **fields: object) -> list[int]:
    urls = [row[0] for row in rows(room.connection, ArticleFilter(**fields), ("url",))]
    return [int(url.rpartition("/")[2].removesuffix(".shtml")) for url in urls]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"cities": ("宜昌",)}, [2, 3, 5]),  # 5 has no section: its title's place counts
        ({"cities": ("宜昌市",)}, [2, 3, 5]),
        ({"cities": ("420500",)}, [2, 3, 5]),
        ({"cities": ("恩施州",)}, [3]),
        ({"cities": ("恩施",)}, [3]),
        ({"cities": ("恩施", "武汉")}, [1, 3]),
        ({"cities": ("襄樊",)}, []),  # a city of the province in which nothing happened
        ({"counties": ("长阳",)}, [2, 5]),
        ({"counties": ("长阳土家族自治县",)}, [2, 5]),
        ({"sources": ("青禾日报",)}, [2]),
        ({"sources": ("青禾日报", "三江晚报")}, [1, 2, 3, 4]),
        ({"editors": ("秦小禾",)}, [1, 2, 3]),
        ({"authors": ("秦小禾",)}, [5]),
        ({"statuses": ("gone",)}, [1]),
        ({"since": "2024-05-10"}, [2, 3, 5]),
        ({"until": "2024-05-10"}, [1, 2, 5]),
        ({"since": "2024-05-10", "until": "2024-05-10"}, [2, 5]),
        ({"portals": ("ceshi",), "cities": ("宜昌",), "authors": ("陶一帆",)}, [2, 3]),
        ({"sources": ("' OR 1=1 --",)}, []),
    ],
)
def test_a_filter_means_what_it_says(filled: Room, fields: dict, expected: list[int]) -> None:
    assert found(filled, **fields) == expected


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"cities": ("宜昌城",)}, "no city '宜昌城'; the nearest it knows: 宜昌市"),
        ({"cities": ("广州",)}, "no city '广州'"),
        ({"portals": ("cesh",)}, "no portal 'cesh'; the nearest it knows: ceshi"),
        ({"counties": ("长杨土家族自治县",)}, "the nearest it knows: 长阳土家族自治县"),
        ({"since": "2024-05-11", "until": "2024-05-10"}, "exchange since and until"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(filled: Room, fields: dict, message: str) -> None:
    with pytest.raises(FilterError, match=message):
        found(filled, **fields)


def test_an_empty_archive_says_that_it_is_empty(room: Room) -> None:
    room.connection.execute("DELETE FROM sections")
    with pytest.raises(FilterError, match="it is empty"):
        found(room, cities=("北京",))


def test_totals_count_what_is_there(filled: Room) -> None:
    filled.store(article(2, body="改过。"))
    assert totals(filled.connection, ArticleFilter()) == {
        "articles": 5,
        "versions": 6,
        "characters": sum(row["char_count"] for row in filled.flat()),
        "first_published": "2024-05-01",
        "last_published": "2024-06-01",
        "filled": {
            "source": 0.8,
            "published": 0.8,
            "editors": 0.6,
            "authors": 0.8,
            "summary": 0.0,
            "body": 1.0,
            "county": 0.2,  # the new version of 2 names none
            "images": 0.0,
        },
    }


def test_totals_of_nothing_have_no_shares(room: Room) -> None:
    numbers = totals(room.connection, ArticleFilter())
    assert numbers["articles"] == numbers["versions"] == numbers["characters"] == 0
    assert set(numbers["filled"].values()) == {None}


def test_each_article_counts_in_one_city(filled: Room) -> None:
    rows = [(row["city"], row["articles"], row["sources"]) for row in by_city(filled.connection, ArticleFilter())]
    assert rows == [(None, 1, 1), ("武汉市", 1, 1), ("宜昌市", 3, 2)]


def test_runs_come_newest_first_and_complete(room: Room) -> None:
    finish_run(room.connection, room.run, outcome="incomplete", reason="停电", counts={"new": 3, "城市": {"宜昌市": 1}})
    (run,) = list_runs(room.connection)
    assert (run["outcome"], run["reason"], run["counts"]) == ("incomplete", "停电", {"new": 3, "城市": {"宜昌市": 1}})
    assert run["arguments"] == {}
    with pytest.raises(FilterError, match="the nearest it knows: ceshi"):
        list_runs(room.connection, portal="ceshe")
