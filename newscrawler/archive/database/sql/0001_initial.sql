-- 0001_initial: the whole schema of an archive.
--
-- Rule: this file is never edited, nor is any later one. A change of the schema is a new file, 0002_NAME.sql, beside
-- this one; every archive applies the files that it lacks, in the order of their names. A test holds the SHA-256 of
-- each file.
--
-- Conventions
--   * Times of our own clock are UTC: '2026-07-10T01:30:00Z'. Dates and times of the portals are as published, +08:00.
--   * A column that is named after a table in the singular (run, section, article, ...) refers to a row of that table.
--   * docs/glossary.md explains the words.
--
-- A later file that changes the view articles_flat drops it and creates it again with its whole new text. That text
-- is what newscrawler.archive.columns.view_sql() returns; a test compares the two.


-- Portals and runs

CREATE TABLE portals (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  province TEXT NOT NULL,
  province_code TEXT NOT NULL,                -- GB/T 2260
  homepage TEXT NOT NULL,
  definition TEXT NOT NULL                    -- JSON: the definition of the last crawl
) STRICT;

-- One row per crawl of one portal. `key` can be cited and stays the same when archives are merged; `id` does not.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  portal TEXT NOT NULL REFERENCES portals(id),
  command TEXT NOT NULL,                      -- crawl, refresh, reextract
  arguments TEXT NOT NULL,                    -- JSON
  program TEXT NOT NULL,                      -- version of newscrawler
  started TEXT NOT NULL,
  finished TEXT,
  outcome TEXT NOT NULL DEFAULT 'running'
    CHECK (outcome IN ('running', 'done', 'incomplete', 'interrupted', 'failed')),
  reason TEXT,                                -- why the outcome is not `done`
  counts TEXT NOT NULL DEFAULT '{}'           -- JSON: requests, responses by status, new and changed articles, ...
) STRICT;
CREATE INDEX runs_portal ON runs(portal, started);

-- Samples of what a run skipped, met or could not do, with the reason; runs.counts has the totals.
CREATE TABLE run_events (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs(id),
  kind TEXT NOT NULL,                         -- skipped, failed, blocked, gone, warning
  url TEXT,
  section TEXT,                               -- name of the section; NULL: none
  reason TEXT NOT NULL,
  seen TEXT NOT NULL
) STRICT;
CREATE INDEX run_events_run ON run_events(run);

-- The robots.txt of each host, as a run obeyed it.
CREATE TABLE robots (
  run INTEGER NOT NULL REFERENCES runs(id),
  host TEXT NOT NULL,
  status INTEGER,                             -- NULL: no response
  policy TEXT NOT NULL,                       -- rules (those of `body`), allow-all, disallow-all
  body TEXT,
  fetched TEXT NOT NULL,
  PRIMARY KEY (run, host)
) STRICT, WITHOUT ROWID;

-- What a run measured per section, as counts: the history with which later runs are compared.
CREATE TABLE run_measures (
  run INTEGER NOT NULL REFERENCES runs(id),
  section TEXT NOT NULL,                      -- name of the section; '': what belongs to no section
  measures TEXT NOT NULL,                     -- JSON, written by newscrawler.monitoring.measures
  PRIMARY KEY (run, section)
) STRICT, WITHOUT ROWID;


-- Listings and the frontier

CREATE TABLE sections (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL REFERENCES portals(id),
  name TEXT NOT NULL,
  city TEXT,
  city_code TEXT,                             -- GB/T 2260
  url TEXT NOT NULL,
  -- The mark: everything listed from the newest entry down to `complete_back_to` (a date, or 'beginning') was settled
  -- when `complete_run` ended. Entries that a later run lists first lie above the mark.
  complete_back_to TEXT,
  complete_run INTEGER REFERENCES runs(id),
  deep_sweep_at TEXT,                         -- the last sweep that reached the end of the listing
  UNIQUE (portal, name)
) STRICT;

-- One row per pass of a run through the listing of a section.
CREATE TABLE sweeps (
  id INTEGER PRIMARY KEY,
  section INTEGER NOT NULL REFERENCES sections(id),
  run INTEGER NOT NULL REFERENCES runs(id),
  started TEXT NOT NULL,
  finished TEXT,
  pages INTEGER NOT NULL DEFAULT 0,
  entries INTEGER NOT NULL DEFAULT 0,
  new_entries INTEGER NOT NULL DEFAULT 0,
  -- running; end: the listing's end; mark: known entries; since, limit: what the crawl asked for; repeats: the pages
  -- repeat; cut: the crawl ended first; failed: a page could not be read
  outcome TEXT NOT NULL DEFAULT 'running',
  reason TEXT,
  UNIQUE (section, run)
) STRICT;

-- The page from which the next crawl continues a sweep that did not move the mark: the listing is recorded without a
-- gap from the top down to this page, as of this run. At most one per section.
CREATE TABLE bookmarks (
  section INTEGER PRIMARY KEY REFERENCES sections(id),
  run INTEGER NOT NULL REFERENCES runs(id),
  url TEXT NOT NULL,
  page INTEGER NOT NULL,                      -- number of the page, from 1
  tail TEXT NOT NULL,                         -- JSON: identities of the last entries down to this page
  started TEXT NOT NULL                       -- when the oldest part of what lies above was read
) STRICT;

-- Every document that a listing showed, with the state of its address. Forms of one address have one `identity`.
CREATE TABLE urls (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL REFERENCES portals(id),
  identity TEXT NOT NULL,
  url TEXT NOT NULL,                          -- as the listing has it: what is fetched
  state TEXT NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'done', 'failed', 'blocked', 'gone', 'foreign')),
  reason TEXT,                                -- why the state is not `done`
  status INTEGER,                             -- of the last response
  tries INTEGER NOT NULL DEFAULT 0,           -- failed or blocked attempts in a row
  next_try TEXT,                              -- NULL for a failed or blocked address: no further attempt
  etag TEXT,
  last_modified TEXT,
  first_seen TEXT NOT NULL,
  last_fetched TEXT,
  missing_since TEXT,                         -- the first 404 or 410 for a document whose article is stored
  article INTEGER REFERENCES articles(n),
  UNIQUE (portal, identity)
) STRICT;
CREATE INDEX urls_state ON urls(portal, state, next_try);
CREATE INDEX urls_article ON urls(article);

CREATE TABLE url_aliases (
  portal TEXT NOT NULL REFERENCES portals(id),
  alias TEXT NOT NULL,                        -- another form of the address under which it was seen
  url INTEGER NOT NULL REFERENCES urls(id),
  PRIMARY KEY (portal, alias)
) STRICT, WITHOUT ROWID;

-- One row per section, document, title and date that a listing showed. A later sighting moves `last_*` only.
CREATE TABLE listing_sightings (
  id INTEGER PRIMARY KEY,
  section INTEGER NOT NULL REFERENCES sections(id),
  url INTEGER NOT NULL REFERENCES urls(id),
  title TEXT NOT NULL,
  listed_date TEXT NOT NULL DEFAULT '',       -- '': the listing shows no date
  pinned INTEGER NOT NULL DEFAULT 0,          -- 1: stands above newer entries
  page INTEGER NOT NULL,                      -- of the last sighting, from 1
  position INTEGER NOT NULL,                  -- on that page, from 1
  first_run INTEGER NOT NULL REFERENCES runs(id),
  last_run INTEGER NOT NULL REFERENCES runs(id),
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  UNIQUE (section, url, title, listed_date)
) STRICT;
CREATE INDEX listing_sightings_url ON listing_sightings(url);


-- Captures

CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs(id),
  kind TEXT NOT NULL,                         -- article, listing, homepage, robots, image, unknown
  url TEXT NOT NULL,
  fetched TEXT NOT NULL,
  status INTEGER NOT NULL,
  file TEXT,                                  -- WARC file, relative to the folder warc/ beside the archive
  offset INTEGER,                             -- of the record in the file, in bytes
  length INTEGER,                             -- of the record, in bytes
  digest TEXT NOT NULL,                       -- SHA-256 of the payload as received, before decompression
  refers_to INTEGER REFERENCES captures(id)   -- of a revisit: the capture that holds the payload
) STRICT;
CREATE INDEX captures_url ON captures(url, fetched);
CREATE UNIQUE INDEX captures_location ON captures(file, offset) WHERE file IS NOT NULL;


-- Articles

-- `id` is the same in every archive: a hash of portal and key. `n` is this archive's own row number.
CREATE TABLE articles (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  portal TEXT NOT NULL REFERENCES portals(id),
  key TEXT NOT NULL,                          -- SYSTEM:DOCUMENT-ID, else the identity of the address
  url TEXT NOT NULL,
  section INTEGER REFERENCES sections(id),    -- the first section that listed it
  listed_date TEXT,
  version INTEGER REFERENCES versions(id),    -- the newest
  version_count INTEGER NOT NULL DEFAULT 0,
  -- This version of the program writes live and gone.
  status TEXT NOT NULL DEFAULT 'live' CHECK (status IN ('live', 'gone', 'blocked', 'unknown')),
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  UNIQUE (portal, key)
) STRICT;
CREATE INDEX articles_section ON articles(section);

CREATE TABLE article_sections (
  article INTEGER NOT NULL REFERENCES articles(n),
  section INTEGER NOT NULL REFERENCES sections(id),
  first_listed TEXT NOT NULL,                 -- our clock
  last_listed TEXT NOT NULL,                  -- our clock
  position INTEGER NOT NULL,                  -- on its page at the last sighting, from 1
  PRIMARY KEY (article, section)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_sections_section ON article_sections(section);

-- Texts are stored once, however many versions have them.
CREATE TABLE texts (
  hash TEXT PRIMARY KEY,                      -- SHA-256 of body and body_html
  body TEXT NOT NULL,                         -- one paragraph per line
  body_html TEXT NOT NULL
) STRICT;

CREATE TABLE versions (
  id INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles(n),
  number INTEGER NOT NULL,                    -- from 1, in the order in which they were seen
  content_hash TEXT NOT NULL,                 -- SHA-256 of title and body without white space
  text TEXT NOT NULL REFERENCES texts(hash),
  title TEXT NOT NULL,
  subtitle TEXT,
  source TEXT,                                -- the outlet that the page names
  published TEXT,                             -- ISO 8601, as precise as the page is
  published_date TEXT,
  published_evidence TEXT,                    -- page, url, listing
  summary TEXT,
  keywords TEXT,                              -- joined with 、
  article_type TEXT NOT NULL,                 -- 原创, 转载, unknown
  language TEXT NOT NULL,                     -- ISO 639-1
  char_count INTEGER NOT NULL,                -- characters of the body that are not white space
  image_count INTEGER NOT NULL,
  city TEXT,                                  -- named in title or dateline
  city_code TEXT,
  county TEXT,
  county_code TEXT,
  cms TEXT,                                   -- content system
  encoding TEXT NOT NULL,
  extractor TEXT NOT NULL,                    -- version of the extraction rules
  provenance TEXT NOT NULL,                   -- JSON: field -> rule, raw text, confidence
  run INTEGER NOT NULL REFERENCES runs(id),
  capture INTEGER REFERENCES captures(id),    -- of the first page
  seen_from TEXT NOT NULL,
  seen_to TEXT NOT NULL,
  UNIQUE (article, number)
) STRICT;
CREATE INDEX versions_published ON versions(published_date);
CREATE INDEX versions_source ON versions(source);
CREATE INDEX versions_run ON versions(run);

-- The captures of the further pages of an article; that of the first page is versions.capture.
CREATE TABLE version_pages (
  version INTEGER NOT NULL REFERENCES versions(id),
  page INTEGER NOT NULL,                      -- from 2
  capture INTEGER NOT NULL REFERENCES captures(id),
  PRIMARY KEY (version, page)
) STRICT, WITHOUT ROWID;

CREATE TABLE credits (
  version INTEGER NOT NULL REFERENCES versions(id),
  position INTEGER NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('editor', 'author', 'other')),
  role TEXT NOT NULL,                         -- 记者, 通讯员, 编辑, ...
  name TEXT NOT NULL,
  outlet TEXT,
  raw TEXT NOT NULL,                          -- as the page has it
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
  text TEXT NOT NULL,                         -- of the link
  PRIMARY KEY (version, position)
) STRICT, WITHOUT ROWID;

-- The log of suppressions. An article with a row that is not lifted is suppressed.
CREATE TABLE suppressions (
  id INTEGER PRIMARY KEY,
  article TEXT NOT NULL REFERENCES articles(id),
  reason TEXT NOT NULL,
  by TEXT NOT NULL,                           -- name of the user on the machine
  since TEXT NOT NULL,
  lifted TEXT,
  lifted_by TEXT,
  lifted_reason TEXT
) STRICT;
CREATE INDEX suppressions_active ON suppressions(article) WHERE lifted IS NULL;


-- Alarms

-- One row per occurrence. Portal, section, field and kind say what the alarm is about.
CREATE TABLE alarms (
  id INTEGER PRIMARY KEY,
  portal TEXT NOT NULL REFERENCES portals(id),
  section TEXT NOT NULL,                      -- name of the section; '': the whole portal
  field TEXT NOT NULL,                        -- column of articles_flat; '': none
  kind TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'accepted')),
  level REAL NOT NULL,                        -- how bad, 0 to 1; the worst so far
  message TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  samples TEXT NOT NULL DEFAULT '[]',         -- JSON: addresses that show it
  first_run INTEGER REFERENCES runs(id),      -- NULL: a missed run
  last_run INTEGER REFERENCES runs(id),
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  closed TEXT
) STRICT;
CREATE UNIQUE INDEX alarms_open ON alarms(portal, section, field, kind) WHERE state = 'open';

-- Messages about an alarm, one row per channel and change.
CREATE TABLE notifications (
  alarm INTEGER NOT NULL REFERENCES alarms(id),
  channel TEXT NOT NULL,
  change TEXT NOT NULL CHECK (change IN ('opened', 'worsened', 'closed', 'accepted')),
  level REAL NOT NULL,
  sent TEXT NOT NULL
) STRICT;
CREATE INDEX notifications_alarm ON notifications(alarm, channel);


-- Exports

-- What `export --since-last NAME` has already written: one row per name and filter.
CREATE TABLE export_cursors (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  filter TEXT NOT NULL,                       -- JSON
  exported TEXT NOT NULL,                     -- the last export
  UNIQUE (name, filter)
) STRICT;

-- The articles of an export cursor in the state in which they were exported.
CREATE TABLE export_states (
  cursor INTEGER NOT NULL REFERENCES export_cursors(id),
  article TEXT NOT NULL,                      -- articles.id; the article itself may no longer exist
  fingerprint BLOB NOT NULL,                  -- hash of the row; empty: the exported state is not known
  PRIMARY KEY (cursor, article)
) STRICT, WITHOUT ROWID;


-- Derived: the search index. newscrawler.archive.indexing.fulltext describes it.

CREATE VIRTUAL TABLE search_index USING fts5(body, title, content='', tokenize='ascii');
CREATE VIRTUAL TABLE search_characters USING fts5(body, content='', detail=none, columnsize=0, tokenize='ascii');
CREATE VIRTUAL TABLE search_index_words USING fts5vocab(search_index, 'row');
CREATE VIRTUAL TABLE search_characters_words USING fts5vocab(search_characters, 'row');
CREATE TABLE search_documents (
  n INTEGER PRIMARY KEY REFERENCES articles(n),
  version INTEGER NOT NULL REFERENCES versions(id),  -- the version that the index holds
  published TEXT NOT NULL                            -- '': not known
) STRICT;
CREATE INDEX search_documents_published ON search_documents(published);
-- At 16 segments per level FTS5 merges a whole level in one transaction: other writers wait and the write-ahead log
-- grows. With 8 it merges a little at every commit and never reaches 16. The words of a thousand articles take about
-- 10 MB: a hash of 32 MiB holds them, so that one batch becomes one segment.
INSERT INTO search_index(search_index, rank) VALUES ('automerge', 8);
INSERT INTO search_index(search_index, rank) VALUES ('hashsize', 33554432);
INSERT INTO search_characters(search_characters, rank) VALUES ('automerge', 8);
INSERT INTO search_characters(search_characters, rank) VALUES ('hashsize', 33554432);


-- Derived: reprints. newscrawler.archive.indexing.reprints describes them.

CREATE TABLE reprint_signatures (
  article INTEGER PRIMARY KEY REFERENCES articles(n),
  version INTEGER NOT NULL REFERENCES versions(id),  -- the version that was compared
  signature BLOB NOT NULL                            -- unsigned 32-bit numbers, little-endian; empty: text too short
) STRICT;
CREATE TABLE reprint_bands (
  band INTEGER NOT NULL,
  article INTEGER NOT NULL REFERENCES articles(n),
  PRIMARY KEY (band, article)
) STRICT, WITHOUT ROWID;
CREATE TABLE reprint_pairs (
  article INTEGER NOT NULL REFERENCES articles(n),
  other INTEGER NOT NULL REFERENCES articles(n),
  similarity REAL NOT NULL,                          -- Jaccard, 0 to 1
  PRIMARY KEY (article, other)
) STRICT, WITHOUT ROWID;
CREATE TABLE reprint_members (
  article INTEGER PRIMARY KEY REFERENCES articles(n),
  cluster INTEGER NOT NULL                           -- the lowest row number among its members
) STRICT;
CREATE INDEX reprint_members_cluster ON reprint_members(cluster);


-- Views

-- One row per article that is not suppressed: its newest version, lists joined with 、.
CREATE VIEW articles_flat AS
SELECT
  a.id AS id,
  a.url AS url,
  a.portal AS portal,
  p.province AS province,
  coalesce(s.city, v.city) AS city,
  CASE WHEN s.city IS NULL THEN v.city_code ELSE s.city_code END AS city_code,
  (SELECT group_concat(city, '、') FROM (SELECT t.city FROM article_sections l JOIN sections t ON t.id = l.section WHERE l.article = a.n AND t.city IS NOT NULL GROUP BY t.city ORDER BY min(t.city_code))) AS cities,
  v.county AS county,
  v.county_code AS county_code,
  s.name AS section,
  v.title AS title,
  v.subtitle AS subtitle,
  v.source AS source,
  v.published AS published,
  v.published_date AS published_date,
  v.published_evidence AS published_evidence,
  a.listed_date AS listed_date,
  (SELECT group_concat(name, '、') FROM (SELECT name FROM credits WHERE version = v.id AND part = 'editor' GROUP BY name ORDER BY min(position))) AS editors,
  (SELECT group_concat(name, '、') FROM (SELECT name FROM credits WHERE version = v.id AND part = 'author' GROUP BY name ORDER BY min(position))) AS authors,
  v.summary AS summary,
  x.body AS body,
  v.keywords AS keywords,
  v.article_type AS article_type,
  v.char_count AS char_count,
  v.language AS language,
  v.image_count AS image_count,
  a.first_seen AS first_seen,
  a.last_seen AS last_seen,
  a.status AS status,
  a.version_count AS version_count,
  v.content_hash AS content_hash
FROM articles a
JOIN portals p ON p.id = a.portal AND NOT EXISTS (SELECT 1 FROM suppressions h WHERE h.article = a.id AND h.lifted IS NULL)
JOIN versions v ON v.id = a.version
JOIN texts x ON x.hash = v.text
LEFT JOIN sections s ON s.id = a.section;


-- One row per reprint. The origin of a cluster is the article whose portal a reprint names as its source, else the
-- earliest.
CREATE VIEW reprints AS
WITH members AS (
  SELECT m.cluster, a.n, a.id, a.portal, a.url, v.title, v.source, v.published, v.published_date, a.first_seen,
    EXISTS (SELECT 1 FROM reprint_members o JOIN articles b ON b.n = o.article JOIN versions w ON w.id = b.version
            WHERE o.cluster = m.cluster AND b.portal <> a.portal AND w.source = p.name) AS named
  FROM reprint_members m
  JOIN articles a ON a.n = m.article
  JOIN versions v ON v.id = a.version
  JOIN portals p ON p.id = a.portal
),
ranked AS (
  SELECT *, row_number() OVER (
    PARTITION BY cluster ORDER BY named DESC, published_date IS NULL, published_date, published, first_seen, id
  ) AS rank
  FROM members
)
SELECT
  o.id AS origin_id, o.portal AS origin_portal, o.url AS origin_url, o.source AS origin_source,
  o.published AS origin_published, CASE WHEN o.named THEN 'named' ELSE 'earliest' END AS origin_evidence,
  r.id, r.portal, r.url, r.title, r.source, r.published,
  CAST(julianday(r.published_date) - julianday(o.published_date) AS INTEGER) AS days_late,
  CASE WHEN length(r.published) > 10 AND length(o.published) > 10
    THEN round((julianday(r.published) - julianday(o.published)) * 24, 2) END AS hours_late,
  r.cluster
FROM ranked r JOIN ranked o ON o.cluster = r.cluster AND o.rank = 1
WHERE r.rank > 1;
