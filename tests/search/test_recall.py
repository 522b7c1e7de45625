"""Random articles and random searches: the index finds what a scan of the texts finds, no more and no less."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawler.archive.indexing.check import check_index
from newscrawler.archive.search.search import SearchError, find_all, search
from support.archives import Room, article
from support.examples import examples
from support.scan import contains, pieces

ALPHABET = "江县縣龙龍长aAｂB1２，。 \n—（"
texts = st.text(ALPHABET, max_size=25)
words = st.text("江县縣龙龍长aAｂB1２，—", min_size=1, max_size=6)
phrases = st.text("江县縣龙龍长aAｂB1２， ", min_size=1, max_size=8)

Tree = tuple[str, ...]
trees = st.recursive(
    st.tuples(st.just("word"), words) | st.tuples(st.just("phrase"), phrases),
    lambda inner: st.tuples(st.sampled_from(["AND", "OR", "NOT", "side by side"]), inner, inner),
    max_leaves=5,
).filter(lambda tree: all(pieces(leaf) for leaf in leaves(tree)))


def leaves(tree: Tree) -> list[str]:
    return [tree[1]] if len(tree) == 2 else leaves(tree[1]) + leaves(tree[2])


def written(tree: Tree) -> str:
    if len(tree) == 2:
        return f'"{tree[1]}"' if tree[0] == "phrase" else tree[1]
    between = " " if tree[0] == "side by side" else f" {tree[0]} "
    return f"({written(tree[1])}{between}{written(tree[2])})"


def fits(tree: Tree, fields: tuple[str, ...]) -> bool:
    if len(tree) == 2:
        return any(contains(field, tree[1]) for field in fields)
    left, right = fits(tree[1], fields), fits(tree[2], fields)
    return {"AND": left and right, "side by side": left and right, "OR": left or right, "NOT": left and not right}[
        tree[0]
    ]


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=6), st.lists(trees, min_size=1, max_size=8))
def test_a_search_finds_what_a_scan_finds(pages: list[tuple[str, str]], searches: list[Tree]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        room = Room(Path(folder) / "archive.db")
        for number, (title, body) in enumerate(pages, 1):
            room.store(article(number, title=title or "题", body=body))
        for tree in searches:
            expected = [n for n, (title, body) in enumerate(pages, 1) if fits(tree, (title or "题", body))]
            assert find_all(room.connection, written(tree)) == expected, written(tree)
            assert search(room.connection, written(tree)).count == len(expected)
        assert check_index(room.connection) == []
        room.close()


@settings(max_examples=examples(400), deadline=None)
@given(words=st.text(max_size=40) | st.text("宜昌 \"“”()（）*^:+-{}[]\\'ANDORNOT~,", max_size=60))
def test_any_text_is_a_search_or_a_clear_error(words: str) -> None:
    try:
        search(EMPTY.connection, words)
    except SearchError as error:
        assert str(error)


EMPTY = Room(Path(tempfile.mkdtemp()) / "archive.db")
