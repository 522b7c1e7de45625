"""The languages of the pages: which there are, and which one a request gets.

Messages are English in the code and the templates. A folder `locale/CODE/LC_MESSAGES` with a file `newscrawler.po` adds
a language; nothing else is needed. Catalogs are compiled when the program starts, so that there is one file per
language and none that can be out of date.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from babel import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from newscrawler.archive.errors import UserError

DOMAIN = "newscrawler"
SOURCE = "en"
"""The language of messages without a translation, and of visitors who prefer none of ours."""
_MOST_PREFERENCES = 20


def N_(message: str) -> str:  # noqa: N802  # gettext's name for it
    """Mark a message for translation, and return it as it is."""
    return message


@dataclass(frozen=True, eq=False)
class Language:
    """A language of the pages."""

    code: str
    """The name of its folder, and of `?lang=`."""
    tag: str
    """The tag for HTML, as in `zh-CN`."""
    name: str
    """Its name in itself."""
    translations: NullTranslations

    def number(self, value: object) -> object:
        """Return an integer as text with separators; other values as they are."""
        return _number(value, self.code) if isinstance(value, int) else value

    def explain(self, error: UserError) -> tuple[str, str]:
        """Return the message of an error and the tag of its language: English where there is no translation."""
        message = self.translations.gettext(error.sentence)
        if self.code != SOURCE and message == error.sentence:
            return str(error), SOURCE
        # The kind of a name is a word of ours; all other values are names and numbers.
        words = {name: self.translations.gettext(str(value)) for name, value in error.values.items() if name == "kind"}
        return message.format(**{**error.values, **words}), self.tag


@cache
def languages() -> dict[str, Language]:
    """Return all languages by code, the source language first."""
    english = Language(SOURCE, SOURCE, Locale(SOURCE).get_language_name(SOURCE) or SOURCE, NullTranslations())
    return {SOURCE: english} | {language.code: language for language in _translated_languages()}


def _translated_languages() -> Iterable[Language]:
    for folder in sorted(files("newscrawler.web").joinpath("locale").iterdir(), key=lambda folder: folder.name):
        source = folder.joinpath("LC_MESSAGES", f"{DOMAIN}.po")
        if source.is_file():
            catalog = read_po(io.BytesIO(source.read_bytes()))
            compiled = io.BytesIO()
            write_mo(compiled, catalog)
            compiled.seek(0)
            locale = catalog.locale or Locale(folder.name)
            name = locale.get_language_name(locale) or folder.name
            tag = "-".join(part for part in (locale.language, locale.territory) if part)
            yield Language(folder.name, tag, name, GNUTranslations(compiled))


def choose_language(argument: str, accept_language: str) -> Language:
    """Return the language of `?lang=`, else the first that Accept-Language prefers (RFC 9110, 12.5.4), else English."""
    available = languages()
    if argument in available:
        return available[argument]
    preferences: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept_language.split(",")[:_MOST_PREFERENCES]):
        name, _, quality = part.strip().partition(";")
        preferences.append((-_quality(quality), position, name.strip()))
    names = [name for quality, _, name in sorted(preferences) if quality < 0]
    return available[negotiate_locale(names, list(available), sep="-") or SOURCE]


def _quality(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text.strip().removeprefix("q=")))) if text.strip() else 1.0
    except ValueError:
        return 0.0


@lru_cache(maxsize=10_000)
def _number(value: int, code: str) -> str:
    return format_decimal(value, locale=code)
