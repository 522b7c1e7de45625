-- 0005_row_digests: a digest of every stored row, so that a row that something else changed, added or removed is noticed.
--
-- The rules at the head of 0001_initial.sql hold for this file, too. newscrawler.archive.database.row_digests keeps
-- both tables; they protect against accidents, not against somebody who computes the digests again.

CREATE TABLE row_digests (
  tbl TEXT NOT NULL,                          -- name of the table
  key ANY NOT NULL,                           -- its primary key; of several columns: JSON, a list
  digest INTEGER NOT NULL,                    -- the first 62 bits of BLAKE2b over the values of the row
  PRIMARY KEY (tbl, key)
) STRICT, WITHOUT ROWID;

-- The digests of all rows of a table that belong to one run, added up. It shows that a row was removed with its digest.
CREATE TABLE digest_sums (
  tbl TEXT NOT NULL,
  run INTEGER NOT NULL,                       -- 0: the rows of this table belong to no run
  rows INTEGER NOT NULL,
  sum INTEGER NOT NULL,                       -- modulo 2**62
  PRIMARY KEY (tbl, run)
) STRICT, WITHOUT ROWID;
