"""The command `newscrawler` and its errors: messages to stderr, data to stdout, exit status 0 to 3."""

from __future__ import annotations

import importlib
import os
import signal
import sys

import click

from newscrawler import __version__
from newscrawler.cli.logs import printable_lines

COMMANDS = {
    "backup": "Back up the archive and its captures, or bring a backup back.",
    "check": "Show what a definition finds on a portal, field by field; nothing is stored.",
    "cite": "Cite articles by GB/T 7714, BibTeX or CSL-JSON, with capture and digest.",
    "coverage": "Show what was listed, what is stored, and what is missing and why.",
    "crawl": "Crawl portals into the archive.",
    "export": "Write articles to CSV, JSON lines, Parquet, xlsx, or a smaller archive.",
    "extract": "Extract articles from saved pages, as JSON lines.",
    "health": "Show alarms: what crawls no longer bring as they did.",
    "history": "Show the versions of an article and what changed.",
    "merge": "Merge archives from several machines into one.",
    "portal": "Write a first definition of a portal from its homepage.",
    "portals": "List the portals that can be crawled.",
    "reextract": "Rebuild articles from their captures with today's rules.",
    "refresh": "Ask again for stored articles: edits and withdrawals.",
    "runs": "List past crawls, or show one.",
    "schedule": "Crawl by the schedules of the definitions, day after day.",
    "search": "Find articles by their words.",
    "serve": "Show the archive in a browser: search, read, compare, query.",
    "stats": "Count articles and filled fields.",
    "suppress": "Hide an article from search and export, or show it again.",
    "verify": "Check the whole archive, and mend what can be mended.",
}
"""Command to its line in `newscrawler --help`; the modules are imported late, so that help is quick."""


class LateCommands(click.Group):
    """A group whose commands live in modules of their names."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module and return its `command`."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"newscrawler.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is answered with the nearest names."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=2)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(f"{error.message}{hint}", ctx) from None

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """Read the arguments; a reader of the help that went away ends it quietly."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError:
            _forget_output()
            sys.exit(0)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a reader that went away ends it quietly, a disk that is full with one line.

        Whatever a message quotes, of a page or of an archive, moves no cursor.
        """
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            vars(error)["message"] = printable_lines(error.message)
            raise
        except BrokenPipeError:
            _forget_output()
            ctx.exit(0)
        except OSError as error:
            what = f"{error.filename}: " if error.filename else "input or output failed: "
            raise click.ClickException(f"{what}{error.strerror or error}.") from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=LateCommands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="newscrawler")
def cli() -> None:
    """Crawl the city sections of Chinese provincial news portals into one SQLite archive.

    \b
    Try it without a network:
      newscrawler crawl demo
      newscrawler export articles.csv

    Exit status: 0 done, 1 the work failed or is incomplete, 2 wrong usage, 3 done, but with alarms.
    """


def main() -> None:
    """Run the command line; errors of the user's making end in one line, not in a traceback."""
    # As an exception, so that a command that is ended takes its unfinished file with it.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    status: str | int | None = 0
    try:
        cli(prog_name="newscrawler")
    except SystemExit as end:
        status = end.code
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
    except OSError as error:
        _forget_output()
        status = status or f"Error: standard output cannot be written: {error.strerror}."
    sys.exit(status)


def _forget_output() -> None:
    """Send what is left nowhere. A reader of our output that went away, as `head` does, is no failure of ours."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
