-- 0004_templates: what the pages of a portal taught.
--
-- The rules at the head of 0001_initial.sql hold for this file, too.

-- One row per design of a portal's pages. The newest is tried first; earlier ones stay, for pages of their time.
CREATE TABLE templates (
  portal TEXT NOT NULL REFERENCES portals(id),
  run INTEGER NOT NULL REFERENCES runs(id),   -- at whose end it was learnt
  learnt TEXT NOT NULL,                       -- our clock; a template of the same design is learnt again from more pages
  template TEXT NOT NULL,                     -- JSON, written by newscrawler.extraction.templates.model
  -- Articles of the runs up to `run` that were stored before the template was known are read again with it, in the
  -- order of their ids. This is the id up to which that was done; '': none yet, '~': all.
  read_again TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (portal, run)
) STRICT, WITHOUT ROWID;
