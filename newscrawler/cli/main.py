"""The command `newscrawler` and its errors: messages to stderr, data to stdout, exit status 0 to 3."""

from __future__ import annotations

import importlib
import keyword
import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from newscrawler import __version__
from newscrawler.cli.groups import unknown_command
from newscrawler.cli.help_text import SpokenFormatter, spoken_command, spoken_text
from newscrawler.cli.language import CODES, choose, language, named_language, told
from newscrawler.cli.renamed import replacement_for_option
from newscrawler.text.printable import printable_lines

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "annotate": "Annotate articles: places, or what an installed annotator finds.",
    "backup": "Write a backup of the archive and its captures, or restore one.",
    "check": "Show what a definition finds on a portal, field by field.",
    "cite": "Cite articles in GB/T 7714, BibTeX, CSL-JSON or RIS, with capture and digest.",
    "columns": "Show what each column of an export means.",
    "coding": "Let people code a sample of articles, and measure how far they agree.",
    "concordance": "Show each occurrence of a word in its context, one per line.",
    "coverage": "Show what was listed, what is stored, what is missing and why.",
    "crawl": "Crawl portals into the archive.",
    "disk": "Show what the archive needs on the disk, and for what.",
    "doctor": "Look for what could keep the program from its work here.",
    "events": "Show the events that several articles are about, by their meaning.",
    "export": "Write articles to CSV, JSON lines, Parquet, xlsx, or a smaller archive.",
    "extract": "Extract articles from saved pages, as JSON lines.",
    "health": "Show alarms: portals, sections and fields that bring less than before.",
    "history": "Show the versions of an article and what changed.",
    "import": "Import captured pages: WARC and WACZ files, folders of saved pages.",
    "merge": "Merge archives from several machines into one.",
    "notify": "Test the channels through which alarms are sent.",
    "portal": "Write, check and list portal definitions.",
    "portals": "List the portals that can be crawled.",
    "prune": "Remove captures that only repeat others, and join small WARC files.",
    "reextract": "Rebuild articles from their captures with today's rules.",
    "refresh": "Fetch stored articles again, to find edits and withdrawals.",
    "repair": "Repair an archive and check it.",
    "runs": "List past crawls, show one, or undo one.",
    "salvage": "Copy what is readable of a damaged archive into a new one.",
    "sample": "Draw a random sample of articles that can be drawn again.",
    "fleet": "Crawl with many machines into one archive.",
    "schedule": "Crawl at the times that the definitions give.",
    "search": "Find articles by their words.",
    "serve": "Show the archive in a browser: search, read, compare, query.",
    "stats": "Count articles and filled fields, as tables or pictures.",
    "suppress": "Hide an article from search and export, or show it again.",
    "verify": "Check the whole archive.",
    "watch": "Be told when a crawl stores an article that a search finds.",
    "words": "Count words: by city and month, the most frequent, what sets articles apart.",
}
"""Command to its line in `newscrawler --help`. Modules are imported late, so that help is quick."""


class LateCommands(click.Group):
    """A group whose commands live in modules of their names."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module and return its `command`."""
        if cmd_name not in COMMANDS:
            return None
        # No module can have the name of a keyword.
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command = importlib.import_module(f"newscrawler.cli.{name}").command
        assert isinstance(command, click.Command)  # noqa: S101
        return spoken_command(command)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Choose the language before anything is told in it: `--help` ends the reading of the arguments."""
        if not ctx.resilient_parsing:
            choose(ctx, named_language(args))
            vars(self)["_help_option"] = None  # click keeps it, in the language of an earlier call
            if language() is not None:
                vars(ctx)["formatter_class"] = SpokenFormatter
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command; the error for an unknown or renamed one says what to type."""
        if not ctx.resilient_parsing:
            if message := replacement_for_option(args):
                raise click.UsageError(message, ctx)
            if "--lang" in args[1 : args.index("--") if "--" in args else None]:
                raise click.UsageError(f"--lang stands before the command: 'newscrawler --lang zh {args[0]} …'.", ctx)
            if args[0] not in COMMANDS and not args[0].startswith("-"):
                raise unknown_command(args[0], COMMANDS, ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands and options that begin with the incomplete word, without importing any command."""
        from click.shell_completion import CompletionItem

        names = [name for name in sorted(COMMANDS) if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=COMMANDS[name]) for name in names), *options]

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """Read the arguments. When the reader of the help has gone away, end quietly."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError:
            _forget_output()
            sys.exit(0)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. When the reader of the output has gone away, end quietly; a full disk is one line.

        Messages quote pages and archives, so their control characters are made visible. A fault of this program stays
        one, with its traceback, unless the archive has a value that no version of it can have stored.
        """
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            vars(error)["message"] = "\n".join(map(told, printable_lines(error.message).split("\n")))
            raise
        except BrokenPipeError:
            _forget_output()
            ctx.exit(0)
        except OSError as error:
            what = f"{error.filename}: " if error.filename else "input or output failed: "
            raise click.ClickException(f"{what}{error.strerror or error}.") from error
        except (click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from newscrawler.cli.options import damage_error

            if (damage := damage_error()) is None:
                raise
            raise damage from error

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language of the command."""
        click.Group.format_help(spoken_command(self), ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands without importing them."""
        with formatter.section(spoken_text("Commands")):
            formatter.write_dl([(name, spoken_text(line)) for name, line in sorted(COMMANDS.items())])


@click.group(cls=LateCommands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="newscrawler")
@click.option(
    "--lang",
    type=click.Choice(CODES),
    expose_value=False,
    help="The language of help, messages, tables and pictures. Default: that of the shell (LANG), else English.",
)
def cli() -> None:
    """Crawl the city sections of Chinese provincial news portals into one SQLite archive.

    \b
    Try it without a network:
      newscrawler crawl demo
      newscrawler export articles.csv

    Exit status: 0 done, 1 the work failed or is incomplete, 2 wrong usage, 3 done, but alarms are open.
    """


def main() -> None:
    """Run the command line. A user's mistake gives one line and not a traceback."""
    # As an exception, so that a command that is ended removes its unfinished file.
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
    """Discard the rest of the output. A reader that stops early, as `head` does, is not a failure."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
