"""What a crawl came to, in a word, a sentence and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newscrawler.crawling.spider.spider import PortalSpider

OUTCOMES = (
    "listed", "new", "changed", "unchanged", "kept", "failed", "blocked", "gone", "skipped", "blocked listings",
)  # fmt: skip


SETTINGS = (
    "USER_AGENT", "ROBOTSTXT_OBEY", "DOWNLOAD_DELAY", "CONCURRENT_REQUESTS_PER_DOMAIN", "AUTOTHROTTLE_ENABLED",
    "DOWNLOAD_TIMEOUT", "RETRY_TIMES",
)  # fmt: skip
"""Settings that say how a portal was asked; they are kept with the run."""


def evaluate_run(spider: PortalSpider, reason: str) -> tuple[str, str]:
    """Return the outcome of a run (done, incomplete, interrupted, failed) and why it is not `done`.

    `reason` is Scrapy's: `finished`, `shutdown`, or the kind that `PortalSpider.stop` was given.
    """
    if spider.fatal:
        return "failed", spider.fatal
    if reason not in ("finished", "blocked", "allowance"):
        return "interrupted", f"the crawl was stopped ({reason}); the next one goes on from here"
    used_up = f"{spider.stopped}; the next crawl goes on from here" if reason == "allowance" else ""
    problems = [spider.stopped] if spider.stopped and not used_up else []
    failed = [sweep for sweep in spider.sweeps.values() if sweep.outcome == "failed"]
    problems += [f"section {sweep.name}: {sweep.reason}" for sweep in failed]
    for kind, wording in (("failed", "could not be stored"), ("blocked", "were blocked")):
        if number := spider.ledger.count(kind):
            problems.append(f"{number} articles {wording}")
    if spider.ledger.refused:
        problems.append(f"{spider.ledger.refused} records were refused by the archive")
    if problems:
        return "incomplete", "; ".join([*problems, used_up] if used_up else problems)
    return "done", used_up


def counts_of(spider: PortalSpider) -> dict[str, Any]:
    """Return the numbers of a run, for its record."""
    stats = spider.crawler.stats.get_stats()
    prefix = "downloader/response_status_count/"
    ledger = spider.ledger
    return {
        **{outcome: ledger.count(outcome) for outcome in OUTCOMES},
        "filled": {
            name.removeprefix("filled "): number
            for (_, name), number in sorted(ledger.tally.items())
            if name.startswith("filled ")
        },
        "requests": stats.get("downloader/request_count", 0),
        "bytes": stats.get("downloader/response_bytes", 0),
        "retries": stats.get("retry/count", 0),
        "responses": {
            key.removeprefix(prefix): number for key, number in sorted(stats.items()) if key.startswith(prefix)
        },
        "settings": {name: spider.crawler.settings.get(name) for name in SETTINGS},
        # What the portal was read by; the table of portals has that of the last crawl only.
        "definition": spider.portal.model_dump(mode="json", exclude_defaults=True),
        "sections": {
            sweep.name: {
                "outcome": sweep.outcome,
                "reason": sweep.lost_rule or sweep.distrust or sweep.reason,
                "pages": sweep.pages,
                "entries": sweep.entries,
            }
            for sweep in spider.sweeps.values()
        },
    }
