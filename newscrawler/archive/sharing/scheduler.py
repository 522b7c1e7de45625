"""The connection to the scheduler of a Dask cluster, which may be away for some time: that costs only time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from newscrawler.archive.errors import UnavailableError
from newscrawler.text.installation import install_line

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS = 10
ANSWER_SECONDS = 30
"""How long a scheduler may take to say how many workers there are; one that was stopped never does."""
WAIT_SECONDS = 300.0
"""How long a scheduler may be away, at the beginning or later."""
WORKERS_SECONDS = 86_400.0
"""How long it may have no worker: jobs wait for hours in the queue of a large machine."""
MAX_LOSSES = 20
"""How often it may be lost without a result between: something else is wrong then."""


class SchedulerError(UnavailableError):
    """A cluster that cannot be used; the message says why. What was done stays."""


class LostError(Exception):
    """The scheduler has forgotten the task, or does not answer."""


class Scheduler:
    """The scheduler at an address, whoever is there."""

    def __init__(self, address: str, on_wait: Callable[[str], object]) -> None:
        """Connect to nobody yet. `on_wait` is told when the work must wait, and when it goes on."""
        self.address = address
        self._on_wait = on_wait
        self._client: Client | None = None
        self._losses = 0
        """Since the last result."""
        self._idle_since = 0.0
        """Since when there is no worker, by the monotonic clock; 0: there are some."""

    @property
    def client(self) -> Client:
        """The client; it may have lost its connection."""
        assert self._client is not None, "not connected"  # noqa: S101
        return self._client

    @property
    def is_connected(self) -> bool:
        """Whether the connection is there, as far as the client knows."""
        return self._client is not None and self._client.status == "running"

    def connect(self) -> None:
        """Connect, and wait for a scheduler that is not there. Raises SchedulerError when none comes."""
        is_lost = self._client is not None
        self.close()
        self._losses += is_lost
        if self._losses > MAX_LOSSES:
            raise SchedulerError(f"{self.address}: the scheduler was lost again and again, without a result between")
        if is_lost:
            self._on_wait(f"{self.address}: the scheduler was lost; waiting for it")
        until, is_told = time.monotonic() + WAIT_SECONDS, is_lost
        while True:
            try:
                self._client = _connected(self.address)
                break
            except OSError as error:
                if time.monotonic() > until:
                    raise SchedulerError(
                        f"{self.address}: no Dask scheduler could be reached there within {WAIT_SECONDS:g} s: "
                        f"{error}. When it is there, the same command goes on."
                    ) from None
                if not is_told:
                    self._on_wait(f"{self.address}: no Dask scheduler can be reached there yet; waiting for it")
                    is_told = True
        if is_told:
            self._on_wait(f"{self.address}: the scheduler is there; the work goes on")

    def threads(self) -> int:
        """Return how many tasks the cluster does at once now. Raises LostError, and SchedulerError as `connect`.

        It may be none for a while, which is told; when it has been none for a day, SchedulerError is raised.
        """
        with self.losing():
            threads = sum(self.client.sync(self.client.nthreads, callback_timeout=ANSWER_SECONDS).values())
        now = time.monotonic()
        if threads and self._idle_since:
            self._idle_since = 0.0
            self._on_wait(f"{self.address}: the cluster has workers; the work goes on")
        elif not threads and not self._idle_since:
            self._idle_since = now
            self._on_wait(f"{self.address}: the cluster has no workers; waiting for some")
        elif not threads and now - self._idle_since > WORKERS_SECONDS:
            raise SchedulerError(
                f"{self.address}: the cluster has had no workers for {WORKERS_SECONDS / 3600:g} hours. "
                "When it has some, the same command goes on."
            )
        return int(threads)

    def gave(self) -> None:
        """Take note that there was a result."""
        self._losses = 0

    @contextmanager
    def losing(self, future: Future | None = None) -> Iterator[None]:
        """Raise LostError where what the client does fails because the scheduler is lost.

        An error of a task may be of any type, also one of a connection. Only its future's status tells it from an error
        of fetching what the task gave, which comes between the end of the task and its result.
        """
        try:
            yield
        except Exception as error:
            if future is not None and future.status == "error":
                raise
            # A client that is not connected fails in several ways, as by RuntimeError.
            if isinstance(error, OSError | CancelledError) or not self.is_connected:
                raise LostError from error
            raise

    def close(self) -> None:
        """Let the scheduler forget what it was given."""
        if self._client is not None:
            with suppress(Exception):
                self._client.close(timeout=2)


def _connected(address: str) -> Client:
    """Return a client. Raises OSError where nobody answers, SchedulerError where nobody ever will."""
    try:
        from distributed import Client
    except ImportError as error:
        raise SchedulerError(f"--scheduler needs Dask ({error}); install it with: {install_line('cluster')}") from None
    # Its reports of lost connections; what they mean is said here.
    for name in ("distributed.client", "distributed.core", "distributed.utils"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    client = Client.__new__(Client)
    try:
        Client.__init__(client, address, timeout=CONNECT_SECONDS, set_as_default=False)
    except Exception as error:
        # One that did not start closes itself when it is collected. Where that happens while the next one starts, it
        # waits for ever for its own thread. So it is closed now.
        with suppress(Exception):
            client.close(timeout=2)
        if not isinstance(error, ValueError | ImportError):  # no address; versions that do not agree
            raise
        raise SchedulerError(f"{address}: no Dask scheduler can be reached there: {error}") from None
    return client
