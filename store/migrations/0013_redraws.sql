-- What is to be drawn anew may not be posted yet: it then stands where its delivery will stand, and its
-- place here is empty. What Slack refuses to change is tried again, after fails failures not before next.
CREATE TABLE redraws_13 (
    digest     TEXT    NOT NULL CHECK (digest <> ''),
    part       INTEGER NOT NULL CHECK (part >= 1),
    channel_id TEXT    NOT NULL,
    ts         TEXT    NOT NULL,
    revision   INTEGER NOT NULL,
    shown      INTEGER NOT NULL,
    fails      INTEGER NOT NULL DEFAULT 0,
    next       INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (digest, part)
) STRICT, WITHOUT ROWID;
INSERT INTO redraws_13 (digest, part, channel_id, ts, revision, shown) SELECT digest, part, channel_id, ts, revision, shown FROM redraws;
DROP TABLE redraws;
ALTER TABLE redraws_13 RENAME TO redraws;
