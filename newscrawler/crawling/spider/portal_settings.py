"""What a definition says about politeness, quota, TLS and the browser, as settings of Scrapy."""

from __future__ import annotations

from scrapy.settings import BaseSettings

from newscrawler.portals import Portal


def portal_settings(portal: Portal, settings: BaseSettings) -> dict[str, object]:
    """Return the settings of a portal's spider. `settings` are those of the project."""
    crawl = portal.crawl
    values: dict[str, object] = {
        "DOWNLOAD_DELAY": crawl.delay,
        "AUTOTHROTTLE_ENABLED": crawl.delay > 0,
        "AUTOTHROTTLE_START_DELAY": crawl.delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.concurrency,
        # A crawler has one portal. What waits in Scrapy's downloader would still be sent after a stop.
        "CONCURRENT_REQUESTS": crawl.concurrency,
        "NEWSCRAWLER_HOURS": crawl.hours or "",
        "NEWSCRAWLER_MAX_REQUESTS": crawl.max_requests or 0,
        "NEWSCRAWLER_MAX_BYTES": crawl.max_bytes or 0,
        "NEWSCRAWLER_LEGACY_TLS": crawl.legacy_tls,
        "NEWSCRAWLER_BROWSER": portal.browser.use,
    }
    if contact := settings.get("NEWSCRAWLER_CONTACT"):
        agent = str(settings["USER_AGENT"])
        if contact not in agent:
            values["USER_AGENT"] = f"{agent.rstrip(')')}; {contact})"
    return values
