"""Definitions: TOML files that describe a portal or a content system, read and checked alike.

Every mistake is reported with file, key, value and fix.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from pathlib import Path
from reprlib import Repr
from typing import Annotated, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from newscrawler.text.definition_error import DefinitionError

MAX_DEFINITION_BYTES = 100_000
MAX_LINE_BYTES = 4_000
"""The parser needs minutes for a key of some ten thousand parts."""
MAX_MISTAKES = 20

_SAMPLE = "<div class='a' id='a'><h1>a</h1><p><span><a href='a'>a</a></span></p><ul><li>a</li></ul></div>"


class _Short(Repr):
    """Short forms of wrong values."""

    def repr_int(self, x: int, level: int) -> str:
        # Python writes no number of more than 4,300 digits; what it does instead depends on its version.
        return "a number of thousands of digits" if abs(x) >= 10**4_000 else super().repr_int(x, level)


_SHORT = _Short()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 120


class Table(BaseModel):
    """A table of a definition: unknown keys are mistakes, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Definition = TypeVar("Definition", bound=Table)


def check_selector(value: str) -> str:
    """Return a CSS selector, or an XPath when it starts with `/` or `./`; raises ValueError for anything else."""
    # Few definitions have a selector, and parsel costs 0.2 s of CPU; it is needed for ::text and ::attr(…) only.
    from cssselect import HTMLTranslator, SelectorError
    from lxml.etree import XPath, XPathError
    from lxml.html import fromstring

    if "::" in value:
        from parsel.csstranslator import HTMLTranslator
    try:
        xpath = value if value.startswith(("/", "./")) else HTMLTranslator().css_to_xpath(value)
        # Prefixes and functions that do not exist show only when it runs.
        XPath(xpath)(fromstring(_SAMPLE))
    except (SelectorError, XPathError, RecursionError, ValueError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else error
        raise ValueError(f"is not a valid selector ({reason}); use CSS, or XPath that starts with / or ./") from None
    return value


def check_pattern(value: str) -> str:
    """Return a regular expression; raises ValueError for one that does not compile."""
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else error
        raise ValueError(
            f"is not a valid regular expression ({reason}); correct it, or put \\ before . ? + ( ["
        ) from None
    return value


Selector = Annotated[str, Field(min_length=1), AfterValidator(check_selector)]
Pattern = Annotated[str, Field(min_length=1), AfterValidator(check_pattern)]


def own_files(folder: str, variable: str) -> tuple[list[Path], list[DefinitionError]]:
    """Return the user's own definition files, and the reason for each directory that cannot be read.

    They lie in `folder` of the working directory, and in the directory that the environment `variable` names.
    """
    directories = [Path(folder)] if Path(folder).is_dir() else []
    if value := os.environ.get(variable):
        directories.append(Path(value))
    files: list[Path] = []
    errors: list[DefinitionError] = []
    for directory in directories:
        try:
            # A directory that does not exist yields no files and no error from a search.
            next(directory.iterdir(), None)
            files += sorted(directory.rglob("*.toml"))
        except OSError as error:
            errors.append(
                DefinitionError(
                    f"{variable}: {str(directory)!r} is not a directory that can be read "
                    f"({error.strerror}); name the one that holds your definitions, or unset it."
                )
            )
    return files, errors


def read_definition(file: Path | Traversable, model: type[Definition]) -> Definition:
    """Return the definition that a TOML file holds; raises DefinitionError."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_DEFINITION_BYTES + 1)
    except FileNotFoundError:
        raise DefinitionError(f"{file}: the file does not exist; check the path.") from None
    except OSError as error:
        raise DefinitionError(f"{file}: cannot be read: {error.strerror or error}.") from None
    if len(data) > MAX_DEFINITION_BYTES:
        raise DefinitionError(f"{file}: is larger than {MAX_DEFINITION_BYTES} bytes; a definition is smaller.")
    if (longest := max(map(len, data.split(b"\n")))) > MAX_LINE_BYTES:
        raise DefinitionError(f"{file}: has a line of {longest} bytes; break up lines longer than {MAX_LINE_BYTES}.")
    try:
        values = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{file}: is not UTF-8 (byte {error.start}); save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{file}: is not valid TOML: {error}.") from None
    except RecursionError:
        raise DefinitionError(f"{file}: is nested too deeply for a definition.") from None
    except ValueError as error:  # a number of thousands of digits
        raise DefinitionError(f"{file}: contains a value that cannot be read: {error}.") from None
    return validate(values, model, file)


def validate(values: Mapping[str, object], model: type[Definition], origin: Path | Traversable | str) -> Definition:
    """Return the definition that these values make; raises DefinitionError, which names the origin."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise DefinitionError(_explain(origin, error, model, values)) from None


def _explain(
    origin: Path | Traversable | str, error: ValidationError, model: type[BaseModel], values: Mapping[str, object]
) -> str:
    """Return one line per mistake, each with file, key, value and fix."""
    lines = []
    mistakes = error.errors(include_url=False)
    for mistake in mistakes[:MAX_MISTAKES]:
        location = _as_written(values, mistake["loc"])
        key = _SHORT.repr(".".join(str(part) for part in location))
        value = _SHORT.repr(mistake.get("input"))
        table = _table_of(model, location)
        if mistake["type"] == "extra_forbidden":
            names = [str(one.validation_alias or name) for name, one in table.model_fields.items()]
            near = get_close_matches(str(location[-1])[:64], names, n=1)
            fix = f"is not a known key; did you mean {near[0]!r}?" if near else "is not a known key; remove it."
            lines.append(f"{origin}: key {key} (value {value}) {fix}")
        elif mistake["type"] == "missing":
            lines.append(f"{origin}: key {key} is missing; add it ({_required(table)}).")
        elif mistake["type"] == "tuple_type":
            lines.append(f'{origin}: key {key}: {value} is not a list; write it as in ["…"].')
        elif not location:
            lines.append(f"{origin}: {_message(mistake['msg'])}.")
        else:
            lines.append(f"{origin}: key {key}: {value} {_message(mistake['msg'])}.")
    if len(mistakes) > MAX_MISTAKES:
        lines.append(f"{origin}: and {len(mistakes) - MAX_MISTAKES} more mistakes.")
    return "\n".join(lines)


def _as_written(values: Mapping[str, object], location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Return where a mistake is, without the number of a table that is written as a single one."""
    is_single = len(location) > 1 and isinstance(values.get(str(location[0])), Mapping)
    return (location[0], *location[2:]) if is_single and isinstance(location[1], int) else location


def _message(text: str) -> str:
    """Return what is wrong with a value: our own messages as they are, those of pydantic as a reason."""
    own = text.removeprefix("Value error, ")
    return own if own != text else f"does not fit: {text[0].lower()}{text[1:]}"


def _table_of(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    """Return the table that holds the key of a mistake."""
    for part in location[:-1]:
        if isinstance(part, int):
            continue
        fields = model.model_fields
        field = fields.get(str(part)) or next((one for one in fields.values() if one.validation_alias == part), None)
        types = (field.annotation, *get_args(field.annotation)) if field else ()
        tables = [kind for kind in types if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if not tables:
            break
        model = tables[0]
    return model


def _required(table: type[BaseModel]) -> str:
    *names, last = [name for name, field in table.model_fields.items() if field.is_required()]
    return f"{', '.join(names)} and {last} are required" if names else f"{last} is required"
