"""`newscrawler concordance` and its page: held against a plain search in `articles_flat`."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import html
from rich.cells import cell_len

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.filters import ArticleFilter
from newscrawler.cli import concordance as concordance_command
from newscrawler.cli.main import cli
from newscrawler.research.concordance import ConcordanceError, Order, concordance
from support.archives import Room, article
from support.in_process import pages_of


def run(archive: Path, *arguments: object) -> Result:
    return CliRunner().invoke(cli, ["concordance", "--archive", str(archive), *map(str, arguments)])


def rows_of(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def plainly(flat: list[dict[str, Any]], pattern: str, width: int) -> list[tuple[Any, ...]]:
    """Each occurrence in title and body, by day and id: id, field, offset, left, key, right."""
    found = []
    for row in sorted(flat, key=lambda row: (row["published_date"], row["id"])):
        for field in ("title", "body"):
            text = row[field]
            found += [
                (row["id"], field, str(hit.start()), text[max(0, hit.start() - width) : hit.start()].replace("\n", " "),
                 hit[0], text[hit.end() : hit.end() + width].replace("\n", " "))
                for hit in re.finditer(pattern, text)
            ]  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("words", "pattern", "holds"),
    [
        ("防汛", "防汛", lambda text: "防汛" in text),
        ("青禾镇", "青禾镇", lambda text: "青禾镇" in text),
        ("防汛 OR 柑橘", "防汛|柑橘", lambda text: "防汛" in text or "柑橘" in text),
        ("防汛 NOT 学校", "防汛", lambda text: "防汛" in text and "学校" not in text),
        ("防汛 洪水", "防汛|洪水", lambda text: "防汛" in text and "洪水" in text),
        ("镇", "镇", lambda text: "镇" in text),
        ("没有的词", "没有的词", lambda text: False),
    ],
)
def test_every_occurrence_has_its_line(
    researched: Path, flat: list[dict[str, Any]], words: str, pattern: str, holds: Any
) -> None:
    matching = [row for row in flat if holds(f"{row['title']} {row['body']}")]
    rows = rows_of(run(researched, *words.split(), "--format", "csv", "--width", 8))
    names = ("id", "field", "offset", "left", "key", "right")
    assert [tuple(row[name] for name in names) for row in rows] == plainly(matching, pattern, 8)
    by_id = {row["id"]: row for row in flat}
    for row in rows:
        assert (row["published_date"], row["city"], row["source"]) == tuple(
            by_id[row["id"]][name] or "" for name in ("published_date", "city", "source")
        )


def test_filters_choose_the_articles(researched: Path, flat: list[dict[str, Any]]) -> None:
    chosen = [
        row for row in flat if "宜昌市" in (row["cities"] or "").split("、") and row["published_date"] >= "2024-02-01"
    ]
    rows = rows_of(run(researched, "防汛", "--format", "csv", "--city", "宜昌", "--since", "2024-02-01"))
    assert [row["id"] for row in rows] == [line[0] for line in plainly(chosen, "防汛", 1)] and rows


@pytest.mark.parametrize("order", ["left", "right"])
def test_lines_are_sorted_by_their_context_from_the_word_outwards(researched: Path, order: str) -> None:
    rows = rows_of(run(researched, "防汛", "--format", "csv", "--sort", order))
    plain = rows_of(run(researched, "防汛", "--format", "csv"))
    assert sorted(map(str, rows)) == sorted(map(str, plain)) and rows != plain
    without = [re.sub(r"\W", "", row[order]) for row in rows]
    keys = [text[::-1] for text in without] if order == "left" else without
    assert keys == sorted(keys) and len(set(keys)) > 2


def test_a_word_is_found_in_every_form_and_shown_as_it_stands(tmp_path: Path) -> None:
    room = Room(tmp_path / "archive.db")
    room.store(article(1, title="防　汛", body="５Ｇ 網絡與 5g 网络，防汛\n防\n汛。"))
    room.close()
    rows = rows_of(run(room.path, '"5G 网络" OR 防汛', "--format", "csv"))
    assert [(row["field"], row["offset"], row["key"]) for row in rows] == [
        ("body", "0", "５Ｇ 網絡"), ("body", "7", "5g 网络"), ("body", "13", "防汛"),
    ]  # fmt: skip


def test_the_words_stand_below_each_other(researched: Path) -> None:
    result = run(researched, "防汛", "--limit", 30)
    lines = result.stdout.splitlines()
    assert len(lines) == 30
    assert len({cell_len(line[: line.index(" 防汛 ")]) for line in lines}) == 1
    assert "lines, of which 30 are shown" in result.stderr and "articles of archive.db (words: 防汛)" in result.stderr


def test_the_lines_of_a_frequent_word_are_not_all_counted(researched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concordance_command, "_COUNTED", 10)
    told = run(researched, "防汛", "--limit", 30).stderr
    assert "more than 40 lines, of which 30 are shown" in told


def test_json_carries_what_the_result_rests_on(researched: Path, flat: list[dict[str, Any]]) -> None:
    found = json.loads(run(researched, "柑橘", "--city", "宜昌", "--format", "json", "--limit", 2).stdout)
    articles = sum("柑橘" in row["body"] and "宜昌市" in (row["cities"] or "") for row in flat)
    with closing(sqlite3.connect(researched)) as connection:
        (key,) = connection.execute("SELECT max(key) FROM runs WHERE finished IS NOT NULL").fetchone()
    basis = found["basis"]
    assert basis.pop("program").startswith("newscrawler ")
    assert basis == {"archive": "archive.db", "last_run": key, "filter": {"cities": ["宜昌"], "search": "柑橘"}, "articles": articles}  # fmt: skip
    assert len(found["lines"]) == 2 and found["lines"][0]["key"] == "柑橘"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["*"], "names no word"),
        (["防汛", "--city", "伦敦"], "no city"),
        (["防汛", "--width", "0"], "not in the range"),
        (['"防汛'], "not closed"),
    ],
)
def test_wrong_usage_is_told(researched: Path, arguments: list[str], message: str) -> None:
    result = run(researched, *arguments)
    assert result.exit_code == 2 and message in result.output


def test_too_many_lines_are_not_sorted(researched: Path) -> None:
    with closing(open_archive_read_only(researched)) as connection:
        orders: tuple[Order, ...] = ("date", "left", "right")
        counts = [len(list(concordance(connection, "镇", ArticleFilter(), order=order))) for order in orders]
        assert len(set(counts)) == 1
        for order in orders[1:]:
            most = counts[0]
            assert len(list(concordance(connection, "镇", ArticleFilter(), order=order, most_sorted=most))) == most
            with pytest.raises(ConcordanceError, match="too many to be sorted"):
                concordance(connection, "镇", ArticleFilter(), order=order, most_sorted=most - 1)
        assert len(list(concordance(connection, "镇", ArticleFilter(), most_sorted=1))) == counts[0]


def test_the_page_shows_the_same_lines(researched: Path) -> None:
    with pages_of(researched) as pages:
        for query in ("q=防汛", "q=防汛&sort=right&city=宜昌", "q=镇&sort=left"):
            wanted = rows_of(run(researched, re.search("q=(.)(.?)", query)[0][2:].rstrip("&"), "--format", "csv", "--width", 24, *(["--sort", query.split("sort=")[1].split("&")[0]] if "sort" in query else []), *(["--city", "宜昌"] if "city" in query else [])))  # type: ignore[index]  # fmt: skip
            shown, address = [], f"/concordance?{query}&lang=en"
            while address:
                answer = pages.get(address)
                assert answer.status == 200
                articles = len({row["id"] for row in wanted})
                assert f"Articles with these words and filters: {articles}. Last run: " in answer.text
                tree = html.document_fromstring(answer.text)
                shown += [[cell.text_content() for cell in row.xpath("td")[1:]] for row in tree.xpath("//tbody/tr")]
                address = "".join(tree.xpath("//a[@rel='next']/@href"))
            assert shown == [[row["left"], row["key"], row["right"]] for row in wanted] and len(shown) > 10
            written = pages.get(f"/concordance.csv?{query}").body.decode("utf-8-sig")
            assert [row["key"] for row in csv.DictReader(io.StringIO(written))] == [row["key"] for row in wanted]
        assert "词语上下文" in pages.get("/concordance?lang=zh").text
        for wrong in ("q=*", "q=a&sort=up", "q=a&page=0", "q=a&page=201", "q=a&colour=red"):
            assert pages.get(f"/concordance?{wrong}").status == 400, wrong
        (link,) = html.document_fromstring(pages.get("/search?q=防汛&city=宜昌&lang=en").text).xpath(
            "//a[starts-with(@href, '/concordance')]/@href"
        )
        assert pages.get(link.replace("%E9%98%B2%E6%B1%9B", "防汛").replace("%E5%AE%9C%E6%98%8C", "宜昌")).status == 200
