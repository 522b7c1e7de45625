"""What a search must find, said a second time without an index: characters of the texts, one after the other."""

from __future__ import annotations

import unicodedata

SIMPLE = {"縣": "县", "龍": "龙", "長": "长"}


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text as characters with a flag that says whether a separator stood before; other words as one piece."""
    found: list[tuple[str, bool]] = []
    gap = True
    for character in text:
        character = unicodedata.normalize("NFKC", character).lower()
        character = SIMPLE.get(character, character)
        if not character.isalnum():
            gap = True
        elif character.isascii() and found and not gap and found[-1][0].isascii():
            found[-1] = (found[-1][0] + character, found[-1][1])
        else:
            found.append((character, gap))
            gap = False
    return found


def contains(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text: its pieces in a row, apart where they are apart in the phrase.

    Between Han characters and other words a separator makes no difference.
    """
    here, wanted = pieces(text), pieces(phrase)
    return any(
        all(
            here[start + offset][0] == word
            and (offset == 0 or word.isascii() != wanted[offset - 1][0].isascii() or here[start + offset][1] == gap)
            for offset, (word, gap) in enumerate(wanted)
        )
        for start in range(len(here) - len(wanted) + 1)
    )
