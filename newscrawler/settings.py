"""Scrapy settings of the project, for `newscrawler`, `scrapy` and scrapyd alike.

The definition of a portal overrides them for its own spider.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from scrapy.settings import default_settings

from newscrawler import __version__


def without(components: Mapping[str, int], *names: str) -> dict[str, int]:
    """Return Scrapy's components without those of these modules. Raises ValueError for a name that none of them has."""
    kept = {path: order for path, order in components.items() if not any(f".{name}" in path for name in names)}
    if len(components) != len(kept) + len(names):
        raise ValueError(f"Scrapy's own components are others than expected: {', '.join(components)}")
    return kept


BOT_NAME = "newscrawler"
SPIDER_LOADER_CLASS = "newscrawler.crawling.spider.loader.PortalSpiderLoader"
SPIDER_MODULES: list[str] = []
# `scrapy parse`, `shell`, `fetch` and `check` look at pages, and store nothing.
COMMANDS_MODULE = "newscrawler.crawling.scrapy_commands"

# Ours, each documented in docs/reference/cli.md.
NEWSCRAWLER_ARCHIVE = "data/archive.db"
"""The archive that `scrapy crawl` writes to."""
NEWSCRAWLER_CONTACT = os.environ.get("NEWSCRAWLER_CONTACT", "")
"""How the staff of a portal can reach you: an address or a page. It is part of the user agent."""
NEWSCRAWLER_MAX_LISTING_PAGES = 5_000
"""The most listing pages that one crawl reads per section. It stops endless listings."""
NEWSCRAWLER_BATCH_SIZE = 1_000
"""Records that are committed to the archive together. A crawl commits after three seconds at the latest."""

NEWSCRAWLER_CAPTURES = True
"""Record every response as it was transferred, in WARC files in `warc/<portal>/` beside the archive."""
NEWSCRAWLER_WARC_MAX_BYTES = 1024**3
"""The size at which a crawl closes a WARC file and starts the next one."""
NEWSCRAWLER_IMAGES = False
"""Fetch and capture the images of articles, too."""

NEWSCRAWLER_CHROMIUM = os.environ.get("NEWSCRAWLER_CHROMIUM", "")
"""The path of Chromium, for definitions that ask for a browser. Empty: it is looked for in the folders of `PATH`."""

# Set by the spider from the definition of its portal; a value on the command line (`-s`) has precedence.
NEWSCRAWLER_HOURS = ""
"""The hours in which the portal may be crawled. The definition sets it: `crawl.hours`."""
NEWSCRAWLER_MAX_REQUESTS = 0
"""The most requests of one crawl; 0 means no limit. The definition sets it: `crawl.max_requests`."""
NEWSCRAWLER_MAX_BYTES = 0
"""The most bytes of one crawl; 0 means no limit. The definition sets it: `crawl.max_bytes`."""
NEWSCRAWLER_LEGACY_TLS = False
"""Allow TLS 1.0 and weak ciphers. The definition sets it: `crawl.legacy_tls`."""
NEWSCRAWLER_BROWSER = ""
"""The pages that a browser loads: `listing`, `article`, `both`, or none. The definition sets it: `browser.use`."""

# Politeness.
USER_AGENT = f"newscrawler/{__version__} (archiving of public news for research)"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "newscrawler"
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 4
CONCURRENT_ITEMS = 1
"""Scrapy starts this many tasks for the output of each response. Our pipelines never wait, so one is enough."""
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 30.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 2.0
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
RETRY_HTTP_CODES = [429, 500, 502, 503, 504, 522, 524]
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    # The codings that `archive/captures/decoding.py` undoes, for crawls and for captures. Others are refused.
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
}

# Safety. Certificates are verified, no port listens, no cookie is kept. Proxies of the environment are not used: the
# address of each connection is checked, and a proxy would hide it.
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False
HTTPPROXY_ENABLED = False
REFERRER_POLICY = "same-origin"
METAREFRESH_ENABLED = False
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
TWISTED_DNS_RESOLVER = "newscrawler.crawling.downloader.network_guard.GuardedResolver"
DOWNLOAD_HANDLERS = {
    "http": "newscrawler.crawling.downloader.handler.PortalDownloadHandler",
    "https": "newscrawler.crawling.downloader.handler.PortalDownloadHandler",
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}

# Scrapy loads the class of each name here, also where its value is None, and with it libraries that nothing else needs.
# So what a crawl does not use is left out of Scrapy's own lists.
DOWNLOADER_MIDDLEWARES_BASE = without(
    default_settings.DOWNLOADER_MIDDLEWARES_BASE,
    "httpauth",
    "redirect.MetaRefreshMiddleware",
    "cookies",
    "httpproxy",
    "httpcache",
    # Ours take the places of these.
    "offsite",
    "robotstxt",
    "httpcompression",
    "retry",
)
DOWNLOADER_MIDDLEWARES = {
    "newscrawler.crawling.browser.middleware.BrowserMiddleware": 40,
    "newscrawler.crawling.middlewares.offsite.OffsiteMiddleware": 50,
    "newscrawler.crawling.middlewares.quota.QuotaMiddleware": 60,
    "newscrawler.crawling.middlewares.robotstxt.RobotsMiddleware": 100,
    "newscrawler.crawling.middlewares.retry.BackOffRetryMiddleware": 550,
    "newscrawler.crawling.middlewares.content_codings.ContentCodingsMiddleware": 590,
}
EXTENSIONS_BASE = without(default_settings.EXTENSIONS_BASE, "telnet", "remote_control", "memdebug", "feedexport")
EXTENSIONS = {
    "newscrawler.crawling.extensions.feeds.StoredFeedExporter": 0,
    "newscrawler.crawling.extensions.captures.CaptureExtension": 100,
    "newscrawler.crawling.extensions.checkpoints.CheckpointExtension": 200,
    # Evaluates each run against its history when it ends. `newscrawler crawl` does so itself, after all of its runs.
    "newscrawler.monitoring.extension.EvaluateRun": 900,
}
# `scrapy crawl ID -O out.csv` writes the columns of articles_flat.
FEED_EXPORTERS = {
    **dict.fromkeys(("jsonlines", "jsonl", "jl"), "newscrawler.crawling.extensions.feeds.StoredJsonLines"),
    "json": "newscrawler.crawling.extensions.feeds.StoredJson",
    "csv": "newscrawler.crawling.extensions.feeds.StoredCsv",
    "xml": "newscrawler.crawling.extensions.feeds.StoredXml",
    "parquet": "newscrawler.crawling.extensions.feeds.StoredParquet",
    # They would write the item itself, with parts of the crawl.
    "marshal": None,
    "pickle": None,
}
FEED_EXPORT_ENCODING = "utf-8"
ITEM_PIPELINES = {
    "newscrawler.crawling.pipelines.NormalizePipeline": 100,
    "newscrawler.crawling.pipelines.ArchivePipeline": 200,
}

# Responses of every status reach the spider, which classifies each and records what becomes of each URL.
# The spider also limits depth, hosts and lengths of URLs itself: each of these layers costs time for every page.
SPIDER_MIDDLEWARES_BASE = without(default_settings.SPIDER_MIDDLEWARES_BASE, "httperror", "urllength", "depth")
SPIDER_MIDDLEWARES = {"newscrawler.crawling.middlewares.archive_errors.ArchiveErrorsMiddleware": 100}
WARN_ON_GENERATOR_RETURN_VALUE = False
"""Scrapy would read the source of the spider's methods again for every page, 0.3 ms per page."""
LOG_LEVEL = "INFO"
