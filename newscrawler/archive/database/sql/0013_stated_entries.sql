-- 0013_stated_entries: what a listing said about itself when it was last read as far down as it leads.
--
-- The rules at the head of 0001_initial.sql hold for this file, too.

-- How many entries the first page stated (共 36 条). NULL: it stated none, or no crawl has read the listing since.
-- A later crawl that stops at known entries compares: what was put in below them changes this number.
ALTER TABLE sections ADD COLUMN listing_stated INTEGER;
