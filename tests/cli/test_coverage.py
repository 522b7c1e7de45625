"""The filters of `coverage`: what they find, and what they say of names and months that mean nothing."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newscrawler.archive import open_archive_read_only
from newscrawler.archive.search.search import find_all
from support.integrity import run


def coverage(archive: Path, *options: str) -> Any:
    done = run("coverage", *options, "--format", "json", "--archive", archive)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_section_is_named_by_its_city_in_any_form(demo_archive: Path) -> None:
    full = coverage(demo_archive, "--section", "恩施土家族苗族自治州")
    assert full["coverage"] and {row["section"] for row in full["coverage"]} == {"恩施土家族苗族自治州"}
    for name in ("恩施", "恩施州", "422800"):
        assert coverage(demo_archive, "--section", name) == full
    documents = coverage(demo_archive, "--section", "恩施", "--urls")
    assert len(documents) == sum(row["listed"] for row in full["coverage"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--section", "宜昌城"], "no section '宜昌城'; the nearest it knows: 宜昌市"),
        (["--section", "伦敦"], "no section '伦敦', and none with a name like it; it has, for example, 武汉市"),
        (["--month", "2019"], "'2019' is not a valid month; use YYYY-MM"),
        (["--month", "2019-13"], "'2019-13' is not a valid month; use YYYY-MM"),
        (["dem"], "no portal 'dem'; the nearest it knows: demo"),
        (["--search", "AND 防汛"], "AND needs a word on both sides"),
    ],
)
def test_what_means_nothing_is_an_error_with_the_nearest(demo_archive: Path, options: list[str], says: str) -> None:
    done = run("coverage", *options, "--archive", demo_archive)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr


def test_words_count_the_documents_that_have_them(demo_archive: Path) -> None:
    with closing(open_archive_read_only(demo_archive)) as connection:
        numbers = find_all(connection, "干部")
        urls = {url for n, url in connection.execute("SELECT article, url FROM urls") if n in numbers}
    assert numbers
    documents = coverage(demo_archive, "--search", "干部", "--urls")
    assert {row["url"] for row in documents} == urls
    found = coverage(demo_archive, "--search", "干部", "--total")
    assert sum(row["listed"] for row in found["coverage"]) == len(documents)
    assert all(row["listed"] == row["stored"] + row["gone"] for row in found["coverage"])
    assert found["empty_sections"] == []
