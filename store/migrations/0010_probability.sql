-- How probable it is that readers find a piece on the topic; 0 where too few of them have judged any.
ALTER TABLE scores ADD COLUMN probability REAL NOT NULL DEFAULT 0;
