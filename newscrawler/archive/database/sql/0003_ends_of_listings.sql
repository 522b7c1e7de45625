-- 0003_ends_of_listings: what proves the end of a listing, the columns of front pages, addresses of articles.

-- 1: the mark covers everything that the listing can be read to, whether its end is proven or not. The marks of earlier
-- versions needed no proof: the next crawl reads their listings again.
ALTER TABLE sections ADD COLUMN reaches_end INTEGER NOT NULL DEFAULT 0;

-- How the listing ended when a sweep last read it as far down as it could: proven; unproven: nothing proves that this
-- is the end; more: it goes on in a way that cannot be followed; columns: it is a front page, whose columns are
-- sections of their own. NULL: no sweep came so far.
ALTER TABLE sections ADD COLUMN listing_end TEXT;

-- What proves the end, or what shows that there is more.
ALTER TABLE sections ADD COLUMN listing_end_reason TEXT;

-- Of a column: the name of the section whose front page leads to it.
ALTER TABLE sections ADD COLUMN front TEXT;

-- JSON: the shapes of addresses that turned out to be articles, and how many articles have each.
ALTER TABLE portals ADD COLUMN article_shapes TEXT NOT NULL DEFAULT '{}';
