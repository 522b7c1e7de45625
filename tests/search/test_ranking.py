import pytest

from newscrawler.archive.filters import ArticleFilter, FilterError
from newscrawler.archive.search import search as search_module
from newscrawler.archive.search.search import search
from support.archives import Room, article


@pytest.fixture
def dated(room: Room) -> Room:
    for number in range(1, 31):
        month, day = divmod(number * 7 % 30, 10)
        date = f"2024-0{month + 1}-{day + 10}" if number != 30 else ""
        title = "柑橘开园" if number in (5, 6) else f"第{number}篇"
        body = "柑橘" * (3 if number == 9 else 1) + f"，果农在第{number}天说。"
        piece = article(number, title=title, body=body, published=date, published_date=date)
        room.store(piece, cities=["宜昌市" if number % 2 else "武汉市"])
    return room


def dates(hits: list[search_module.Hit]) -> list[str]:
    return [hit.published or "" for hit in hits]


@pytest.mark.parametrize("counted", [3, 10_000], ids=["very many", "few"])
@pytest.mark.parametrize("words", ["柑橘", "橘", "柑橘 AND 果农"])
def test_newest_first_is_exact(dated: Room, monkeypatch: pytest.MonkeyPatch, counted: int, words: str) -> None:
    monkeypatch.setattr(search_module, "COUNT_LIMIT", counted)
    everything = dates(search(dated.connection, words, newest=True, limit=100).hits)
    assert everything == sorted(everything, reverse=True)
    assert len(everything) == 30
    assert dates(search(dated.connection, words, newest=True, limit=7).hits) == everything[:7]


def test_the_title_and_repetition_count(dated: Room) -> None:
    titles = [hit.title for hit in search(dated.connection, "柑橘").hits]
    assert titles[:2] == ["柑橘开园", "柑橘开园"]
    assert titles[2] == "第9篇"


def test_very_many_matches_are_said_so_and_titles_come_first(dated: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "COUNT_LIMIT", 3)
    for words in ("柑橘", "橘"):
        results = search(dated.connection, words, limit=30)
        assert (results.count, results.exact, results.count_text) == (3, False, "more than 3 articles")
        assert [hit.title for hit in results.hits[:2]] == ["柑橘开园", "柑橘开园"]
        rest = dates(results.hits[2:])
        assert rest == sorted(rest, reverse=True)
        assert len({hit.id for hit in results.hits}) == 30


@pytest.mark.parametrize("counted", [3, 10_000])
def test_filters_combine_with_words(dated: Room, monkeypatch: pytest.MonkeyPatch, counted: int) -> None:
    monkeypatch.setattr(search_module, "COUNT_LIMIT", counted)
    article_filter = ArticleFilter(cities=("宜昌",), since="2024-02-01", until="2024-02-28")
    for newest in (True, False):
        hits = search(dated.connection, "柑橘", article_filter, newest=newest, limit=30).hits
        assert hits
        assert {hit.city for hit in hits} == {"宜昌市"}
        assert {hit.published[:7] for hit in hits if hit.published} == {"2024-02"}
        expected = dated.connection.execute(
            """SELECT count(*) FROM articles_flat WHERE city = '宜昌市' AND published_date LIKE '2024-02%'"""
        ).fetchone()[0]
        assert len(hits) == expected
    with pytest.raises(FilterError, match="no source '别的报'"):
        search(dated.connection, "柑橘", ArticleFilter(sources=("别的报",)))


def test_a_limit_of_none_still_counts(dated: Room) -> None:
    results = search(dated.connection, "柑橘", limit=0)
    assert (results.count, results.exact, results.hits) == (30, True, [])
