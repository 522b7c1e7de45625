"""JSON lines, Parquet and workbooks: read back by other libraries, cell by cell."""

import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pyarrow.dataset
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.archive.columns import COLUMN_NAMES
from newscrawler.archive.export import ExportError, parquet, xlsx
from newscrawler.archive.export.exporter import export
from newscrawler.archive.export.formats import SUFFIXES
from newscrawler.archive.export.parquet import path_part
from newscrawler.archive.export.request import ExportRequest
from newscrawler.normalization.people import Credit
from newscrawler.text.installation import install_line
from support.archives import Room, article
from support.export import done, names, run

PEOPLE = [Credit(role="记者", name=name, outlet="", raw=name) for name in ("陶一帆", "秦小禾")]


@pytest.fixture
def three(room: Room) -> Room:
    room.store(article(1, credits=PEOPLE, keywords=["便民桥", "青禾镇"]), cities=["武汉市", "宜昌市"])
    room.store(article(2, title='=HYPERLINK("http://x.example")', summary="一\u2028二"), cities=["宜昌市"])
    room.store(article(3, published="", published_date="", credits=[], body=""))
    return room


def read_json(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_json_lines_have_lists_and_null(three: Room, tmp_path: Path) -> None:
    out = tmp_path / "articles.jsonl"
    assert done(three.path, out).stderr == f"3 articles written to {out}\n"
    rows = read_json(out)
    assert list(rows[0]) == list(COLUMN_NAMES)
    assert rows[0]["authors"] == ["陶一帆", "秦小禾"]
    assert rows[0]["cities"] == ["武汉市", "宜昌市"]
    assert rows[0]["keywords"] == ["便民桥", "青禾镇"]
    assert (rows[2]["published"], rows[2]["editors"], rows[2]["char_count"]) == (None, [], 0)
    assert rows[1]["summary"] == "一\u2028二"
    assert len(out.read_text(encoding="utf-8").splitlines()) == 3, "no line break inside an object, for any reader"


def test_parquet_has_types(three: Room, tmp_path: Path) -> None:
    out = tmp_path / "articles.parquet"
    done(three.path, out)
    table = pyarrow.parquet.read_table(out)
    assert table.column_names == list(COLUMN_NAMES)
    first, second, third = table.to_pylist()
    assert first["published_date"] == date(2024, 5, 10)
    assert first["first_seen"] == datetime(2024, 5, 11, tzinfo=UTC)
    assert (first["char_count"], first["authors"], third["authors"]) == (32, ["陶一帆", "秦小禾"], [])
    assert (third["published_date"], third["body"]) == (None, "")
    assert second["title"] == '=HYPERLINK("http://x.example")'


def test_a_date_that_is_none_is_left_empty_and_told(three: Room, tmp_path: Path) -> None:
    three.connection.execute("UPDATE versions SET published_date = '2024-13-45' WHERE article = 2")
    result = done(three.path, tmp_path / "articles.parquet")
    assert "1 value of published_date was left empty: no valid date" in result.stderr
    assert pyarrow.parquet.read_table(tmp_path / "articles.parquet")["published_date"].null_count == 2


def test_partitions_are_read_as_one_table(three: Room, tmp_path: Path) -> None:
    done(three.path, "--partition", "province,city,month", tmp_path / "articles")
    paths = sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "articles").rglob("*.parquet"))
    assert paths == [
        "articles/province=湖北省/city=__HIVE_DEFAULT_PARTITION__/month=__HIVE_DEFAULT_PARTITION__/articles.parquet",
        "articles/province=湖北省/city=宜昌市/month=2024-05/articles.parquet",
        "articles/province=湖北省/city=武汉市/month=2024-05/articles.parquet",
    ]
    rows = pyarrow.dataset.dataset(tmp_path / "articles", partitioning="hive").to_table().to_pylist()
    found = {(row["url"][-7:], row["province"], row["city"], row["month"]) for row in rows}
    assert found == {
        ("1.shtml", "湖北省", "武汉市", "2024-05"),
        ("2.shtml", "湖北省", "宜昌市", "2024-05"),
        ("3.shtml", "湖北省", None, None),
    }
    assert names(tmp_path) == ["articles", "data"]


def test_a_name_from_a_strange_archive_stays_in_the_folder(three: Room, tmp_path: Path) -> None:
    three.connection.execute("UPDATE sections SET city = '../../x/\ny=z%' WHERE city = '宜昌市'")
    done(three.path, "--partition", "city", tmp_path / "out" if (tmp_path / "out").mkdir() else tmp_path / "out" / "a")
    assert names(tmp_path) == ["data", "out"]
    assert names(tmp_path / "out" / "a") == [
        "city=%2E%2E%2F%2E%2E%2Fx%2F%0Ay%3Dz%25",
        "city=__HIVE_DEFAULT_PARTITION__",
        "city=武汉市",
    ]
    table = pyarrow.dataset.dataset(tmp_path / "out" / "a", partitioning="hive").to_table()
    assert "../../x/\ny=z%" in table["city"].to_pylist()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_part_of_a_path_is_one_name(value: str) -> None:
    part = f"city={path_part(value)}"
    assert not set(part) & set("/\\\0\n.")
    assert Path("a", part).parts == ("a", part)


def test_a_folder_that_exists_is_left_as_it_is(three: Room, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("x")
    result = run(three.path, "--partition", "city", tmp_path / "out")
    assert (result.exit_code, "exists; name a folder that does not" in result.stderr) == (2, True)
    assert names(tmp_path / "out") == ["mine"]
    (tmp_path / "out" / "mine").unlink()
    done(three.path, "--partition", "city", tmp_path / "out")


def sheets(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_a_workbook_has_texts_and_numbers_and_no_formula(three: Room, tmp_path: Path) -> None:
    out = tmp_path / "articles.xlsx"
    done(three.path, "--columns", "title,char_count,url,source,published", out)
    (rows,) = sheets(out).values()
    assert rows[0] == ("title", "char_count", "url", "source", "published")
    assert rows[2][:3] == ('=HYPERLINK("http://x.example")', 32, "http://www.ceshi.example/2024/0510/2.shtml")
    assert rows[3][4] is None
    book = openpyxl.load_workbook(out)
    assert book.active["A3"].data_type == "s"
    assert book.active["C3"].hyperlink is None
    assert names(tmp_path) == ["articles.xlsx", "data"]


def test_a_workbook_has_dates_of_china(room: Room, tmp_path: Path) -> None:
    room.store(article(1, published="2024-05-10T00:30:00+08:00"), seen="2024-05-11T17:00:00Z")
    room.store(article(2, published="2024-05-10"))
    out = tmp_path / "articles.xlsx"
    done(room.path, "--columns", "published_date,published_at,first_seen,published", out)
    (rows,) = sheets(out).values()
    midnight = datetime(2024, 5, 10)
    assert rows[1] == (midnight, datetime(2024, 5, 10, 0, 30), datetime(2024, 5, 12, 1), "2024-05-10T00:30:00+08:00")
    assert rows[2][:2] == (midnight, None)
    sheet = openpyxl.load_workbook(out).active
    assert sheet["A2"].number_format == "yyyy-mm-dd" and sheet.freeze_panes == "A2" and sheet.auto_filter.ref
    assert sheet.column_dimensions["B"].width > 18


@given(st.one_of(st.text(max_size=12), st.dates().map(str), st.datetimes(timezones=st.just(UTC)).map(str)))
def test_no_text_in_a_column_of_dates_stops_a_workbook(value: str) -> None:
    moment = xlsx._moment(value)
    assert moment is None or moment.year >= 1900


@pytest.mark.parametrize(("text", "kept"), [("𠮷" * 20_000, "𠮷" * 16_383), ("字" * 40_000, "字" * 32_767)])
def test_long_cells_are_cut_between_characters_and_told(room: Room, tmp_path: Path, text: str, kept: str) -> None:
    room.store(article(1, body=text))
    room.store(article(2, body="𠮷" * 16_383))
    result = done(room.path, "--columns", "body", tmp_path / "a.xlsx")
    assert "1 cell was cut: a cell of a workbook holds 32,767 characters" in result.stderr
    (rows,) = sheets(tmp_path / "a.xlsx").values()
    assert [row[0] for row in rows[1:]] == [kept, "𠮷" * 16_383]


def test_odd_characters_come_back_from_a_workbook(room: Room, tmp_path: Path) -> None:
    texts = ["a\x01b", "_x0041_", " 前后 ", "<&>\"'", "行\n行", "\ufffe"]
    for number, text in enumerate(texts):
        room.store(article(number, body=text))
    done(room.path, "--columns", "body", tmp_path / "a.xlsx")
    (rows,) = sheets(tmp_path / "a.xlsx").values()
    # ECMA-376, 22.9.2.19: what XML cannot hold is escaped; openpyxl leaves that in cells as it is.
    assert [re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), str(row[0])) for row in rows[1:]] == texts


def test_what_does_not_fit_goes_on_on_the_next_sheet(
    three: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 3)
    done(three.path, "--columns", "title", tmp_path / "a.xlsx")
    assert {name: len(rows) for name, rows in sheets(tmp_path / "a.xlsx").items()} == {"articles 1": 3, "articles 2": 2}


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx", "sqlite"])
def test_an_archive_without_articles_gives_an_empty_file(room: Room, tmp_path: Path, form: str) -> None:
    out = tmp_path / "empty"
    assert done(room.path, "--format", form, out).stderr == f"0 articles written to {out}\n"
    if form == "parquet":
        assert pyarrow.parquet.read_table(out).num_rows == 0
    if form == "xlsx":
        assert len(sheets(out.rename(tmp_path / "empty.xlsx"))["articles 1"]) == 1


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".CSV"])
def test_the_ending_tells_the_format(three: Room, tmp_path: Path, suffix: str) -> None:
    done(three.path, tmp_path / f"a{suffix}")
    start = (tmp_path / f"a{suffix}").read_bytes()[:6]
    form = SUFFIXES[suffix.lower()]
    starts = {
        "csv": b"id,url",
        "jsonl": b'{"id":',
        "parquet": b"PAR1",
        "xlsx": b"PK",
        "sqlite": b"SQLite",
        "wacz": b"PK",
    }
    assert start.startswith(starts[form])
    assert form != "parquet" or start.startswith(b"PAR1")
    assert form != "xlsx" or start.startswith(b"PK")


@pytest.mark.parametrize(
    ("form", "module", "package"), [("parquet", "pyarrow", "pyarrow"), ("xlsx", "xlsxwriter", "XlsxWriter")]
)
def test_a_missing_extra_is_named(
    three: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, module: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    result = run(three.path, tmp_path / f"a.{form}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"needs {package}; install it with: {install_line('export')}" in result.stderr
    assert names(tmp_path) == ["data"]


def test_groups_of_rows_are_one_table(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 2)
    for number in range(5):
        room.store(article(number))
    done(room.path, tmp_path / "a.parquet")
    file = pyarrow.parquet.ParquetFile(tmp_path / "a.parquet")
    assert (file.metadata.num_row_groups, file.metadata.num_rows) == (3, 5)


def test_a_form_that_is_none_is_refused(three: Room, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="there is no format 'ods'"):
        export(three.path, ExportRequest(str(tmp_path / "a.ods"), format_name="ods"))
