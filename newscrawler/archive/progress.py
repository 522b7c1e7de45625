"""How work that takes long says how far it is: functions of the archive take a `Progress` and call it now and then."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told what is being done, how much of it is done, and how much there is of it (0: that is not known)."""

    def __call__(self, what: str, done: int = 0, total: int = 0, /) -> object:
        """Take note; it returns at once."""


def unwatched(what: str, done: int = 0, total: int = 0, /) -> None:
    """Take note of nothing: the progress of work that nobody watches."""
