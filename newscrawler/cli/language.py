"""The language of the command line: messages, tables and pictures in Chinese by `--lang zh` or the locale of the shell.

Data (JSON, CSV, exports) is the same in every language. Messages are English in the code; `say` and the errors are told
in another language as stored sentences are (`text.telling`), so no command has to know the language. English needs no
catalog, and so costs nothing at the start.
"""

from __future__ import annotations

import atexit
import gettext
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.text.printable import printable
from newscrawler.text.singular import agreed

if TYPE_CHECKING:
    from newscrawler.archive.errors import UserError
    from newscrawler.archive.reports.charts import Chart
    from newscrawler.text.languages import Language

CODES = ("en", "zh")
"""The languages of `--lang`."""
_KEY = "newscrawler.language"
_CLICK_DOMAIN = "newscrawler-click"


def choose(ctx: click.Context, code: str | None) -> None:
    """Choose the language of a command: the one that is named, else that of the environment."""
    if code:
        os.environ["LANGUAGE"] = code  # for the crawls that a command starts
    code = code or code_of(os.environ)
    ctx.meta[_KEY] = code
    if code == "en":
        gettext.textdomain("messages")
    else:
        os.environ["LANGUAGE"] = code  # for click, and for the crawls that a command starts
        _translate_click(code)


def named_language(arguments: Sequence[str]) -> str | None:
    """Return the language that the options before the command name with `--lang`; None if they name none of ours."""
    named = None
    for number, argument in enumerate(arguments):
        if argument == "--lang":
            named = next(iter(arguments[number + 1 :]), None)
        elif argument.startswith("--lang="):
            named = argument.partition("=")[2]
        elif not argument.startswith("-") and arguments[number - 1] != "--lang":
            break
    return named if named in CODES else None


def code_of(environment: Mapping[str, str]) -> str:
    """Return the language of an environment, as gettext finds it: LANGUAGE, LC_ALL, LC_MESSAGES, LANG."""
    found = next((text for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (text := environment.get(name))), "")
    # Without a locale there is no language, whatever LANGUAGE says.
    is_set = found.partition(".")[0] not in ("C", "POSIX")
    preferred = environment.get("LANGUAGE", "").split(":")[0] if is_set else ""
    return "zh" if (preferred or found).lower().startswith("zh") else "en"


def language() -> Language | None:
    """Return the language of the present command; None for English."""
    ctx = click.get_current_context(silent=True)
    code = ctx.find_root().meta.get(_KEY, "en") if ctx is not None else "en"
    if code == "en":
        return None
    from newscrawler.text.languages import languages

    return languages()[code]


def told(text: str) -> str:
    """Return a message of the program in the language of the command; as it is where there is no translation."""
    spoken = language()
    if spoken is None or not text:
        return agreed(_MOMENT.sub(lambda match: str(china_time(match.group())), text))
    from newscrawler.text.telling import tell_message

    # First as it is: a title or a word.
    whole = spoken.gettext(text)
    return whole if whole != text else tell_message(text, spoken)


def say(text: str, *, err: bool = False) -> None:
    """Write a message for people in the language of the command, its control characters made visible."""
    click.echo("\n".join(told(printable(line)) for line in text.split("\n")), err=err)


def explained(error: UserError) -> str:
    """Return the message of an error in the language of the command."""
    spoken = language()
    if spoken is None:
        return agreed(str(error))
    from newscrawler.web.languages import explain

    return explain(spoken, error)[0]


def headings(names: Sequence[str]) -> list[str]:
    """Return the headings of columns in the language of the command."""
    spoken = language()
    if spoken is None:
        return list(names)
    from newscrawler.text.labels import LABELS

    return [spoken.gettext(LABELS.get(name.replace(" ", "_"), name)) if name else "" for name in names]


def told_chart(drawn: Chart, *, words: Collection[str]) -> Chart:
    """Return a chart in the language of the command. Of its labels, only `words` are the program's own."""
    spoken = language()
    if spoken is None:
        return replace(drawn, caption=tuple(map(agreed, drawn.caption)))
    from newscrawler.text.labels import LABELS

    def texts(labels: Sequence[str]) -> list[str]:
        return [spoken.gettext(LABELS.get(label, label)) if label in words else label for label in labels]

    shown: dict[str, Any] = {
        name: texts(labels) for name in ("labels", "names", "rows", "columns") if (labels := getattr(drawn, name, ()))
    }
    caption = tuple(told(line) for line in drawn.caption)
    return replace(drawn, title=told(drawn.title), unit=told(drawn.unit), caption=caption, **shown)


def cells(names: Sequence[str], row: Sequence[object]) -> Sequence[object]:
    """Return the cells of a table's row in the language of the command: codes as words, sentences translated.

    `names` are the English headings of the columns. Moments of our clock are told in China's time. Values of pages and
    names are left as they are.
    """
    spoken = language()
    if spoken is None:
        moments = map(china_time, row)
        return [
            agreed(value) if name in _SENTENCES and isinstance(value, str) else value
            for name, value in zip(names, moments, strict=True)
        ]
    from newscrawler.text.labels import message_of

    def cell(name: str, value: object) -> object:
        if not isinstance(value, str) or not value:
            return value
        if _MOMENT.fullmatch(value):
            return china_time(value)
        if name in _CODES:
            for kind in _CODES[name]:
                if (message := message_of(value, kind)) != value:
                    return spoken.gettext(message)
            return told(value)
        return told(value) if name in _SENTENCES else value

    return [cell(name, value) for name, value in zip(names, row, strict=True)]


def china_time(value: object) -> object:
    """Return a moment of our clock in China's time, with its zone, for people; any other value as it is."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return value
    from newscrawler.text import telling
    from newscrawler.text.languages import SOURCE, languages

    return telling.china_time(value, language() or languages()[SOURCE])


_CODES: Mapping[str, tuple[str, ...]] = {
    "": ("",),
    "outcome": ("sweep", ""),
    "state": ("",),
    "status": ("",),
    "change": ("", "change"),
    "command": ("command",),
    "kind": ("alarm", ""),
    "field": ("",),
    "cause": ("",),
    "part": ("",),
    "policy": ("robots",),
    "complete back to": ("",),
    "subject": ("",),
    "confidence": ("",),
    "section": ("",),
    "crawled": ("",),
}
"""Heading of a column whose cells are codes to the tables of `text.labels` that have words for them."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_SENTENCES = frozenset({"reason", "what", "what to do", "found", "result", "problem", "filled in"})
"""Headings of columns whose cells are sentences of the program."""


def _translate_click(code: str) -> None:
    """Let click's own messages (`Usage:`, `Error:`) be in a language. It asks gettext for them."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    from newscrawler.text.click_messages import CLICK_MESSAGES, CLICK_PLURALS
    from newscrawler.text.languages import languages

    catalog = Catalog(code)
    for message in CLICK_MESSAGES:
        catalog.add(message, languages()[code].gettext(message))
    for singular, plural in CLICK_PLURALS.items():
        catalog.add((singular, plural), (languages()[code].gettext(plural),))
    folder = Path(tempfile.mkdtemp(prefix="newscrawler-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / code / "LC_MESSAGES" / f"{_CLICK_DOMAIN}.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as stream:
        write_mo(stream, catalog)
    gettext.bindtextdomain(_CLICK_DOMAIN, str(folder))
    gettext.textdomain(_CLICK_DOMAIN)
