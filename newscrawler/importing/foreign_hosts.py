"""Hosts of which sources have records, and which belong to no portal: an import that finds nothing names them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

MAX_SERVERS = 100_000
"""Servers that are kept at once."""
MAX_SERVER = 300
"""Characters of a server that is kept."""
KEPT_SERVERS = 1_000
"""The most frequent ones, which stay when there are too many. Of files with so many hosts, counts may be too low."""
NAMED_HOSTS = 100
"""Hosts that are handed on, the most frequent ones."""
_HOST = re.compile(r"https?://(?:[^@/]*@)?([\w-]+(?:\.[\w-]+)+)\.?(?::\d*)?", re.IGNORECASE)


class ForeignHosts:
    """Counts records by their server: scheme, host and port. Memory is bounded, whatever the sources hold."""

    def __init__(self, hosts: Mapping[str, int] | None = None) -> None:
        """Begin with hosts that were counted before."""
        self._counts = {f"http://{host}": count for host, count in (hosts or {}).items()}

    def count(self, server: str) -> bool:
        """Count one more record of a server, if it is known to be foreign; return whether it is."""
        number = self._counts.get(server)
        if number is None:
            return False
        self._counts[server] = number + 1
        return True

    def add(self, server: str, number: int = 1) -> None:
        """Take note of records of a server that is foreign."""
        if len(server) > MAX_SERVER:
            return
        if len(self._counts) >= MAX_SERVERS:
            self._counts = dict(Counter(self._counts).most_common(KEPT_SERVERS))
        self._counts[server] = self._counts.get(server, 0) + number

    def update(self, hosts: Mapping[str, int]) -> None:
        """Take over the hosts that another one counted."""
        for host, number in hosts.items():
            self.add(f"http://{host}", number)

    def most_frequent(self) -> dict[str, int]:
        """Return the hosts with the most records, and about how many there are of each."""
        found: Counter[str] = Counter()
        for server, number in Counter(self._counts).most_common(2 * NAMED_HOSTS):
            if match := _HOST.fullmatch(server):
                found[match[1].lower()] += number
        return dict(found.most_common(NAMED_HOSTS))
