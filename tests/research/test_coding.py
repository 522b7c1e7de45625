"""A round of coding: sheets out, filled in, taken back, and the agreement of the coders."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from newscrawler.cli.main import cli
from newscrawler.research.coding.agreement import agreement
from newscrawler.research.coding.book import CodingError, read_book
from newscrawler.research.coding.importing import read_sheet
from research.conftest import fill_research
from support.integrity import run as newscrawler

BOOK = """name = "floods"
[[variable]]
name = "topic"
question = "What is the article about?"
codes = ["flood", "harvest", "school", "=1+1"]
[[variable]]
name = "tone"
codes = ["good", "bad"]
"""


def run(archive: Path, *arguments: object) -> Result:
    first, *rest = map(str, arguments)
    return CliRunner().invoke(cli, ["coding", first, *rest, "--archive", str(archive)])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.toml"
    path.write_text(BOOK, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(researched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("coding")
    (folder / "book.toml").write_text(BOOK, encoding="utf-8")
    result = run(researched, "create", folder / "round", "--book", folder / "book.toml", "--coders", "ann,bo", "--size", 20, "--overlap", 8, "--seed", 7)  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "20 articles in" in result.stderr and "ann 14, bo 14; 8 for all coders" in result.stderr
    return folder / "round"


def change(source: Path, target: Path, edit: Callable[[Any], None]) -> Path:
    """Copy a workbook with its sheet of codes edited, as a spreadsheet program would save it."""
    workbook = openpyxl.load_workbook(source)
    edit(workbook["codes"])
    workbook.save(target)
    return target


def fill(sheet: Any, *, wrong: int = 0) -> None:
    """Code each article by what its body is about; the first `wrong` articles of those in order of id as harvest."""
    ids = sorted(str(row[0].value) for row in sheet.iter_rows(min_row=2))
    for row in sheet.iter_rows(min_row=2):
        body = str(row[2].value)
        topic = "flood" if "洪水" in body else "harvest" if "柑橘" in body else "school"
        row[3].value = "=1+1" if str(row[0].value) in ids[:wrong] else topic
        row[3].data_type = "s"
        row[4].value = "good"


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)["codes"].iter_rows(min_row=2, values_only=True))


def test_sheets_are_blind_overlap_and_have_lists(made: Path, flat: list[dict[str, Any]], researched: Path) -> None:
    by_id = {row["id"]: row for row in flat}
    sheets = {name: rows_of(made / f"{name}.xlsx") for name in ("ann", "bo")}
    ids = {name: [str(row[0]) for row in rows] for name, rows in sheets.items()}
    assert len(set(ids["ann"]) & set(ids["bo"])) == 8 and len({*ids["ann"], *ids["bo"]}) == 20
    assert all(row[1:3] == (by_id[str(row[0])]["title"], by_id[str(row[0])]["body"]) for row in sheets["ann"])
    shared = [
        [identifier for identifier in ids[name] if identifier in ids[other]]
        for name, other in (("ann", "bo"), ("bo", "ann"))
    ]
    assert shared[0] != shared[1]
    workbook = openpyxl.load_workbook(made / "ann.xlsx")
    assert [cell.value for cell in next(workbook["codes"].iter_rows(max_row=1))] == [
        "article",
        "title",
        "body",
        "topic",
        "tone",
    ]
    assert {str(each.sqref): each.formula1 for each in workbook["codes"].data_validations.dataValidation} == {
        "D2:D15": "lists!$A$1:$A$4", "E2:E15": "lists!$B$1:$B$2",
    }  # fmt: skip
    assert workbook["lists"]["A4"].value == "=1+1" and workbook["lists"]["A4"].data_type == "s"
    assert [sheet.sheet_state for sheet in workbook] == ["visible", "hidden", "hidden"]
    text = b"".join(zipfile.ZipFile(made / "ann.xlsx").read(name) for name in zipfile.ZipFile(made / "ann.xlsx").namelist()).decode("utf-8", "replace")  # fmt: skip
    assert "三江晚报" not in text and "秦小禾" not in text
    # The articles are those of `sample`.
    drawn = newscrawler("sample", "20", "-", "--seed", "7", "--columns", "id", "--archive", researched).stdout.split()[
        1:
    ]
    assert set(drawn) == {*ids["ann"], *ids["bo"]} and set(drawn[:8]) == set(shared[0])
    facts = json.loads((made / "coding.json").read_text(encoding="utf-8"))
    assert (
        facts["sample"]["seed"] == 7 and facts["basis"]["articles"] == 90 and facts["coders"] == {"ann": 14, "bo": 14}
    )


def test_a_round_of_two_coders_has_the_agreement_of_their_codes(made: Path, book: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    fill_research(archive, range(1, 91))

    def sorted_and_filled(sheet: Any) -> None:
        fill(sheet, wrong=3)
        rows = sorted([cell.value for cell in row] for row in sheet.iter_rows(min_row=2))
        for number, values in enumerate(rows, start=2):
            for column, value in enumerate(values, start=1):
                sheet.cell(number, column).value = value
                sheet.cell(number, column).data_type = "s"
        sheet["E2"].value = None

    ann = change(made / "ann.xlsx", tmp_path / "ann.xlsx", fill)
    bo = change(made / "bo.xlsx", tmp_path / "bo.xlsx", sorted_and_filled)
    for _ in range(2):
        result = run(archive, "import", ann, bo, "--book", book)
        assert result.exit_code == 0, result.output
        assert re.search(r"ann: 14 articles, run \S+\nbo: 14 articles, run \S+; 1 cell is empty", result.stderr)
    found = {
        each["variable"]: each for each in json.loads(run(archive, "agreement", "floods", "--format", "json").stdout)
    }
    codes = {name: {str(row[0]): row[3] for row in rows_of(tmp_path / f"{name}.xlsx")} for name in ("ann", "bo")}
    units = [
        {name: codes[name][identifier] for name in codes} for identifier in codes["ann"] if identifier in codes["bo"]
    ]
    equal = sum(unit["ann"] == unit["bo"] for unit in units)
    assert 0 < equal < len(units) == 8
    assert (found["topic"]["articles"], found["topic"]["percent"]) == (8, equal / 8)
    plain = agreement("topic", units)
    assert found["topic"]["alpha"] == plain.alpha and found["topic"]["kappa"] == {"ann, bo": plain.kappa["ann, bo"]}
    assert found["topic"]["low"] <= found["topic"]["alpha"] <= found["topic"]["high"]
    # All tones are equal: there is nothing that chance could explain.
    assert (found["tone"]["percent"], found["tone"]["alpha"], found["tone"]["kappa"]) == (1.0, None, {"ann, bo": None})
    assert "Agreement in floods" in run(archive, "agreement", "floods").stdout
    exported = CliRunner().invoke(
        cli, ["annotate", "export", "-", "--kind", "codes", "--tool", "floods/bo", "--archive", str(archive)]
    )
    assert exported.stdout.count("floods/bo") == 27
    assert newscrawler("verify", "--archive", archive).exit_code == 0


def test_measures_have_their_published_values() -> None:
    # The table of four coders in Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C.
    missing = None
    coders = {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, missing, missing, missing],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, missing, 3],
        "C": [missing, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, missing],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, missing],
    }
    units = [{name: str(codes[at]) for name, codes in coders.items() if codes[at] is not missing} for at in range(12)]
    found = agreement("x", units)
    assert found.alpha == pytest.approx(0.743, abs=0.0005) and found.articles == 11
    assert found.low is not None and found.high is not None and found.low < 0.743 < found.high <= 1
    # Cohen's kappa: 20 and 15 equal of 50, with 25 and 30 yes.
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    kappa = agreement("x", [{"a": a, "b": b} for a, b in pairs]).kappa["a, b"]
    assert kappa == pytest.approx(0.4)
    none = agreement("x", [{"a": "y"}, {"b": "n"}])
    assert (none.articles, none.percent, none.alpha, none.kappa) == (0, None, None, {"a, b": None})


def _remove(sheet: Any) -> None:
    sheet.delete_rows(3)


def _double(sheet: Any) -> None:
    sheet["A3"].value = sheet["A2"].value


def _invent(sheet: Any) -> None:
    sheet["A2"].value = "f" * 24


def _wrong_code(sheet: Any) -> None:
    sheet["D4"].value, sheet["E5"].value = "flod", 7


def _rename(sheet: Any) -> None:
    sheet["D1"].value = "subject"


@pytest.mark.parametrize(
    ("edit", "messages"),
    [
        (_remove, [r"1 faults: the row of [0-9a-f]{24} was removed"]),
        (_double, [r"A3: the article of row 2 is there twice", "the row of [0-9a-f]{24} was removed"]),
        (_invent, [r"A2: 'f{24}' is not an article of this sheet"]),
        (_wrong_code, [r"2 faults: D4: 'flod' is not a code of topic; the codes are flood, harvest, school, =1\+1", "E5: '7' is not a code of tone"]),
        (_rename, ["D1 is 'subject', not 'topic'"]),
    ],
)  # fmt: skip
def test_a_wrong_sheet_is_told_by_its_cells_and_not_imported(
    made: Path, book: Path, tmp_path: Path, edit: Callable[[Any], None], messages: list[str], researched: Path
) -> None:
    def both(sheet: Any) -> None:
        fill(sheet)
        edit(sheet)

    path = change(made / "ann.xlsx", tmp_path / "ann.xlsx", both)
    before = researched.read_bytes()
    result = run(researched, "import", made / "bo.xlsx", path, "--book", book)
    assert result.exit_code == 2, result.output
    assert all(re.search(message, result.output) for message in messages), result.output
    assert researched.read_bytes() == before


def test_a_file_that_is_not_the_sheet_is_told(made: Path, book: Path, tmp_path: Path, researched: Path) -> None:
    own = read_book(book)

    def told(path: Path, *changes: tuple[str, str]) -> str:
        with pytest.raises(CodingError) as error:
            book.write_text(BOOK.replace(*changes[0]) if changes else BOOK, encoding="utf-8")
            read_sheet(path, read_book(book) if changes else own)
        return str(error.value)

    (tmp_path / "text.xlsx").write_text("no workbook")
    assert "is not a workbook" in told(tmp_path / "text.xlsx")
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    assert "has no sheet 'codes'" in told(tmp_path / "other.xlsx")
    assert "another code book, 'floods'" in told(made / "ann.xlsx", ('"bad"', '"ill"'))
    with zipfile.ZipFile(tmp_path / "entities.xlsx", "w") as package:
        package.writestr("xl/workbook.xml", "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>")
    assert "declares a document type" in told(tmp_path / "entities.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/x.xml", "w") as part,
    ):
        for _ in range(201):
            part.write(bytes(2**20))
    assert "unpacks into more than 200 MB" in told(tmp_path / "bomb.xlsx")
    shutil.copy(made / "ann.xlsx", tmp_path / "again.xlsx")
    twice = run(researched, "import", made / "ann.xlsx", tmp_path / "again.xlsx", "--book", book)
    assert twice.exit_code == 2 and "two sheets of the coder 'ann'" in twice.output
    alone = run(researched, "agreement", "floods")
    assert alone.exit_code == 2 and "sheets of 0 coders" in alone.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--size", "91"], "larger than its frame"),
        (["--size", "5", "--overlap", "6"], "the overlap is larger than the sample: 6 of 5"),
        (["--size", "5", "--coders", "a,a"], "'a' is named twice"),
        (["--size", "5", "--coders", "../a"], "cannot be the name of a coder"),
        (["--size", "5", "--coders", ","], "name 1 to 20 coders"),
    ],
)
def test_sheets_that_cannot_be_made_are_told(
    researched: Path, book: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    given = arguments if "--coders" in arguments else [*arguments, "--coders", "a,b"]
    result = run(researched, "create", tmp_path / "round", "--book", book, *given)
    assert result.exit_code == 2 and message in result.output, result.output
    assert not (tmp_path / "round").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "not a TOML file"),
        ('name = "a"', "variable: write 1 to 50 tables"),
        ('nam = "a"', "nam: there is no such key; there are name, variable"),
        ('name = "a/b"\n[[variable]]\nname = "x"\ncodes = ["1", "2"]', "has a slash"),
        ('name = "a"\n[[variable]]\nname = "x"\ncodes = ["1"]', "variable 1: codes: write 2 to 200 codes"),
        ('name = "a"\n[[variable]]\nname = "x"\ncodes = ["1", "1"]', "variable 1: codes: '1' is there twice"),
        ('name = "a"\n[[variable]]\nname = "x"\ncodes = ["1", 2]', "variable 1: codes: '2' is not a text"),
        ('name = "a"\n' + '[[variable]]\nname = "x"\ncodes = ["1", "2"]\n' * 2, "variable: 'x' is there twice"),
    ],
)
def test_a_wrong_book_is_told_by_its_key(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "book.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CodingError, match=re.escape(message)):
        read_book(path)
