"""The errors of this package that reach a user."""

from __future__ import annotations


class ArchiveError(Exception):
    """An archive that cannot be used; the message names the path, the cause and the fix."""


class UnavailableError(ArchiveError):
    """An archive that this machine cannot read or write now: a full disk, missing memory, a device that fails."""


class LockedError(UnavailableError):
    """An archive that another program holds; later it can be used."""


class EarlierBuildError(ArchiveError):
    """An archive whose tables are those of a build before the first release."""


class OlderArchiveError(ArchiveError):
    """An archive of an earlier version of this program, which a command that only reads leaves as it is."""


class NewerArchiveError(ArchiveError):
    """An archive of a later version of this program, which alone can read it."""


class UserError(ValueError):
    """An error that says what is wrong and how to correct it.

    As text it is the sentence with its values filled in, as `str.format` does it.
    """

    def __init__(self, sentence: str, /, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values
