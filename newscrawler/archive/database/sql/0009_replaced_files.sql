-- 0009_replaced_files: the WARC files that pruning replaced.
--
-- The rules at the head of 0001_initial.sql hold for this file, too.

-- One row per file whose captures were moved to another file, or removed, by newscrawler.archive.captures.packing. The
-- row is written before the new file is, so it says what a killed program left: a new file without captures, or an old
-- one that no capture is in any more.
CREATE TABLE replaced_files (
  file TEXT PRIMARY KEY,                      -- WARC file, relative to the folder warc/ beside the archive
  replacement TEXT NOT NULL,                  -- the file that has the captures which were kept
  replaced TEXT NOT NULL,                     -- our clock
  removed INTEGER NOT NULL                    -- how many captures were removed
) STRICT, WITHOUT ROWID;
