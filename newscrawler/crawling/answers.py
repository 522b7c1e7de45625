"""Judging answers: what a status means for a crawl."""

from __future__ import annotations

from enum import Enum, auto

BLOCKING_STATUSES = frozenset({202, 401, 403, 405, 412, 418, 429, 451, 521})
"""How Chinese portals and their shields (加速乐, 瑞数 and the like) turn a crawler away: an outcome, not a text."""


class Verdict(Enum):
    """What a status says of the document."""

    PAGE = auto()
    GONE = auto()
    BLOCKED = auto()
    FAILED = auto()


def judge_status(status: int) -> Verdict:
    """Return what an HTTP status says of a document."""
    if status == 200:
        return Verdict.PAGE
    if status in (404, 410):
        return Verdict.GONE
    return Verdict.BLOCKED if status in BLOCKING_STATUSES else Verdict.FAILED
