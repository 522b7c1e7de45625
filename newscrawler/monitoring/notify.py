"""Notifying people of alarms: once when an alarm opens, then when it worsens, closes or is accepted. Tests of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from newscrawler.archive.database.locks import lock_notification
from newscrawler.archive.database.transaction import writing
from newscrawler.archive.errors import UserError
from newscrawler.monitoring.alarms import mark_notified, pending_changes
from newscrawler.monitoring.channels import ChannelError, send
from newscrawler.monitoring.config import Chat, Config, Mail, Webhook
from newscrawler.monitoring.message import Message, message_of_changes, message_of_test, message_of_watch
from newscrawler.research.watches import Watch, list_watches, mark_told, pending_articles
from newscrawler.text.languages import Language, languages

LOCK_SECONDS = 120.0
"""How long to wait for another process that sends notifications."""


def notify(connection: sqlite3.Connection, config: Config) -> list[str]:
    """Send each channel the changes that it has not received; return one line per problem.

    A message that could not be sent is sent again the next time.
    """
    if not config.channels:
        return []
    archive = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    # Without the lock, crawls that end together would both send the same changes.
    lock = lock_notification(archive, seconds=LOCK_SECONDS)
    if lock is None:
        return ["another process has been sending notifications for too long; the next run tries again"]
    try:
        language = languages()[config.language]
        problems = [_notify_channel(connection, channel, language) for channel in config.channels]
        watches = list_watches(connection)
        problems += [
            _tell_watch(connection, channel, watch, language) for channel in config.channels for watch in watches
        ]
        return [problem for problem in problems if problem]
    finally:
        lock.release()


def _notify_channel(connection: sqlite3.Connection, channel: Mail | Webhook | Chat, language: Language) -> str:
    """Send one channel its pending changes; return the problem, or ''."""
    changes = pending_changes(connection, channel.name)
    if not changes:
        return ""
    message = message_of_changes(changes, language)
    return _send(connection, channel, message, lambda: mark_notified(connection, channel.name, changes))


def _tell_watch(
    connection: sqlite3.Connection, channel: Mail | Webhook | Chat, watch: Watch, language: Language
) -> str:
    """Tell one channel of the new articles of a watch; return the problem, or ''."""
    try:
        articles = pending_articles(connection, watch, channel.name)
    except UserError as error:
        return f"watch {watch.name}: {error}"
    if not articles:
        return ""
    message = message_of_watch(watch.name, articles, language)
    return _send(connection, channel, message, lambda: mark_told(connection, watch, channel.name, articles))


def _send(
    connection: sqlite3.Connection, channel: Mail | Webhook | Chat, message: Message, mark: Callable[[], None]
) -> str:
    """Send a message; when it was sent, `mark` what it tells, in a transaction. Return the problem, or ''."""
    try:
        warning = send(channel, message)
    except ChannelError as error:
        return f"channel {channel.name}: {error}; the next run tries again"
    with writing(connection):
        mark()
    return f"channel {channel.name}: {warning}" if warning else ""


def send_test(channel: Mail | Webhook | Chat, config: Config) -> str:
    """Send a test message through a channel; return the problem, or ''."""
    try:
        return send(channel, message_of_test(channel.name, languages()[config.language]))
    except ChannelError as error:
        return str(error)
