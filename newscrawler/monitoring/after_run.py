"""After a crawl: compare it with its history and notify people of alarms."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from newscrawler.archive import open_archive
from newscrawler.monitoring import alarms
from newscrawler.monitoring.config import ConfigError, load_config
from newscrawler.monitoring.evaluation import evaluate_newest
from newscrawler.monitoring.notify import notify


def evaluate_and_notify(archive: str, portals: Sequence[str]) -> tuple[list[alarms.Alarm], list[str]]:
    """Evaluate the crawls of these portals that just ended, and send notifications.

    Returns the open alarms of these portals, and one sentence per channel that could not be reached. The next crawl
    tries these channels again. Raises ArchiveError and sqlite3.Error.
    """
    with closing(open_archive(archive)) as connection:
        evaluate_newest(connection, portals)
        open_alarms = alarms.list_alarms(connection, portals=portals)
        try:
            problems = notify(connection, load_config(archive))
        except ConfigError as error:
            problems = [str(error)]
    return open_alarms, problems
