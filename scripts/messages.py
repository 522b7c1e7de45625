"""Update the catalogs from the code, or check that they are up to date.

    python scripts/messages.py            # add new messages to each catalog, drop those that are not used any more
    python scripts/messages.py --check    # exit 1 when a catalog lacks a message or a translation

A new message is added without a translation: write it after `msgstr`. To add a language, make the folder
`newscrawler/text/locale/CODE/LC_MESSAGES`, copy the catalog of another language there, clear its translations, and set
`Language` in its header. It needs Babel and Jinja, as the extra `web` does.
"""

from __future__ import annotations

import argparse
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from newscrawler.cli.help_text import help_messages
from newscrawler.cli.main import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "newscrawler"
LOCALES = PACKAGE / "text" / "locale"
ERRORS = (
    "UserError",
    "SearchError",
    "FilterError",
    "BadRequestError",
    "QueryError",
    "ConcordanceError",
    "MeaningError",
)
"""Exceptions whose first argument is a message."""
_PYTHON = [("**.py", "python")]
_TEMPLATES = [("web/templates/**.html", "jinja2")]
_OPTIONS = {"web/templates/**.html": {"trimmed": "true"}}


def extract() -> Catalog:
    """Return all messages of the code, of the templates, and of the help of commands."""
    catalog = Catalog(charset="utf-8")
    keywords = dict.fromkeys((*ERRORS, "N_", "_", "gettext")) | {"ngettext": (1, 2)}
    for methods in (_PYTHON, _TEMPLATES):
        found = extract_from_dir(PACKAGE, methods, _OPTIONS, keywords, strip_comment_tags=True)
        # A file system lists files in an order of its own, and the catalog follows it.
        for name, line, message, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
            catalog.add(message, None, [(f"newscrawler/{name}", line)], auto_comments=comments, context=context)
    for message in help_messages(cli, COMMANDS.values()):
        catalog.add(message, None, [("newscrawler/cli/help_text.py", 0)])
    return catalog


def paths() -> list[Path]:
    """Return the catalogs."""
    return sorted(LOCALES.glob("*/LC_MESSAGES/newscrawler.po"))


def read(path: Path) -> Catalog:
    """Read a catalog."""
    with path.open("rb") as stream:
        return read_po(stream)


def update(path: Path) -> None:
    """Add new messages to a catalog and drop those that are not used any more."""
    catalog = read(path)
    # Without this, each update changes a date, on which all branches conflict.
    created = catalog.creation_date
    catalog.update(extract(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = created
    with path.open("wb") as stream:
        write_po(stream, catalog, width=120, include_lineno=False, sort_by_file=True)


def faults(path: Path) -> Iterator[str]:
    """Yield what is wrong with a catalog: missing or unused messages, missing translations, values of other names."""
    catalog, wanted = read(path), extract()
    for message in wanted:
        if message.id and message.id not in catalog:
            yield f"{path}: lacks the message {message.id!r}"
    for message in catalog:
        if message.id and message.id not in wanted:
            yield f"{path}: has the message {message.id!r}, which is not used"
        elif message.id:
            yield from (f"{path}: {fault}: {message.id!r}" for fault in _faults_of(message))


def _faults_of(message: Message) -> Iterator[str]:
    translations = message.string if isinstance(message.string, tuple) else (message.string,)
    source = message.id[0] if isinstance(message.id, tuple) else message.id
    if message.fuzzy:
        yield "the translation is marked as fuzzy"
    for translation in translations:
        if not translation:
            yield "the translation is missing"
        elif _values(translation) != _values(source):
            yield "the translation has other values"


def _values(text: str) -> set[str]:
    """Return the names of the values in a message, as in `{name}` and `%(name)s`."""
    braces = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return braces | {part.partition(")")[0] for part in text.split("%(")[1:]}


def main() -> None:
    """Update or check all catalogs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a catalog is not up to date")
    if parser.parse_args().check:
        wrong = [fault for path in paths() for fault in faults(path)]
        print(*wrong, sep="\n", end="\n" if wrong else "")
        sys.exit(bool(wrong))
    for path in paths():
        update(path)


if __name__ == "__main__":
    main()
