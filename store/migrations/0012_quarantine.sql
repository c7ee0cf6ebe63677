-- Outlets that an admin keeps away from readers, because they were hijacked, and those that were kept away
-- before. Sites are the addresses and hosts that the source named then.
CREATE TABLE quarantines (
    id     INTEGER PRIMARY KEY,
    source TEXT    NOT NULL CHECK (source <> ''), -- the outlet's key
    outlet TEXT    NOT NULL,
    sites  TEXT    NOT NULL,
    since  INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    lifted INTEGER NOT NULL DEFAULT 0, -- 0 while it stands
    UNIQUE (source, at)
) STRICT;

-- Posted messages that were looked at for links to a quarantined outlet, and how many each holds. Whether
-- they are gone from it is what redraws knows.
CREATE TABLE withdrawals (
    quarantine INTEGER NOT NULL REFERENCES quarantines (id),
    digest     TEXT    NOT NULL CHECK (digest <> ''), -- or the notice's key
    part       INTEGER NOT NULL CHECK (part >= 1),
    links      INTEGER NOT NULL,
    problem    TEXT    NOT NULL DEFAULT '', -- why it cannot be changed
    PRIMARY KEY (quarantine, digest, part)
) STRICT, WITHOUT ROWID;
