"""Crawling with several processes. They divide the portals or, if these are few, the sections of each portal.

A portal that several workers crawl is still one crawl, with one run and one lock, which the process that started the
workers holds. Together they send no more requests to the portal than one process would.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from logging.handlers import QueueHandler, QueueListener
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from newscrawler.archive import ArchiveError, open_archive
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.templates import templates_of
from newscrawler.archive.worker_processes import end_with_parent
from newscrawler.crawling.downloader.network_guard import allow_endpoint
from newscrawler.crawling.options import CrawlOptions
from newscrawler.crawling.recording.run_record import RunRecord
from newscrawler.crawling.runner.crawl_state import CrawlState, States, Watch, join_states
from newscrawler.crawling.runner.periodic import repeating
from newscrawler.crawling.shard import WHOLE, Shard
from newscrawler.crawling.tally import correct_tally
from newscrawler.crawling.template_learning import TemplateLearner
from newscrawler.crawling.template_use import TemplateUse
from newscrawler.portals import Portal

REPORT_SECONDS = 1.0
"""Interval at which a worker sends the states of its crawls."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """What one worker crawls: whole portals, or a shard of one."""

    portals: tuple[Portal, ...]
    shard: Shard
    options: CrawlOptions
    archive: str
    overrides: Mapping[str, object]
    endpoint: tuple[str, int] | None
    """An address and port of this machine to which the worker may connect, as those of the demo."""


@dataclass(slots=True)
class _Worker:
    process: multiprocessing.process.BaseProcess
    reports: Connection
    job: Job
    states: list[CrawlState] = field(default_factory=list)
    is_over: bool = False


def deal(portals: Sequence[Portal], workers: int, limit: int | None) -> list[list[tuple[Portal, Shard]]]:
    """Return what each worker crawls.

    With fewer workers than portals, each worker has several whole portals. With more, portals are divided into shards.
    A portal has no more shards than requests that it allows at the same time, and none whose part of a limit is 0.
    """
    if workers <= len(portals):
        return [[(portal, WHOLE) for portal in portals[first::workers]] for first in range(workers)]
    parts: list[list[tuple[Portal, Shard]]] = []
    for number, portal in enumerate(portals):
        wanted = workers // len(portals) + (number < workers % len(portals))
        bounds = (limit, portal.crawl.max_requests, portal.crawl.max_bytes, portal.crawl.concurrency)
        count = min([wanted, *(bound for bound in bounds if bound is not None)])
        parts += [[(portal, Shard(index, count))] for index in range(count)]
    return parts


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
    """Crawl portals with several processes. Return one state per portal.

    The log handlers of this process handle what the workers log. Interrupting works as with one process. A worker that
    dies leaves its crawl interrupted. Raises ArchiveError and OptionError as `crawl` does.
    """
    for portal in portals:
        options.check_cities(portal)
    open_archive(archive).close()
    with ExitStack() as stack:
        records: dict[str, RunRecord] = {}
        jobs: list[Job] = []
        for parts in deal(portals, workers, options.limit):
            whole = tuple(portal for portal, shard in parts if shard.count == 1)
            if whole:
                jobs.append(Job(whole, WHOLE, options, str(archive), overrides or {}, endpoint))
                continue
            portal, shard = parts[0]
            if shard.index == 0:
                record = _record(stack, archive, portal, options)
                if record is None:
                    continue
                records[portal.id] = record
            if portal.id in records:
                shard = replace(shard, run=records[portal.id].run)
                part = replace(options, limit=shard.limit(options.limit))
                jobs.append(Job((shard.restrict(portal),), shard, part, str(archive), overrides or {}, endpoint))
        gc.enable()
        by_id = {portal.id: portal for portal in portals}
        states = []
        for portal_id, worker_states in _by_portal(_run(jobs, watch)).items():
            state = join_states(worker_states)
            if portal_id in records:
                _finish(records[portal_id], by_id[portal_id], state)
            states.append(state)
    return states


def _record(stack: ExitStack, archive: str | Path, portal: Portal, options: CrawlOptions) -> RunRecord | None:
    connection = open_archive(archive)
    stack.callback(connection.close)
    try:
        record = RunRecord(archive, connection, portal, "crawl", options.as_arguments())
    except ArchiveError as error:
        logger.error("%s", error)
        return None
    stack.callback(record.release)
    return record


def _finish(record: RunRecord, portal: Portal, state: CrawlState) -> None:
    if state.outcome in ("done", "incomplete"):
        _learn(record, portal, state)
    state.counts["definition"] = portal.model_dump(mode="json", exclude_defaults=True)
    with writing(record.connection):
        record.finish(outcome=state.outcome, reason=state.reason, counts=state.counts)


def _learn(record: RunRecord, portal: Portal, state: CrawlState) -> None:
    """Learn from the pages that all workers read. Ctrl-C ends it; the next crawl goes on. Raises sqlite3.Error."""
    use = TemplateUse.of_counts(templates_of(record.connection, portal.id), state.counts)
    learner = TemplateLearner(record.connection, portal, record.run, use)
    try:
        with suppress(KeyboardInterrupt):
            for _ in learner.steps():
                pass
    except sqlite3.Error:
        raise
    except Exception:  # a fault of this program: the crawl itself is whole
        logger.exception("%s: the program could not learn from the pages", portal.id)
    use.add_to(state.counts)
    correct_tally(state.tally, learner.report.found)
    state.learning = learner.report
    if learnt := learner.report.as_counts():
        state.counts["template"] = learnt


def _by_portal(states: Iterable[CrawlState]) -> dict[str, list[CrawlState]]:
    groups: dict[str, list[CrawlState]] = {}
    for state in states:
        groups.setdefault(state.portal, []).append(state)
    return groups


def _run(jobs: Sequence[Job], watch: Watch | None) -> list[CrawlState]:
    """Run each job in a process of its own. Return the last states of all crawls."""
    # A new interpreter: a forked one would share the locks of threads and the connections to the archive.
    context = multiprocessing.get_context("spawn")
    log: Any = context.Queue()
    root = logging.getLogger()
    listener = QueueListener(log, *root.handlers, respect_handler_level=True)
    levels = {name: logging.getLogger(name).level for name in ("", "newscrawler")}
    group: list[_Worker] = []
    with ExitStack() as stack:
        listener.start()
        stack.callback(listener.stop)
        for number, job in enumerate(jobs, 1):
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(job, sender, log, levels), name=f"worker {number}")
            process.start()
            sender.close()
            group.append(_Worker(process, receiver, job))
        stack.enter_context(_signals_passed_on(group))
        if watch:
            stack.enter_context(watch(lambda: _states(group)))
        _listen(group)
    return [state for worker in group for state in worker.states]


def _states(group: Sequence[_Worker]) -> list[CrawlState]:
    return [join_states(parts) for parts in _by_portal(state for worker in group for state in worker.states).values()]


def _listen(group: Sequence[_Worker]) -> None:
    """Receive the reports of the workers until all have ended."""
    open_ends = {worker.reports: worker for worker in group}
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
def _signals_passed_on(group: Sequence[_Worker]) -> Iterator[None]:
    """Let signals end the workers in good order, but not this process, which waits for them.

    Ctrl-C reaches the workers by itself, since they belong to the same process group.
    """

    def pass_on(number: int, _: object) -> None:
        for worker in group:
            if worker.process.pid is not None and worker.process.is_alive():
                os.kill(worker.process.pid, number)

    handlers = {signal.SIGINT: lambda *_: None, signal.SIGTERM: pass_on}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _work(job: Job, reports: Connection, log: Any, levels: Mapping[str, int]) -> None:
    """Crawl, and report the states of the crawls. Runs in the process of a worker."""
    gc.disable()  # `crawl` enables it when everything is imported
    from newscrawler.crawling.runner.single import crawl  # only workers wait for all of Scrapy

    # When the process that started this one has ended, its lock on the portal has, too.
    threading.Thread(target=end_with_parent, daemon=True).start()
    logging.getLogger().handlers = [QueueHandler(log)]
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    if job.endpoint:
        allow_endpoint(*job.endpoint)

    def report(states: States) -> AbstractContextManager[None]:
        return repeating(REPORT_SECONDS, lambda: reports.send((states(), False)))

    states = crawl(job.portals, job.options, job.archive, watch=report, overrides=job.overrides, shard=job.shard)
    reports.send((states, True))
