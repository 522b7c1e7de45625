"""Who crawls which portal: leases, by values that are replaced only if nobody else has replaced them.

A lease ends by itself when its holder no longer renews it. No clock is compared with that of another machine: whoever
wants the portal watches its entry, and takes it when the entry has not changed for the time of a lease *by the
watcher's own clock*. The holder stops earlier, by its own clock. So a clock that is wrong, or jumps, gives nobody a
portal that another one still crawls, and neither does a server that loses its memory: an entry that is missing is
watched just as long.

The *token* of a lease is larger than those of all earlier leases of the portal. It goes into the record of the run.
What a worker ships counts only when its name stands in the entry of the portal, and only the holder can write that.

A group of portals (`crawl.group`) has an entry of its own, which is leased in the same way: whoever crawls a portal of
the group holds it, too.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from newscrawler.fleet.engine import MAX_VALUE_BYTES, ConflictError, Engine, Entry, FleetError
from newscrawler.text.boot_clock import boot_seconds

PORTALS = "portals"
EPOCH = "fleet.epoch"
"""The key of a random text that is written when the engine has none. No portal's id has a dot."""
_GROUP = "group."
"""Before the name of a group, in the key of its entry."""
REPORTS = "reports"
SECONDS = 30.0
"""How long a lease lasts after it was renewed last."""
HOLDS = 0.9
"""Share of that time after which the holder stops: clocks run at different rates, and a request takes a moment."""


def group_key(group: str) -> str:
    """Return the key under which a group is leased: it is leased, renewed and released as a portal is."""
    return f"{_GROUP}{group}"


class LeaseLostError(FleetError):
    """The lease has ended, or somebody else has the portal."""


class PortalEntry(BaseModel):
    """What the fleet knows about a portal. A later version may add fields; those are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    token: int = Field(default=0, ge=0, lt=2**62)
    """Of the newest lease."""
    holder: str = Field(default="", max_length=64)
    """The worker that has the lease; empty: nobody."""
    session: str = Field(default="", max_length=32)
    """The process of the holder: a worker that was started again does not hold what it held before."""
    home: str = Field(default="", max_length=64)
    """The worker that has the portal's archive."""
    started: str = Field(default="", max_length=32)
    """When the newest crawl began (UTC)."""
    refreshed: str = Field(default="", max_length=32)
    """When the newest refresh began (UTC); before the first one, when the portal was first crawled."""
    command: str = Field(default="", max_length=16)
    """What the newest lease is for: `crawl` or `refresh`."""
    finished: str = Field(default="", max_length=32)
    """When the newest crawl or refresh that was shipped ended (UTC)."""
    status: int | None = None
    """Exit status of the newest crawl or refresh."""
    shipped: str = Field(default="", max_length=64)
    """The newest parcel; empty: none."""
    sequence: int = Field(default=0, ge=0, lt=2**31)
    """The number of that parcel, from 1."""
    delay: float = Field(default=0.0, ge=0, le=3600, allow_inf_nan=False)
    """Seconds between requests that the newest robots.txt asked for, also that of a crawl that was never shipped."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A portal that this process may crawl."""

    portal: str
    entry: PortalEntry
    revision: int
    until: float
    """When this process must have stopped, by `boot_seconds`."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as this process sees it."""

    entry: PortalEntry
    revision: int
    since: float
    """When this process first saw this revision."""


class Leases:
    """The leases of one process."""

    def __init__(
        self, engine: Engine, worker: str, *, seconds: float = SECONDS, clock: Callable[[], float] = boot_seconds
    ) -> None:
        self.worker = worker
        self.seconds = seconds
        self._engine = engine
        self._clock = clock
        self._session = secrets.token_hex(8)
        self._seen: dict[str, Seen] = {}
        self._epoch = b""
        self._looked = -float("inf")

    def look(self, portals: Iterable[str] = (), groups: Iterable[str] = ()) -> Mapping[str, Seen]:
        """Return the entries of all portals. Those of `portals` that are missing are empty, and watched from now on.

        So are the entries of `groups`, which are not returned. Raises UnavailableError.
        """
        now = self._clock()
        entries = dict(self._engine.read(PORTALS))
        self._check_epoch(entries.pop(EPOCH, None), entries)
        self._looked = now
        seen: dict[str, Seen] = {}
        for portal in {*entries, *portals, *map(group_key, groups)}:
            found = entries.get(portal)
            known = self._seen.get(portal)
            revision = found.revision if found else 0
            if known is not None and known.revision == revision:
                seen[portal] = known
            else:
                seen[portal] = Seen(_entry(found), revision, now)
        self._seen = seen
        return {portal: one for portal, one in seen.items() if not portal.startswith(_GROUP)}

    def is_new(self, key: str) -> bool:
        """Whether `look` found no entry of a portal or a group: it must be watched before it can be leased."""
        return key in self._seen and self._seen[key].revision == 0

    def _check_epoch(self, found: Entry | None, entries: Mapping[str, Entry]) -> None:
        """Begin to watch again when the engine has lost its memory: what it says now tells nothing of what was.

        Its revisions may begin again, and an entry that is missing may have been there between two looks.
        """
        epoch = found.value if found is not None else b""
        if found is None:
            with suppress(ConflictError):
                self._engine.replace(PORTALS, EPOCH, epoch := secrets.token_hex(8).encode(), 0)
        went_back = any(
            portal in self._seen and entry.revision < self._seen[portal].revision for portal, entry in entries.items()
        )
        if epoch != self._epoch or went_back:
            self._seen = {}
        self._epoch = epoch

    def is_free(self, seen: Seen) -> bool:
        """Whether a portal may be leased now: it was released, or has not changed for the time of a lease."""
        is_released = seen.revision > 0 and not seen.entry.holder
        return is_released or self._clock() - seen.since >= self.seconds

    def lease(self, portal: str, *, above: int = 0, **changes: Any) -> Lease | None:
        """Take a portal that `look` showed just now; return None when it is not free, or somebody else was faster.

        `above` is a token that the new one must exceed: that of an archive, if the engine has lost its memory.
        `changes` are other fields of the entry, as of when the crawl begins. Raises UnavailableError.
        """
        seen = self._seen.get(portal)
        if seen is None or self._clock() - self._looked > self.seconds / 2 or not self.is_free(seen):
            return None
        before = seen.entry
        values = {
            "token": max(before.token, above) + 1,
            "holder": self.worker,
            "session": self._session,
            "home": self.worker,
            **changes,
        }
        lease = Lease(portal, before, seen.revision, 0.0)
        try:
            return self._write(lease, values)
        except LeaseLostError:
            return None

    def renew(self, lease: Lease, **changes: Any) -> Lease:
        """Extend a lease, and change fields of the entry. Raises LeaseLostError and UnavailableError."""
        if self._clock() >= lease.until:
            raise LeaseLostError(f"{lease.portal}: the lease has ended")
        return self._write(lease, changes)

    def release(self, lease: Lease, **changes: Any) -> None:
        """Give a portal back, and change fields of its entry. Raises LeaseLostError and UnavailableError."""
        self.renew(lease, holder="", session="", **changes)

    def report(self, name: str, facts: Mapping[str, Any]) -> None:
        """Publish facts for all to see, in place of those of this name. Raises UnavailableError.

        Of facts that are too large, the texts and lists are cut, and `shortened` is true.
        """
        value = _json(facts)
        for most in (1000, 100, 10):
            if len(value) <= MAX_VALUE_BYTES:
                break
            value = _json({**_shortened(facts, most), "shortened": True})
        self._engine.put(REPORTS, name, value)

    def reports(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the reports whose name begins with `KIND.`, by the rest of the name. Raises UnavailableError."""
        found = {}
        for name, entry in self._engine.read(REPORTS).items():
            facts = _object(entry.value)
            if name.startswith(f"{kind}.") and facts is not None:
                found[name.removeprefix(f"{kind}.")] = facts
        return found

    def _write(self, lease: Lease, changes: Mapping[str, Any]) -> Lease:
        began = self._clock()
        entry = PortalEntry.model_validate({**lease.entry.model_dump(), **changes})
        value = entry.model_dump_json(exclude_defaults=True).encode()
        try:
            revision = self._engine.replace(PORTALS, lease.portal, value, lease.revision)
        except ConflictError:
            revision = self._own_revision(lease, entry)
        self._seen[lease.portal] = Seen(entry, revision, began)
        return Lease(lease.portal, entry, revision, began + self.seconds * HOLDS)

    def _own_revision(self, lease: Lease, wanted: PortalEntry) -> int:
        """Return the revision under which the engine has what was to be written. Raises LeaseLostError.

        An earlier write of this process may have arrived without its answer.
        """
        found = self._engine.read(PORTALS).get(lease.portal)
        current = _entry(found)
        if found is not None and current == wanted:
            return found.revision
        if found is not None and current.session == self._session and current.token == wanted.token:
            value = wanted.model_dump_json(exclude_defaults=True).encode()
            try:
                return self._engine.replace(PORTALS, lease.portal, value, found.revision)
            except ConflictError:
                pass
        raise LeaseLostError(f"{lease.portal}: {current.holder or 'nobody'} has the lease now")


_UNREADABLE = PortalEntry(holder="?")
"""Stands for an entry that cannot be read, as of a program that is much newer. It counts as held."""


def _entry(found: Entry | None) -> PortalEntry:
    if found is None:
        return PortalEntry()
    values = _object(found.value)
    try:
        return PortalEntry.model_validate(values) if values is not None else _UNREADABLE
    except ValidationError:
        return _UNREADABLE


def _json(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False).encode()


def _shortened(facts: Any, most: int) -> Any:
    """Return facts whose texts and lists have so many characters and members at most."""
    if isinstance(facts, Mapping):
        return {key: _shortened(value, most) for key, value in list(facts.items())[:most]}
    if isinstance(facts, list):
        return [_shortened(value, most) for value in facts[:most]]
    return facts[:most] if isinstance(facts, str) else facts


def _object(value: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(value) if len(value) <= MAX_VALUE_BYTES else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
