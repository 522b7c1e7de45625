"""Which language a request gets, and our errors in it."""

from __future__ import annotations

from babel import negotiate_locale

from newscrawler.archive.errors import UserError
from newscrawler.text.languages import SOURCE, Language, languages

_MOST_PREFERENCES = 20


def explain(language: Language, error: UserError) -> tuple[str, str]:
    """Return the message of an error and the tag of its language: English where there is no translation."""
    message = language.gettext(error.sentence)
    if language.code != SOURCE and message == error.sentence:
        return str(error), SOURCE
    # The kind of a name is a word of ours; all other values are names and numbers.
    words = {name: language.gettext(str(value)) for name, value in error.values.items() if name == "kind"}
    return message.format(**{**error.values, **words}), language.tag


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
