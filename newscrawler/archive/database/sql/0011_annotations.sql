-- 0011_annotations: what people and programs add to articles. It is never mixed with what the pages said.
--
-- The rules at the head of 0001_initial.sql hold for this file, too.

-- One row per run of a tool, or per sheet of codes that was imported. `key` can be cited.
CREATE TABLE annotation_runs (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,                         -- what is annotated: places, codes, ...
  tool TEXT NOT NULL,                         -- what or who annotates
  tool_version TEXT NOT NULL,
  arguments TEXT NOT NULL,                    -- JSON
  program TEXT NOT NULL,                      -- version of newscrawler
  started TEXT NOT NULL,
  finished TEXT                               -- NULL: it has not ended
) STRICT;

-- An annotation belongs to one state of an article: `content_hash` and `text` are those of its version. So it stays
-- valid when versions are numbered anew or archives are merged.
CREATE TABLE annotations (
  annotation_run INTEGER NOT NULL REFERENCES annotation_runs(id),
  article TEXT NOT NULL REFERENCES articles(id),
  content_hash TEXT NOT NULL,
  text TEXT NOT NULL,
  position INTEGER NOT NULL,                  -- from 1
  field TEXT NOT NULL,                        -- title, body; '': the whole article
  start INTEGER,                              -- in characters of the field, from 0; NULL: all of it
  stop INTEGER,                               -- the character after the last one
  value TEXT NOT NULL,
  reference TEXT,                             -- what it refers to: a code of GB/T 2260, the name of a variable, ...
  score REAL,                                 -- how sure the tool is; NULL: it does not say
  PRIMARY KEY (annotation_run, article, content_hash, text, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX annotations_article ON annotations(article);

-- One row per annotation of a version of an article that is not suppressed. Where merged archives have several runs of
-- one tool over the same version, the latest counts.
CREATE VIEW article_annotations AS
SELECT n.article AS article, v.number AS number, v.id IS a.version AS is_newest, r.kind AS kind, n.field AS field,
  n.start AS start, n.stop AS stop, n.value AS value, n.reference AS reference, n.score AS score, r.tool AS tool,
  r.tool_version AS tool_version, r.key AS annotation_run
FROM annotations n
JOIN annotation_runs r ON r.id = n.annotation_run
JOIN articles a ON a.id = n.article
JOIN versions v ON v.id = (SELECT w.id FROM versions w WHERE w.article = a.n AND w.content_hash = n.content_hash
  AND w.text = n.text ORDER BY w.number DESC LIMIT 1)
WHERE NOT EXISTS (SELECT 1 FROM suppressions h WHERE h.article = a.id AND h.lifted IS NULL)
  AND NOT EXISTS (SELECT 1 FROM annotations o JOIN annotation_runs q ON q.id = o.annotation_run
    WHERE o.article = n.article AND o.content_hash = n.content_hash AND o.text = n.text
      AND q.kind = r.kind AND q.tool = r.tool AND (q.started, q.key) > (r.started, r.key));
