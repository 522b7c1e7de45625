"""The help of commands in the language of the command: its texts are translated, and wrapped at Han characters.

The texts are the docstrings and options of the commands, paragraph by paragraph: `help_messages` lists them for
translators. A paragraph of examples begins with its heading; the examples themselves are the same in every language.
"""

from __future__ import annotations

import copy
import inspect
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

from newscrawler.cli.language import language

_VERBATIM = "\b"
"""The line before a paragraph that click does not wrap."""
_PIECE = re.compile(r"[⺀-鿿豈-﫿＀-￯、-〿“”‘’…—]|[^\s⺀-鿿豈-﫿＀-￯、-〿“”‘’…—]+|\s+")
"""One Han character or sign, a word of another script, or white space."""
_NOT_FIRST = frozenset("，。、；：？！）》」』”’…—％%,.;:)]")
_NOT_LAST = frozenset("（《「『“‘([")
_COLUMN = 30
"""The widest first column of a list of options or commands."""
_GAP = 2


Spoken = TypeVar("Spoken", bound=click.Command)


class SpokenFormatter(click.HelpFormatter):
    """Writes help in which a Han character is two columns wide, and a line may end at each."""

    def write_heading(self, heading: str) -> None:
        """Write the heading of a list."""
        self.write(f"{' ' * self.current_indent}{heading}：\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs, wrapped and indented."""
        indent = " " * self.current_indent
        paragraphs = []
        for paragraph in text.split("\n\n"):
            lines = paragraph.split("\n")
            if lines[0].strip() == _VERBATIM:
                paragraphs.append("\n".join(indent + line for line in lines[1:]))
            else:
                wrapped = wrap(" ".join(lines), self.width - self.current_indent)
                paragraphs.append("\n".join(indent + line for line in wrapped))
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = _COLUMN, col_spacing: int = _GAP) -> None:
        """Write a list of terms, each with its text beside it."""
        rows = list(rows)
        first_column = min(max((columns_of(term) for term, _ in rows), default=0), col_max) + col_spacing
        indent = " " * (self.current_indent + first_column)
        for term, text in rows:
            start = " " * self.current_indent + term
            lines = wrap(text, max(self.width - len(indent), 10)) or [""]
            room = first_column - columns_of(term)
            gap = " " * room if room >= col_spacing else f"\n{indent}"
            beside = start + gap + lines[0]
            self.write("\n".join([beside.rstrip(), *(indent + line for line in lines[1:])]) + "\n")


class SpokenContext(click.Context):
    """The context of a command whose help is in another language than English."""

    formatter_class = SpokenFormatter


def spoken_command(command: Spoken) -> Spoken:
    """Return a command with its help in the language of the present command; itself where that is English."""
    if language() is None:
        return command
    spoken = copy.copy(command)
    spoken.context_class = SpokenContext
    vars(spoken)["_help_option"] = None  # click keeps it, in the language of an earlier call
    spoken.help = spoken_text(inspect.cleandoc(command.help)) if command.help else command.help
    # Click would cut the first sentence at a limit of English words.
    spoken.short_help = spoken.help.partition("。")[0] + "。" if spoken.help else None
    spoken.params = [_spoken_parameter(parameter) for parameter in command.params]
    if isinstance(spoken, click.Group):
        spoken.commands = {name: spoken_command(inner) for name, inner in spoken.commands.items()}
    return spoken


def _spoken_parameter(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    spoken = copy.copy(parameter)
    spoken.help = spoken_text(parameter.help)
    return spoken


def spoken_text(text: str) -> str:
    """Return a help text in the language of the present command, paragraph by paragraph."""
    spoken = language()
    if spoken is None:
        return text
    paragraphs = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.split("\n")
        if lines[0].strip() == _VERBATIM:
            told = [line if line.startswith((" ", _VERBATIM)) else spoken.gettext(line) for line in lines]
            paragraphs.append("\n".join(told))
        else:
            whole = " ".join(paragraph.split())
            paragraphs.append(spoken.gettext(whole))
    return "\n\n".join(paragraphs)


def help_messages(command: click.Command, lines: Iterable[str] = ()) -> Iterator[str]:
    """Yield each text of a command's help and of the commands below it, and other `lines`, for translators."""
    yield from lines
    texts = [command.help or "", *(getattr(parameter, "help", None) or "" for parameter in command.params)]
    for text in texts:
        for paragraph in inspect.cleandoc(text).split("\n\n"):
            first, *rest = paragraph.split("\n")
            if first.strip() == _VERBATIM:
                yield from (line for line in rest if not line.startswith(" "))
            elif paragraph:
                yield " ".join(paragraph.split())
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from help_messages(below)


def wrap(text: str, width: int) -> list[str]:
    """Return the lines of a text that are not wider than `width` columns, but for words that are wider themselves.

    A line ends at white space or beside a Han character; a sign that closes does not begin a line.
    """
    lines: list[str] = []
    line = ""
    for unit in _units(" ".join(text.split())):
        if line and columns_of(line + unit.rstrip()) > width:
            lines.append(line.rstrip())
            line = unit.lstrip()
        else:
            line += unit
    return [*lines, line.rstrip()] if line.strip() else lines


def _units(text: str) -> Iterator[str]:
    """Yield the parts of a text between which a line may end."""
    unit = ""
    for piece in _PIECE.findall(text):
        joins = piece.isspace() or _NOT_FIRST.issuperset(piece) or unit.rstrip()[-1:] in _NOT_LAST
        if unit and not joins:
            yield unit
            unit = ""
        unit += " " if piece.isspace() else piece
    if unit:
        yield unit


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text fills."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
