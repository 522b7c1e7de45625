"""What SQL can read: the open views, by name."""

from __future__ import annotations

from newscrawler.archive.columns import NOT_SUPPRESSED

ARCHIVE_VIEWS = ("articles_flat", "reprints")
"""Views of the archive itself. They leave out suppressed articles."""

OWN_VIEWS = {
    "article_versions": f"""SELECT a.id AS article, v.number, v.title, v.source, v.published,
      v.published_date,
      v.summary, x.body, v.char_count, v.article_type, v.cms, v.encoding, v.extractor, v.content_hash, v.seen_from,
      v.seen_to
      FROM articles a JOIN versions v ON v.article = a.n JOIN texts x ON x.hash = v.text WHERE {NOT_SUPPRESSED}""",
    "article_credits": f"""SELECT a.id AS article, v.number, c.position, c.part, c.role, c.name, c.outlet
      FROM articles a JOIN versions v ON v.article = a.n JOIN credits c ON c.version = v.id WHERE {NOT_SUPPRESSED}""",
}
"""Views for SQL only: the versions and credits of articles."""

ALARMS = ("alarm_history", "alarms")
"""A view of alarms without the pages that they name, and its table."""
ALARM_COLUMNS = (
    *("id", "portal", "section", "field", "kind", "state", "level", "before", "after", "first_run", "last_run"),
    *("first_seen", "last_seen", "closed"),
)
TABLES = ("portals", "sections", "runs", "sweeps", "robots", "run_measures")
"""Tables about crawls. Each is a view of all its columns; a text that names a suppressed article is NULL."""

OPEN = (*ARCHIVE_VIEWS[:1], *OWN_VIEWS, ALARMS[0], *ARCHIVE_VIEWS[1:], *TABLES)
"""Every name that a query can read, in the order of the page."""
