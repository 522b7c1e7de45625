"""Which charset a page is in: its bytes decide, the header and the `<meta>` only give hints.

Chinese portals declare wrongly often enough that no declaration is trusted against the bytes. Strictly
valid UTF-8 is UTF-8. What is not is read with each candidate, and the reading that looks most like
written Chinese with the fewest broken characters wins. `gb2312`, `gbk`, `cp936` and their aliases are
all read as GB18030, of which they are subsets, as the WHATWG Encoding Standard asks for GBK.

A page may include a file in another charset: a menu in GBK inside of a page in UTF-8, or the reverse. Such a page is
read piece by piece. In UTF-8 and in GB18030 no character holds the byte of `<`, `>` or a line end, so these divide it.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_META = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""", re.I
)
_HEADER = re.compile(r"""charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""", re.I)
_META_WINDOW = 8192
_SAMPLE = 4_000
_MOST_BROKEN = 0.02

# The hundred or so most frequent characters of modern written Chinese, in both scripts: about four in ten
# characters of any news text, and almost none of a text that was read with the wrong charset.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定"
    "行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然"
    "前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系"
    "这個國時來們對會說產種過後學經進著裡實機當點從業還與關線數體為動發電質氣變條沒結問無係，。、："
)
_NEVER = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_STATEFUL = frozenset({"hz", "iso2022_jp", "iso2022_kr"})
_LATIN = frozenset({"iso8859-1", "cp1252", "ascii", "iso8859-15", "latin-1"})
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_KANA_HANGUL = re.compile("[\u3041-\u30ff\uac00-\ud7a3]+")
_LATIN_RUN = re.compile(r"[\x80-\xff]{4,}")
_PIECE = re.compile(rb"[^<>\r\n]+|[<>\r\n]+")
_UTF8_RUN = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}" * 3)
"""Three Chinese characters in UTF-8. Text in GB18030 hardly ever has such bytes.

Written out, since `re` looks much faster for a pattern whose first character is known than for a repeated group.
"""
_MOST_BROKEN_PIECES = 0.25
"""The share of a page's text in pieces that lost characters. A page with more has lost its own text."""
_GB = re.compile(r"(?:x-|cs)?(?:gb[_-]?(?:2312|18030|k|13000)|iso-ir-58|chinese|cp936|ms936|windows-936|936)", re.I)
_PREFIX = re.compile(r"^(?:x-|cs)", re.I)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, the charset that it was read with and the share of its non-ASCII that was lost.

    `encoding` is `utf-8+gb18030` for a page in UTF-8 with pieces in GB18030, `gb18030+utf-8` for the reverse.
    """

    text: str
    encoding: str
    lost: float


def canonical_name(name: str | None) -> str | None:
    """Return the name under which a charset label is read, or None for a label that nobody knows.

    >>> canonical_name("GB2312"), canonical_name("x-gbk"), canonical_name("UTF8"), canonical_name("nonsense")
    ('gb18030', 'gb18030', 'utf-8', None)
    """
    if not name:
        return None
    if _GB.match(name.strip()):
        return "gb18030"
    try:
        found = codecs.lookup(_PREFIX.sub("", name.strip()))
        if not getattr(found, "_is_text_encoding", True):
            return None
        known = found.name
    except (LookupError, ValueError):
        return None
    if known in _NEVER:
        return None
    return known


def declared_charsets(body: bytes, content_type: str | None) -> list[str]:
    """Return the charsets that the header and the page's own `<meta>` declare, in that order, canonical."""
    found: list[str] = []
    if content_type and (match := _HEADER.search(content_type)):
        found.append(match[1])
    if match_b := _META.search(body[:_META_WINDOW]):
        found.append(match_b[1].decode("ascii", "replace"))
    names = (canonical_name(name) for name in found)
    return list(dict.fromkeys(name for name in names if name))


def _fit(text: str, declared: bool) -> tuple[float, float]:
    """Return how well `text` reads, higher is better, and the share of its non-ASCII that is broken."""
    foreign = "".join(_NON_ASCII.findall(text))
    if not foreign:
        return 0.0, 0.0
    lost = foreign.count("\ufffd") / len(foreign)
    sample = foreign[:_SAMPLE]
    common = sum(map(_COMMON.__contains__, sample))
    kana_hangul = sum(map(len, _KANA_HANGUL.findall(sample)))
    return max(common, kana_hangul) / len(sample) - 8 * lost + 0.05 * declared, lost


def _is_mojibake(text: str) -> str | None:
    """Return why a text that decoded cleanly is still garbled at its source, or None.

    Counts of single characters settle nearly every page; patterns run on the others only.
    """
    if (
        text.find("锛", 0, 200_000) >= 0
        and sum(map(text.count, "锛銆紝鐨殑")) > 4 + sum(map(text.count, "，。的")) // 4
    ):
        return "UTF-8 that was read as GBK before it was stored"
    if text.count("的", 0, 100_000) < 3 and text.count("的") < 3:
        if text.count("锟斤拷") > 8 + text.count("，"):
            return "replacement characters that were stored as text"
        if sum(map(len, _LATIN_RUN.findall(text[:400_000]))) > 200:
            return "Chinese that was read as Latin-1 before it was stored"
    return None


def decode(body: bytes, *, content_type: str | None = None, encoding: str | None = None) -> Decoded | str:
    """Return the text of a page, or a sentence that says why no charset fits its bytes.

    `encoding` is the portal's own setting. It wins over declarations, but not over strictly valid UTF-8:
    a setting outlives the site's conversion to UTF-8.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            try:
                return Decoded(body.decode("utf-8-sig" if name == "utf-8" else name), name, 0.0)
            except UnicodeDecodeError:
                break
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_by_fit(body, content_type, canonical_name(encoding))
    if text.isascii():
        declared = [canonical_name(encoding), *declared_charsets(body, content_type)]
        stateful = next((name for name in declared if name in _STATEFUL), None)
        if stateful:
            return Decoded(body.decode(stateful, "replace"), stateful, 0.0)
        return Decoded(text, "utf-8", 0.0)
    if garbled := _is_mojibake(text):
        return f"the page is {garbled}"
    return Decoded(text, "utf-8", 0.0)


def _decode_by_pieces(body: bytes) -> Decoded | None:
    """Return a page with pieces in UTF-8 and in GB18030, or with pieces that are lost; None if its own text is lost."""
    pieces: list[str] = []
    sizes = {"utf-8": 0, "gb18030": 0}
    broken = lost = 0
    raws = _PIECE.findall(body)
    # Pages include whole files: what reads well in both charsets has that of its neighbours.
    near = next((name for raw in raws if not raw.isascii() and (name := _sure_charset(raw))), "")
    for raw in raws:
        if raw.isascii():
            pieces.append(raw.decode("ascii"))
            continue
        name, text = _decode_piece(raw, near)
        near = _sure_charset(raw) or near
        pieces.append(text)
        size = sum(map(len, _NON_ASCII.findall(text)))
        sizes[name] += size
        gone = text.count("\ufffd")
        lost += gone
        broken += size if gone > _MOST_BROKEN * size else 0
    total = sum(sizes.values())
    if broken > _MOST_BROKEN_PIECES * total:
        return None
    names = [name for name in sorted(sizes, key=sizes.__getitem__, reverse=True) if sizes[name]]
    text = "".join(pieces)
    return None if _is_mojibake(text) else Decoded(text, "+".join(names), lost / total)


def _sure_charset(raw: bytes) -> str:
    """Return the charset that a piece without tags surely has, or an empty string: few bytes may read well in both."""
    if _UTF8_RUN.search(raw) and _decodes(raw, "utf-8"):
        return "utf-8"
    if _decodes(raw, "utf-8") or not _decodes(raw, "gb18030"):
        return ""
    as_utf8, as_gb = raw.decode("utf-8", "replace"), raw.decode("gb18030")
    return "gb18030" if _fit(as_gb, declared=False) > _fit(as_utf8, declared=False) else ""


def _decodes(raw: bytes, charset: str) -> bool:
    try:
        raw.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def _decode_piece(raw: bytes, near: str) -> tuple[str, str]:
    """Return the charset that fits a piece without tags, and its text. `near` is that of the last sure piece."""
    sure = _sure_charset(raw)
    if sure or (near and _decodes(raw, "utf-8")):
        name = sure or near
        return name, raw.decode(name, "replace")
    as_utf8, as_gb = raw.decode("utf-8", "replace"), raw.decode("gb18030", "replace")
    return ("gb18030", as_gb) if _fit(as_gb, declared=False) > _fit(as_utf8, declared=False) else ("utf-8", as_utf8)


def _plain_gb18030(body: bytes) -> Decoded | None:
    """Return the reading as GB18030 if it is flawless and plainly Chinese: nearly every page that is not UTF-8."""
    try:
        text = body.decode("gb18030")
    except UnicodeDecodeError:
        return None
    fit, _ = _fit(text[:50_000], declared=False)
    return Decoded(text, "gb18030", 0.0) if fit > 0.25 and _is_mojibake(text) is None else None


def _decode_by_fit(body: bytes, content_type: str | None, setting: str | None) -> Decoded | str:
    declared = [name for name in declared_charsets(body, content_type) if name not in _LATIN]
    if _UTF8_RUN.search(body) and (mixed := _decode_by_pieces(body)):
        return mixed
    if setting in (None, "gb18030") and (plain := _plain_gb18030(body)):
        return plain
    if body[:4000].count(0) > len(body[:4000]) // 8:
        declared += ["utf-16-le", "utf-16-be"]
    candidates = dict.fromkeys([*([setting] if setting else []), *declared, "gb18030", "utf-8", "big5"])
    best: tuple[float, float, str, str] | None = None
    for name in candidates:
        try:
            text = body.decode(name, "replace")
        except (UnicodeError, LookupError):
            continue
        fit, lost = _fit(text, declared=name in declared)
        if name == setting:
            fit += 0.3
        if best is None or fit > best[0]:
            best = (fit, lost, name, text)
    if best is None:  # pragma: no cover - the last three candidates never raise
        return "no charset could be tried"
    fit, lost, name, text = best
    if lost > _MOST_BROKEN:
        return f"no charset fits: the best, {name}, loses {lost:.0%} of the characters beyond ASCII"
    if name == "gb18030" and (garbled := _is_mojibake(text)):
        return f"the page is {garbled}"
    if fit < 0.02 and len(_NON_ASCII.findall(text)) > 50:
        return f"no charset gives readable text; the best guess was {name}"
    return Decoded(text, name, lost)
