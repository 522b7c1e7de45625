"""Write man pages from the help of the commands: one for the program, one per command.

python scripts/man_pages.py build/man    # writes build/man/newscrawler.1, newscrawler-crawl.1, …
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from command_help import ROOT_CONTEXT, top_commands, usages

from newscrawler import __version__
from newscrawler.cli.groups import CommandGroup
from newscrawler.cli.main import COMMANDS, cli


def pages() -> Iterator[tuple[str, str]]:
    """Yield the name of each page, without its section, and its text."""
    see = [f"newscrawler-{name}" for name in sorted(COMMANDS)]
    line = "crawl and archive Chinese provincial news portals"
    yield "newscrawler", _page("newscrawler", line, cli, ROOT_CONTEXT, see)
    for name, command in top_commands():
        context = click.Context(command, info_name=name, parent=ROOT_CONTEXT)
        yield f"newscrawler-{name}", _page(f"newscrawler-{name}", COMMANDS[name], command, context, ["newscrawler"])


def _page(name: str, line: str, command: click.Command, context: click.Context, see: list[str]) -> str:
    parts = [
        f'.TH "{name.upper()}" "1" "" "newscrawler {__version__}" "User Commands"',
        ".SH NAME",
        f"{_text(name)} \\- {_text(line.removesuffix('.'))}",
        ".SH SYNOPSIS",
        *_synopsis(command, context),
        ".SH DESCRIPTION",
        *_description(command),
        *_options("OPTIONS", command, context),
    ]
    if isinstance(command, CommandGroup):
        for member, sub in sorted(command.commands.items()):
            inner = click.Context(sub, info_name=member, parent=context)
            title = f"{context.command_path} {member}"
            parts += [f'.SH "{_text(title.upper())}"', *_synopsis(sub, inner), ".PP", *_description(sub)]
            parts += _options("", sub, inner)
    parts += [".SH SEE ALSO", ", ".join(f"\\fB{_text(other)}\\fR(1)" for other in see)]
    return "\n".join(parts) + "\n"


def _synopsis(command: click.Command, context: click.Context) -> Iterator[str]:
    for number, pieces in enumerate(usages(command, context)):
        yield from [".br"] * bool(number)
        yield f"\\fB{_text(context.command_path)}\\fR {_text(pieces)}"


def _description(command: click.Command) -> Iterator[str]:
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        yield ".PP"
        if paragraph.startswith("\b"):
            yield from (".nf", *map(_text, paragraph.split("\n")[1:]), ".fi")
        else:
            yield _text(" ".join(paragraph.split()))


def _options(title: str, command: click.Command, context: click.Context) -> Iterator[str]:
    records = [record for param in command.get_params(context) if (record := param.get_help_record(context))]
    if records and title:
        yield f".SH {title}"
    for names, text in records:
        yield from (".TP", f"\\fB{_text(names)}\\fR", _text(text))


def _text(text: str) -> str:
    """Escape what roff would read as its own: backslashes, hyphens of options, a dot or quote that begins a line."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", escaped)


def main() -> None:
    """Write the pages into a folder."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/man")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages():
        (folder / f"{name}.1").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
