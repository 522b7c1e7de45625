-- 0016_run_timestamps: when captures of a run existed, as an authority of RFC 3161 says.
--
-- The rules at the head of 0001_initial.sql hold for this file, too.

-- What is stamped is `captures`: 32 bytes per capture of the run, the SHA-256 of its address, time, status and digest, in
-- the order of their values. So it can be checked without the archive, and after a part of the captures was pruned.
CREATE TABLE run_timestamps (
  run INTEGER NOT NULL REFERENCES runs(id),
  authority TEXT NOT NULL,                    -- the address that was asked
  stamped TEXT NOT NULL,                      -- by the clock of the authority
  captures BLOB NOT NULL,
  token BLOB NOT NULL,                        -- its response, DER: TimeStampResp
  PRIMARY KEY (run, authority, stamped)
) STRICT, WITHOUT ROWID;
