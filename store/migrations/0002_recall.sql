-- What Slack's history says was posted before this database knew of it: after the file was lost, or
-- replaced by an older copy. A digest that is recalled stands in digests with an empty body; created is
-- then when its message was posted. A key may belong to an article that is stored only later.
CREATE TABLE recalled (
    digest TEXT    NOT NULL REFERENCES digests (key),
    key    TEXT    NOT NULL CHECK (key <> ''), -- of aliases
    near   INTEGER NOT NULL CHECK (near IN (0, 1)), -- shown as a near miss, so not announced
    PRIMARY KEY (digest, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX recalled_key ON recalled (key);

-- A topic that this file has worked for remembers what it posted, unless the file is a copy.
INSERT OR IGNORE INTO runs (schedule, at)
    SELECT 'recall/' || topic, 0 FROM (SELECT topic FROM digests UNION SELECT topic FROM scores)
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE schedule = 'copied');
