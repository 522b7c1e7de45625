"""The languages that the program speaks, with their catalogs.

Messages are English in the code and the templates. A folder `locale/CODE/LC_MESSAGES` with a file `newscrawler.po` adds
a language; nothing else is needed. Catalogs are compiled when a language is first used, so that there is one file per
language and none that can be out of date. Babel is imported only then.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Literal

DOMAIN = "newscrawler"
SOURCE = "en"
"""The language of messages without a translation, and of visitors who prefer none of ours."""


def N_(message: str) -> str:  # noqa: N802  # gettext's name for it
    """Mark a message for translation, and return it as it is."""
    return message


@dataclass(frozen=True, eq=False)
class Language:
    """A language of pages and notifications."""

    code: str
    """The name of its folder, of `?lang=`, and of `language` in the configuration."""
    tag: str
    """The tag for HTML, as in `zh-CN`."""
    name: str
    """Its name in itself."""
    translations: NullTranslations

    def gettext(self, message: str) -> str:
        """Return a message in this language; as it is where there is no translation."""
        return self.translations.gettext(message)

    def number(self, value: object) -> object:
        """Return an integer as text with separators; other values as they are."""
        return _number(value, self.code) if isinstance(value, int) else value

    def weekday(self, day: date, width: Literal["wide", "narrow"]) -> str:
        """Return the day of the week: Monday, or M; in Chinese 星期一, or 一."""
        from babel.dates import get_day_names

        return str(get_day_names(width, "stand-alone", locale=self.code)[day.weekday()])

    def name_of(self, code: str) -> str:
        """Return the name of a language of the world by its ISO 639-1 code; an unknown code as it is."""
        return _language_name(code, self.code)


@cache
def languages() -> dict[str, Language]:
    """Return all languages by code, the source language first."""
    from babel import Locale

    english = Language(SOURCE, SOURCE, Locale(SOURCE).get_language_name(SOURCE) or SOURCE, NullTranslations())
    return {SOURCE: english} | {language.code: language for language in _translated_languages()}


def _translated_languages() -> Iterable[Language]:
    from babel import Locale
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for folder in sorted(files("newscrawler.text").joinpath("locale").iterdir(), key=lambda folder: folder.name):
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


@lru_cache(maxsize=10_000)
def _number(value: int, code: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(value, locale=code)


@lru_cache(maxsize=1_000)
def _language_name(code: str, inside: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).get_language_name(inside) or code
    except (UnknownLocaleError, ValueError, TypeError):
        return code
