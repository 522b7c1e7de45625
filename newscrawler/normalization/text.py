"""Text as values: white space, invisible characters, comparison, counting, hashing, language."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from newscrawler.text.han import IDEOGRAPHS
from newscrawler.text.patterns import late

# Controls, soft hyphen, zero-width and bidirectional marks, interlinear marks, non-characters and lone
# surrogates (which no UTF-8 file can hold). Tab, line feed and the like are white space, not listed here.
_INVISIBLE = late(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
# Joiners have a meaning in Arabic-script and Mongolian words and in emoji; elsewhere they are noise.
_STRAY_JOINER = late("(?<![\u0600-\u06ff\u1800-\u18af\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]+")
_LINE_BREAK = late("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")

_LANGUAGE_SAMPLE = 4000
_PIECE = 1000
_FIRM = late("[\x00-\x7f\u4e00-\u9fff]")
"""Characters that never combine with the character before them."""

# Script ranges of the languages in which provincial portals publish, with the weight of one character:
# a Han character is a word or half of one, a letter about a quarter of that.
_SCRIPTS: tuple[tuple[str, re.Pattern[str], float], ...] = tuple(
    (name, late(f"[{characters}]"), weight)
    for name, characters, weight in (
        ("han", IDEOGRAPHS, 1.0),
        ("kana", "\u3041-\u30ff", 1.0),
        ("hangul", "\uac00-\ud7a3", 1.0),
        ("yi", "\ua000-\ua48c", 1.0),
        ("tibetan", "\u0f40-\u0fbc", 0.25),
        ("arabic", "\u0620-\u064a\u066e-\u06d5\ufb50-\ufdff\ufe70-\ufefc", 0.25),
        ("mongolian", "\u1820-\u18aa", 0.25),
        ("cyrillic", "\u0400-\u052f", 0.25),
        ("latin", "A-Za-z\u00c0-\u024f", 0.25),
    )
)
_HAN_RUN = late(f"[{IDEOGRAPHS}]+")
_KANA = late("[\u3041-\u30ff]")
_PLAIN_LANGUAGES = {"han": "zh", "hangul": "ko", "yi": "ii", "tibetan": "bo", "mongolian": "mn"}
_UYGHUR = late("[\u06d5\u06d0\u06c8\u06c6\u06ad\u06c7]")
_KAZAKH_ARABIC = late("\u0674")
_KAZAKH_CYRILLIC = late("[\u04d8\u04d9\u0492\u0493\u049a\u049b\u04a2\u04a3\u04b0\u04b1]")
_MONGOLIAN_CYRILLIC = late("[\u04e8\u04e9\u04ae\u04af]")
_FOREIGN_LATIN = late("[\u00c0-\u024f]")


def clean_markup(markup: str) -> str:
    """Return markup without invisible characters, so that printing it in a terminal is safe."""
    return markup if markup.isprintable() else _INVISIBLE.sub("", markup)


def clean_line(text: str) -> str:
    """Return `text` as one line: runs of white space become one space, invisible characters go, NFC.

    Not NFKC: full-width punctuation and compatibility forms stay as the page has them.
    """
    line = " ".join(text.split())
    if not line.isprintable():
        # Only then it may hold invisible characters, which are none of them white space.
        line = " ".join(_STRAY_JOINER.sub("", _INVISIBLE.sub("", text)).split())
    return _composed(line)


def _composed(text: str) -> str:
    """Return text in NFC, long text piece by piece: thousands of combining marks on one letter take quadratic time.

    A piece ends before an ideograph or an ASCII character, which never combine with the text before them. Only within
    a very long series of marks it ends anywhere.
    """
    if len(text) <= _PIECE:
        return unicodedata.normalize("NFC", text)
    pieces = []
    begin = 0
    while begin < len(text):
        firm = _FIRM.search(text, begin + _PIECE, begin + 2 * _PIECE)
        end = firm.start() if firm else begin + 2 * _PIECE
        pieces.append(unicodedata.normalize("NFC", text[begin:end]))
        begin = end
    return "".join(pieces)


def clean_body(text: str) -> str:
    """Return `text` with one cleaned paragraph per line and no empty lines."""
    lines = [" ".join(part.split()) for part in _LINE_BREAK.split(text)]
    if not all(map(str.isprintable, lines)):
        text = _STRAY_JOINER.sub("", _INVISIBLE.sub("", text))
        lines = [" ".join(part.split()) for part in _LINE_BREAK.split(text)]
    return _composed("\n".join(filter(None, lines)))


def char_count(body: str) -> int:
    """Return the number of characters that are not white space, the 字数 of a text."""
    return sum(map(len, body.split()))


def text_hash(*parts: str) -> str:
    """Return the SHA-256, 64 hexadecimal digits, of the given texts, such as title and body, in this order.

    The exact input: every white-space character (`str.isspace`) is removed from each part, and nothing else is changed;
    the parts are joined with one line feed, which no part can contain; the result is encoded as UTF-8, a lone surrogate
    in its three-byte form. So paragraphs that are wrapped differently have the same hash; one changed character, or
    words that move from title to body, change it.
    """
    folded = "\n".join("".join(part.split()) for part in parts)
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()


def language_of(text: str) -> str:
    """Return the BCP 47 code of the language of `text`, as its script shows.

    One of zh, bo (Tibetan), ug (Uyghur), kk (Kazakh), mn (Mongolian), ko, ii (Yi), ja, ru, ar, en, or `und`
    when the text has too few letters or is in another Latin-script language. Only the first 4,000 characters
    are read.
    """
    sample = text[:_LANGUAGE_SAMPLE]
    # Nearly every page is Chinese, which one count shows; the other scripts need not be counted then.
    if sum(map(len, _HAN_RUN.findall(sample))) * 2 > len(sample) and not _KANA.search(sample):
        return "zh"
    shares = {name: len(pattern.findall(sample)) * weight for name, pattern, weight in _SCRIPTS}
    total = sum(shares.values())
    if total < 1:
        return "und"
    if shares["kana"] > 0.2 * (shares["han"] + shares["kana"]) and shares["kana"] + shares["han"] > total / 2:
        return "ja"
    script = max(shares, key=lambda name: shares[name])
    if script in _PLAIN_LANGUAGES:
        return _PLAIN_LANGUAGES[script]
    letters = shares[script] * 4
    if script == "arabic":
        if len(_KAZAKH_ARABIC.findall(sample)) > 0.01 * letters:
            return "kk"
        return "ug" if len(_UYGHUR.findall(sample)) > 0.05 * letters else "ar"
    if script == "cyrillic":
        if len(_KAZAKH_CYRILLIC.findall(sample)) > 0.02 * letters:
            return "kk"
        return "mn" if len(_MONGOLIAN_CYRILLIC.findall(sample)) > 0.02 * letters else "ru"
    if script == "latin" and len(_FOREIGN_LATIN.findall(sample)) <= 0.005 * letters:
        return "en"
    return "und"
