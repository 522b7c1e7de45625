"""An engine of leases in this process, for tests and simulations of very many calls."""

from __future__ import annotations

from collections.abc import Mapping

from newscrawler.fleet.engine import ConflictError, Entry


class MemoryEngine:
    """Values in memory."""

    def __init__(self) -> None:
        self._buckets: dict[str, dict[str, Entry]] = {}
        self._revision = 0

    def read(self, bucket: str) -> Mapping[str, Entry]:
        return dict(self._buckets.get(bucket, {}))

    def replace(self, bucket: str, key: str, value: bytes, revision: int) -> int:
        known = self._buckets.get(bucket, {}).get(key)
        if (known.revision if known else 0) != revision:
            raise ConflictError(key)
        self.put(bucket, key, value)
        return self._revision

    def put(self, bucket: str, key: str, value: bytes) -> None:
        self._revision += 1
        self._buckets.setdefault(bucket, {})[key] = Entry(value, self._revision)

    def forget(self) -> None:
        """Lose everything, the numbers of revisions, too."""
        self._buckets.clear()
        self._revision = 0

    def close(self) -> None:
        pass
