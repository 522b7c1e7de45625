"""Scrapy's settings and process, for crawls that this program starts itself."""

from __future__ import annotations

import logging

from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

EVALUATE_RUN = "newscrawler.monitoring.extension.EvaluateRun"
"""For `scrapy crawl` and scrapyd only: our own commands evaluate their runs together, after the last one."""


def project_settings() -> Settings:
    """Return a copy of the project's settings, without the extension that evaluates each run."""
    settings = Settings()
    settings.setmodule("newscrawler.settings")
    extensions = settings.getdict("EXTENSIONS")
    del extensions[EVALUATE_RUN]
    settings.set("EXTENSIONS", extensions, priority="project")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="project")
    settings.set("STATS_DUMP", False, priority="project")  # our commands end with a summary of their own
    return settings


def new_process(settings: Settings) -> CrawlerProcess:
    """Return a process for crawls with these settings, whose log shows what the program's own log shows."""
    process = CrawlerProcess(settings)
    # Scrapy sets its own loggers to DEBUG; our root logger decides what is shown.
    logging.getLogger("scrapy").setLevel(logging.getLogger().level)
    return process
