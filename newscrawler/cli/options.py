"""Options that several commands share, and the errors that end a command."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from newscrawler.cli.language import explained, say
from newscrawler.text.printable import printable_lines

if TYPE_CHECKING:
    import sqlite3

    from newscrawler.archive.filters import ArticleFilter

Command = TypeVar("Command", bound=Callable[..., Any])

_ARCHIVE = "newscrawler.archive"


def _noted(ctx: click.Context, _: click.Parameter, value: str) -> str:
    ctx.meta[_ARCHIVE] = value
    return value


archive_option = click.option(
    "--archive",
    envvar="NEWSCRAWLER_ARCHIVE",
    default="data/archive.db",
    show_default=True,
    type=click.Path(dir_okay=True),
    callback=_noted,
    help="The archive: an SQLite file.",
)


def output_option(*formats: str, text: str) -> Callable[[Command], Command]:
    """Return the option `--format` of these formats; the first is the default. `text` is its help."""
    return click.option(
        "--format", "output", type=click.Choice(formats), default=formats[0], show_default=True, help=text
    )


format_option = output_option("table", "json", text="A table for people, JSON for programs.")

columns_option = click.option(
    "--columns",
    default="",
    metavar="A,B,C",
    help="Columns, in this order. Default: all columns of articles_flat.",
)

workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Processes that read. Default: one per core, or one for fewer than 1,000 articles.",
)


def readers_options(command: Command) -> Command:
    """Add the options that say who reads; the command takes them as one value `workers`."""

    @wraps(command)
    def wrapped(*args: Any, workers: int | None, scheduler: str, share: str, **named: Any) -> Any:
        from newscrawler.archive.sharing.cluster import Cluster

        if scheduler and workers:
            raise click.UsageError("--workers is for this machine, --scheduler for a cluster; use one of them.")
        if share and not scheduler:
            raise click.UsageError("--share needs --scheduler.")
        if scheduler:
            return command(*args, workers=Cluster(scheduler, share, partial(say, err=True)), **named)
        return command(*args, workers=workers, **named)

    options = [
        workers_option,
        click.option(
            "--scheduler",
            default="",
            metavar="ADDRESS",
            help="Read on a Dask cluster: the address of its scheduler, as tcp://10.0.0.1:8786.",
        ),
        click.option(
            "--share",
            default="",
            metavar="WHERE",
            help="Of --scheduler: the folder that all machines see, or the address in an object storage (s3://…), "
            "through which they exchange files. Default: they see the archive's folder.",
        ),
    ]
    for option in reversed(options):
        wrapped = option(wrapped)
    return cast("Command", wrapped)


MAX_ROWS = 2**31 - 1
"""The highest `--limit`: SQLite counts with 64 bits."""


def split_names(text: str) -> list[str]:
    """Return the names in a list with commas: `title, source` becomes `["title", "source"]`."""
    return [name.strip() for name in text.split(",") if name.strip()]


class Text(click.ParamType[str]):
    """Text for the archive, which holds UTF-8."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text, or fail when the shell passed bytes that are not UTF-8."""
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail(f"{value!r} is not UTF-8; set the terminal to UTF-8.", param, ctx)
        return value


class Day(click.ParamType[str]):
    """A date, as in 2019-07-10."""

    name = "date"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the date in ISO form, or fail with the form to use."""
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} is not a valid date; use YYYY-MM-DD.", param, ctx)


class Month(click.ParamType[str]):
    """A month, as in 2019-07."""

    name = "month"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the month, or fail with the form to use."""
        if not re.fullmatch(r"[0-9]{4}-(?:0[1-9]|1[0-2])", value):
            self.fail(f"{value!r} is not a valid month; use YYYY-MM.", param, ctx)
        return value


class Duration(click.ParamType[timedelta]):
    """A time up to now, as in 30d."""

    name = "duration"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the duration, or fail with the form to use, also where no calendar reaches back so far."""
        from newscrawler.text.durations import parse_duration

        try:
            duration = parse_duration(value)
            _ = datetime.now(UTC) - duration
        except (ValueError, OverflowError) as error:
            self.fail(f"{value!r} {error}.", param, ctx)
        return duration


def filter_options(command: Command) -> Command:
    """Add the filters that choose articles; the command takes them as keyword arguments of `ArticleFilter`."""
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
            help="Only this city, for example 宜昌 (repeatable).",
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
        click.option("--since", type=Day(), metavar="DATE", help="Published on this day or later."),
        click.option("--until", type=Day(), metavar="DATE", help="Published on this day or earlier."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


search_option = click.option(
    "--search",
    type=Text(),
    metavar="WORDS",
    help="Only articles whose newest version contains WORDS, written as for 'newscrawler search'.",
)


def article_filter_of(search: str | None, filters: dict[str, Any]) -> ArticleFilter:
    """Return the filter that `--search` and the options of `filter_options` mean. Raises UserError."""
    from newscrawler.archive.filters import ArticleFilter
    from newscrawler.archive.search.query import word_filter

    return ArticleFilter(**filters, search=word_filter(search) if search is not None else None)


def reading(archive: str | Path) -> sqlite3.Connection:
    """Open an archive for reading, until the command ends, however it ends. Raises ArchiveError."""
    from newscrawler.archive import open_archive_read_only

    connection = open_archive_read_only(archive)
    click.get_current_context().call_on_close(connection.close)
    return connection


def changing(archive: str | Path) -> sqlite3.Connection:
    """Open an archive that exists for writing, until the command ends, however it ends. Raises ArchiveError."""
    from newscrawler.archive import open_archive

    connection = open_archive(archive, creates=False)
    click.get_current_context().call_on_close(connection.close)
    return connection


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn a user's mistakes into one line and exit status 2, failures into one line and exit status 1."""
    from sqlite3 import DatabaseError, OperationalError

    from newscrawler.archive import ArchiveError
    from newscrawler.archive.database.causes import cause_of
    from newscrawler.archive.errors import UnavailableError, UserError
    from newscrawler.archive.export import ExportError, WriteError
    from newscrawler.archive.lookup import ArticleLookupError
    from newscrawler.text.definition_error import DefinitionError

    try:
        yield
    except UnavailableError as error:
        raise click.ClickException(printable_lines(str(error))) from None
    except UserError as error:
        raise _WrongUsage(printable_lines(explained(error))) from None
    except (ArchiveError, ArticleLookupError, ExportError, DefinitionError) as error:
        raise _WrongUsage(printable_lines(str(error))) from None
    except WriteError as error:
        raise click.ClickException(printable_lines(str(error))) from None
    except DatabaseError as error:
        cause = cause_of(error)
        if not cause and (damage := damage_error()):
            raise damage from None
        if isinstance(error, OperationalError):
            cause = cause or "try again when no other program uses it"
            raise click.ClickException(f"the archive cannot be read or written now: {error}; {cause}.") from None
        raise click.ClickException(f"the archive is damaged: {error}; restore a backup.") from None


def damage_error() -> click.ClickException | None:
    """Return the error for the first damage of the command's archive; None if there is none, or no archive.

    For a command that failed without a known cause: it reads the whole archive.
    """
    from newscrawler.archive.integrity.wrong_cells import explain_damage

    archive = click.get_current_context().meta.get(_ARCHIVE)
    clause = explain_damage(Path(archive)) if archive and Path(archive).is_file() else ""
    if not clause:
        return None
    return click.ClickException(
        f"{archive}: is damaged: {clause}; 'newscrawler verify' checks all of it. Restore a backup, or copy what is "
        "sound with 'newscrawler salvage NEW'."
    )


class _WrongUsage(click.ClickException):
    exit_code = 2
