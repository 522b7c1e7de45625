"""Fonts for the labels of charts: installed ones that have the Chinese characters."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.font_manager import FontEntry

FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "Microsoft YaHei",
    "SimHei",
    "Arial Unicode MS",
)
"""Families with the character forms of mainland China, the best first. Japanese fonts draw 直 and 骨 differently."""
LAST = "DejaVu Sans"
"""Comes with matplotlib; has no Chinese characters."""
ADVICE = (
    "no font with Chinese characters is installed, so the labels could not be drawn; install one: "
    "'apt install fonts-noto-cjk' (Debian, Ubuntu), 'dnf install google-noto-sans-cjk-fonts' (Fedora), or put "
    "NotoSansSC-Regular.otf into ~/.local/share/fonts."
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


class FontError(Exception):
    """No installed font has the characters of a chart; the message says what to install."""


def families_for(texts: Iterable[str]) -> list[str]:
    """Return the font families to draw these texts with: the best one, then those with further characters.

    Raises FontError when there are Chinese characters and no installed font of `FAMILIES` has any of them.
    """
    needed = {character for text in texts for character in text if not character.isspace()}
    families: list[str] = []
    for family, entry in _installed():
        covered = needed & _characters(entry)
        if covered:
            families.append(family)
            needed -= covered
        if not needed:
            break
    if any(map(_HAN.match, needed)) and not families:
        raise FontError(ADVICE)
    return [*families, LAST]


def drawable(text: str, families: list[str]) -> str:
    """Return the text with a question mark for each character that none of these families has."""
    entries = [_entry(family) for family in families]
    fonts = [_characters(entry) for entry in entries if entry is not None]
    return "".join(
        character if character == " " or any(character in font for font in fonts) else "?" for character in text
    )


def _installed() -> list[tuple[str, FontEntry]]:
    """Return the installed families. Fonts that were installed after matplotlib made its list are added to it."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    if not any(entry.name in FAMILIES for entry in manager.ttflist):
        listed = {entry.fname for entry in manager.ttflist}
        for path in set(font_manager.findSystemFonts()) - listed:
            try:
                manager.addfont(path)
            except (OSError, RuntimeError):
                continue
    return [(family, entry) for family in FAMILIES if (entry := _entry(family)) is not None]


def _entry(family: str) -> FontEntry | None:
    from matplotlib import font_manager

    entries = [entry for entry in font_manager.fontManager.ttflist if entry.name == family and entry.style == "normal"]
    return min(entries, key=lambda entry: entry.weight not in (400, "normal", "regular"), default=None)


def _characters(entry: FontEntry) -> frozenset[str]:
    return _characters_of(entry.fname, entry.index)


@cache
def _characters_of(file: str, face: int) -> frozenset[str]:
    from matplotlib.ft2font import FT2Font

    return frozenset(map(chr, FT2Font(file, face_index=face).get_charmap()))
