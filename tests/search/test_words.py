"""The words of the index as they are computed, beside their definition."""

from hypothesis import example, given
from hypothesis import strategies as st

from newscrawler.archive.indexing.code_points import HAN, SPACE, WORD, distinct, fold_quickly, folded, text_of
from newscrawler.archive.indexing.document import document
from newscrawler.archive.search.query import tokens
from newscrawler.text.han import fold, is_han, runs

TEXTS = st.text(
    alphabet=st.sampled_from("湖北省漢ＧdP5，。 \n〇々ァ가\ud800\U00020000\U0001f600é"), max_size=40
) | st.text(max_size=60)


@given(TEXTS)
@example("")
@example("湖北\x00省")
def test_code_points_fold_as_text_does(text: str) -> None:
    codes, kinds = folded(text)
    assert text_of(codes) == fold(text)
    for character, kind in zip(fold(text), kinds, strict=True):
        assert kind == (SPACE if character == " " else HAN if is_han(character) else WORD)


@given(TEXTS, TEXTS, TEXTS)
def test_the_index_holds_the_words_of_its_definition(title: str, summary: str, body: str) -> None:
    held = document(title, summary, body, "2019-07-10")
    whole = f"{summary} {body}"
    assert held.body.split() == [*tokens(runs(fold(whole))), "。201907"]
    assert held.title.split() == tokens(runs(fold(title)))
    above = {character for character in fold(title + whole) if character > "\u2fff"}
    in_title = {character + "。" for character in fold(title) if character > "\u2fff"}
    assert sorted(held.characters.split()) == sorted([*above, *in_title, "。201907"])


@given(TEXTS)
def test_distinct_code_points_come_once_and_in_order(text: str) -> None:
    codes, _ = folded(text)
    assert distinct(codes).tolist() == sorted(set(codes.tolist()))


def test_texts_are_folded_alike_both_ways() -> None:
    for text in ("", "漢字ＡＢc，。", "\ud800a\U0001f600\u0000 \t汉", "".join(map(chr, range(0x2000, 0x30000, 7)))):
        assert fold_quickly(text) == fold(text)
