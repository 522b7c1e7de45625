"""What follows a crawl: it is held against its history, those who asked for it are told, the status says so."""

from __future__ import annotations

from collections.abc import Sequence

import click


def judge_crawl(archive: str, portals: Sequence[str]) -> bool:
    """Judge the crawls that just ended, tell of alarms; return whether alarms of these portals are open.

    What cannot be told is said on standard error and told after the next crawl: the crawl itself is done.
    """
    from newscrawler.archive import open_archive
    from newscrawler.cli.logs import printable
    from newscrawler.cli.options import clear_errors
    from newscrawler.monitoring import alarms
    from newscrawler.monitoring.config import ConfigError, load_config
    from newscrawler.monitoring.notify import notify
    from newscrawler.monitoring.review import review

    with clear_errors():
        db = open_archive(archive)
        try:
            review(db.conn, portals)
            found = alarms.list_alarms(db.conn, portals=portals)
            try:
                problems = notify(db.conn, load_config(archive))
            except ConfigError as error:
                problems = [str(error)]
        finally:
            db.conn.close()
    for alarm in found:
        where = " / ".join(part for part in (alarm.portal, alarm.section, alarm.field) if part)
        click.echo(printable(f"Alarm {alarm.id}: {where}: {alarm.message}"), err=True)
    if found:
        click.echo("'newscrawler health' shows them in full.", err=True)
    for problem in problems:
        click.echo(f"Warning: {printable(problem)}", err=True)
    return bool(found)
