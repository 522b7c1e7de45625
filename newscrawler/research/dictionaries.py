"""Dictionaries of users for a segmenter: one word per line, with its frequency and part of speech after it if known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from newscrawler.archive.errors import UserError

MOST_BYTES = 16 * 2**20
MOST_CHARACTERS = 40
"""Characters that a word may have."""
MOST_FREQUENCY = 10**9


class DictionaryError(UserError):
    """A dictionary that cannot be used; the message names file, line and cause."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The words of a file."""

    name: str
    """Name of the file."""
    encoding: str
    """utf-8 or gb18030, which GBK and GB2312 are a part of."""
    words: dict[str, int | None]
    """Word to frequency; None where the file has none."""

    def sentence(self) -> str:
        """Return what to say of it: `terms.txt, 120 words, gb18030`."""
        return f"{self.name}, {len(self.words):,} words, {self.encoding}"


def read_dictionary(path: str | Path) -> Dictionary:
    """Read a dictionary. UTF-8 is tried first, with or without a byte order mark, then GB18030.

    Raises DictionaryError for a file that cannot be read, is in neither encoding, or has a line that is no word.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise DictionaryError("{path}: cannot be read: {cause}.", path=path, cause=error.strerror or error) from None
    if len(data) > MOST_BYTES:
        raise DictionaryError("{path}: is larger than {most} MB.", path=path, most=MOST_BYTES // 2**20)
    text, encoding = _decoded(path, data)
    words: dict[str, int | None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split()
        if parts and not parts[0].startswith("#"):
            words[_word(path, number, parts[0])] = _frequency(path, number, parts)
    if not words:
        raise DictionaryError("{path}: has no word; write one per line.", path=path)
    return Dictionary(path.name, encoding, words)


def _decoded(path: Path, data: bytes) -> tuple[str, str]:
    for encoding, name in (("utf-8-sig", "utf-8"), ("gb18030", "gb18030")):
        try:
            return data.decode(encoding), name
        except UnicodeDecodeError:
            continue
    raise DictionaryError("{path}: is neither UTF-8 nor GBK; save it as UTF-8.", path=path)


def _word(path: Path, number: int, word: str) -> str:
    if len(word) > MOST_CHARACTERS or not word.isprintable():
        raise DictionaryError(
            "{path}, line {number}: {word!r} is not a word of at most {most} characters.",
            path=path,
            number=number,
            word=word[:MOST_CHARACTERS],
            most=MOST_CHARACTERS,
        )
    return word


def _frequency(path: Path, number: int, parts: list[str]) -> int | None:
    """Return the frequency; a second part that is not a number is a part of speech."""
    if len(parts) == 1 or not parts[1].isascii() or not parts[1].isdigit():
        if len(parts) > 2:
            raise DictionaryError(
                "{path}, line {number}: {value!r} is not a frequency; write word, frequency and part of speech.",
                path=path,
                number=number,
                value=parts[1][:MOST_CHARACTERS],
            )
        return None
    if len(parts[1]) > 10 or int(parts[1]) > MOST_FREQUENCY:
        raise DictionaryError(
            "{path}, line {number}: the frequency is higher than {most:,}.",
            path=path,
            number=number,
            most=MOST_FREQUENCY,
        )
    return int(parts[1])
