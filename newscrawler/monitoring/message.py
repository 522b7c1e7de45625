"""The text of a notification: what a mail, a webhook or a chat message says about changed alarms."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawler.monitoring.alarms import Change
from newscrawler.text.printable import single_line

MOST_ALARMS = 30
"""Alarms that one message describes in full."""


def subject_of(changes: Sequence[Change]) -> str:
    """Return the message in one line. An archive may come from a stranger: no line end may add a header to a mail."""
    portals = "、".join(dict.fromkeys(change.alarm.portal for change in changes))
    numbers = [
        f"{number} {kind}"
        for kind in ("opened", "worsened", "closed", "accepted")
        if (number := sum(change.change == kind for change in changes))
    ]
    return single_line(f"newscrawler: alarms {', '.join(numbers)} ({portals})")[:200]


def text_of(changes: Sequence[Change]) -> str:
    """Return the message with one paragraph per alarm."""
    parts = []
    for change in changes[:MOST_ALARMS]:
        alarm = change.alarm
        lines = [f"[{change.change}] {alarm.where}: {alarm.kind}"]
        if change.change in ("opened", "worsened"):
            lines += [alarm.message, *alarm.samples[:3]]
        lines.append(f"since {alarm.first_seen}" + (f", until {alarm.closed}" if alarm.closed else ""))
        parts.append("\n".join(map(single_line, lines)))
    if len(changes) > MOST_ALARMS:
        parts.append(f"and {len(changes) - MOST_ALARMS} more; 'newscrawler health' lists all.")
    return "\n\n".join(parts)
