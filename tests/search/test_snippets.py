import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.archive.search.query import parse_query
from newscrawler.archive.search.search import search
from newscrawler.archive.search.snippets import snippet
from newscrawler.text.han import fold
from support.archives import Room, article


def marked(text: str, words: str, **options: int) -> str:
    return snippet(text, parse_query(words).highlights, **options).highlighted("[", "]")


@pytest.mark.parametrize(
    ("text", "words", "shows"),
    [
        ("宜昌的橘，宜昌的茶", "宜昌", "[宜昌]的橘，[宜昌]的茶"),
        ("到臺灣採茶", "台湾 OR 采茶", "到[臺灣][採茶]"),
        ("ＧＤＰ和gdp，不是gdps", "gdp", "[ＧＤＰ]和[gdp]，不是gdps"),
        ("湖北\n宜昌", '"湖北 宜昌"', "[湖北 宜昌]"),
        ("茶与橘", "茶 NOT 橘", "[茶]与橘"),
        ("宜昌市", "宜昌 AND 宜昌市", "[宜昌市]"),
        ("没有", "茶", "没有"),
        ("a.b", "a.b", "[a.b]"),
    ],
)
def test_marks_stand_round_what_was_searched(text: str, words: str, shows: str) -> None:
    assert marked(text, words) == shows


def test_a_long_text_is_cut_round_the_hit() -> None:
    piece = snippet("前" * 500 + "宜昌" + "后" * 500, parse_query("宜昌").highlights)
    assert piece.text.startswith("…前") and piece.text.endswith("后…")
    assert [piece.text[start:end] for start, end in piece.highlights] == ["宜昌"]
    assert len(piece.text) <= 82


@given(st.text("宜昌臺ＡａIİßﬁ㎡, \n", max_size=300), st.sampled_from(["宜昌", "台", "a", "宜 OR 昌"]))
def test_marks_never_leave_the_text(text: str, words: str) -> None:
    assert len(fold(text)) == len(text)
    wanted = parse_query(words).highlights
    piece = snippet(text, wanted)
    assert all(0 <= start < end <= len(piece.text) for start, end in piece.highlights)
    assert bool(piece.highlights) == bool(wanted.search(fold(text)))
    assert all(wanted.fullmatch(fold(piece.text[start:end])) for start, end in piece.highlights)


def test_a_hit_shows_title_and_text(room: Room) -> None:
    room.store(article(1, title="茶园开门", body="说的是橘子。"))
    (hit,) = search(room.connection, "茶园 OR 橘子").hits
    assert hit.title_snippet.highlighted() == "«茶园»开门"
    assert hit.snippet.highlighted() == "说的是«橘子»。"
