"""Sentences that are stored in English, in another language: reasons and events of runs, messages of alarms.

An archive holds them as one English text with its values filled in, so that every program can read it. `SENTENCES`
has the text before that, with names for the values: it is what translators translate. A stored text is compared with
each of them; where one fits, its values are put into the translation. Values are told in turn, since they may be
sentences, too.

Texts come from an archive, which may be a stranger's: the comparison takes one pass over the text for each sentence.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache

from newscrawler.text.clock import CHINA
from newscrawler.text.labels import LABELS
from newscrawler.text.languages import N_, SOURCE, Language, languages
from newscrawler.text.messages import MESSAGES
from newscrawler.text.sentences import SENTENCES
from newscrawler.text.singular import agreed

_LONGEST = 12_000
"""Texts with more characters are not told in another language: a portal of many sections may have a long one."""
_DEEPEST = 6
"""How deep sentences stand inside of each other."""
_MOST_PARTS = 200
_MOST_JOINED = 3
"""The most sentences, with semicolons between them, that are one."""
_NUMBERS = frozenset(
    {
        "number",
        "choices",
        "page",
        "pages",
        "days",
        "longest",
        "hours",
        "stated",
        "shown",
        "most",
        "versions",
        "articles",
        "bytes",
        "headlines",
        "teasers",
        "status",
        "seconds",
        "sections",
        "entries",
        "missing",
        "share",
    }
)
"""Names of values that are numbers."""
_NUMBERS_OF_MESSAGES = _NUMBERS | {
    "count",
    "total",
    "new",
    "changed",
    "unchanged",
    "blocked",
    "gone",
    "found",
    "added",
    "more",
    "captures",
    "read",
    "runs",
    "urls",
    "begun",
    "rate",
}
_WORDS = frozenset(("url", "host", "charset", "day", "first", "last", "moment", "subject"))
"""Names of values without a space."""
_ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,}")
_NAMES = frozenset(("section", "portal"))
"""Names of values that hold no second sentence."""
_NUMBER = re.compile(r"[\d,.]{1,30}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z")
ZONE = N_("UTC+8")


@dataclass(frozen=True, slots=True)
class _Form:
    """A sentence with values: the texts between them, and their names."""

    sentence: str
    names: tuple[str, ...]
    texts: tuple[str, ...]
    """One more than names: before the first value, between two, after the last."""
    numbers: frozenset[str]
    """Names of values that are numbers."""

    def values_of(self, text: str) -> dict[str, str] | None:
        """Return the values that make this sentence the text; None when it is another one."""
        if not text.startswith(self.texts[0]) or not text.endswith(self.texts[-1]):
            return None
        end = len(text) - len(self.texts[-1])
        at = len(self.texts[0])
        values: dict[str, str] = {}
        for name, after in zip(self.names[:-1], self.texts[1:-1], strict=True):
            found = text.find(after, at + 1, end)
            if found < 0:
                return None
            values[name] = text[at:found]
            at = found + len(after)
        if at >= end:
            return None
        values[self.names[-1]] = text[at:end]
        return values if all(self._fits(name, value) for name, value in values.items()) else None

    def _fits(self, name: str, value: str) -> bool:
        if name in self.numbers:
            return _NUMBER.fullmatch(value) is not None
        if name in _NAMES:
            return "; " not in value and ": " not in value
        return " " not in value if name in _WORDS else True


@dataclass(frozen=True, slots=True)
class _Sentences:
    """The sentences with which texts of one kind are compared."""

    by_start: Mapping[str, tuple[_Form, ...]]
    """The first character of a text to the sentences with values that it can be, those with most text first."""
    whole: frozenset[str]

    @classmethod
    def of(cls, forms: Iterable[_Form], whole: frozenset[str]) -> _Sentences:
        ordered = sorted(forms, key=_order)
        starts = {"", *(form.texts[0][:1] for form in ordered)}
        return cls(
            {start: tuple(form for form in ordered if form.texts[0][:1] in ("", start)) for start in starts}, whole
        )

    def that_may_be(self, text: str) -> tuple[_Form, ...]:
        """Return the sentences with values that may be a text."""
        return self.by_start.get(text[:1]) or self.by_start[""]


@cache
def _sentences(kind: str) -> _Sentences:
    """Return the sentences of an archive (`stored`), or those and the messages of commands (`message`)."""
    if kind == "stored":
        return _Sentences.of(_forms(SENTENCES, _NUMBERS), _whole(SENTENCES))
    forms = (*_forms(MESSAGES, _NUMBERS_OF_MESSAGES), *_forms(SENTENCES, _NUMBERS))
    return _Sentences.of(forms, _whole(MESSAGES) | _whole(SENTENCES))


def _whole(sentences: Iterable[str]) -> frozenset[str]:
    return frozenset(sentence for sentence in sentences if "{" not in sentence)


def _forms(sentences: Iterable[str], numbers: frozenset[str]) -> Iterator[_Form]:
    """Yield the sentences that have values."""
    for sentence in sentences:
        parsed = [(text, name) for text, name, _, _ in string.Formatter().parse(sentence)]
        names = tuple(name for _, name in parsed if name is not None)
        if names:
            texts = tuple(text for text, _ in parsed)
            yield _Form(sentence, names, texts if parsed[-1][1] is None else (*texts, ""), numbers)


def _order(form: _Form) -> int:
    return -sum(map(len, form.texts))


def tell(text: str, language: Language) -> tuple[str, str]:
    """Return a stored text in a language, and the tag of the language that it has then: English if none fits."""
    if language.code == SOURCE or not text:
        return agreed(_with_china_time(text, language)), language.tag
    told = _told(text, language.code, 0, "stored") if len(text) <= _LONGEST else None
    return (text, SOURCE) if told is None else (told, language.tag)


def tell_message(text: str, language: Language) -> str:
    """Return a message of a command in a language; as it is where no sentence fits."""
    return (_told(text, language.code, 0, "message") if len(text) <= _LONGEST else None) or text


def china_time(stamp: str, language: Language) -> str:
    """Return one of the archive's moments (`2026-07-10T01:30:00Z`) in China's time, with its zone; else as it is."""
    try:
        moment = datetime.fromisoformat(stamp)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M} {language.gettext(ZONE)}"
    except (ValueError, OverflowError):
        return stamp


def _with_china_time(text: str, language: Language) -> str:
    return _STAMP.sub(lambda match: china_time(match.group(), language), text)


@lru_cache(maxsize=10_000)
def _told(text: str, code: str, depth: int, kind: str) -> str | None:
    """Return a text in a language; None when no sentence of this kind fits."""
    language, sentences = languages()[code], _sentences(kind)
    if text in sentences.whole:
        return language.gettext(text)
    if depth >= _DEEPEST:
        return None
    # A value takes what is left of a text, so what reads best is chosen: sentences behind each other, or one with them.
    best = _told_in_parts(text, code, depth, kind) if "; " in text else None
    for form in sentences.that_may_be(text):
        if best is not None and not _untold(best):
            break
        values = form.values_of(text)
        if values is not None:
            told = {name: _told_value(name, value, language, depth, kind) for name, value in values.items()}
            whole = language.gettext(form.sentence).format(**told)
            best = whole if best is None or _untold(whole) < _untold(best) else best
    return best if best is not None or ": " not in text else _told_of_something(text, code, depth, kind)


def _told_of_something(text: str, code: str, depth: int, kind: str) -> str | None:
    """Return a sentence that begins with what it is about, `the edition of 2026-07-10: answered 404`."""
    subject, reason = (_told(part, code, depth + 1, kind) for part in text.split(": ", 1))
    return f"{subject}：{reason}" if subject and reason else None


def _untold(text: str) -> int:
    """Return how much of a told text seems to be English sentences still."""
    return len(_ENGLISH.findall(text))


def _told_value(name: str, value: str, language: Language, depth: int, kind: str) -> str:
    if name == "field":
        return language.gettext(LABELS.get(value, value))
    if _STAMP.fullmatch(value):
        return china_time(value, language)
    return _told(value, language.code, depth + 1, kind) or value


def _told_in_parts(text: str, code: str, depth: int, kind: str) -> str | None:
    """Return several sentences, which stand behind each other; None unless each is told."""
    parts = text.split("; ")
    if len(parts) > _MOST_PARTS:
        return None
    rest: list[tuple[int, str] | None] = [(0, "")]
    """What is told of the parts from each on, and how much of it is English; beginning with the last one."""
    for at in range(len(parts) - 1, -1, -1):
        best: tuple[int, str] | None = None
        for size in range(min(_MOST_JOINED, len(parts) - at), 0, -1):
            after = rest[-size]
            if after is None or size == len(parts) or (best is not None and best[0] == after[0]):
                continue
            told = _told("; ".join(parts[at : at + size]), code, depth + 1, kind)
            if told is not None and (best is None or _untold(told) + after[0] < best[0]):
                best = _untold(told) + after[0], f"{told}；{after[1]}" if after[1] else told
        rest.append(best)
    return rest[-1][1] if rest[-1] is not None else None
