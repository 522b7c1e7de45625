"""Links of listings that leave the portal, counted by section and host.

A few are normal: advertising, a partner's page. When a third of a section's entries lead to one other host, the portal
publishes there, and the definition must say so; until then the section is not complete.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newscrawler.crawling.recording.event_log import EventLog
from newscrawler.crawling.sweep import Sweep
from newscrawler.text.urls import identity

_FEWEST = 2
"""A section with one entry says nothing about where its portal publishes."""


@dataclass(slots=True)
class _Host:
    """The links of one section to one host."""

    url: str
    """One of them; of the new ones, if there are any."""
    links: set[str] = field(default_factory=set)
    new: int = 0


@dataclass(slots=True)
class ForeignLinks:
    """Counts the foreign links of a crawl."""

    _hosts: dict[int, dict[str, _Host]] = field(default_factory=dict)
    """By section and host."""

    def add(self, sweep: Sweep, url: str, *, is_new: bool) -> None:
        """Count a link of a listing. `is_new` tells whether the archive does not know it yet."""
        hosts = self._hosts.setdefault(sweep.section.id, {})
        host = hosts.setdefault(host_of(url), _Host(url))
        name = identity(url)
        if name not in host.links:
            host.links.add(name)
            host.url = url if is_new and not host.new else host.url
            host.new += is_new

    def conclude(self, sweeps: Iterable[Sweep], events: EventLog) -> None:
        """At the end of a crawl: record what was counted, and distrust sections whose entries are on another host."""
        for sweep in sweeps:
            for name, host in self._hosts.get(sweep.section.id, {}).items():
                number = len(host.links)
                hint = f'which does not belong to the portal; allowed_hosts = ["{name}"] in the definition adds it'
                if number >= _FEWEST and 3 * number >= sweep.entries:
                    if name in sweep.reason:  # the sweep failed for this reason
                        continue
                    sweep.foreign = f"{number} of {sweep.entries} entries lead to {name}, {hint}"
                    sweep.distrust = sweep.distrust or sweep.foreign
                    events.add("warning", host.url, sweep.name, sweep.foreign)
                elif host.new == 1:
                    events.add("skipped", host.url, sweep.name, "the link leaves the portal")
                elif host.new:
                    events.add("skipped", host.url, sweep.name, f"{host.new} links lead to {name}, {hint}")


def host_of(url: str) -> str:
    """Return the host of a URL, as `allowed_hosts` takes it: in lower case, without `www.` and port."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
