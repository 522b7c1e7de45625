"""How the rows of several archives become the rows of one: one rule per table.

Rows with the same key become one row. Which of them gives its values, and which values are computed over all of them,
does not depend on the order of the archives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """The rule of a table. Pointers are translated first, so keys and orders refer to new row numbers."""

    name: str
    key: tuple[str, ...]
    best: str = ""
    """SQL: the order of rows of one key; the first gives its values. Ties are broken by all columns."""
    over_all: Mapping[str, str] = field(default_factory=dict)
    """Column to an SQL window function over the rows of one key; `{rows}` stands for the window's partition."""
    pointers: Mapping[str, str] = field(default_factory=dict)
    """Column to the table that it points to, which comes earlier in `TABLES` or is the same one."""
    number: str = ""
    """The column with the archive's own row number, which is assigned again."""
    sort: tuple[str, ...] = ()
    """The order of row numbers: columns that are equal in all rows of one key."""
    helpers: Mapping[str, str] = field(default_factory=dict)
    """Further columns for `key`, `best`, `over_all` and `sort`: SQL on a row `x` of the archive `{archive}`."""
    reach: str = ""
    """SQL, for taking in a part: the rows `x` of the target that may have the key of a row in the table `incoming`, or
    that a statement of `before` may change because of one. Empty: the key's columns are columns of the table."""
    before: tuple[str, ...] = ()
    """Statements on the staged rows (table `staged`; the selected ones have `place = 1`) before they are inserted."""


def _first(column: str) -> str:
    return f"min({column}) OVER ({{rows}})"


def _last(column: str) -> str:
    return f"max({column}) OVER ({{rows}})"


_LATEST_RUN = "coalesce((SELECT max(r.started) FROM {archive}.runs r WHERE r.portal = x.id), '')"
_FIRST_SWEEP = """coalesce((SELECT min(r.started || r.key) FROM {archive}.sweeps w JOIN {archive}.runs r ON r.id = w.run
  WHERE w.section = x.id), '~') || printf('#%09d', x.id)"""
_LAST_SWEEP = "coalesce((SELECT max(w.started) FROM {archive}.sweeps w WHERE w.section = x.id), '')"
_RUN_KEY = "(SELECT r.key FROM {archive}.runs r WHERE r.id = x.run)"
_REPEATED = "row_number() OVER (PARTITION BY {columns} ORDER BY x.id)"
_EVENT = ("run", "kind", "url", "section", "reason", "seen")
_SETTLED = """CASE WHEN x.article IS NOT NULL THEN 5 WHEN x.state = 'gone' THEN 4
  WHEN x.state IN ('failed', 'blocked') AND x.next_try IS NULL THEN 3 WHEN x.state IN ('failed', 'blocked') THEN 2
  WHEN x.state = 'foreign' THEN 0 ELSE 1 END"""
_AGREED = """CASE WHEN min(fingerprint) OVER ({rows}) = max(fingerprint) OVER ({rows})
    AND count(*) OVER ({rows}) = dense_rank() OVER (PARTITION BY cursor ORDER BY archive)
      + dense_rank() OVER (PARTITION BY cursor ORDER BY archive DESC) - 1
  THEN fingerprint ELSE x'' END"""

_LATEST_WITH = "first_value({name}) OVER ({rows} ORDER BY {name} = '', last_seen DESC, {name})"
# The newspaper page of the latest archive that knows it; name and number come from one row.
_PAGE = """first_value({name}) OVER ({rows}
  ORDER BY coalesce(page, page_no) IS NULL, last_seen DESC, page_no, page)"""

TABLES = (
    # The definition of the latest crawl.
    Table("portals", ("id",), best="latest DESC", helpers={"latest": _LATEST_RUN}),
    # A finished run says more than the same run while it was running.
    Table(
        "runs",
        ("key",),
        best="finished IS NULL, finished DESC",
        over_all={"started": _first("started")},
        number="id",
        # Of a crawl and an import of one second, the crawl is the first: what both read stays if the import is undone.
        sort=("started", "is_import"),
        helpers={"is_import": "x.command = 'import'"},
    ),
    # Of equal events of one run, the largest number in one archive is kept.
    Table(
        "run_events",
        (*_EVENT, "repeated"),
        over_all={"old": _first("old")},
        pointers={"run": "runs"},
        number="id",
        sort=("run", "seen", "old"),
        reach="x.run IN (SELECT run FROM incoming)",
        helpers={"repeated": _REPEATED.format(columns=", ".join(f"x.{name}" for name in _EVENT))},
    ),
    Table("robots", ("run", "host"), best="fetched DESC", pointers={"run": "runs"}),
    Table("run_timestamps", ("run", "authority", "stamped"), pointers={"run": "runs"}),
    Table("run_measures", ("run", "section"), pointers={"run": "runs"}),
    # What one of the archives has not read again is read again.
    Table(
        "templates",
        ("portal", "run"),
        best="learnt DESC",
        over_all={"read_again": _first("read_again")},
        pointers={"run": "runs"},
    ),
    # The mark that reaches farthest back. Whether it is still true is checked after the merge.
    Table(
        "sections",
        ("portal", "name"),
        best="""complete_run IS NULL, complete_back_to <> 'beginning', complete_back_to, complete_run DESC,
          last_sweep DESC""",
        over_all={"deep_sweep_at": _last("deep_sweep_at"), "first_sweep": _first("first_sweep")},
        pointers={"complete_run": "runs"},
        number="id",
        sort=("first_sweep", "portal", "name"),
        helpers={"first_sweep": _FIRST_SWEEP, "last_sweep": _LAST_SWEEP},
    ),
    Table(
        "sweeps",
        ("section", "run"),
        best="finished IS NULL, finished DESC",
        pointers={"section": "sections", "run": "runs"},
        number="id",
        sort=("run", "section"),
    ),
    Table(
        "captures",
        ("file", "offset", "unfiled"),
        over_all={"fetched": _first("fetched")},
        pointers={"run": "runs", "refers_to": "captures"},
        number="id",
        sort=("fetched", "file", "offset", "unfiled"),
        reach="""x.id IN (
          SELECT c.id FROM incoming i CROSS JOIN main.captures c ON c.file = i.file AND c.offset = i.offset
          UNION ALL SELECT c.id FROM incoming i CROSS JOIN main.captures c ON c.url = i.url AND c.fetched = i.fetched
          WHERE i.file IS NULL AND c.file IS NULL)""",
        helpers={
            "unfiled": "CASE WHEN x.file IS NULL THEN json_array("
            f"{_RUN_KEY}, x.kind, x.url, x.fetched, x.status, x.digest) END"
        },
    ),
    # The status of the latest request. The section that listed the article first.
    Table(
        "articles",
        ("id",),
        best="requested DESC, last_seen DESC",
        over_all={
            "first_seen": _first("first_seen"),
            "last_seen": _last("last_seen"),
            "listed_date": _first("listed_date"),
            "url": "first_value(url) OVER ({rows} ORDER BY first_seen, url)",
            "listed_source": "first_value(listed_source) OVER ({rows} ORDER BY listed_source IS NULL, first_seen, "
            "listed_source)",
            **{name: _PAGE.format(name=name, rows="{rows}") for name in ("page", "page_no")},
            "section": "first_value(section) OVER ({rows} ORDER BY section IS NULL, section_listed, section)",
            "stored": _first("stored"),
        },
        pointers={"section": "sections"},
        number="n",
        sort=("stored", "id"),
        helpers={
            "stored": "x.first_seen || printf('#%012d', x.n)",
            "requested": "coalesce((SELECT max(u.last_fetched) FROM {archive}.urls u "
            "WHERE u.article = x.n), x.last_seen)",
            "section_listed": "(SELECT min(l.first_listed) FROM {archive}.article_sections l "
            "WHERE l.article = x.n AND l.section = x.section)",
        },
    ),
    # The more settled state: stored, gone, given up, to be retried, pending, foreign; of equal ones the latest.
    Table(
        "urls",
        ("portal", "identity"),
        best="settled DESC, coalesce(last_fetched, '') DESC",
        over_all={"first_seen": _first("first_seen"), "first_found": _first("first_found")},
        pointers={"article": "articles"},
        number="id",
        sort=("first_found", "portal", "identity"),
        helpers={"settled": _SETTLED, "first_found": "x.first_seen || printf('#%012d', x.id)"},
    ),
    Table("url_aliases", ("portal", "alias"), best="url", pointers={"url": "urls"}),
    Table(
        "listing_sightings",
        ("section", "url", "title", "listed_date"),
        best="page_name || page_no = '', last_seen DESC",
        over_all={
            "first_seen": _first("first_seen"),
            "last_seen": _last("last_seen"),
            "first_run": _first("first_run"),
            "last_run": _last("last_run"),
            "first_found": _first("first_found"),
            **{name: _LATEST_WITH.format(name=name, rows="{rows}") for name in ("source", "data_keys")},
        },
        pointers={"section": "sections", "url": "urls", "first_run": "runs", "last_run": "runs"},
        number="id",
        sort=("first_found", "section", "url", "title", "listed_date"),
        helpers={"first_found": "x.first_seen || printf('#%012d', x.id)"},
    ),
    Table(
        "article_sections",
        ("article", "section"),
        best="last_listed DESC",
        over_all={"first_listed": _first("first_listed"), "last_listed": _last("last_listed")},
        pointers={"article": "articles", "section": "sections"},
    ),
    # The target's own log decides. Of the inputs, none can lift what another one suppresses: they may be a stranger's.
    Table(
        "suppressions",
        ("article", "since", "by", "reason"),
        best="own DESC, lifted IS NOT NULL, lifted",
        helpers={"own": "'{archive}' = 'main'"},
        number="id",
        sort=("since", "article", "by", "reason"),
    ),
    # A run that ended says more than the same run before.
    Table(
        "annotation_runs",
        ("key",),
        best="finished IS NULL, finished DESC",
        number="id",
        sort=("started", "key"),
    ),
    Table(
        "annotations",
        ("annotation_run", "article", "content_hash", "text", "position"),
        pointers={"annotation_run": "annotation_runs"},
    ),
    Table(
        "vectors",
        ("annotation_run", "article", "content_hash", "text"),
        pointers={"annotation_run": "annotation_runs"},
        number="id",
        sort=("annotation_run", "article", "content_hash", "text"),
    ),
    # The target's own watch of a name stays.
    Table(
        "watches",
        ("name",),
        best="own DESC, created",
        helpers={"own": "'{archive}' = 'main'"},
        number="id",
        sort=("name",),
    ),
    Table("watch_notifications", ("watch", "channel", "article"), best="sent", pointers={"watch": "watches"}),
    # An alarm that was closed in one archive is closed; of one subject, the alarm seen last stays open.
    Table(
        "alarms",
        ("portal", "section", "field", "kind", "first_seen"),
        best="state = 'open', last_seen DESC",
        over_all={"last_seen": _last("last_seen"), "level": _last("level")},
        pointers={"first_run": "runs", "last_run": "runs"},
        number="id",
        sort=("first_seen", "portal", "section", "field", "kind"),
        reach="""(x.portal, x.section, x.field, x.kind) IN (SELECT portal, section, field, kind FROM incoming)""",
        before=(
            """UPDATE staged AS s SET state = 'closed', closed = last_seen
               WHERE place = 1 AND state = 'open' AND EXISTS (
                 SELECT 1 FROM staged o WHERE o.place = 1 AND o.state = 'open'
                   AND (o.portal, o.section, o.field, o.kind) = (s.portal, s.section, s.field, s.kind)
                   AND (o.last_seen, o.new) > (s.last_seen, s.new))""",
        ),
    ),
    Table(
        "notifications",
        ("alarm", "channel", "change", "level", "sent"),
        pointers={"alarm": "alarms"},
    ),
    Table("parcels", ("id",), best="taken"),
    # An article that not all archives exported in the same state under a cursor is exported again.
    Table("export_cursors", ("name", "filter"), best="exported", number="id", sort=("name", "filter")),
    Table(
        "export_states",
        ("cursor", "article"),
        over_all={"fingerprint": _AGREED},
        pointers={"cursor": "export_cursors"},
    ),
)
"""In the order in which they are merged."""

VERSION_TABLES = ("credits", "images", "attachments", "version_pages")
"""Tables whose rows belong to a version and are copied with it."""

NOT_MERGED = ("bookmarks", "replaced_files")
"""Tables that are valid only in their own archive: a bookmark refers to the listing as one crawl saw it, a replaced
file was in the folder of that archive. The collector of a fleet gets all runs in their order, and so the bookmarks."""
