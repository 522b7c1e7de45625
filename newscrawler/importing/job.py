"""What an import is asked to do, and what came of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from newscrawler import __version__
from newscrawler.archive.sharing.cluster import Workers
from newscrawler.extraction import RULES_VERSION
from newscrawler.importing.remote.services import Service
from newscrawler.importing.sources import Source, find_sources
from newscrawler.portals import Portal

MAX_NAMED_FAULTS = 1_000
"""Places that cannot be read, and captures that were not to be had, which a run names. Its counts are complete."""

FIRST_FAULTS = 3
"""Places that cannot be read which an import tells at its end."""
_NOT_RECORDED = ("run", "unread", "first_faults", "hosts")
"""What the record of a run has elsewhere, or not."""


@dataclass(slots=True)
class Import:
    """What is to be imported."""

    paths: tuple[Path, ...]
    portal: Portal
    since: str = ""
    """ISO date (UTC) of the first day of capture; empty: all."""
    until: str = ""
    """ISO date (UTC) of the last day of capture; empty: all."""
    limit: int | None = None
    """The most pages that are copied."""
    captured: datetime | None = None
    """When saved pages were captured; None: their files tell it."""
    workers: Workers = None
    """Who reads the files and their pages. The result is the same."""
    service: Service | None = None
    """Who lists and gives captures, beside the paths."""

    base: str = ""
    """The folder, or the address, below which the files lie that lists of files name."""
    delay: float = 0.0
    """Seconds between two requests for parts of such a file."""

    def sources(self) -> list[Source]:
        """Return the files that the paths name. Raises SourceError and OSError."""
        return [source for path in self.paths for source in find_sources(path, base=self.base, delay=self.delay)]

    @property
    def arguments(self) -> dict[str, Any]:
        """What the record of the run says about it."""
        values: dict[str, Any] = {"sources": [str(path) for path in self.paths]}
        values |= {"from": self.service.name if self.service else ""}
        values |= {"since": self.since, "until": self.until, "limit": self.limit}
        values["base"] = self.base
        values["captured"] = self.captured.isoformat() if self.captured else None
        return {name: value for name, value in values.items() if value}

    def fingerprint(self, sources: Sequence[Source], *others: object) -> str:
        """Return what two imports share of which one can go on where the other ended: 16 hexadecimal digits.

        `others` are further values that they must share; JSON can hold them.
        """
        files = [(source.name, source.url, source.size, _changed(source)) for source in sources]
        values = [__version__, RULES_VERSION, self.portal.model_dump_json(), self.arguments, files, *others]
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def _changed(source: Source) -> int:
    try:
        return source.path.stat().st_mtime_ns
    except OSError:  # a list names a file that is not there, which is told when it is read
        return 0


@dataclass(slots=True)
class ImportResult:
    """The numbers of an import."""

    run: str = ""
    """The key of the run; empty if none was recorded."""
    sources: int = 0
    """Files that were read."""
    passed_over: int = 0
    """Files that were not read again: an earlier import read them in full."""
    read_in_full: dict[str, list[Any]] = field(default_factory=dict)
    """Files that need not be read again (`known_sources.py`), with the pages in each, and how many rest on others."""
    records: int = 0
    """Records of WARC files and saved pages, of all hosts."""
    indexed: int = 0
    """Captures that an index lists and that may be pages of the portal."""
    fetched: int = 0
    """Records that a server, or a list, gave."""
    repeated: int = 0
    """Captures that were not fetched: by the index they have the bytes of an earlier one."""
    copied: int = 0
    """Pages of the portal that were copied."""
    known: int = 0
    """Pages that the archive has from the same capture."""
    listings: int = 0
    """Captured pages of listings that were read."""
    sightings: int = 0
    new: int = 0
    """Articles that the archive did not have."""
    changed: int = 0
    """Articles of the archive of which the import has a text that it did not have."""
    unchanged: int = 0
    """Articles of the archive of which the import has no other text."""
    versions: int = 0
    """Versions in the part."""
    refused: Counter[str] = field(default_factory=Counter)
    """Records of the portal that were not copied, by reason."""
    rejected: Counter[str] = field(default_factory=Counter)
    """Copied pages that are not articles, by reason."""
    faults: int = 0
    """Places of the sources that cannot be read, and captures that a server did not give."""
    unread: list[str] = field(default_factory=list)
    """Sources that could not be read at all, in sentences."""
    first_faults: list[str] = field(default_factory=list)
    """The first places that cannot be read, in sentences."""
    hosts: dict[str, int] = field(default_factory=dict)
    """Hosts of no portal of which the sources have the most records, and about how many each has."""

    @property
    def counts(self) -> dict[str, Any]:
        """The numbers as a run records them."""
        values: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        for name in _NOT_RECORDED:
            del values[name]
        return values | {"refused": dict(self.refused), "rejected": dict(self.rejected)}

    @property
    def numbers(self) -> dict[str, Any]:
        """The numbers without the files that were read."""
        return {name: value for name, value in self.counts.items() if name != "read_in_full"}

    def count(self, reason: str) -> None:
        """Count a capture by what `Part.add` returned of it."""
        if reason == "known":
            self.known += 1
        elif reason:
            self.refused[reason] += 1

    def count_fault(self, what: str) -> bool:
        """Count a place, or a capture, that cannot be read; return whether the run names it, too."""
        self.faults += 1
        if len(self.first_faults) < FIRST_FAULTS:
            self.first_faults.append(what)
        return self.faults <= MAX_NAMED_FAULTS

    @property
    def state(self) -> dict[str, Any]:
        """Everything that `restore` takes over."""
        return self.counts | {name: getattr(self, name) for name in _NOT_RECORDED if name != "run"}

    def restore(self, values: Mapping[str, Any]) -> None:
        """Take over what an import that did not end had counted."""
        for one in fields(self):
            value = values.get(one.name)
            if isinstance(value, dict):
                getattr(self, one.name).update(value)
            elif value is not None:
                setattr(self, one.name, value)

    @property
    def is_empty(self) -> bool:
        """Whether no page of the portal was found."""
        return not (self.copied or self.known)
