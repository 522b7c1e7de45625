"""Parameters of a URL that do not tell which document it is: of tracking, of sessions, of the link that was clicked."""

from __future__ import annotations

import re
from collections.abc import Sequence

NAMES = re.compile(
    "utm_.*|spm|scm|_ga|_gl|fbclid|gclid|bd_vid|hmsr|hmpl|hmcu|hmkw|hmci|tt_from"
    "|isappinstalled|nsukey|wxfrom|wx_share_token|weixin_share_id"
    "|share_token|share_?from|share_?source|share_medium"
    "|phpsessid|jsessionid|aspsessionid.*|asp\\.net_sessionid|session_?id|cfid|cftoken"
)
"""They tell who shared or counted a link, or which session it was."""
VALUES: dict[str, re.Pattern[str]] = {
    "from": re.compile("timeline|singlemessage|groupmessage|appmsg", re.IGNORECASE),
    **dict.fromkeys(("_t", "_", "_ts", "timestamp"), re.compile(r"1[0-9]{9}(?:[0-9]{3})?")),
    **dict.fromkeys(("t", "ts", "time"), re.compile(r"1[0-9]{12}")),
    **dict.fromkeys(("rand", "random", "rnd", "_r", "r"), re.compile(r"0\.[0-9]{6,}")),
}
"""Parameters whose names mean something on some sites; there the value decides."""
PLACES = re.compile(
    "fr|frm|from|from_?(?:page|source)|channel_from|ref|refer|referr?er|entry|entrance|pos|position|src|source"
    "|(?:is)?share|share_?type|pvid"
)
"""They name the place of the link that was clicked: `from=list`. On a list or a search they may choose what is shown.

So they count as such only where the rest of the address names a document, and their value is a word or a small number.
"""
PLACE = re.compile(r"[A-Za-z][A-Za-z_-]{0,19}|[0-9]{1,2}|")
_FILE_OF_A_DOCUMENT = re.compile(r"/[^/]*[0-9]{3}[^/]*\.s?html?\Z", re.IGNORECASE)
_NUMBER_OF_A_DOCUMENT = re.compile(
    r"(?i)(?:id|aid|newsid|articleid|contentid|docid|infoid|nid|tid)=(?=[A-Za-z-]*[0-9])[\w-]{2,}"
)


def without_tracking(pieces: Sequence[str], path: str) -> list[str]:
    """Return those parameters of a query, as `name=value`, that may tell which document the URL of a path is."""
    left = [piece for piece in pieces if not _is_tracking(piece)]
    if any(_is_place(piece) for piece in left):
        others = [piece for piece in left if not _is_place(piece)]
        if _FILE_OF_A_DOCUMENT.search(path) or any(map(_NUMBER_OF_A_DOCUMENT.fullmatch, others)):
            return others
    return left


def _is_tracking(piece: str) -> bool:
    name, _, value = piece.partition("=")
    name = name.lower()
    if NAMES.fullmatch(name):
        return True
    values = VALUES.get(name)
    return values is not None and values.fullmatch(value) is not None


def _is_place(piece: str) -> bool:
    name, _, value = piece.partition("=")
    return PLACES.fullmatch(name.lower()) is not None and PLACE.fullmatch(value) is not None
