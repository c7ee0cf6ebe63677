-- Whether a piece was shown when its source, or the route that showed it, was looked at for the first
-- time. Without a date such a piece may be of any age, so it is marked as seen: in announced, the topic
-- '*' stands for every topic.
ALTER TABLE candidates ADD COLUMN baseline INTEGER NOT NULL DEFAULT 0 CHECK (baseline IN (0, 1));
