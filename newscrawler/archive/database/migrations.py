"""The archive's tables and the migrations that lead to them.

A migration that has been released is never edited; a change of the schema is a new migration at the end.
Times of our own clock are UTC (`2026-07-10T01:30:00Z`); dates of the portals keep their +08:00.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from newscrawler.archive import bookmarks
from newscrawler.archive.columns import view_sql
from newscrawler.archive.indexing import fulltext as search_index
from newscrawler.archive.indexing import reprints

migrations = Migrations("newscrawler")

_TABLES = """
CREATE TABLE portals (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  province TEXT NOT NULL,
  province_code TEXT NOT NULL,
  homepage TEXT NOT NULL,
  definition TEXT NOT NULL                    -- the definition of the last crawl, as JSON
) STRICT;

-- One row a crawl of one portal. `key` names a run in papers and survives a merge of archives; `id` does not.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  portal TEXT NOT NULL REFERENCES portals(id),
  command TEXT NOT NULL,
  arguments TEXT NOT NULL,                    -- JSON
  program TEXT NOT NULL,                      -- version of newscrawler
  started TEXT NOT NULL,
  finished TEXT,
  outcome TEXT NOT NULL DEFAULT 'running'
    CHECK (outcome IN ('running', 'done', 'incomplete', 'interrupted', 'failed')),
  reason TEXT,
  counts TEXT NOT NULL DEFAULT '{}'           -- JSON: requests, responses by status, new, changed, ...
) STRICT;
CREATE INDEX runs_portal ON runs(portal, started);

-- What a run skipped, met or could not do, with the reason: samples, while runs.counts has the totals.
CREATE TABLE run_events (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs(id),
  kind TEXT NOT NULL,                         -- skipped, failed, blocked, gone, robots, warning
  url TEXT,
  section TEXT,
  reason TEXT NOT NULL,
  seen TEXT NOT NULL
) STRICT;
CREATE INDEX run_events_run ON run_events(run);

CREATE TABLE robots (
  run INTEGER NOT NULL REFERENCES runs(id),
  host TEXT NOT NULL,
  status INTEGER,                             -- NULL: no answer
  verdict TEXT NOT NULL,                      -- rules, allow-all, disallow-all
  body TEXT,
  fetched TEXT NOT NULL,
  PRIMARY KEY (run, host)
) STRICT, WITHOUT ROWID;

CREATE TABLE sections (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL REFERENCES portals(id),
  name TEXT NOT NULL,
  city TEXT,
  city_code TEXT,
  url TEXT NOT NULL,
  -- The mark: everything listed down to `complete_back_to` (a date, or 'beginning') was settled by the end of
  -- `complete_run`; what a later run is the first to list lies above the mark.
  complete_back_to TEXT,
  complete_run INTEGER REFERENCES runs(id),
  deep_sweep_at TEXT,                         -- the last sweep that reached the end of the listing
  UNIQUE (portal, name)
) STRICT;

-- One row a walk through a section's listing pages.
CREATE TABLE sweeps (
  id INTEGER PRIMARY KEY,
  section INTEGER NOT NULL REFERENCES sections(id),
  run INTEGER NOT NULL REFERENCES runs(id),
  started TEXT NOT NULL,
  finished TEXT,
  pages INTEGER NOT NULL DEFAULT 0,
  entries INTEGER NOT NULL DEFAULT 0,
  new_entries INTEGER NOT NULL DEFAULT 0,
  outcome TEXT NOT NULL DEFAULT 'running',    -- end, mark, since, limit, cut, failed, empty
  reason TEXT,
  UNIQUE (section, run)
) STRICT;

-- Every document that a listing showed: its state of fetching. `identity` folds the forms of one URL.
CREATE TABLE urls (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL REFERENCES portals(id),
  identity TEXT NOT NULL,
  url TEXT NOT NULL,                          -- as found: what is fetched
  state TEXT NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'done', 'failed', 'blocked', 'gone', 'foreign')),
  reason TEXT,
  status INTEGER,                             -- of the last answer
  tries INTEGER NOT NULL DEFAULT 0,           -- failed or blocked attempts in a row
  next_try TEXT,                              -- NULL in a failed or blocked URL: given up
  etag TEXT,
  last_modified TEXT,
  first_seen TEXT NOT NULL,
  last_fetched TEXT,
  missing_since TEXT,                         -- first 404 or 410 of a document whose article is stored
  article INTEGER REFERENCES articles(n),
  UNIQUE (portal, identity)
) STRICT;
CREATE INDEX urls_state ON urls(portal, state, next_try);
CREATE INDEX urls_article ON urls(article);

CREATE TABLE url_aliases (
  portal TEXT NOT NULL REFERENCES portals(id),
  alias TEXT NOT NULL,                        -- another form under which the document was seen
  url INTEGER NOT NULL REFERENCES urls(id),
  PRIMARY KEY (portal, alias)
) STRICT, WITHOUT ROWID;

-- What the listings showed, one row for each section, document, title and date; seen again only moves `last_*`.
CREATE TABLE listing_sightings (
  id INTEGER PRIMARY KEY,
  section INTEGER NOT NULL REFERENCES sections(id),
  url INTEGER NOT NULL REFERENCES urls(id),
  title TEXT NOT NULL,
  listed_date TEXT NOT NULL DEFAULT '',       -- '' where the listing shows no date
  pinned INTEGER NOT NULL DEFAULT 0,
  page INTEGER NOT NULL,                      -- of the last sighting, from 1
  position INTEGER NOT NULL,                  -- on that page, from 1
  first_run INTEGER NOT NULL REFERENCES runs(id),
  last_run INTEGER NOT NULL REFERENCES runs(id),
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  UNIQUE (section, url, title, listed_date)
) STRICT;
CREATE INDEX listing_sightings_url ON listing_sightings(url);

CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs(id),
  kind TEXT NOT NULL,                         -- article, listing, homepage, robots, image
  url TEXT NOT NULL,
  fetched TEXT NOT NULL,
  status INTEGER NOT NULL,
  file TEXT,                                  -- WARC, relative to the folder beside the archive
  offset INTEGER,
  length INTEGER,
  digest TEXT NOT NULL                        -- sha256 of the payload as received, before decompression
) STRICT;
CREATE INDEX captures_url ON captures(url, fetched);

CREATE TABLE texts (
  hash TEXT PRIMARY KEY,                      -- sha256 of body and body_html
  body TEXT NOT NULL,                         -- one paragraph a line
  body_html TEXT NOT NULL
) STRICT;

-- `id` is stable: a hash of the portal and the document's key. `n` is this archive's own row number.
CREATE TABLE articles (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  portal TEXT NOT NULL REFERENCES portals(id),
  key TEXT NOT NULL,                          -- cms:document-id, else the identity of the URL
  url TEXT NOT NULL,
  section INTEGER REFERENCES sections(id),    -- the first that listed it
  listed_date TEXT,
  version INTEGER REFERENCES versions(id),    -- the newest
  version_count INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'live' CHECK (status IN ('live', 'gone', 'blocked', 'unknown')),
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  UNIQUE (portal, key)
) STRICT;
CREATE INDEX articles_section ON articles(section);

CREATE TABLE versions (
  id INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles(n),
  number INTEGER NOT NULL,                    -- 1 is the first that was seen
  content_hash TEXT NOT NULL,                 -- of title and body: what makes a version
  text TEXT NOT NULL REFERENCES texts(hash),
  title TEXT NOT NULL,
  subtitle TEXT,
  source TEXT,
  published TEXT,
  published_date TEXT,
  published_evidence TEXT,                    -- page, url, listing
  summary TEXT,
  keywords TEXT,
  article_type TEXT NOT NULL,
  language TEXT NOT NULL,
  char_count INTEGER NOT NULL,
  image_count INTEGER NOT NULL,
  city TEXT,                                  -- what title or dateline name
  city_code TEXT,
  county TEXT,
  county_code TEXT,
  cms TEXT,
  encoding TEXT NOT NULL,
  extractor TEXT NOT NULL,                    -- version of the rules
  provenance TEXT NOT NULL,                   -- JSON: field -> rule, raw text, confidence
  run INTEGER NOT NULL REFERENCES runs(id),
  capture INTEGER REFERENCES captures(id),
  seen_from TEXT NOT NULL,
  seen_to TEXT NOT NULL,
  UNIQUE (article, number)
) STRICT;
CREATE INDEX versions_published ON versions(published_date);
CREATE INDEX versions_source ON versions(source);

CREATE TABLE credits (
  version INTEGER NOT NULL REFERENCES versions(id),
  position INTEGER NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('editor', 'author', 'other')),
  role TEXT NOT NULL,                         -- 记者, 通讯员, 编辑, ...
  name TEXT NOT NULL,
  outlet TEXT,
  raw TEXT NOT NULL,
  PRIMARY KEY (version, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX credits_name ON credits(name);

CREATE TABLE images (
  version INTEGER NOT NULL REFERENCES versions(id),
  position INTEGER NOT NULL,
  url TEXT NOT NULL,
  caption TEXT NOT NULL,
  PRIMARY KEY (version, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE attachments (
  version INTEGER NOT NULL REFERENCES versions(id),
  position INTEGER NOT NULL,
  url TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (version, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE article_sections (
  article INTEGER NOT NULL REFERENCES articles(n),
  section INTEGER NOT NULL REFERENCES sections(id),
  first_listed TEXT NOT NULL,                 -- our clock
  last_listed TEXT NOT NULL,
  position INTEGER NOT NULL,                  -- on its page at the last sighting
  PRIMARY KEY (article, section)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_sections_section ON article_sections(section);
"""


@migrations(name="0001_first")
def _first(db: Database) -> None:
    # Not executescript: it would commit the transaction that holds the migration.
    for statement in _statements(_TABLES):
        db.conn.execute(statement)
    db.conn.execute(view_sql())


_CAPTURES = """
-- The capture whose payload a revisit stands for; NULL in one that holds its own.
ALTER TABLE captures ADD COLUMN refers_to INTEGER REFERENCES captures(id);
CREATE UNIQUE INDEX captures_place ON captures(file, offset) WHERE file IS NOT NULL;

-- The further pages of an article of several; the first is versions.capture.
CREATE TABLE version_pages (
  version INTEGER NOT NULL REFERENCES versions(id),
  page INTEGER NOT NULL,                      -- from 2
  capture INTEGER NOT NULL REFERENCES captures(id),
  PRIMARY KEY (version, page)
) STRICT, WITHOUT ROWID;
"""


@migrations(name="0004_captures")
def _captures(db: Database) -> None:
    for statement in _statements(_CAPTURES):
        db.conn.execute(statement)


def _statements(script: str) -> list[str]:
    """Split at the semicolons that end a line; a comment never ends with one."""
    return [statement for part in script.split(";\n") if (statement := part.strip())]


_SUPPRESSION = """
-- The log of takedowns: an article with a row that is not lifted is hidden. `article` is the stable id.
CREATE TABLE suppressions (
  id INTEGER PRIMARY KEY,
  article TEXT NOT NULL REFERENCES articles(id),
  reason TEXT NOT NULL,
  by TEXT NOT NULL,                           -- the user's name on the machine
  since TEXT NOT NULL,
  lifted TEXT,
  lifted_by TEXT,
  lifted_reason TEXT
) STRICT;
CREATE INDEX suppressions_active ON suppressions(article) WHERE lifted IS NULL;
"""


# Before the index and the clusters, which leave hidden articles out.
@migrations(name="0005_suppression")
def _suppression(db: Database) -> None:
    _run(db, _SUPPRESSION)
    db.conn.execute("DROP VIEW articles_flat")
    db.conn.execute(view_sql())


@migrations(name="0002_search")
def _search(db: Database) -> None:
    _run(db, search_index.TABLES)
    search_index.rebuild_index(db.conn)


@migrations(name="0003_reprints")
def _reprints(db: Database) -> None:
    _run(db, reprints.TABLES)
    db.conn.execute(reprints.VIEW)
    reprints.rebuild_clusters(db.conn)


_ALARMS = """
-- What a run met in a section, as tallies: the history that later runs are held against. '' is no section.
CREATE TABLE run_measures (
  run INTEGER NOT NULL REFERENCES runs(id),
  section TEXT NOT NULL,
  measures TEXT NOT NULL,                     -- JSON, written by newscrawler.monitoring.measures
  PRIMARY KEY (run, section)
) STRICT, WITHOUT ROWID;
CREATE INDEX versions_run ON versions(run);

-- One row a time that something went wrong; what it is about is portal, section ('': all), field ('': none), kind.
CREATE TABLE alarms (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL REFERENCES portals(id),
  section TEXT NOT NULL,
  field TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'accepted')),
  level REAL NOT NULL,                        -- how bad, 0 to 1; the worst so far
  message TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  samples TEXT NOT NULL DEFAULT '[]',         -- JSON: URLs that show it
  first_run INTEGER REFERENCES runs(id),      -- NULL: a run that did not happen
  last_run INTEGER REFERENCES runs(id),
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  closed TEXT
) STRICT;
CREATE UNIQUE INDEX alarms_open ON alarms(portal, section, field, kind) WHERE state = 'open';

-- What was told of an alarm, and through which channel.
CREATE TABLE alarm_notices (
  alarm INTEGER NOT NULL REFERENCES alarms(id),
  channel TEXT NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('opened', 'worsened', 'closed', 'accepted')),
  level REAL NOT NULL,
  sent TEXT NOT NULL
) STRICT;
CREATE INDEX alarm_notices_alarm ON alarm_notices(alarm, channel);
"""


@migrations(name="0006_alarms")
def _alarms(db: Database) -> None:
    _run(db, _ALARMS)


_EXPORT_MARKS = """
-- What `export --since-last` has given out: one row a name and filter.
CREATE TABLE export_marks (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  filter TEXT NOT NULL,                       -- JSON
  exported TEXT NOT NULL,                     -- the last export
  UNIQUE (name, filter)
) STRICT;

-- The articles of a mark, as they were given out. `article` is the stable id; the article itself may be gone.
CREATE TABLE export_states (
  mark INTEGER NOT NULL REFERENCES export_marks(id),
  article TEXT NOT NULL,
  fingerprint BLOB NOT NULL,                  -- empty: given out, but in which state is not known
  PRIMARY KEY (mark, article)
) STRICT, WITHOUT ROWID;
"""


@migrations(name="0007_export_marks")
def _export_marks(db: Database) -> None:
    _run(db, _EXPORT_MARKS)


# The hash of the signatures became one that numpy computes, and they are kept whole instead of their bands.
@migrations(name="0008_signatures")
def _signatures(db: Database) -> None:
    if "bands" in db["reprint_signatures"].columns_dict:
        db.conn.execute("ALTER TABLE reprint_signatures RENAME COLUMN bands TO signature")
    reprints.rebuild_clusters(db.conn)


# At 16 parts FTS5 merges a whole level in one transaction, which holds up
# other writers and fills the write-ahead log; from 8 on it merges a little at every commit, and never gets there.
# The words of a thousand articles take some 10 MB: with room for all of them a batch is one part, not ten.
@migrations(name="0009_merging")
def _merging(db: Database) -> None:
    for table in ("search_index", "search_characters"):
        db.conn.execute(f"INSERT INTO {table}({table}, rank) VALUES ('automerge', 8)")
        db.conn.execute(f"INSERT INTO {table}({table}, rank) VALUES ('hashsize', {32 * 2**20})")


@migrations(name="0010_bookmarks")
def _bookmarks(db: Database) -> None:
    _run(db, bookmarks.TABLE)


def _run(db: Database, script: str) -> None:
    for statement in _statements(script):
        db.conn.execute(statement)
