"""The sample of a portal that `newscrawler check` reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.options import clear_errors

if TYPE_CHECKING:
    from newscrawler.crawling.definition_check import DefinitionReport
    from newscrawler.crawling.runner.sampling import Observe
    from newscrawler.portals import Portal


def sample_portal(
    portal: Portal,
    via: str | None,
    articles: int,
    *,
    save_to: Path | None = None,
    read_from: Path | None = None,
    observe: Observe | None = None,
) -> DefinitionReport:
    """Crawl a sample of a portal into a temporary archive and return what was found.

    The responses are saved to a folder, or taken from it, if one is given. `observe` gets the pages of
    a browser.
    """
    from contextlib import ExitStack
    from tempfile import TemporaryDirectory

    from newscrawler.cli.crawl import DEMO, served_demo, set_up_logging
    from newscrawler.cli.work_progress import shown_progress
    from newscrawler.crawling.definition_check import read_archive
    from newscrawler.crawling.options import CrawlOptions, OptionError
    from newscrawler.crawling.runner.sampling import sample

    try:
        via = CrawlOptions.of({"via": via}).via
    except OptionError as error:
        raise click.UsageError(str(error)) from None
    set_up_logging(False)
    with ExitStack() as stack:
        if portal.id == DEMO and via is None and read_from is None:
            via = served_demo(stack)
        archive = Path(stack.enter_context(TemporaryDirectory(prefix="newscrawler-check-"))) / "check.db"
        with clear_errors():
            with shown_progress("check") as progress:
                spider = sample(
                    portal,
                    archive,
                    via=via,
                    articles=articles,
                    save_to=save_to,
                    read_from=read_from,
                    progress=progress,
                    observe=observe,
                )
            report = read_archive(archive)
        if spider is None:
            report.problems.append("the crawl could not start")
        elif spider.context.fatal:
            report.problems.append(spider.context.fatal)
    return report
