"""Crawls one after the other in one process: the reactor runs in a thread of its own, tests wait for it."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scrapy.utils.reactor import install_reactor

_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None:
            os.environ["NEWSCRAWLER_ALLOW_PRIVATE"] = "1"
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            install_reactor(_REACTOR)
            from twisted.internet import reactor as installed

            reactor: Any = installed  # its methods come from classes that type checkers do not see
            started = threading.Event()

            def run() -> None:
                asyncio.set_event_loop(loop)
                reactor.callWhenRunning(started.set)
                reactor.run(installSignalHandlers=False)

            threading.Thread(target=run, daemon=True, name="reactor").start()
            started.wait(120)
            for name in ("scrapy", "newscrawler", "twisted", "asyncio"):
                logging.getLogger(name).setLevel(logging.CRITICAL)
            _loop = loop
        return _loop


def call_in_reactor(act: Callable[[], object]) -> None:
    """Run something in the reactor's thread soon."""
    _running_loop().call_soon_threadsafe(act)


def crawl(
    portal: Any,
    archive: Path,
    *,
    via: str,
    settings: dict[str, Any] | None = None,
    on_open: Callable[[Any], object] | None = None,
    timeout: float = 60,
    **options: Any,
) -> Any:
    """Crawl a portal and return its spider, which knows how it went. `on_open(spider)` is called as it begins."""
    from newscrawler.crawling.runner.project import project_settings
    from newscrawler.crawling.spider.loader import spider_for
    from newscrawler.crawling.spider.spider import PortalSpider

    base = project_settings()
    base.setdict(settings or {})
    options |= {"archive": str(archive), "via": via}
    future = asyncio.run_coroutine_threadsafe(
        _crawl(spider_for(portal, PortalSpider), base, on_open, options), _running_loop()
    )
    return future.result(timeout)


def sample(
    portal: Any,
    archive: Path,
    *,
    via: str | None = None,
    save_to: Path | None = None,
    read_from: Path | None = None,
    timeout: float = 60,
    **options: Any,
) -> Any:
    """Read a sample of a portal, as `check` does, and return its spider."""
    from newscrawler.crawling.runner.sampling import SampleSpider, sample_settings
    from newscrawler.crawling.spider.loader import spider_for

    settings = sample_settings(save_to=save_to, read_from=read_from)
    options |= {"archive": str(archive), "via": via}
    future = asyncio.run_coroutine_threadsafe(
        _crawl(spider_for(portal, SampleSpider), settings, None, options), _running_loop()
    )
    return future.result(timeout)


async def _crawl(
    spider_class: Any, settings: Any, on_open: Callable[[Any], object] | None, options: dict[str, Any]
) -> Any:
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerRunner

    settings.setdict({"TWISTED_REACTOR": _REACTOR, "LOGSTATS_INTERVAL": 0, "LOG_ENABLED": False}, priority="cmdline")
    crawler = AsyncCrawlerRunner(settings).create_crawler(spider_class)
    if on_open is not None:
        opened = on_open

        def tell(spider: Any) -> None:
            opened(spider)

        crawler.signals.connect(tell, signal=signals.spider_opened, weak=False)
    await AsyncCrawlerRunner(settings).crawl(crawler, **options)
    return crawler.spider


def kill(spider: Any) -> None:
    """End a crawl as SIGKILL would: what is not committed is lost, nothing more is written."""
    store = spider.context.store
    writer = store.writer
    if is_killed(spider):
        return
    writer.killed = True
    writer._batch._writes.clear()

    def nothing(*args: object, **kwargs: object) -> None:
        """A dead process does nothing."""

    def bury(*args: object, **kwargs: object) -> None:
        store.connection.close()
        if store._record is not None:
            store._record.release()

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("killed")

    writer.add = writer.flush = writer.flush_or_raise = nothing
    store.sections.open = fail
    store.close = bury
    stop(spider)


def is_killed(spider: Any) -> bool:
    """Whether `kill` ended this crawl."""
    return bool(getattr(spider.context.store.writer, "killed", False))


def stop(spider: Any, reason: str = "shutdown") -> None:
    """End a crawl in good order, as the first Ctrl-C does."""
    if spider.crawler.engine.running:
        spider.closing = asyncio.ensure_future(spider.crawler.engine.close_spider_async(reason=reason))
