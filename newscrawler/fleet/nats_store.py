"""JetStream's object store, where parcels wait for the collector. Needs the extra `fleet`."""

from __future__ import annotations

from contextlib import suppress
from io import BufferedIOBase
from pathlib import Path

from nats.js.errors import BucketNotFoundError, NotFoundError
from nats.js.object_store import ObjectStore

from newscrawler.fleet.nats_engine import NatsConnection
from newscrawler.fleet.stores import MissingError


class NatsStore:
    """The object store of JetStream, on the server of the leases."""

    def __init__(self, connection: NatsConnection, fleet: str, *, seconds: float = 600.0) -> None:
        self._connection = connection
        self._bucket = f"{fleet}-parcels"
        self._seconds = seconds

    def put(self, name: str, source: Path) -> None:
        """Store a file under a name."""
        with source.open("rb") as stream:
            self._connection.run(self._put(name, stream), seconds=self._seconds)

    def get(self, name: str, target: Path) -> None:
        """Write an object into a new file. Raises MissingError."""
        with target.open("wb") as stream:
            if not self._connection.run(self._get(name, stream), seconds=self._seconds):
                raise MissingError(f"{self._bucket}: {name} is not there")

    def remove(self, name: str) -> None:
        """Remove an object, if it is there."""
        self._connection.run(self._remove(name))

    async def _objects(self) -> ObjectStore:
        jetstream = await self._connection.jetstream()
        try:
            return await jetstream.object_store(self._bucket)
        except (BucketNotFoundError, NotFoundError):
            return await jetstream.create_object_store(self._bucket)

    async def _put(self, name: str, stream: BufferedIOBase) -> None:
        await (await self._objects()).put(name, stream)

    async def _get(self, name: str, stream: BufferedIOBase) -> bool:
        try:
            await (await self._objects()).get(name, stream)
        except NotFoundError:
            return False
        return True

    async def _remove(self, name: str) -> None:
        with suppress(NotFoundError):
            await (await self._objects()).delete(name)
