"""Code books: the variables that coders fill in, and the codes of each.

A book is a TOML file:

    name = "floods"

    [[variable]]
    name = "topic"
    question = "What is the article about?"
    codes = ["flood", "harvest", "other"]
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawler.archive.errors import UserError

MOST_BYTES = 2**20
MOST_VARIABLES = 50
MOST_CODES = 200
MOST_CHARACTERS = 100
"""Characters of a name or a code."""


class CodingError(UserError):
    """A code book or a sheet that cannot be used; the message names the key or the cell."""


@dataclass(frozen=True, slots=True)
class Variable:
    """What coders decide for each article."""

    name: str
    question: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodeBook:
    """The variables of a study."""

    name: str
    variables: tuple[Variable, ...]

    @property
    def digest(self) -> str:
        """A digest of names and codes: equal books give equal digests."""
        data = json.dumps([self.name, [(each.name, each.codes) for each in self.variables]], ensure_ascii=False)
        return hashlib.sha256(data.encode()).hexdigest()[:16]


def read_book(path: str | Path) -> CodeBook:
    """Read a code book. Raises CodingError for a file that cannot be read or has a wrong key."""
    path = Path(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise CodingError("{path}: is larger than 1 MB.", path=path)
        content = tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise CodingError("{path}: cannot be read: {cause}.", path=path, cause=error.strerror or error) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CodingError("{path}: is not a TOML file: {error}.", path=path, error=error) from None
    _only(path, "", content, ("name", "variable"))
    name = _text(path, "name", content.get("name"))
    if "/" in name:
        raise CodingError("{path}: name: {name!r} has a slash; leave it out.", path=path, name=name)
    tables = content.get("variable")
    if not isinstance(tables, list) or not 0 < len(tables) <= MOST_VARIABLES:
        raise CodingError("{path}: variable: write 1 to {most} tables [[variable]].", path=path, most=MOST_VARIABLES)
    variables = tuple(_variable(path, number, table) for number, table in enumerate(tables, start=1))
    _distinct(path, "variable", [variable.name for variable in variables])
    return CodeBook(name, variables)


def _variable(path: Path, number: int, table: Any) -> Variable:
    where = f"variable {number}"
    if not isinstance(table, dict):
        raise CodingError("{path}: {where}: is not a table.", path=path, where=where)
    _only(path, where, table, ("name", "question", "codes"))
    name = _text(path, f"{where}: name", table.get("name"))
    question = table.get("question", "")
    if not isinstance(question, str):
        raise CodingError("{path}: {where}: question: is not a text.", path=path, where=where)
    codes = table.get("codes")
    if not isinstance(codes, list) or not 1 < len(codes) <= MOST_CODES:
        raise CodingError("{path}: {where}: codes: write 2 to {most} codes.", path=path, where=where, most=MOST_CODES)
    texts = [_text(path, f"{where}: codes", code) for code in codes]
    _distinct(path, f"{where}: codes", texts)
    return Variable(name, question, tuple(texts))


def _only(path: Path, where: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            raise CodingError(
                "{path}: {key}: there is no such key; there are {known}.",
                path=path,
                key=f"{where}: {key}" if where else key,
                known=", ".join(known),
            )


def _text(path: Path, where: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MOST_CHARACTERS or not value.isprintable():
        raise CodingError(
            "{path}: {where}: {value!r} is not a text of 1 to {most} characters on one line.",
            path=path,
            where=where,
            value=str(value)[:MOST_CHARACTERS],
            most=MOST_CHARACTERS,
        )
    return value.strip()


def _distinct(path: Path, where: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise CodingError("{path}: {where}: {name!r} is there twice.", path=path, where=where, name=name)
