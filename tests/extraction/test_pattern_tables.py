"""Each row of the pattern tables does what it says."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import newscrawler.extraction
import newscrawler.listings
from newscrawler.extraction.pattern_table import PatternTable, Row


def _rows() -> list[tuple[PatternTable, Row]]:
    modules = [
        module
        for package in (newscrawler.extraction, newscrawler.listings)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    values = [value for module in modules for value in vars(importlib.import_module(module.name)).values()]
    tables = dict.fromkeys(value for value in values if isinstance(value, PatternTable))
    return [(table, row) for table in tables for row in table.rows]


@pytest.mark.parametrize(("table", "row"), _rows(), ids=lambda value: value.name if isinstance(value, Row) else "")
def test_a_row_matches_its_example_and_the_table_not_its_counter_example(table: PatternTable, row: Row) -> None:
    assert table.regex_of(row).search(row.example)
    assert not table.search(row.counter_example)


def test_a_table_matches_what_its_rows_match() -> None:
    rows = (Row("digit", r"\d", "a1z", "az"), Row("sign", r"\?", "a?z", "a!z"))
    table = PatternTable(*rows, start="a", end="z")
    assert [bool(table.match(text)) for text in ("a1z", "a?z", "a1", "1z")] == [True, True, False, False]
    assert not table.regex_of(rows[0]).search("a?z")


def test_names_of_rows_are_unique_in_their_table() -> None:
    for table in {id(table): table for table, _ in _rows()}.values():
        names = [row.name for row in table.rows]
        assert len(names) == len(set(names))
