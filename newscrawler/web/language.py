"""The language of a page: what the address says, else what the browser prefers."""

from __future__ import annotations

from typing import Literal

from newscrawler.web.strings import STRINGS

Language = Literal["zh", "en"]
HTML_LANGUAGE = {"zh": "zh-CN", "en": "en"}
_MOST_PREFERENCES = 20


def chosen_language(asked: str, accept_language: str) -> Language:
    """Return the language of `?lang=`, else what Accept-Language prefers (RFC 9110, 12.5.4), else English."""
    if asked in ("zh", "en"):
        return "zh" if asked == "zh" else "en"
    preferences: list[tuple[float, int, Language]] = []
    for position, part in enumerate(accept_language.split(",")[:_MOST_PREFERENCES]):
        name, _, quality = part.strip().partition(";")
        primary = name.strip().lower().partition("-")[0]
        if primary in ("zh", "en"):
            preferences.append((-_quality(quality), position, "zh" if primary == "zh" else "en"))
    wanted = [language for quality, _, language in sorted(preferences) if quality < 0]
    return wanted[0] if wanted else "en"


def _quality(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text.strip().removeprefix("q=")))) if text.strip() else 1.0
    except ValueError:
        return 0.0


def text(key: str, language: Language, /, **values: object) -> str:
    """Return a string of the table with its values; raises KeyError for an unknown key. Numbers get separators."""
    found = STRINGS[key][0 if language == "zh" else 1]
    if not values:
        return found
    return found.format(**{name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()})
