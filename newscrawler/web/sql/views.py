"""What SQL can read: the open views, by name."""

from __future__ import annotations

ARCHIVE_VIEWS = ("articles_flat", "article_versions", "article_credits", "article_annotations", "reprints")
"""Views of the archive itself. They leave out suppressed articles."""

ALARMS = ("alarm_history", "alarms")
"""The view of alarms without the pages that they name, and its table. A text that names a suppressed article is NULL
here."""
ALARM_COLUMNS = (
    *("id", "portal", "section", "field", "kind", "state", "level", "before", "after", "first_run", "last_run"),
    *("first_seen", "last_seen", "closed"),
)
TABLES = ("portals", "sections", "runs", "sweeps", "robots", "run_measures")
"""Tables about crawls. Each is a view of all its columns; a text that names a suppressed article is NULL."""

OPEN = (*ARCHIVE_VIEWS[:4], ALARMS[0], *ARCHIVE_VIEWS[4:], *TABLES)
"""Every name that a query can read, in the order of the page."""
