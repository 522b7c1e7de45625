"""Options that several commands share, and the errors that end a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import click

from newscrawler.cli.logs import printable_lines

Command = TypeVar("Command", bound=Callable[..., Any])

archive_option = click.option(
    "--archive",
    envvar="NEWSCRAWLER_ARCHIVE",
    default="data/archive.db",
    show_default=True,
    type=click.Path(dir_okay=True),
    help="The archive: an SQLite file.",
)

format_option = click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table for people, JSON for scripts.",
)


MOST_ROWS = 2**31 - 1
"""The most that a `--limit` may ask for: SQLite cannot count further than 64 bits."""


class Text(click.ParamType[str]):
    """Words for the archive, which holds UTF-8."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text, or fail when the shell gave bytes that are no UTF-8."""
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail(f"{value!r} is not UTF-8; set the terminal to UTF-8.", param, ctx)
        return value


class Day(click.ParamType[str]):
    """A day, as in 2019-07-10."""

    name = "day"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the day in ISO form, or fail with the fix."""
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} is no day; write it as in 2019-07-10.", param, ctx)


def filter_options(command: Command) -> Command:
    """Add the filters that choose articles; the command takes them as keyword arguments for `filter_of`."""
    options = [
        click.option(
            "--portal", "portals", type=Text(), multiple=True, metavar="ID", help="Only this portal (repeatable)."
        ),
        click.option(
            "--city",
            "cities",
            type=Text(),
            multiple=True,
            metavar="NAME",
            help="Only this city, as in 宜昌 (repeatable).",
        ),
        click.option(
            "--county", "counties", type=Text(), multiple=True, metavar="NAME", help="Only this county (repeatable)."
        ),
        click.option(
            "--source", "sources", type=Text(), multiple=True, metavar="NAME", help="Only this outlet (repeatable)."
        ),
        click.option(
            "--editor", "editors", type=Text(), multiple=True, metavar="NAME", help="Only this editor (repeatable)."
        ),
        click.option(
            "--author", "authors", type=Text(), multiple=True, metavar="NAME", help="Only this author (repeatable)."
        ),
        click.option(
            "--status",
            "statuses",
            multiple=True,
            type=click.Choice(["live", "gone", "blocked", "unknown"]),
            help="Only articles in this state (repeatable).",
        ),
        click.option("--since", type=Day(), metavar="DAY", help="Published on this day or later."),
        click.option("--until", type=Day(), metavar="DAY", help="Published on this day or earlier."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn errors of the user's making into one line and exit status 2, failures into exit status 1."""
    from sqlite3 import DatabaseError, OperationalError

    from newscrawler.archive import ArchiveError
    from newscrawler.archive.export import ExportError, WriteError
    from newscrawler.archive.filters import FilterError
    from newscrawler.archive.lookup import ArticleLookupError
    from newscrawler.portals import DefinitionError

    try:
        yield
    except (ArchiveError, ArticleLookupError, ExportError, FilterError, DefinitionError) as error:
        raise _WrongUse(printable_lines(str(error))) from None
    except WriteError as error:
        raise click.ClickException(printable_lines(str(error))) from None
    except OperationalError as error:
        message = f"the archive did not answer: {error}; try again when no other program holds it."
        raise click.ClickException(message) from None
    except DatabaseError as error:
        raise click.ClickException(f"the archive is damaged: {error}; restore a backup.") from None


class _WrongUse(click.ClickException):
    exit_code = 2
