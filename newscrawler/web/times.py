"""Times as people read them: in China's time with its zone; the title attribute has the same moment in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from markupsafe import Markup

from newscrawler.text.clock import CHINA
from newscrawler.text.telling import ZONE

_LONGEST = 40
_HAS_TIME = 11
"""A published text with more characters than this has a time beside its date."""
_TIME = Markup('<time datetime="{}" title="{} UTC">{} {}</time>')


def moment(stamp: str | None, gettext: Callable[[str], str]) -> Markup | str:
    """Return a moment as an element `time`: China's time and its zone.

    `stamp` is ISO 8601; without an offset it is in UTC. What is not a time is returned as it is, and None as nothing.
    """
    if not stamp:
        return ""
    try:
        known = datetime.fromisoformat(stamp) if len(stamp) <= _LONGEST else None
        if known is None:
            return stamp
        utc = known.replace(tzinfo=UTC) if known.tzinfo is None else known.astimezone(UTC)
        china = utc.astimezone(CHINA)
    except (ValueError, OverflowError):
        return stamp
    return _TIME.format(f"{utc:%Y-%m-%dT%H:%M:%SZ}", f"{utc:%Y-%m-%d %H:%M}", f"{china:%Y-%m-%d %H:%M}", gettext(ZONE))


def published(text: str | None, gettext: Callable[[str], str]) -> Markup | str:
    """Return when a portal published an article, as precise as its page was: a moment, or only the day."""
    if not text:
        return ""
    if len(text) >= _HAS_TIME:
        return moment(text, gettext)
    return Markup('<time datetime="{}">{}</time>').format(text, text)
