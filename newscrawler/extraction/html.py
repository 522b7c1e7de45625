"""Kinds of HTML elements, and the body written as a small, sanitised subset of HTML."""

from __future__ import annotations

INLINE, LINK, IMAGE, SKIP, BREAK, BLOCK, HEADING = range(7)

_BLOCKS = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form header hgroup html legend li main menu nav ol p pre section summary table tbody td tfoot th "
    "thead tr ul ucapcontent founder-content zw"
)
_SKIPPED = (
    "applet audio button canvas datalist embed head iframe input map math meter noframes noscript object "
    "optgroup option progress script select style svg template textarea video xml"
)
KIND: dict[str, int] = (
    dict.fromkeys(_BLOCKS.split(), BLOCK)
    | dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], HEADING)
    | dict.fromkeys(_SKIPPED.split(), SKIP)
    | {"a": LINK, "img": IMAGE, "br": BREAK, "hr": BREAK}
)
"""Kind of each element; what is not listed is inline."""
