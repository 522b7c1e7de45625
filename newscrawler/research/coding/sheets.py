"""Sheets for coders: a workbook per coder, with a drop-down list of codes in each cell that is to be filled in.

Sheets are blind: they show title and body, but neither who published the article nor what others coded. Each coder
has an order of the articles of their own. Needs XlsxWriter (extra `coding`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from newscrawler.archive.atomic import new_folder
from newscrawler.archive.errors import UnavailableError
from newscrawler.archive.export.xlsx import CELL_UNITS
from newscrawler.research.coding.book import CodeBook, CodingError
from newscrawler.research.texts import Text
from newscrawler.text.installation import install_line

CODES, ARTICLES, LISTS = "codes", "articles", "lists"
"""The sheets of a workbook: what coders fill in, what the import needs to know, and the codes of the drop-downs."""
FIRST = ("article", "title", "body")
FIRST_ROW = 2
"""The row of the first article, as spreadsheets count: row 1 has the names of the columns."""
FORMAT = "newscrawler codes 1"
MOST_CODERS = 20


def assign(articles: Sequence[Text], coders: Sequence[str], overlap: int, seed: int) -> dict[str, list[Text]]:
    """Return the articles of each coder: the first `overlap` for all coders, the others in turn.

    The articles come in a random order. Raises CodingError for an overlap larger than the sample, or wrong coders.
    """
    if not 0 < len(coders) <= MOST_CODERS:
        raise CodingError("name 1 to {most} coders.", most=MOST_CODERS)
    for coder in coders:
        if coders.count(coder) > 1:
            raise CodingError("the coder {coder!r} is named twice.", coder=coder)
        if not coder.isprintable() or "/" in coder or "\\" in coder or coder.startswith(".") or len(coder) > 40:
            raise CodingError("{coder!r} cannot be the name of a coder: it becomes the name of a file.", coder=coder)
    if overlap > len(articles):
        raise CodingError(
            "the overlap is larger than the sample: {overlap:,} of {size:,} articles.",
            overlap=overlap,
            size=len(articles),
        )
    shared, single = articles[:overlap], articles[overlap:]
    return {
        coder: sorted(
            [*shared, *single[number :: len(coders)]],
            key=lambda each, coder=coder: hashlib.sha256(f"{seed}\n{coder}\n{each.id}".encode()).digest(),  # type: ignore[misc]
        )
        for number, coder in enumerate(coders)
    }


def write_sheets(
    folder: str | Path, book: CodeBook, assigned: dict[str, list[Text]], facts: dict[str, Any]
) -> list[str]:
    """Write a workbook per coder into a new folder, and `coding.json` with the facts; return what was cut.

    The folder appears when it is complete. Raises CodingError when it exists or cannot be written, and UnavailableError
    when XlsxWriter is not installed.
    """
    try:
        from xlsxwriter.exceptions import XlsxFileError
    except ImportError:
        raise UnavailableError(f"sheets need XlsxWriter; install it with: {install_line('coding')}") from None
    folder = Path(folder)
    if folder.exists():
        raise CodingError("{folder}: exists; name a new folder.", folder=folder)
    cut = 0
    try:
        with new_folder(folder) as built:
            for coder, articles in assigned.items():
                cut += _write_workbook(built / f"{coder}.xlsx", book, coder, articles)
            text = json.dumps(facts, ensure_ascii=False, indent=2)
            (built / "coding.json").write_text(f"{text}\n", encoding="utf-8")
    except (OSError, XlsxFileError) as error:
        cause = getattr(error, "strerror", None) or error
        raise CodingError("{folder}: cannot be written: {cause}.", folder=folder, cause=cause) from None
    return [f"{cut:,} bodies were cut: a cell of a workbook holds {CELL_UNITS:,} characters"] if cut else []


def _write_workbook(path: Path, book: CodeBook, coder: str, articles: Sequence[Text]) -> int:
    from xlsxwriter import Workbook
    from xlsxwriter.utility import xl_col_to_name

    # Texts are texts: no formula, no link, no number.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = Workbook(str(path), options)
    sheet = workbook.add_worksheet(CODES)
    lists = workbook.add_worksheet(LISTS)
    known = workbook.add_worksheet(ARTICLES)
    lists.hide()
    known.hide()
    bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
    cut = 0
    names = (*FIRST, *(variable.name for variable in book.variables))
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, bold)
    for row, article in enumerate(articles, start=FIRST_ROW - 1):
        for column, value in enumerate((article.id, article.title, article.body)):
            cut += sheet.write_string(row, column, value, wrapped) == -2
    last = FIRST_ROW - 2 + len(articles)
    for number, variable in enumerate(book.variables):
        column = len(FIRST) + number
        for row, code in enumerate(variable.codes):
            lists.write_string(row, number, code)
        letter = xl_col_to_name(number)
        if variable.question:
            sheet.write_comment(0, column, variable.question)
        sheet.data_validation(
            FIRST_ROW - 1,
            column,
            last,
            column,
            {
                "validate": "list",
                "source": f"={LISTS}!${letter}$1:${letter}${len(variable.codes)}",
                "error_title": variable.name[:32],
                "error_message": "Choose one of the codes of the list.",
            },
        )
    sheet.freeze_panes(1, 2)
    for column, width in enumerate((12, 40, 80, *(16 for _ in book.variables))):
        sheet.set_column(column, column, width)
    header = {"format": FORMAT, "book": book.name, "digest": book.digest, "coder": coder}
    known.write_string(0, 0, json.dumps(header, ensure_ascii=False))
    for row, article in enumerate(articles, start=1):
        for column, value in enumerate(astuple(article.state)):
            known.write_string(row, column, value)
    workbook.close()
    return cut
