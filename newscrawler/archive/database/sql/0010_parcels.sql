-- 0010_parcels: which parcels of a fleet were taken in.
--
-- The rules at the head of 0001_initial.sql hold for this file, too.

-- One row per parcel: in the archive of a collector, those that it took in; in that of a fleet worker, those that its
-- rows consist of. The parcels of a portal are a chain, so the newest one says what all of them say.
CREATE TABLE parcels (
  id TEXT PRIMARY KEY,                        -- SHA-256 of its manifest
  portal TEXT NOT NULL REFERENCES portals(id),
  sequence INTEGER NOT NULL,                  -- from 1
  previous TEXT NOT NULL,                     -- the parcel before it; '': none
  worker TEXT NOT NULL,
  token INTEGER NOT NULL,                     -- of the lease under which it was made
  made TEXT NOT NULL,                         -- by the worker's clock
  taken TEXT NOT NULL                         -- by the clock of the program that has this archive
) STRICT, WITHOUT ROWID;
CREATE INDEX parcels_portal ON parcels(portal, sequence);
