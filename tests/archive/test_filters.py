"""Filters and statistics: which articles are meant, and how they are counted."""

from collections import Counter

import pytest

from newscrawler.archive.columns import FROM_VERSIONS
from newscrawler.archive.export import rows
from newscrawler.archive.filters import ArticleFilter, FilterError
from newscrawler.archive.reports import counts
from newscrawler.archive.reports.statistics import by_city, by_month, totals
from newscrawler.archive.runs import finish_run, list_runs
from newscrawler.archive.search.query import word_filter
from newscrawler.archive.search.search import find_all
from newscrawler.normalization.people import Credit
from newscrawler.places import Mention, division
from support import nightly
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


@nightly.by_day(every=3)
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
        ({"cities": ("伦敦",)}, "none with a name like it; it has, for example, "),
        ({"sources": ("日报",)}, "no source '日报'; the nearest it knows: 青禾日报"),
        ({"sources": ("' OR 1=1 --",)}, "no source"),
        ({"editors": ("秦小",)}, "no editor '秦小'; the nearest it knows: 秦小禾"),
        ({"authors": ("禾",)}, "no author '禾'; the nearest it knows: 秦小禾"),
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


def test_a_number_beside_a_city_is_what_its_filter_finds(filled: Room) -> None:
    """The same in reports, months, the pages' counts, the filter, and the column `cities`."""
    # Listed first in a section about no city, then in one about a city: it is about both, with the city of its title.
    filled.store(article(6, place=CHANGYANG), cities=["恩施土家族苗族自治州"])
    filled.connection.execute(
        "INSERT INTO sections (portal, name, url) VALUES ('ceshi', '头条', 'http://www.ceshi.example/top/')"
    )
    filled.connection.execute(
        "UPDATE articles SET section = (SELECT id FROM sections WHERE name = '头条') WHERE url LIKE '%/6.shtml'"
    )
    connection = filled.connection
    expected = {"武汉市": [1], "宜昌市": [2, 3, 5, 6], "恩施土家族苗族自治州": [3, 6]}
    assert {city: found(filled, cities=(city,)) for city in expected} == expected
    numbers = {city: len(articles) for city, articles in expected.items()}
    rows = {row["city"]: row["articles"] for row in by_city(connection, ArticleFilter())}
    assert rows == {None: 1, **numbers}
    column = [row["cities"].split("、") for row in filled.flat() if row["cities"]]
    assert Counter(city for cities in column for city in cities) == numbers
    assert {city: number for city, number in counts.by_city(connection) if number} == numbers
    months: Counter[str | None] = Counter()
    for row in by_month(connection, ArticleFilter()):
        months[row["city"]] += row["articles"]
    assert months == rows
    # With a filter there are its cities alone, and a month counts each article once.
    chosen = ArticleFilter(cities=("恩施", "宜昌"))
    assert {row["city"]: row["articles"] for row in by_city(connection, chosen)} == {
        city: numbers[city] for city in ("宜昌市", "恩施土家族苗族自治州")
    }
    assert {row["month"]: row["month_articles"] for row in by_month(connection, chosen)} == {"2024-05": 3, "2024-06": 1}


def test_words_choose_articles_as_a_search_does(filled: Room) -> None:
    filled.store(article(6, title="防汛一线见闻", body="河堤上的防汛值守。"), cities=["宜昌市"])
    filled.store(article(7, title="汛", body="一字。"), cities=["武汉市"])
    for words in ("防汛", "汛", "防汛 NOT 值守", "防汛 OR 一字", '"防汛 一线"', "没有的字"):
        numbers = sorted(find_all(filled.connection, words))
        where, values = ArticleFilter(search=word_filter(words)).where(filled.connection)
        rows = filled.connection.execute(f"SELECT a.n {FROM_VERSIONS} WHERE {where} ORDER BY a.n", values)
        assert [n for (n,) in rows] == numbers, words
    (row,) = by_month(filled.connection, ArticleFilter(cities=("宜昌",), search=word_filter("防汛")))
    assert (row["month"], row["city"], row["articles"], row["month_articles"]) == ("2024-05", "宜昌市", 1, 1)
    # In that month the city has the articles 2, 5 and 6.
    assert (row["share"], row["month_share"]) == (round(1 / 3, 4), round(1 / 3, 4))


def test_runs_come_newest_first_and_complete(room: Room) -> None:
    finish_run(room.connection, room.run, outcome="incomplete", reason="停电", counts={"new": 3, "城市": {"宜昌市": 1}})
    (run,) = list_runs(room.connection)
    assert (run["outcome"], run["reason"], run["counts"]) == ("incomplete", "停电", {"new": 3, "城市": {"宜昌市": 1}})
    assert run["arguments"] == {}
    with pytest.raises(FilterError, match="the nearest it knows: ceshi"):
        list_runs(room.connection, portal="ceshe")
