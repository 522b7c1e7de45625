"""What follows a crawl: it is held against its history, and those who asked for it are told."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from newscrawler.archive import open_archive
from newscrawler.monitoring import alarms
from newscrawler.monitoring.config import ConfigError, load_config
from newscrawler.monitoring.notify import notify
from newscrawler.monitoring.review import review


def judge(archive: str, portals: Sequence[str]) -> tuple[list[alarms.Alarm], list[str]]:
    """Judge the crawls of these portals that just ended, and tell of alarms.

    Returns the alarms of these portals that are open, and what kept channels from being told, a sentence each; that is
    told after the next crawl. Raises ArchiveError and sqlite3.Error.
    """
    with closing(open_archive(archive).conn) as connection:
        review(connection, portals)
        found = alarms.list_alarms(connection, portals=portals)
        try:
            problems = notify(connection, load_config(archive))
        except ConfigError as error:
            problems = [str(error)]
    return found, problems
