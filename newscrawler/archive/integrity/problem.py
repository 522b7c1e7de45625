"""A problem that a check of an archive reports, and the usual remedies."""

from __future__ import annotations

from dataclasses import dataclass

REPAIR = "'newscrawler repair' repairs it"
RESTORE = "restore it from a backup, or read the page again from its capture"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with an archive, or a note about it."""

    kind: str
    where: str
    """Table, file or run."""
    what: str
    fix: str
    """What to do; empty where nothing needs to be done."""
    is_note: bool = False
    """Nothing is wrong: the next crawl puts it in order, or it may stay."""
