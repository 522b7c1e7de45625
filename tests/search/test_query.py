import pytest

from newscrawler.archive.search.search import SearchError, search
from support import nightly
from support.archives import Room, article


def found(room: Room, words: str, **options: object) -> list[str]:
    return sorted(hit.title for hit in search(room.connection, words, **options).hits)


@pytest.fixture
def filled(room: Room) -> Room:
    room.store(article(1, title="甲", body="湖北省宜昌市的柑橘熟了，今年用上了5G网络。"))
    room.store(article(2, title="乙", body="湖北，宜昌两地的茶商在2024年见面。GDP增长3.5%。"))
    room.store(article(3, title="丙", body="臺灣同胞到恩施採茶。ＧＤＰ一词没有解释。AND是一个词。"))
    return room


@nightly.by_day(every=3)
@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("宜", "乙甲"),
        ("湖北省宜昌市的柑橘熟了", "甲"),
        ("湖北宜昌", ""),
        ('"湖北 宜昌"', "乙"),
        ("湖北 宜昌", "乙甲"),
        ("湖北,宜昌", "乙"),
        ("台湾", "丙"),
        ("臺灣同胞到恩施採茶", "丙"),
        ("gdp", "丙乙"),
        ("GD", ""),
        ("5g网络", "甲"),
        ('"5G 网络"', "甲"),
        ("2024年", "乙"),
        ("24", ""),
        ("3.5", "乙"),
        ("茶 NOT gdp", ""),
        ("柑橘 OR 茶商", "乙甲"),
        ("（柑橘 OR 茶） AND NOT 恩施", "乙甲"),
        ("湖北 AND (柑橘 OR 采茶)", "甲"),
        ('"AND"', "丙"),
        ("and 恩施", "丙"),
        ("“宜昌两地”", "乙"),
        ("宜昌 * 柑橘", "甲"),
        ("body:宜昌", ""),
        ("NEAR(湖北 宜昌)", ""),
    ],
)
def test_what_words_find(filled: Room, words: str, titles: str) -> None:
    assert found(filled, words) == sorted(titles)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "no word"),
        ("*", "no word"),
        ("，。！", "no word"),
        ('""', "no word"),
        ('"宜昌', "not closed"),
        ("宜昌 AND", "missing at the end"),
        ("OR 宜昌", "both sides"),
        ("NOT 宜昌", "NOT needs a word before it"),
        ("宜昌 OR NOT 茶", "NOT needs a word before it"),
        ("(宜昌", "without its )"),
        ("宜昌)", "without its ("),
        ("宜昌 AND () 茶", "missing before a )"),
        ("宜" * 10_000, "10,000 characters"),
        ("(" * 50 + "宜昌" + ")" * 50, "parentheses"),
        ("宜 " * 40, "32 words"),
    ],
)
def test_what_means_nothing_is_refused(filled: Room, words: str, says: str) -> None:
    with pytest.raises(SearchError) as refused:
        search(filled.connection, words)
    assert says in str(refused.value)


def test_the_longest_search_is_answered(filled: Room) -> None:
    assert found(filled, "宜" * 1000) == []
    assert found(filled, " OR ".join(["柑橘"] * 32)) == ["甲"]
    assert found(filled, "(" * 16 + "柑橘" + ")" * 16) == ["甲"]


def test_summary_and_subtitle_are_searched(room: Room) -> None:
    room.store(article(1, title="甲", subtitle="副题里的柚子", summary="摘要里的枇杷"))
    assert found(room, "柚子") == found(room, "枇杷") == ["甲"]


@pytest.mark.parametrize("character", ["㐀", "𠮷", "鿿", "〇", "々"])
def test_rare_characters_are_found_alone_and_in_words(room: Room, character: str) -> None:
    room.store(article(1, title="甲", body=f"村民{character}老汉来了"))
    for words in (character, f"民{character}", f"{character}老汉", f"{character} AND 村民"):
        assert found(room, words) == ["甲"]
