"""The project's Scrapy settings, for crawls that this program starts itself."""

from __future__ import annotations

from scrapy.settings import Settings

EVALUATE_RUN = "newscrawler.monitoring.extension.EvaluateRun"
"""For `scrapy crawl` and scrapyd only: our own commands evaluate their runs together, after the last one."""


def project_settings() -> Settings:
    """Return a copy of the project's settings, without the extension that evaluates each run."""
    settings = Settings()
    settings.setmodule("newscrawler.settings")
    settings.set("EXTENSIONS", {**settings.getdict("EXTENSIONS"), EVALUATE_RUN: None}, priority="project")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="project")
    return settings
