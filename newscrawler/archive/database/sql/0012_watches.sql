-- 0012_watches: searches whose new articles are told.
--
-- The rules at the head of 0001_initial.sql hold for this file, too.

CREATE TABLE watches (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  words TEXT NOT NULL,                        -- a search
  filter TEXT NOT NULL,                       -- JSON: the other filters
  created TEXT NOT NULL                       -- articles that were first seen from then on are told
) STRICT;

-- Which articles a channel was told of. An article is told once per watch and channel.
CREATE TABLE watch_notifications (
  watch INTEGER NOT NULL REFERENCES watches(id),
  channel TEXT NOT NULL,
  article TEXT NOT NULL,                      -- id; the article may be gone from the archive
  sent TEXT NOT NULL,
  PRIMARY KEY (watch, channel, article)
) STRICT, WITHOUT ROWID;
