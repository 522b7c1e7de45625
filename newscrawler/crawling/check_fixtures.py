"""Expected values of a check: what a definition finds in saved pages, written once, reviewed, and compared later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from newscrawler.archive.own_files import not_following
from newscrawler.crawling.definition_check import FIELDS, DefinitionReport

EXPECTED = "expected.json"
"""The file with the expected values, in the folder of the saved pages."""
_MAX_BYTES = 20_000_000
_SHOWN = 60
"""Characters of a value that a difference shows."""


class ExpectedValuesError(Exception):
    """A file of expected values that cannot be used. The message says why."""


def write_expected(report: DefinitionReport, folder: Path) -> Path:
    """Write what a definition found as the values to expect, for a person to review. Raises OSError."""
    values = {
        "sections": {
            row["section"]: {"url": row["url"], "entries": row["entries"] or 0, "dated": row["dated"]}
            for row in report.sections
        },
        "articles": {article["url"]: article["values"] for article in report.articles},
    }
    file = folder / EXPECTED
    with open(file, "w", encoding="utf-8", opener=not_following) as stream:
        stream.write(json.dumps(values, ensure_ascii=False, indent=2) + "\n")
    return file


def compare_expected(report: DefinitionReport, folder: Path) -> None:
    """Add to the report's problems what differs from the expected values of a folder; nothing if it has none.

    Raises ExpectedValuesError.
    """
    file = folder / EXPECTED
    if not file.exists():
        return
    sections, articles = _read(file)
    found = {row["section"]: {**row, "entries": row["entries"] or 0} for row in report.sections}
    for name in sorted(sections.keys() | found.keys()):
        if name not in found:
            report.problems.append(f"section {name} is expected and was not found")
        elif name not in sections:
            report.problems.append(f"section {name} was found and is not in {EXPECTED}")
        else:
            _compare(report, f"section {name}", sections[name], found[name], ("url", "entries", "dated"))
    values = {article["url"]: article["values"] for article in report.articles}
    for url in sorted(articles.keys() | values.keys()):
        if url not in values:
            report.problems.append(f"{url}: is expected, and no article was found")
        elif url not in articles:
            report.problems.append(f"{url}: an article was found that is not in {EXPECTED}")
        else:
            _compare(report, url, articles[url], values[url], FIELDS)


def _read(file: Path) -> tuple[dict[str, Mapping[str, Any]], dict[str, Mapping[str, Any]]]:
    try:
        with file.open("rb") as stream:
            values = json.loads(stream.read(_MAX_BYTES))
        tables = values["sections"], values["articles"]
    except OSError as error:
        raise ExpectedValuesError(f"{file} cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ExpectedValuesError(f"{file} does not have the form that 'check --save' writes") from None
    if not all(isinstance(table, dict) and all(isinstance(row, dict) for row in table.values()) for table in tables):
        raise ExpectedValuesError(f"{file} does not have the form that 'check --save' writes")
    return tables


def _compare(
    report: DefinitionReport, where: str, expected: Mapping[str, Any], found: Mapping[str, Any], names: tuple[str, ...]
) -> None:
    """Compare the values that a reviewer kept; one that was removed from the file may be anything."""
    for name in names:
        if name in expected and expected[name] != found[name]:
            shown, wanted = _difference(str(found[name]), str(expected[name]))
            report.problems.append(f"{where}: {name} is {shown!r}, but {wanted!r} is expected")


def _difference(found: str, expected: str) -> tuple[str, str]:
    """Return both values from a little before the place where they begin to differ."""
    pairs = zip(found, expected, strict=False)
    start = next((number for number, (one, other) in enumerate(pairs) if one != other), min(len(found), len(expected)))
    start = max(start - _SHOWN // 3, 0)
    return tuple(  # type: ignore[return-value]
        ("…" if start else "") + text[start : start + _SHOWN] + ("…" if len(text) > start + _SHOWN else "")
        for text in (found, expected)
    )
