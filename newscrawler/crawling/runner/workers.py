"""Crawling with several processes: portals are dealt out among them, and where these are few, their sections are.

A portal that several workers share is still one crawl: one run, one lock, held by the process that started the
workers, and together they ask the portal no oftener than one would.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from logging.handlers import QueueHandler, QueueListener
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawler.archive import ArchiveError, open_archive
from newscrawler.archive.database.connection import writing
from newscrawler.crawling.downloader.network_guard import allow_endpoint
from newscrawler.crawling.options import CrawlOptions
from newscrawler.crawling.recording.run_record import RunRecord
from newscrawler.crawling.runner.periodic import repeating
from newscrawler.crawling.runner.progress import CrawlState, joined
from newscrawler.crawling.shard import Share
from newscrawler.portals import Portal

if TYPE_CHECKING:
    from newscrawler.crawling.runner.single import Watch

TOLD_EVERY_SECONDS = 1.0
"""How often a worker tells how its crawls stand."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """What one worker crawls: whole portals, or its share of one."""

    portals: tuple[Portal, ...]
    share: Share
    options: CrawlOptions
    archive: str
    overrides: Mapping[str, object]
    endpoint: tuple[str, int] | None
    """A host and port of this machine that may be fetched from, as that of the demo."""


@dataclass(slots=True)
class _Worker:
    process: multiprocessing.process.BaseProcess
    told: Connection
    job: Job
    states: list[CrawlState] = field(default_factory=list)
    is_over: bool = False


def deal(portals: Sequence[Portal], workers: int, limit: int | None) -> list[list[tuple[Portal, Share]]]:
    """Return what each worker crawls.

    With fewer workers than portals each has several whole ones. With more, portals are shared, each by no more
    workers than may ask it at once, and than its limits can be parted into.
    """
    if workers <= len(portals):
        return [[(portal, Share()) for portal in portals[first::workers]] for first in range(workers)]
    dealt: list[list[tuple[Portal, Share]]] = []
    for number, portal in enumerate(portals):
        wanted = workers // len(portals) + (number < workers % len(portals))
        bounds = (limit, portal.crawl.max_requests, portal.crawl.max_bytes, portal.crawl.concurrency)
        count = min([wanted, *(bound for bound in bounds if bound is not None)])
        dealt += [[(portal, Share(index, count))] for index in range(count)]
    return dealt


def crawl_with_workers(
    portals: Sequence[Portal],
    options: CrawlOptions,
    archive: str | Path,
    *,
    workers: int,
    watch: Watch | None = None,
    overrides: Mapping[str, object] | None = None,
    endpoint: tuple[str, int] | None = None,
) -> list[CrawlState]:
    """Crawl portals with several processes; return how it went, one state a portal.

    What they log is handled by this process's handlers. Interrupting works as with one process. A worker that dies
    leaves its crawl interrupted. Raises ArchiveError and OptionError as `crawl` does.
    """
    for portal in portals:
        options.check_cities(portal)
    open_archive(archive).conn.close()
    with ExitStack() as stack:
        records: dict[str, RunRecord] = {}
        jobs: list[Job] = []
        for dealt in deal(portals, workers, options.limit):
            whole = tuple(portal for portal, share in dealt if share.count == 1)
            if whole:
                jobs.append(Job(whole, Share(), options, str(archive), overrides or {}, endpoint))
                continue
            portal, share = dealt[0]
            if share.index == 0:
                record = _record(stack, archive, portal, options)
                if record is None:
                    continue
                records[portal.id] = record
            if portal.id in records:
                share = replace(share, run=records[portal.id].run)
                part = replace(options, limit=share.of_limit(options.limit))
                jobs.append(Job((share.manners(portal),), share, part, str(archive), overrides or {}, endpoint))
        found = _run(jobs, watch)
        by_id = {portal.id: portal for portal in portals}
        states = []
        for portal_id, parts in _by_portal(found).items():
            state = joined(parts)
            if portal_id in records:
                _finish(records[portal_id], by_id[portal_id], state)
            states.append(state)
    return states


def _record(stack: ExitStack, archive: str | Path, portal: Portal, options: CrawlOptions) -> RunRecord | None:
    connection = open_archive(archive).conn
    stack.callback(connection.close)
    try:
        record = RunRecord(archive, connection, portal, "crawl", options.as_arguments())
    except ArchiveError as error:
        logger.error("%s", error)
        return None
    stack.callback(record.release)
    return record


def _finish(record: RunRecord, portal: Portal, state: CrawlState) -> None:
    state.counts["definition"] = portal.model_dump(mode="json", exclude_defaults=True)
    with writing(record.connection):
        record.finish(outcome=state.outcome, reason=state.reason, counts=state.counts)


def _by_portal(states: Iterable[CrawlState]) -> dict[str, list[CrawlState]]:
    found: dict[str, list[CrawlState]] = {}
    for state in states:
        found.setdefault(state.portal, []).append(state)
    return found


def _run(jobs: Sequence[Job], watch: Watch | None) -> list[CrawlState]:
    """Run each job in a process of its own; return how each of their crawls ended."""
    # A fresh interpreter: a copy of this one would share its threads' locks and its archive's connections.
    context = multiprocessing.get_context("spawn")
    lines: Any = context.Queue()
    root = logging.getLogger()
    listener = QueueListener(lines, *root.handlers, respect_handler_level=True)
    levels = {name: logging.getLogger(name).level for name in ("", "newscrawler")}
    team: list[_Worker] = []
    with ExitStack() as stack:
        listener.start()
        stack.callback(listener.stop)
        for number, job in enumerate(jobs, 1):
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(job, sender, lines, levels), name=f"worker {number}")
            process.start()
            sender.close()
            team.append(_Worker(process, receiver, job))
        stack.enter_context(_signals_passed_on(team))
        if watch:
            stack.enter_context(watch(lambda: _standing(team)))
        _listen(team)
    return [state for worker in team for state in worker.states]


def _standing(team: Sequence[_Worker]) -> list[CrawlState]:
    return [joined(parts) for parts in _by_portal(state for worker in team for state in worker.states).values()]


def _listen(team: Sequence[_Worker]) -> None:
    """Take in what the workers tell until all have ended."""
    open_ends = {worker.told: worker for worker in team}
    while open_ends:
        for ready in wait(list(open_ends)):
            assert isinstance(ready, Connection)  # noqa: S101
            worker = open_ends[ready]
            try:
                worker.states, worker.is_over = ready.recv()
            except (EOFError, OSError):
                del open_ends[ready]
                worker.process.join()
                if not worker.is_over:
                    worker.states = _lost(worker)


def _lost(worker: _Worker) -> list[CrawlState]:
    """Return the crawls of a worker that died, as interrupted."""
    code = worker.process.exitcode or 0
    how = f"by signal {-code}" if code < 0 else f"with status {code}"
    reason = f"{worker.process.name} ended {how}; the next crawl goes on from here"
    logger.error("%s", reason)
    known = {state.portal: state for state in worker.states}
    return [
        replace(known.get(portal.id) or CrawlState(portal.id, portal.name), outcome="interrupted", reason=reason)
        for portal in worker.job.portals
    ]


@contextmanager
def _signals_passed_on(team: Sequence[_Worker]) -> Iterator[None]:
    """Let signals end the workers in good order, not this process: it waits for them.

    A Ctrl-C reaches the workers by itself, as they are of this process's group.
    """

    def pass_on(number: int, _: object) -> None:
        for worker in team:
            if worker.process.pid is not None and worker.process.is_alive():
                os.kill(worker.process.pid, number)

    handlers = {signal.SIGINT: lambda *_: None, signal.SIGTERM: pass_on}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _work(job: Job, told: Connection, lines: Any, levels: Mapping[str, int]) -> None:
    """What a worker does: crawl, and tell how it stands."""
    from newscrawler.crawling.runner.single import States, crawl

    threading.Thread(target=_end_with_parent, daemon=True).start()
    logging.getLogger().handlers = [QueueHandler(lines)]
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    if job.endpoint:
        allow_endpoint(*job.endpoint)

    def telling(states: States) -> AbstractContextManager[None]:
        return repeating(TOLD_EVERY_SECONDS, lambda: told.send((states(), False)))

    ended = crawl(job.portals, job.options, job.archive, watch=telling, overrides=job.overrides, share=job.share)
    told.send((ended, True))


def _end_with_parent() -> None:
    """Stop in good order when the process that started this one is gone: its lock on the portal is, too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
