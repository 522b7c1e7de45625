-- 0017_missing_since: since when an article is missing, as a column of its own.
--
-- The rules at the head of 0001_initial.sql hold for this file, too.

DROP VIEW articles_flat;

CREATE VIEW articles_flat AS
SELECT
  a.id AS id,
  a.url AS url,
  a.portal AS portal,
  p.province AS province,
  coalesce(s.city, v.city) AS city,
  CASE WHEN s.city IS NULL THEN v.city_code ELSE s.city_code END AS city_code,
  (SELECT group_concat(city, '、') FROM (SELECT city FROM (SELECT t.city, t.city_code FROM article_sections l JOIN sections t ON t.id = l.section WHERE l.article = a.n AND t.city IS NOT NULL UNION SELECT v.city, v.city_code WHERE s.city IS NULL AND v.city IS NOT NULL) GROUP BY city ORDER BY min(city_code))) AS cities,
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
  v.content_hash AS content_hash,
  a.page AS page,
  a.page_no AS page_no,
  CASE WHEN length(v.published) > 10 THEN strftime('%Y-%m-%dT%H:%M:%SZ', v.published) END AS published_at,
  (SELECT r.key FROM runs r WHERE r.id = v.run) AS run,
  a.listed_source AS listed_source,
  (SELECT min(u.missing_since) FROM urls u WHERE u.article = a.n AND NOT EXISTS (SELECT 1 FROM urls o WHERE o.article = a.n AND o.missing_since IS NULL AND o.last_fetched >= u.missing_since)) AS missing_since
FROM articles a
JOIN portals p ON p.id = a.portal AND NOT EXISTS (SELECT 1 FROM suppressions h WHERE h.article = a.id AND h.lifted IS NULL)
JOIN versions v ON v.id = a.version
JOIN texts x ON x.hash = v.text
LEFT JOIN sections s ON s.id = a.section;
