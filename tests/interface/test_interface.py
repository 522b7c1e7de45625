"""The Python interface, used as a program of somebody else uses it: names of `newscrawler` alone."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pandas
import pytest
from click.testing import CliRunner

import newscrawler
from newscrawler.archive.columns import COLUMNS
from newscrawler.cli.main import cli
from support.integrity import update

BRIDGE = "http://www.demo.newscrawler.example/2019/0706/50523.shtml"


@pytest.fixture(scope="module")
def archive(demo_archive: Path) -> Iterator[newscrawler.Archive]:
    with newscrawler.open_archive(demo_archive) as opened:
        yield opened


def test_every_promised_name_is_there_and_explained() -> None:
    stub = (Path(newscrawler.__file__).with_suffix(".pyi")).read_text(encoding="utf-8")
    assert sorted(newscrawler.__all__) == newscrawler.__all__
    for name in newscrawler.__all__:
        assert getattr(newscrawler, name).__doc__, name
        assert f" {name}\n" in stub
    assert stub.count(" import ") == len(newscrawler.__all__)
    assert set(newscrawler.__all__) <= set(dir(newscrawler))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = newscrawler.no_such_name  # type: ignore[attr-defined]


def test_the_import_loads_nothing() -> None:
    """`import newscrawler` costs what Python costs: no library, and no module of ours."""
    code = (
        "import sys; before = set(sys.modules); import newscrawler; "
        "print(sorted(set(sys.modules) - before)); newscrawler.open_archive; "
        "print([name for name in ('scrapy', 'pandas', 'twisted', 'click') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['newscrawler']", "[]"]


def test_an_article_has_a_typed_field_per_column(archive: newscrawler.Archive) -> None:
    types = {field.name: str(field.type) for field in dataclasses.fields(newscrawler.Article)}
    assert list(types) == [column.name for column in COLUMNS]
    for column in COLUMNS:
        expected = (
            "tuple[str, ...]" if column.is_list else {"integer": "int", "text": "str"}.get(column.type, column.type)
        )
        assert types[column.name].removesuffix(" | None") == expected, column.name
    articles = list(archive.articles())
    assert len(articles) == 136
    real = {"str": str, "int": int, "date": date, "datetime": datetime, "tuple[str, ...]": tuple}
    for article in articles:
        for name, type_name in types.items():
            value = getattr(article, name)
            if value is None:
                assert type_name.endswith(" | None"), name
            else:
                assert type(value) is real[type_name.removesuffix(" | None")], name
    times = [article.published_at for article in articles if article.published_at]
    assert times and all(time.tzinfo is UTC for time in times)


def test_filters_are_those_of_the_command_line(archive: newscrawler.Archive) -> None:
    whole = list(archive.articles())
    july = list(archive.articles(since=date(2019, 7, 1), until="2019-07-31"))
    assert 0 < len(july) < len(whole)
    assert all(article.published_date and article.published_date.month == 7 for article in july)
    yichang = list(archive.articles(cities="宜昌", portals=["demo"]))
    assert yichang == [article for article in whole if "宜昌市" in article.cities]
    both = {article.id for article in archive.articles(cities=["宜昌", "黄冈市"])}
    assert both == {article.id for article in whole if {"宜昌市", "黄冈市"} & set(article.cities)}
    found = list(archive.articles(search="长阳"))
    assert found and all("长阳" in f"{article.title}{article.summary}{article.body}" for article in found)
    # A pipeline may stop early, and ask again before it has read all.
    assert list(islice(archive.articles(), 2)) == whole[:2]


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"cities": "宜昌县"}, "宜昌"),
        ({"portals": "demos"}, "demo"),
        ({"since": "last week"}, "YYYY-MM-DD"),
        ({"since": "2019-08-01", "until": "2019-07-01"}, "later"),
        ({"city": "宜昌"}, "cities"),
        ({"search": "("}, "names no word"),
    ],
)
def test_a_wrong_filter_says_what_would_be_right(
    archive: newscrawler.Archive, filters: dict[str, str], message: str
) -> None:
    for method in (archive.articles, archive.dataframe):
        with pytest.raises(ValueError, match=message):
            method(**filters)  # type: ignore[arg-type]


def test_the_frame_has_the_rows_and_types_of_the_articles(archive: newscrawler.Archive) -> None:
    frame = archive.dataframe(("id", "published_date", "published_at", "editors", "char_count"), cities="宜昌")
    articles = list(archive.articles(cities="宜昌"))
    assert list(frame.id) == [article.id for article in articles]
    assert list(frame.editors) == [article.editors for article in articles]
    assert frame.char_count.sum() == sum(article.char_count for article in articles)
    assert frame.published_date.dtype.kind == "M" and frame.published_date.dt.tz is None
    assert str(frame.published_at.dt.tz) == "UTC"
    expected = [article.published_at for article in articles]
    assert [None if pandas.isna(value) else value.to_pydatetime() for value in frame.published_at] == expected
    assert len(archive.dataframe()) == 136
    empty = archive.dataframe(("id", "first_seen", "cities"), since="2031-01-01")
    assert empty.empty and list(empty.columns) == ["id", "first_seen", "cities"]
    with pytest.raises(ValueError, match="no column 'text'"):
        archive.dataframe(["text"])


def test_a_search_counts_and_highlights(archive: newscrawler.Archive) -> None:
    results = archive.search("长阳", limit=3)
    assert isinstance(results, newscrawler.SearchResults)
    assert results.exact and results.count >= len(results.hits) > 0
    assert all("«长阳»" in hit.title_snippet.highlighted() + hit.snippet.highlighted() for hit in results.hits)
    assert archive.search("长阳", cities="武汉").count < results.count
    with pytest.raises(ValueError, match="without its"):
        archive.search("(长阳")


def test_an_article_its_capture_and_its_reference(archive: newscrawler.Archive) -> None:
    article = archive.article(BRIDGE)
    assert archive.article(article.id[:8]) == article
    page = archive.capture(article.id)
    assert page.status == 200 and page.url == BRIDGE
    again = newscrawler.extract_article(page.body, url=page.url, portal="demo")
    assert isinstance(again, newscrawler.ExtractedArticle)
    assert (again.title, again.body, again.editors) == (article.title, article.body, article.editors)
    assert again.content_hash == article.content_hash
    assert article.title in archive.cite(article.id)
    assert archive.cite(article.id, style="bibtex").startswith("@")
    assert '"URL"' in archive.cite(article.id, style="csl-json")
    assert archive.cite(article.id, style="ris").startswith("TY ")
    for call in (archive.article, archive.capture, archive.cite):
        with pytest.raises(ValueError, match="no article"):
            call("ffffffffffffff")
    with pytest.raises(newscrawler.CaptureError, match="page 9"):
        archive.capture(article.id, page=9)
    with pytest.raises(newscrawler.CaptureError, match="version 7"):
        archive.capture(article.id, version=7)
    with pytest.raises(ValueError, match="version"):
        archive.cite(article.id, version=7)
    with pytest.raises(ValueError, match="no style"):
        archive.cite(article.id, style="mla")  # type: ignore[arg-type]


def test_a_page_that_is_not_an_article_says_why() -> None:
    rejection = newscrawler.extract_article(b"<html><title>404 Not Found</title><body>404 Not Found</body></html>")
    assert isinstance(rejection, newscrawler.NotAnArticle)
    assert rejection.detail
    with pytest.raises(newscrawler.DefinitionError, match="did you mean"):
        newscrawler.extract_article(b"<p>", portal="hbdysj")


def test_a_suppressed_article_does_not_exist(demo_archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(demo_archive, copy)
    shutil.copytree(demo_archive.parent / "warc", tmp_path / "warc")
    with newscrawler.open_archive(copy) as archive:
        hidden = archive.article(BRIDGE)
    done = CliRunner().invoke(cli, ["suppress", "add", BRIDGE, "--reason", "an example", "--archive", str(copy)])
    assert done.exit_code == 0, done.output
    with newscrawler.open_archive(copy) as archive:
        assert hidden.id not in {article.id for article in archive.articles()}
        assert hidden.id not in set(archive.dataframe(["id"]).id)
        assert hidden.id not in {hit.id for hit in archive.search(f'"{hidden.title}"', limit=500).hits}
        for call in (archive.article, archive.capture, archive.cite):
            for name in (BRIDGE, hidden.id):
                with pytest.raises(ValueError, match="suppressed"):
                    call(name)


def test_a_value_that_is_no_date_is_named(demo_archive: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(demo_archive, copy)
    update(copy, "UPDATE articles SET first_seen = 'soon' WHERE n = 3")
    with newscrawler.open_archive(copy) as archive:
        with pytest.raises(newscrawler.ArchiveError, match="'soon' as first_seen"):
            list(archive.articles())
        assert archive.dataframe(["first_seen"]).first_seen.isna().sum() == 1


def test_an_archive_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(newscrawler.ArchiveError, match="there is no archive yet"):
        newscrawler.open_archive(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("not an archive", encoding="utf-8")
    with pytest.raises(newscrawler.ArchiveError, match="is not a SQLite file"):
        newscrawler.open_archive(tmp_path / "text.db")
    assert list(tmp_path.iterdir()) == [tmp_path / "text.db"]


def test_a_crawl_says_what_it_did_or_why_it_did_not_begin(tmp_path: Path) -> None:
    file = tmp_path / "archive.db"
    (result,) = newscrawler.crawl("demo", archive=file, cities=["宜昌"], limit=3, quiet=True)
    assert (result.portal, result.new, result.changed, result.failed) == ("demo", 3, 0, 0)
    assert result.outcome == "done"
    with newscrawler.open_archive(file) as archive:
        assert [article.run for article in archive.articles()] == [result.run] * 3
    for arguments, error, message in (
        ({"cities": "南昌"}, ValueError, "宜昌"),
        ({"since": "July"}, ValueError, "YYYY-MM-DD"),
        ({"limit": 0}, ValueError, "1 or more"),
        ({"archive": tmp_path}, newscrawler.ArchiveError, "is a directory"),
    ):
        with pytest.raises(error, match=message):
            newscrawler.crawl("demo", **{"archive": file, "quiet": True, **arguments})  # type: ignore[arg-type]
    with pytest.raises(newscrawler.DefinitionError, match="no portal is called"):
        newscrawler.crawl("atlantis", archive=file)
    with pytest.raises(newscrawler.CrawlError, match="one portal at a time"):
        newscrawler.crawl("demo", "hbdysh", archive=file, quiet=True)


def test_the_examples_of_the_page_run_as_they_stand(
    demo_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    shutil.copytree(demo_archive.parent, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for example in re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        exec(compile(example, "python.md", "exec"), names)
        assert capsys.readouterr().out.strip(), example
    for name in newscrawler.__all__:
        assert f"- {name}\n" in page
