-- Which routes showed a piece, as a sum of 1 feed, 2 sitemap, 4 section page, 8 WordPress: what each of
-- them catches that the others do not is what an admin judges a route by.
ALTER TABLE candidates ADD COLUMN routes INTEGER NOT NULL DEFAULT 0;
UPDATE candidates SET routes = CASE route WHEN 'feed' THEN 1 WHEN 'sitemap' THEN 2 WHEN 'section' THEN 4 ELSE 0 END;

-- What a feed's last answer showed at its top, and what it may have missed since: '' nothing, else
-- 'first' or 'gap', since when, and for how many polls that is so.
ALTER TABLE polls ADD COLUMN heads TEXT NOT NULL DEFAULT '';
ALTER TABLE polls ADD COLUMN newest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE polls ADD COLUMN owes TEXT NOT NULL DEFAULT '';
ALTER TABLE polls ADD COLUMN owed_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE polls ADD COLUMN owed_polls INTEGER NOT NULL DEFAULT 0;

-- When a source last showed something new, and what its routes caught of late.
CREATE INDEX candidates_found ON candidates (source_key, found);
