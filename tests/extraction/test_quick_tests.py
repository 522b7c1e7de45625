"""Quick tests decide only what is looked at: they pass whatever the patterns behind them match."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newscrawler.extraction.crowded_tags import count_signs
from newscrawler.extraction.meta_lines import tokens, words
from newscrawler.text import dates
from newscrawler.text.credit_labels import LABEL, find_labels, fold_credit, is_of_others
from newscrawler.text.roles import ROLES_OF_WORD

_EXAMPLES = [
    row.example
    for table in (
        words.PUBLISHED,
        words.OTHER_TIME,
        words.SOURCE,
        words.SOURCE_WITHOUT_COLON,
        words.BESIDE_LABELS,
        words.OUTLET,
    )
    for row in table.rows
]
_WORDS_OF_TABLES = sorted(
    {
        word
        for table in (words.OUTLET, words.BESIDE_LABELS, words.PUBLISHED)
        for row in table.rows
        for word in re.findall("[\u4e00-\u9fff]+", row.pattern)
    }
)
_TEXTS = st.lists(
    st.sampled_from([*_EXAMPLES, *ROLES_OF_WORD])
    | st.sampled_from(_WORDS_OF_TABLES)
    | st.sampled_from(
        [
            "：",
            "|",
            "12:30",
            "2021",
            " ",
            "（",
            "何田",
            "清河",
            "摄",
            "文/图",
            "2021-04-05",
            "二〇二一年四月五日",
            "Jul 10",
        ]
    )
    | st.sampled_from(["十月", "10, 2019", "Sept", " 5 May 2019", "年", "Author", "editor:"])
    | st.text(max_size=3),
    max_size=8,
).map("".join)


@pytest.mark.slow
@given(_TEXTS)
def test_labels_are_found_by_their_first_characters(text: str) -> None:
    folded = fold_credit(text)
    labels = [match for match in LABEL.finditer(folded) if not is_of_others(folded, match.start())]
    assert [match.span() for match in find_labels(folded)] == [match.span() for match in labels]


@given(_TEXTS)
def test_a_table_of_labels_is_searched_where_one_of_its_signs_stands(text: str) -> None:
    flat = fold_credit(" ".join(text.split()))
    for _, table, signs in tokens._TABLES:
        if table.search(flat):
            assert tokens._COLON_OF_LABEL.search(flat) or any(sign in flat for sign in signs)


@given(_TEXTS)
@example("南方+")
@example("发布时间：+")
@example("A+")
def test_the_end_of_a_word_tells_an_outlet(text: str) -> None:
    text = "".join(text.split())
    assert words.is_outlet(text) == (words.OUTLET.search(text) is not None)


def test_no_end_of_an_outlet_is_longer_than_what_is_looked_at() -> None:
    ends = [word for row in words.OUTLET.rows for word in re.findall("[\u4e00-\u9fff]+", row.pattern)]
    assert max(map(len, ends)) == words.LONGEST_END


@given(_TEXTS)
def test_a_date_is_looked_for_where_its_signs_stand(text: str) -> None:
    folded = dates.fold_date(text)
    if dates.NAMED_MONTH.search(folded):
        assert dates._MAY_NAME_MONTH.search(folded)
    if dates.CHINESE_NUMERALS.search(folded):
        assert "年" in folded


@given(st.lists(st.sampled_from([b"<", b"=", b"/", b"!", b"?", b"a"]), max_size=40).map(b"".join))
def test_signs_of_markup_are_counted(markup: bytes) -> None:
    assert count_signs(markup) == markup.count(b"<") + markup.count(b"=") + markup.count(b"/")
