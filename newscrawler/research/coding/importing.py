"""Taking filled-in sheets back: all of a sheet, or nothing of it, with each wrong cell by its name.

Rows are known by the id of the article, so a sheet may be sorted. A row that was removed, doubled or invented is an
error. Needs openpyxl (extra `coding`).
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawler.archive.annotations import (
    Annotation,
    ArticleState,
    finish_annotation_run,
    start_annotation_run,
    store_annotations,
)
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import UnavailableError
from newscrawler.research.coding.book import CodeBook, CodingError
from newscrawler.research.coding.sheets import ARTICLES, CODES, FIRST, FIRST_ROW, FORMAT
from newscrawler.text.installation import install_line

KIND = "codes"
MOST_BYTES = 200 * 2**20
"""Bytes of all parts of a workbook, unpacked."""
_TOLD = 20
"""Wrong cells that a message names."""


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """What a coder filled in."""

    coder: str
    codes: dict[ArticleState, dict[str, str]]
    """Variable to code, per article."""
    missing: int
    """Cells that are empty."""


@dataclass(frozen=True, slots=True)
class ImportedSheet:
    """What became of a sheet."""

    coder: str
    key: str
    """Of the run of annotations."""
    articles: int
    missing: int


def import_sheets(connection: sqlite3.Connection, book: CodeBook, sheets: Sequence[FilledSheet]) -> list[ImportedSheet]:
    """Store the codes of sheets as annotations, in one transaction.

    They replace what the same coder coded of these articles before. Raises CodingError for an article that the archive
    does not have in the state that was coded; then nothing is stored.
    """
    with writing(connection):
        return [_import_sheet(connection, book, sheet) for sheet in sheets]


def _import_sheet(connection: sqlite3.Connection, book: CodeBook, sheet: FilledSheet) -> ImportedSheet:
    lost = [
        state.article
        for state in sheet.codes
        if not connection.execute(
            """SELECT 1 FROM articles a JOIN versions v ON v.article = a.n
               WHERE a.id = ? AND v.content_hash = ? AND v.text = ?""",
            (state.article, state.content_hash, state.text),
        ).fetchone()
    ]
    if lost:
        raise CodingError(
            "the archive does not have {count:,} of the articles of {coder} in the state that was coded, as {article}.",
            count=len(lost),
            coder=sheet.coder,
            article=lost[0],
        )
    run = start_annotation_run(
        connection,
        kind=KIND,
        tool=f"{book.name}/{sheet.coder}",
        tool_version=book.digest,
        arguments={"variables": {variable.name: variable.codes for variable in book.variables}},
    )
    for state, codes in sheet.codes.items():
        store_annotations(connection, run, state, (Annotation(code, reference=name) for name, code in codes.items()))
    return ImportedSheet(sheet.coder, finish_annotation_run(connection, run), len(sheet.codes), sheet.missing)


def read_sheets(paths: Sequence[str], book: CodeBook) -> list[FilledSheet]:
    """Read workbooks, as `read_sheet` does. Raises CodingError when two of them are by one coder, too."""
    sheets = [read_sheet(path, book) for path in paths]
    for path, sheet in zip(paths, sheets, strict=True):
        if sum(other.coder == sheet.coder for other in sheets) > 1:
            raise CodingError("{path}: there are two sheets of the coder {coder!r}.", path=path, coder=sheet.coder)
    return sheets


def read_sheet(path: str | Path, book: CodeBook) -> FilledSheet:
    """Read a filled-in workbook. Raises CodingError with the wrong cells, UnavailableError without openpyxl."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise UnavailableError(f"sheets need openpyxl; install it with: {install_line('coding')}") from None
    path = Path(path)
    _check_package(path)
    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever a broken part leads to
        raise CodingError("{path}: is not a workbook: {error}.", path=path, error=error) from None
    with closing(workbook):
        for name in (CODES, ARTICLES):
            if name not in workbook.sheetnames:
                raise CodingError(
                    "{path}: has no sheet {name!r}; use the workbook that was made.", path=path, name=name
                )
        coder, states = _known(path, book, workbook[ARTICLES])
        return _filled(path, book, coder, states, workbook[CODES])


def _check_package(path: Path) -> None:
    """Refuse a file that is not a workbook, that unpacks into too much, or whose parts declare entities."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > MOST_BYTES:
                raise CodingError("{path}: unpacks into more than {most} MB.", path=path, most=MOST_BYTES // 2**20)
            for part in parts:
                with package.open(part) as stream:
                    if b"<!DOCTYPE" in stream.read(4096):
                        raise CodingError("{path}: {part} declares a document type.", path=path, part=part.filename)
    except OSError as error:
        raise CodingError("{path}: cannot be read: {cause}.", path=path, cause=error.strerror or error) from None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        if isinstance(error, CodingError):
            raise
        raise CodingError("{path}: is not a workbook: {error}.", path=path, error=error) from None


def _known(path: Path, book: CodeBook, sheet: Any) -> tuple[str, dict[str, ArticleState]]:
    """Return the coder and the articles that a workbook was made for."""
    rows = sheet.iter_rows(values_only=True, max_col=3)
    try:
        header = json.loads(next(rows)[0])
        if header["format"] != FORMAT:
            raise ValueError
        name, digest, coder = str(header["book"]), header["digest"], str(header["coder"])
    except (StopIteration, ValueError, TypeError, KeyError, RecursionError):
        raise CodingError("{path}: the hidden sheet {name!r} was changed.", path=path, name=ARTICLES) from None
    if (name, digest) != (book.name, book.digest):
        raise CodingError(
            "{path}: was made with another code book, {name!r} ({digest}); this one is {own!r} ({own_digest}).",
            path=path,
            name=name,
            digest=digest,
            own=book.name,
            own_digest=book.digest,
        )
    return coder, {str(row[0]): ArticleState(*map(str, row)) for row in rows if row[0]}


def _filled(path: Path, book: CodeBook, coder: str, states: dict[str, ArticleState], sheet: Any) -> FilledSheet:
    names = (*FIRST, *(variable.name for variable in book.variables))
    rows = sheet.iter_rows(values_only=True, max_col=len(names))
    header = tuple(str(cell) if cell is not None else "" for cell in next(rows, ()))
    if header != names:
        wrong = next((number for number, name in enumerate(names) if header[number : number + 1] != (name,)), 0)
        raise CodingError(
            "{path}: {cell} is {found!r}, not {name!r}: do not move, rename or remove columns.",
            path=path,
            cell=_cell(wrong, 1),
            found="".join(header[wrong : wrong + 1]),
            name=names[wrong],
        )
    faults: list[str] = []
    at: dict[str, int] = {}
    codes: dict[ArticleState, dict[str, str]] = {}
    missing = 0
    for number, row in enumerate(rows, start=FIRST_ROW):
        if not any(cell not in (None, "") for cell in row):
            continue
        identifier = str(row[0] or "")
        if fault := _row_fault(identifier, number, states, at):
            faults.append(fault)
            continue
        at[identifier] = number
        codes[states[identifier]] = found = {}
        for column, (variable, value) in enumerate(zip(book.variables, row[len(FIRST) :], strict=False), len(FIRST)):
            code = str(value).strip() if value is not None else ""
            if not code:
                missing += 1
            elif code in variable.codes:
                found[variable.name] = code
            else:
                faults.append(
                    f"{_cell(column, number)}: {code[:40]!r} is not a code of {variable.name}; "
                    f"the codes are {', '.join(variable.codes[:10])}{' …' if len(variable.codes) > 10 else ''}"
                )
    faults += [f"the row of {identifier} was removed" for identifier in states if identifier not in at]
    if faults:
        raise CodingError(
            "{path}: nothing was imported, {count:,} faults: {faults}{more}.",
            path=path,
            count=len(faults),
            faults="; ".join(faults[:_TOLD]),
            more=f"; and {len(faults) - _TOLD:,} more" if len(faults) > _TOLD else "",
        )
    return FilledSheet(coder, codes, missing)


def _row_fault(identifier: str, number: int, states: dict[str, ArticleState], at: dict[str, int]) -> str:
    """Say what is wrong with the article of a row; empty: nothing."""
    if identifier not in states:
        return f"{_cell(0, number)}: {identifier[:40]!r} is not an article of this sheet"
    if identifier in at:
        return f"{_cell(0, number)}: the article of row {at[identifier]} is there twice"
    return ""


def _cell(column: int, row: int) -> str:
    """Return the name of a cell, as spreadsheets show it: column 0 of row 1 is A1."""
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column + 1)}{row}"
