-- Messages whose buttons were pressed: which revision of each is to be shown, and which one is. A row
-- names the message where the press was, so that it can be drawn anew after any restart.
CREATE TABLE redraws (
    digest     TEXT    NOT NULL CHECK (digest <> ''),
    part       INTEGER NOT NULL CHECK (part >= 1),
    channel_id TEXT    NOT NULL CHECK (channel_id <> ''),
    ts         TEXT    NOT NULL CHECK (ts <> ''),
    revision   INTEGER NOT NULL,
    shown      INTEGER NOT NULL,
    PRIMARY KEY (digest, part)
) STRICT, WITHOUT ROWID;

-- Outlets that a channel's readers do not want to see for a while.
CREATE TABLE mutes (
    channel TEXT    NOT NULL CHECK (channel <> ''),
    source  TEXT    NOT NULL CHECK (source <> ''), -- the outlet's key
    outlet  TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    PRIMARY KEY (channel, source)
) STRICT, WITHOUT ROWID;
