"""The text of a notification: what a mail, a webhook or a chat message says about changed alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from newscrawler.monitoring.alarms import Change
from newscrawler.research.watches import WatchedArticle
from newscrawler.text.labels import ALARM_CHANGES, message_of
from newscrawler.text.languages import N_, Language
from newscrawler.text.printable import single_line
from newscrawler.text.telling import china_time, tell

MOST_ALARMS = 30
"""Alarms that one message describes in full."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel sends."""

    subject: str
    text: str
    alarms: tuple[dict[str, Any], ...] = ()
    """The changed alarms as the archive has them; empty in a test."""
    articles: tuple[dict[str, Any], ...] = ()
    """The new articles of a watch."""


_TEST_SUBJECT = N_("newscrawler: a test of the notifications")
_TEST = N_("This is a test of the channel {channel}. It says nothing about a portal.")
_SUBJECT = N_("newscrawler: alarms {numbers} ({portals})")
_SINCE = N_("since {moment}")
_UNTIL = N_("since {moment}, until {end}")
_WATCH_SUBJECT = N_("newscrawler: {number} new articles: {name}")
_WATCH_MORE = N_("and {number} more; the search shows all.")
_MORE = N_("and {number} more; 'newscrawler health' lists all.")


def message_of_changes(changes: Sequence[Change], language: Language) -> Message:
    """Return the message about changed alarms."""
    alarms = tuple({"change": change.change, **asdict(change.alarm)} for change in changes)
    return Message(subject_of(changes, language), text_of(changes, language), alarms)


def message_of_watch(name: str, articles: Sequence[WatchedArticle], language: Language) -> Message:
    """Return the message about new articles of a watch."""
    subject = language.gettext(_WATCH_SUBJECT).format(number=len(articles), name=name)
    parts = [
        "\n".join(map(single_line, filter(None, (each.title, each.source, each.published, each.url))))
        for each in articles[:MOST_ALARMS]
    ]
    if len(articles) > MOST_ALARMS:
        parts.append(language.gettext(_WATCH_MORE).format(number=len(articles) - MOST_ALARMS))
    return Message(single_line(subject)[:200], "\n\n".join(parts), articles=tuple(map(asdict, articles)))


def message_of_test(channel: str, language: Language) -> Message:
    """Return the message by which somebody sees that a channel works."""
    return Message(language.gettext(_TEST_SUBJECT), single_line(language.gettext(_TEST).format(channel=channel)))


def subject_of(changes: Sequence[Change], language: Language) -> str:
    """Return the message in one line. An archive may come from a stranger: no line end may add a header to a mail."""
    portals = "、".join(dict.fromkeys(change.alarm.portal for change in changes))
    numbers = [
        f"{number} {language.gettext(word)}"
        for kind, word in ALARM_CHANGES.items()
        if (number := sum(change.change == kind for change in changes))
    ]
    subject = language.gettext(_SUBJECT).format(numbers=", ".join(numbers), portals=portals)
    return single_line(subject)[:200]


def text_of(changes: Sequence[Change], language: Language) -> str:
    """Return the message with one paragraph per alarm, its times in China's time."""
    parts = []
    for change in changes[:MOST_ALARMS]:
        alarm = change.alarm
        words = [
            language.gettext(message_of(code, kind))
            for code, kind in ((change.change, "change"), (alarm.kind, "alarm"))
        ]
        where = [alarm.portal, alarm.section, language.gettext(message_of(alarm.field))]
        lines = [f"[{words[0]}] {' / '.join(part for part in where if part)}: {words[1]}"]
        if change.change in ("opened", "worsened"):
            lines += [tell(alarm.message, language)[0], *alarm.samples[:3]]
        since, until = (china_time(stamp, language) for stamp in (alarm.first_seen, alarm.closed))
        lines.append(language.gettext(_UNTIL if until else _SINCE).format(moment=since, end=until))
        parts.append("\n".join(map(single_line, lines)))
    if len(changes) > MOST_ALARMS:
        parts.append(language.gettext(_MORE).format(number=len(changes) - MOST_ALARMS))
    return "\n\n".join(parts)
