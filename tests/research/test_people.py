"""Names of persons: measured on sentences that we wrote, half of them unseen while the rules were made."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from newscrawler.research.annotated_articles import MOST_PER_ARTICLE, AnnotatedArticle
from newscrawler.research.people import PeopleAnnotator

pytest.importorskip("jieba")
pytest.importorskip("threadpoolctl")

LINES = (Path(__file__).parent / "people" / "sentences.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def people() -> PeopleAnnotator:
    return PeopleAnnotator()


def read(line: str) -> tuple[str, set[tuple[int, int]]]:
    """Return a sentence without the brackets around its names, and where the names stand."""
    plain, spans, start = "", set(), 0
    for character in line:
        if character == "[":
            start = len(plain)
        elif character == "]":
            spans.add((start, len(plain)))
        else:
            plain += character
    return plain, spans


def is_unseen(plain: str) -> bool:
    return sha256(plain.encode()).digest()[0] % 2 == 1


def found(people: PeopleAnnotator, body: str, title: str = "") -> list[tuple[str, int, int, str]]:
    subject = AnnotatedArticle("a", "湖北省", None, None, title, body)
    return [(one.field, one.start or 0, one.stop or 0, one.value) for one in people.annotate(subject)]


@pytest.mark.parametrize(("unseen", "precision", "recall"), [(False, 0.90, 0.93), (True, 0.90, 0.76)])
def test_precision_and_recall_are_what_the_guide_says(
    people: PeopleAnnotator, unseen: bool, precision: float, recall: float
) -> None:
    right = wrong = missed = 0
    for plain, names in map(read, LINES):
        if is_unseen(plain) is unseen:
            spans = {(start, stop) for _, start, stop, _ in found(people, plain)}
            right += len(spans & names)
            wrong += len(spans - names)
            missed += len(names - spans)
    assert right > 40
    assert right / (right + wrong) >= precision, (right, wrong)
    assert right / (right + missed) >= recall, (right, missed)


def test_a_sentence_is_read_alike_alone_and_among_others(people: PeopleAnnotator) -> None:
    plain = [read(line)[0] for line in LINES]
    together = people._model.of(plain)
    assert together == [people._model.of([text])[0] for text in plain]
    assert people._model.of([]) == [] and people._model.of(["", "好"])[0] == []
    assert [len(labels) for labels in together] == list(map(len, plain))


def test_names_stand_where_they_say_in_title_and_body(people: PeopleAnnotator) -> None:
    title, body = "何田到枝江调研", "縣長覃丹主持。\n令狐青说，柑橘丰收了。\n教授约翰•史密斯、张桂兰“牵手”。"
    for field, start, stop, value in found(people, body, title):
        assert {"title": title, "body": body}[field][start:stop].replace("•", "·") == value
    values = [value for *_, value in found(people, body, title)]
    assert values == ["何田", "覃丹", "令狐青", "约翰·史密斯", "张桂兰"]


def test_a_name_that_was_found_is_found_in_the_whole_article(people: PeopleAnnotator) -> None:
    sentence = "令狐青站在船头，望着远处的灯塔。"
    assert found(people, sentence) == []
    assert [value for *_, value in found(people, f"令狐青说，柑橘丰收了。\n{sentence}")] == ["令狐青", "令狐青"]


@pytest.mark.slow
def test_odd_texts_cost_little_and_give_no_error(people: PeopleAnnotator) -> None:
    for text in (
        "",
        "\n\n",
        "·",
        "···",
        "。。。",
        "\U00020000\U0001f600\u200b",
        "A" * 5_000,
        "张" * 5_000,
        "1234567890，" * 2_000,
    ):
        for field, start, stop, value in found(people, text, text[:20]):
            assert field in ("title", "body") and 0 <= start < stop and len(value) <= 40
    many = "书记张桂兰说。" * (MOST_PER_ARTICLE + 5)
    assert len(found(people, many)) == MOST_PER_ARTICLE
