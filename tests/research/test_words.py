"""`newscrawler words`: held against a plain computation over `articles_flat`."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter, defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.filters import ArticleFilter
from newscrawler.cli.main import cli
from newscrawler.research.dictionaries import DictionaryError, read_dictionary
from newscrawler.research.frequencies import count_words
from newscrawler.research.keywords import log_likelihood, log_ratio
from newscrawler.research.segmentation import Segmentation, Segmenter, make_segmenter


def run(archive: Path, *arguments: object) -> Result:
    name, *rest = map(str, arguments)
    return CliRunner().invoke(cli, ["words", name, "--archive", str(archive), *rest])


def done(archive: Path, *arguments: object) -> dict[str, Any]:
    result = run(archive, *arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def groups_of(row: dict[str, Any], by: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """The groups that an article counts for: one for each of its cities."""
    values = {"portal": row["portal"], "source": row["source"], "month": row["published_date"][:7], "year": row["published_date"][:4], "province": row["province"]}  # fmt: skip
    cities = (row["cities"] or "").split("、") if row["cities"] else [None]
    return [
        tuple(city if name == "city" else values[name] for name in by) for city in (cities if "city" in by else [None])
    ]


@pytest.mark.parametrize(
    "by", [(), ("month",), ("city",), ("source",), ("city", "month"), ("province", "year", "portal")]
)
def test_counts_are_those_of_the_texts(researched: Path, flat: list[dict[str, Any]], by: tuple[str, ...]) -> None:
    words = ("防汛", "柑橘 OR 学校", "没有的词")
    patterns = ("防汛", "柑橘|学校", "没有的词")
    with closing(open_archive_read_only(researched)) as connection:
        rows = count_words(connection, words, ArticleFilter(), by)
    found = {(row["word"], *(row[name] for name in by)): row for row in rows}
    assert len(found) == len(rows)
    for word, pattern in zip(words, patterns, strict=True):
        plain: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for row in flat:
            number = len(re.findall(pattern, row["title"])) + len(re.findall(pattern, row["body"]))
            for group in groups_of(row, by):
                sums = plain[group]
                for at, value in enumerate((number > 0, 1, number, row["char_count"])):
                    sums[at] += value
        names = ("articles", "of_articles", "occurrences", "characters")
        assert {key[1:]: [row[name] for name in names] for key, row in found.items() if key[0] == word} == plain
        for group, (articles, of_articles, occurrences, characters) in plain.items():
            row = found[(word, *group)]
            assert row["share"] == pytest.approx(articles / of_articles, abs=1e-6)
            assert row["per_million"] == pytest.approx(1e6 * occurrences / characters, abs=1e-3)


def test_a_filter_by_city_shows_this_city_alone(researched: Path, flat: list[dict[str, Any]]) -> None:
    found = done(researched, "count", "防汛", "--by", "city", "--city", "宜昌")
    chosen = [row for row in flat if "宜昌市" in (row["cities"] or "").split("、")]
    assert any(row["cities"] != "宜昌市" for row in chosen)
    (row,) = found["words"]
    assert (row["city"], row["of_articles"], row["articles"]) == (
        "宜昌市", len(chosen), sum("防汛" in article["body"] for article in chosen),
    )  # fmt: skip
    assert found["basis"]["articles"] == len(chosen) and found["basis"]["filter"] == {"cities": ["宜昌"]}
    assert "counts once for each city" in run(researched, "count", "防汛", "--by", "city").stdout


def test_words_are_found_in_their_places(researched: Path) -> None:
    text = "宜昌市夷陵区的５Ｇ網絡，Wi-Fi 6 覆盖了\n2024年的秭归县果园。\U00020000\U00020001"
    for name in ("jieba", "pairs"):
        segmenter = make_segmenter(Segmentation(name))  # type: ignore[arg-type]
        from newscrawler.text.han import fold

        tokens = list(segmenter.tokens(text))
        assert all(fold(text)[at : at + len(word)] == word and word.strip() for word, at in tokens)
        assert [at for _, at in tokens] == sorted(at for _, at in tokens)
        covered = {place for word, at in tokens for place in range(at, at + len(word))}
        assert covered == {at for at, character in enumerate(fold(text)) if character != " "}, name
    words = [word for word, _ in make_segmenter(Segmentation()).tokens(text)]
    assert {"夷陵区", "秭归县", "网络", "5g", "2024"} <= set(words)


@pytest.fixture(scope="module")
def jieba() -> Segmenter:
    return make_segmenter(Segmentation())


def counted(flat: list[dict[str, Any]], segmenter: Segmenter) -> tuple[Counter[str], Counter[str], int]:
    """Occurrences, articles and tokens, counted plainly."""
    occurrences: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for row in flat:
        words = [word for field in ("title", "body") for word, _ in segmenter.tokens(row[field])]
        occurrences.update(words)
        articles.update(set(words))
    return occurrences, articles, occurrences.total()


def test_a_list_has_the_most_frequent_words(researched: Path, flat: list[dict[str, Any]], jieba: Segmenter) -> None:
    chosen = [row for row in flat if row["published_date"] >= "2024-02-01"]
    occurrences, articles, tokens = counted(chosen, jieba)
    found = done(researched, "list", "--since", "2024-02-01", "--limit", 12)
    longer = sorted(((-number, word) for word, number in occurrences.items() if len(word) > 1))[:12]
    assert [(-row["occurrences"], row["word"]) for row in found["words"]] == longer
    for row in found["words"]:
        assert row["articles"] == articles[row["word"]]
        assert row["per_million"] == pytest.approx(1e6 * occurrences[row["word"]] / tokens, abs=1e-3)
    assert found["segmenter"].startswith("jieba 0.42.1") and "names of places" in found["segmenter"]


def test_keyness_compares_with_the_reference(researched: Path, flat: list[dict[str, Any]]) -> None:
    pairs = make_segmenter(Segmentation("pairs"))
    chosen = [row for row in flat if "柑橘" in row["body"]]
    for against, others in (
        ([], [row for row in flat if row not in chosen]),
        (["--against", "city=宜昌", "--against", "since=2024-02-01"],
         [row for row in flat if row not in chosen and "宜昌市" in (row["cities"] or "") and row["published_date"] >= "2024-02-01"]),
    ):  # fmt: skip
        ours, articles, size = counted(chosen, pairs)
        theirs, _, other_size = counted(others, pairs)
        found = done(
            researched, "compare", "--search", "柑橘", "--segmenter", "pairs", "--limit", 999, "--least", 2, *against
        )
        wanted = {
            word
            for word, number in ours.items()
            if len(word) > 1 and number >= 2 and number / size > (theirs[word] or 0.5) / other_size
        }
        assert {row["word"] for row in found["words"]} == wanted and "柑橘" in wanted
        for row in found["words"]:
            a, b = row["occurrences"], row["in_reference"]
            assert (a, b, row["articles"]) == (ours[row["word"]], theirs[row["word"]], articles[row["word"]])
            # G² of the table, written as observed and expected numbers.
            expected = size * (a + b) / (size + other_size), other_size * (a + b) / (size + other_size)
            parts = [o * math.log(o / e) for o, e in zip((a, b), expected, strict=True) if o]
            assert row["log_likelihood"] == pytest.approx(2 * sum(parts), abs=1e-2)
            assert row["log_ratio"] == pytest.approx(math.log2((a / size) / ((b or 0.5) / other_size)), abs=1e-3)
        scores = [row["log_likelihood"] for row in found["words"]]
        assert scores == sorted(scores, reverse=True)
        assert found["reference"]["archive"] == "archive.db" and found["reference"]["articles"] == len(others)


def test_measures_have_their_published_values() -> None:
    # Rayson's calculator: 100 of 10,000 against 50 of 10,000.
    assert log_likelihood(100, 10_000, 50, 10_000) == pytest.approx(16.99, abs=0.01)
    assert log_ratio(100, 10_000, 50, 10_000) == pytest.approx(1)
    assert log_ratio(1, 10, 0, 10) == pytest.approx(1)
    assert log_likelihood(5, 0, 5, 10) == log_ratio(5, 0, 5, 10) == 0


@pytest.mark.parametrize("window", [2, 5, 40])
def test_neighbours_stand_within_the_window(researched: Path, flat: list[dict[str, Any]], window: int) -> None:
    pairs = make_segmenter(Segmentation("pairs"))
    near: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    for row in flat:
        if "防汛" not in row["title"] + row["body"]:
            continue
        for field in ("title", "body"):
            spans = [match.span() for match in re.finditer("防汛", row[field])]
            for word, at in pairs.tokens(row[field]):
                end = at + len(word)
                if any(start < end and at < stop for start, stop in spans):
                    continue
                is_near = any((at >= stop and end - stop <= window) or (end <= start and start - at <= window) for start, stop in spans)  # fmt: skip
                (near if is_near else outside)[word] += 1
    found = done(researched, "near", "防汛", "--window", window, "--segmenter", "pairs", "--limit", 999, "--least", 1)
    assert found["words"]
    for row in found["words"]:
        assert (row["near"], row["outside"]) == (near[row["word"]], outside[row["word"]]), row["word"]
    wanted = {word for word, number in near.items() if len(word) > 1 and number / near.total() > (outside[word] or 0.5) / outside.total()}  # fmt: skip
    assert {row["word"] for row in found["words"]} == wanted


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gbk", "gb18030"), ("gb18030", "gb18030")]
)
def test_a_dictionary_is_read_in_its_encoding_and_told(
    researched: Path, tmp_path: Path, encoding: str, told: str
) -> None:
    path = tmp_path / "terms.txt"
    path.write_bytes("# 术语\n防汛队员 1000 n\n昼夜巡查\n\n防汛物资 n\n".encode(encoding))
    found = done(researched, "list", "--dictionary", path, "--limit", 999)
    assert found["segmenter"].endswith(f"terms.txt, 3 words, {told}")
    assert {"防汛队员", "昼夜巡查"} <= {row["word"] for row in found["words"]}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "has no word"),
        (b"# nothing\n\n", "has no word"),
        ("好词\n".encode() + b"\xff\xff\xff", "neither UTF-8 nor GBK"),
        (("长" * 41).encode(), "line 1: "),
        ("一\n二\n坏\x00词\n".encode(), "line 3: "),
        ("词 12345678901 n".encode(), "line 1: the frequency is higher"),
        ("词 n 5".encode(), "line 1: 'n' is not a frequency"),
    ],
)
def test_a_dictionary_that_cannot_be_used_is_told_by_its_line(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "terms.txt"
    path.write_bytes(data)
    with pytest.raises(DictionaryError, match=re.escape(message)):
        read_dictionary(path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["count", "防汛", "--by", "citty"], "cannot group by 'citty'; use city"),
        (["count", "防汛", "--by", "city,city"], "grouped by 'city' twice"),
        (["count", *map(str, range(21))], "21 words; 20 is the most"),
        (["count", "*"], "names no word"),
        (["compare", "--against", "colour=red"], "write NAME=VALUE"),
        (["compare", "--against", "since=tomorrow"], "not a valid date"),
        (["compare", "--segmenter", "pairs"], "the reference has no other article"),
        (["compare", "--until", "2020-01-01", "--segmenter", "pairs"], "no article fits"),
        (["list", "--segmenter", "pairs", "--dictionary", __file__], "--dictionary is for jieba"),
        (["near", "*", "--segmenter", "pairs"], "names no word"),
    ],
)
def test_wrong_usage_is_told(researched: Path, arguments: list[str], message: str) -> None:
    result = run(researched, *arguments)
    assert result.exit_code == 2 and message in result.output, result.output


def test_csv_has_the_rows_and_messages_have_the_rest(researched: Path) -> None:
    result = run(researched, "list", "--segmenter", "pairs", "--format", "csv", "--limit", 5)
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 5 and list(rows[0]) == ["word", "occurrences", "articles", "per_million"]
    assert "90 articles of archive.db" in result.stderr and "Divided by pairs of Han characters." in result.stderr
