"""The engine for many machines: key-value buckets of NATS JetStream. Needs the extra `fleet`.

A bucket is a stream that keeps the newest message per subject. Reading it fetches only what was written since the last
reading, so looking costs what changed, not what there is.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, KeyValueConfig
from nats.js.client import JetStreamContext
from nats.js.errors import BucketNotFoundError, KeyWrongLastSequenceError, NotFoundError
from nats.js.kv import KeyValue

from newscrawler.fleet.engine import MAX_VALUE_BYTES, ConflictError, Entry, UnavailableError
from newscrawler.fleet.nats_access import NatsAccess

Result = TypeVar("Result")
_BATCH = 500
_MOST_ERRORS = 5
"""Errors of one attempt to connect that are kept for the message."""


@dataclass(slots=True)
class _Mirror:
    """A bucket as it was when it was read last."""

    created: object
    entries: dict[str, Entry] = field(default_factory=dict)
    last: int = 0


class NatsConnection:
    """A connection to NATS with an event loop of its own, for code that is not asynchronous."""

    def __init__(self, access: NatsAccess) -> None:
        self._access = access
        self._loop = asyncio.new_event_loop()
        self._client: Client | None = None
        self._refusals: tuple[str, ...] = ()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result], *, seconds: float | None = None) -> Result:
        """Run a coroutine to its end, for `seconds` at most. Raises UnavailableError, and KeyWrongLastSequenceError."""
        seconds = self._access.timeout * 3 if seconds is None else seconds
        with self._lock:
            future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, seconds), self._loop)
            try:
                return future.result()
            except KeyWrongLastSequenceError:
                raise
            except (NatsError, OSError, TimeoutError, ValueError, asyncio.CancelledError) as error:
                raise UnavailableError(self._explained(error)) from None

    async def jetstream(self) -> JetStreamContext:
        """Return the JetStream of the connection, which is made when there is none."""
        if self._client is None or self._client.is_closed:
            self._refusals = ()
            self._client = await nats.connect(
                **self._access.options(),
                error_cb=self._note,
                connect_timeout=int(self._access.timeout) or 1,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
            )
        return self._client.jetstream(timeout=self._access.timeout)

    def close(self) -> None:
        """End connection and event loop."""
        with suppress(UnavailableError):
            self.run(self._close(), seconds=self._access.timeout)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(self._access.timeout)

    async def _close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _note(self, error: Exception) -> None:
        # A server that refuses may also cut the line: of several errors each may be the one that tells the cause.
        self._refusals = (*self._refusals, str(error))[-_MOST_ERRORS:]

    def _explained(self, error: BaseException) -> str:
        where = ", ".join(self._access.servers)
        text = " ".join(dict.fromkeys((str(error), *self._refusals))).strip()
        if "uthoriz" in text:
            return f"NATS at {where} refuses us: it asks for other credentials; set them under [nats]"
        if isinstance(error, ssl.SSLError) or "ertificate" in text or "tls" in text.lower():
            return f"NATS at {where}: the TLS connection was refused ({text}); check [nats] ca and the server's name"
        if "jetstream" in text.lower() and "not enabled" in text.lower():
            return f"NATS at {where} runs without JetStream; start it with --jetstream"
        return f"NATS at {where} cannot be reached now ({text or type(error).__name__})"


class NatsEngine:
    """Values in key-value buckets, whose names begin with that of the fleet."""

    def __init__(self, connection: NatsConnection, fleet: str) -> None:
        self._connection = connection
        self._fleet = fleet
        self._mirrors: dict[str, _Mirror] = {}

    def read(self, bucket: str) -> Mapping[str, Entry]:
        """Return all values of a bucket by key."""
        return dict(self._connection.run(self._read(bucket)))

    def replace(self, bucket: str, key: str, value: bytes, revision: int) -> int:
        """Replace the value that has this revision; return the new revision. Raises ConflictError."""
        try:
            return self._connection.run(self._replace(bucket, key, value, revision))
        except KeyWrongLastSequenceError:
            raise ConflictError(f"{key}: was replaced by somebody else") from None

    def put(self, bucket: str, key: str, value: bytes) -> None:
        """Store a value, whatever was there."""
        self._connection.run(self._put(bucket, key, value))

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    async def _bucket(self, name: str) -> tuple[JetStreamContext, KeyValue]:
        jetstream = await self._connection.jetstream()
        full = f"{self._fleet}-{name}"
        try:
            return jetstream, await jetstream.key_value(full)
        except (BucketNotFoundError, NotFoundError):
            config = KeyValueConfig(bucket=full, history=1, max_value_size=MAX_VALUE_BYTES)
            return jetstream, await jetstream.create_key_value(config=config)

    async def _replace(self, bucket: str, key: str, value: bytes, revision: int) -> int:
        _, store = await self._bucket(bucket)
        return int(await store.update(key, value, last=revision))

    async def _put(self, bucket: str, key: str, value: bytes) -> None:
        _, store = await self._bucket(bucket)
        await store.put(key, value)

    async def _read(self, bucket: str) -> dict[str, Entry]:
        jetstream, _ = await self._bucket(bucket)
        stream = f"KV_{self._fleet}-{bucket}"
        info = await jetstream.stream_info(stream)
        mirror = self._mirrors.get(bucket)
        if mirror is None or mirror.created != info.created or info.state.last_seq < mirror.last:
            # Not the bucket that we read before: the server has lost its memory.
            mirror = self._mirrors[bucket] = _Mirror(info.created)
        if info.state.last_seq > mirror.last:
            await self._read_since(jetstream, stream, f"$KV.{self._fleet}-{bucket}.", mirror)
            mirror.last = max(mirror.last, info.state.last_seq)
        return mirror.entries

    async def _read_since(self, jetstream: JetStreamContext, stream: str, prefix: str, mirror: _Mirror) -> None:
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=mirror.last + 1,
            ack_policy=AckPolicy.NONE,
            mem_storage=True,
            inactive_threshold=60.0,
        )
        subscription = await jetstream.pull_subscribe(f"{prefix}>", stream=stream, config=config)
        try:
            pending = (await subscription.consumer_info()).num_pending or 0
            while pending:
                for message in await subscription.fetch(min(_BATCH, pending)):
                    metadata = message.metadata
                    pending = metadata.num_pending or 0
                    revision = metadata.sequence.stream
                    mirror.entries[message.subject.removeprefix(prefix)] = Entry(message.data, revision)
                    mirror.last = max(mirror.last, revision)
        finally:
            with suppress(NatsError):
                await subscription.unsubscribe()
