-- 0015_vectors: what articles are about, as vectors that a model computed. They are annotations: never mixed with what
-- the pages said, made and undone by run.
--
-- The rules at the head of 0001_initial.sql hold for this file, too.

-- One row per annotated state of an article; `content_hash` and `text` are those of its version. Vectors of one tool in
-- one version can be compared.
CREATE TABLE vectors (
  id INTEGER PRIMARY KEY,
  annotation_run INTEGER NOT NULL REFERENCES annotation_runs(id),
  article TEXT NOT NULL REFERENCES articles(id),
  content_hash TEXT NOT NULL,
  text TEXT NOT NULL,
  vector BLOB NOT NULL,                       -- one signed byte per dimension; the largest of a vector is 127 or -127
  signs BLOB NOT NULL,                        -- one bit per dimension: 1 where it is above 0; a search reads all of them
  UNIQUE (annotation_run, article, content_hash, text)
) STRICT;
CREATE INDEX vectors_signs ON vectors(annotation_run, signs);
CREATE INDEX vectors_article ON vectors(article);
