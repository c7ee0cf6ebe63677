-- An alert is a digest that was sent at once, between two slots. It is none of the digests that the next
-- one counts from, and what it told comes once more, as a line of that one.
ALTER TABLE digests ADD COLUMN alert INTEGER NOT NULL DEFAULT 0 CHECK (alert IN (0, 1));
CREATE INDEX digests_alerts ON digests (topic, slot) WHERE alert = 1;
