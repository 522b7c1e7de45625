-- 0007_views_of_queries: the views that the pages offer to queries, for every program that opens the file.
--
-- The rules at the head of 0001_initial.sql hold for this file, too.

-- One row per version of an article that is not suppressed.
CREATE VIEW article_versions AS
SELECT a.id AS article, v.number, v.title, v.source, v.published, v.published_date, v.summary, x.body, v.char_count,
  v.article_type, v.cms, v.encoding, v.extractor, v.content_hash, v.seen_from, v.seen_to
FROM articles a JOIN versions v ON v.article = a.n JOIN texts x ON x.hash = v.text
WHERE NOT EXISTS (SELECT 1 FROM suppressions h WHERE h.article = a.id AND h.lifted IS NULL);

-- One row per credit of a version of an article that is not suppressed.
CREATE VIEW article_credits AS
SELECT a.id AS article, v.number, c.position, c.part, c.role, c.name, c.outlet
FROM articles a JOIN versions v ON v.article = a.n JOIN credits c ON c.version = v.id
WHERE NOT EXISTS (SELECT 1 FROM suppressions h WHERE h.article = a.id AND h.lifted IS NULL);

-- One row per alarm, without the pages that it names.
CREATE VIEW alarm_history AS
SELECT id, portal, section, field, kind, state, level, before, after, first_run, last_run, first_seen, last_seen, closed
FROM alarms;
