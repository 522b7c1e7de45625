"""English sentences with a count of one: `1 articles were read` becomes `1 article was read`.

Sentences are written, and stored in archives, with their plural, so that one form stands for all counts where they are
told in another language (`telling`). This gives an English sentence its singular where people read it.
"""

from __future__ import annotations

import re

# fmt: off
_NOUNS = frozenset((
    "addresses", "alarms", "annotations", "archives", "articles", "attributes", "blocks", "bodies", "buttons", "bytes",
    "captures", "cells", "channels", "characters", "chunks", "cities", "coders", "columns", "copies", "days",
    "definitions", "documents", "editions", "entries", "errors", "examples", "fields", "files", "headlines", "hits",
    "hours", "images", "kinds", "lines", "links", "listings", "lists", "machines", "messages", "months", "names",
    "objects", "others", "pages", "parts", "places", "portals", "problems", "records", "requests", "rows", "rules",
    "runs", "samples", "sections", "sheets", "tags", "teasers", "texts", "urls", "values", "vectors", "versions",
    "words", "workers", "years",
))
# fmt: on
"""What our sentences count."""
_VERBS = {
    "are": "is",
    "were": "was",
    "have": "has",
    "do": "does",
    "lead": "leads",
    "stand": "stands",
    "match": "matches",
    "hold": "holds",
    "show": "shows",
    "give": "gives",
    "belong": "belongs",
}
_COUNTED = re.compile(r"(?<![\w.,:/=+-])(?<!\d of )(\d[\d,.]*) ((?:[a-z]+ )?)([a-z]+s)\b", re.ASCII)
_VERB = re.compile(rf"\b(?:(?<!to )(?<!that )(?<!which )({'|'.join(_VERBS)})|(are|were))\b")
_CLAUSE = re.compile(r"([;:,.(](?=\s|\Z))")


def agreed(text: str) -> str:
    """Return an English sentence of ours in which what is counted once, and its verb, are singular.

    The verb belongs to what is counted first in its clause. A part of a whole stays as it is: `1 of 1 captures`.
    """
    return "".join(map(_agreed_clause, _CLAUSE.split(text))) if "1 " in text else text


def _agreed_clause(text: str) -> str:
    counted = [
        match
        for match in _COUNTED.finditer(text)
        # `line 1 names no file`: the number is a name, and what follows is a verb.
        if match[3] in _NOUNS and text[: match.start()].rpartition(" ")[0].rpartition(" ")[2] not in _ONES
    ]
    for match in reversed(counted):
        if match[1] == "1":
            after = text[match.end() :]
            if match is counted[0]:
                after = _VERB.sub(lambda verb: _VERBS[verb[1] or verb[2]], after, count=1)
            text = f"{text[: match.start()]}1 {match[2]}{_singular(match[3])}{after}"
    return text


def _singular(noun: str) -> str:
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun[:-2] if noun.endswith("sses") else noun[:-1]


_ONES = frozenset(map(_singular, _NOUNS))
