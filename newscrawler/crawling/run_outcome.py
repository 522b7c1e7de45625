"""The outcome of a run: a word, a sentence, and numbers."""

from __future__ import annotations

from typing import Any

from newscrawler.archive.sections import HINT
from newscrawler.crawling.context import CrawlContext
from newscrawler.crawling.middlewares.quota import QUOTA_REACHED
from newscrawler.crawling.sweep import Sweep
from newscrawler.crawling.tally import OUTCOMES, count_of

SETTINGS = (
    "USER_AGENT", "ROBOTSTXT_OBEY", "DOWNLOAD_DELAY", "CONCURRENT_REQUESTS_PER_DOMAIN", "AUTOTHROTTLE_ENABLED",
    "DOWNLOAD_TIMEOUT", "RETRY_TIMES",
)  # fmt: skip
"""Settings that say how the portal was crawled. They are recorded with the run."""


_MANY = 5
"""Articles; fewer may be listed before their pages are there."""


def evaluate_run(context: CrawlContext, reason: str) -> tuple[str, str]:
    """Return the outcome of a run (done, incomplete, interrupted, failed), and why it is not `done`.

    `reason` is Scrapy's: `finished`, `shutdown`, `quota`, or the kind that `CrawlContext.stop` was given.
    """
    if context.fatal:
        return "failed", context.fatal
    if reason not in ("finished", "blocked", "quota"):
        return "interrupted", f"the crawl was stopped ({reason}); the next one goes on from here"
    quota = ""
    problems = []
    if reason == "quota":
        quota = f"{context.stats.get_value(QUOTA_REACHED)}; the next crawl goes on from here"
    elif context.stopped:
        problems.append(context.stopped)
    failed = [sweep for sweep in context.sweeps.values() if sweep.outcome == "failed" or sweep.repeats_its_first_page]
    problems += [f"section {sweep.name}: {sweep.reason}" for sweep in failed]
    problems += [f"section {sweep.name}: {sweep.foreign}" for sweep in context.sweeps.values() if sweep.foreign]
    problems += [f"section {one.name}: {one.unaddressed}" for one in context.sweeps.values() if one.unaddressed]
    goes_on = [f"section {sweep.name} goes on: {sign}" for sweep in context.sweeps.values() if (sign := _more(sweep))]
    problems += [*goes_on, HINT] if goes_on else []
    for kind, wording in (("failed", "could not be stored"), ("blocked", "were blocked")):
        if number := count_of(context.store.tally, kind):
            problems.append(f"{number} articles {wording}")
    if missing := _all_missing(context):
        problems.append(missing)
    if refused := context.store.writer.refused:
        problems.append(f"{refused} records were refused by the archive")
    if problems:
        return "incomplete", "; ".join([*problems, quota] if quota else problems)
    return "done", quota


def _all_missing(context: CrawlContext) -> str:
    """Return what shows that no article is where the lists say: wrong addresses, or a portal that hides its pages."""
    gone = count_of(context.store.tally, "gone")
    there = sum(count_of(context.store.tally, kind) for kind in ("new", "changed", "unchanged"))
    return (
        f"all {gone} articles that were requested answer that they are not there" if gone >= _MANY and not there else ""
    )


def _more(sweep: Sweep) -> str:
    """Return what shows that a listing goes on in a way that this sweep, or the one before, could not follow."""
    if sweep.outcome == "more":
        return sweep.reason
    is_known = sweep.outcome == "mark" and sweep.section.listing_end == "more"
    return sweep.section.listing_end_reason or "" if is_known else ""


def counts_of(context: CrawlContext) -> dict[str, Any]:
    """Return the numbers of a run, for its record."""
    stats = context.stats.get_stats()
    tally = context.store.tally
    statuses = "downloader/response_status_count/"
    counts: dict[str, Any] = {
        **{outcome: count_of(tally, outcome) for outcome in OUTCOMES},
        "filled": {
            name.removeprefix("filled "): number
            for (_, name), number in sorted(tally.items())
            if name.startswith("filled ")
        },
        "requests": stats.get("downloader/request_count", 0),
        "bytes": stats.get("downloader/response_bytes", 0),
        "retries": stats.get("retry/count", 0),
        "responses": {
            key.removeprefix(statuses): number for key, number in sorted(stats.items()) if key.startswith(statuses)
        },
        "settings": {name: context.settings.get(name) for name in SETTINGS},
        # The definition by which the portal was read. The table of portals has only that of the last crawl.
        "definition": context.portal.model_dump(mode="json", exclude_defaults=True),
        "sections": {
            sweep.name: {
                "outcome": sweep.outcome,
                "reason": sweep.lost_rule or sweep.distrust or sweep.reason,
                "pages": sweep.pages,
                "entries": sweep.entries,
                "other_links": sweep.other_links,
                "other_samples": list(sweep.samples),
            }
            for sweep in context.sweeps.values()
        },
    }
    context.template_use.add_to(counts)
    context.store.cut_off.add_to(counts)
    if learnt := context.learning.as_counts():
        counts["template"] = learnt
    return counts
