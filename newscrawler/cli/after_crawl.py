"""After a crawl: its runs are compared with earlier ones, and alarms are shown and sent."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from newscrawler.cli.language import say
from newscrawler.cli.run_log import RunLog


def warn_of_config(archive: str) -> None:
    """Warn if the configuration of an archive cannot be used: its alarms would reach nobody."""
    from newscrawler.monitoring.config import ConfigError, load_config
    from newscrawler.text.printable import printable_lines

    try:
        load_config(archive)
    except ConfigError as error:
        say(f"Warning: nobody is notified of alarms: {printable_lines(str(error))}", err=True)


def evaluate_crawl(archive: str, portals: Sequence[str], log: RunLog) -> bool:
    """Evaluate the crawls that just ended and send notifications; return whether alarms of these portals are open.

    What cannot be sent gives a warning and is sent after the next crawl; the crawl itself is done.
    """
    from newscrawler.cli.options import clear_errors
    from newscrawler.monitoring.after_run import evaluate_and_notify
    from newscrawler.text.printable import printable

    with clear_errors():
        alarms, problems = evaluate_and_notify(archive, portals)
    for alarm in alarms:
        sentence = f"{alarm.id}: {alarm.where}: {alarm.message}"
        say(printable(f"Alarm {sentence}"), err=True)
        log.write(f"alarm {sentence}", logging.WARNING)
    if alarms:
        say("'newscrawler health' shows the details.", err=True)
    for problem in problems:
        say(f"Warning: {printable(problem)}", err=True)
        log.write(problem, logging.WARNING)
    if not alarms:
        log.write("no alarm is open")
    return bool(alarms)
