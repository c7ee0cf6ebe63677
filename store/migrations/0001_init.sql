-- The first schema of newsvigil. Every instant is a whole number of nanoseconds since 1970 in UTC,
-- 0 where it is unknown; every hash of 64 bits stands as the signed number with the same bits; lists
-- are JSON, '' where they are empty. The Go code beside this folder is the only reader and writer.

-- What the outlets showed, and what became of it. A row stays when its page has been read, so that
-- an address once seen is known for good.
CREATE TABLE candidates (
    key        TEXT    NOT NULL PRIMARY KEY CHECK (key <> ''),
    source     TEXT    NOT NULL,
    source_key TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    route      TEXT    NOT NULL,
    via        TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    summary    TEXT    NOT NULL,
    authors    TEXT    NOT NULL,
    language   TEXT    NOT NULL,
    published            INTEGER NOT NULL,
    published_offset     INTEGER NOT NULL,
    published_day        INTEGER NOT NULL CHECK (published_day IN (0, 1)),
    published_zone       TEXT    NOT NULL,
    published_confidence TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('pending', 'read', 'dropped')),
    outcome    TEXT    NOT NULL,
    status     INTEGER NOT NULL DEFAULT 0,
    detail     TEXT    NOT NULL DEFAULT '',
    final_url  TEXT    NOT NULL DEFAULT '',
    attempts   INTEGER NOT NULL,
    found      INTEGER NOT NULL,
    tried      INTEGER NOT NULL DEFAULT 0,
    next       INTEGER NOT NULL DEFAULT 0,
    content    BLOB    -- gzip; only while the piece is pending
) STRICT;
CREATE INDEX candidates_pending ON candidates (source_key, found) WHERE state = 'pending';
CREATE INDEX candidates_published ON candidates (source_key, published) WHERE state <> 'read';

-- Validators of each feed, sitemap and section.
CREATE TABLE polls (
    url           TEXT    NOT NULL PRIMARY KEY,
    source        TEXT    NOT NULL,
    route         TEXT    NOT NULL,
    etag          TEXT    NOT NULL,
    last_modified TEXT    NOT NULL,
    hash          TEXT    NOT NULL,
    polled        INTEGER NOT NULL,
    changed       INTEGER NOT NULL,
    candidates    INTEGER NOT NULL,
    leads         TEXT    NOT NULL -- the addresses it led on to
) STRICT;

CREATE TABLE hosts (
    host           TEXT    NOT NULL PRIMARY KEY,
    robots         TEXT    NOT NULL,
    robots_status  INTEGER NOT NULL,
    robots_fetched INTEGER NOT NULL,
    robots_good    INTEGER NOT NULL,
    not_before     INTEGER NOT NULL,
    failures       INTEGER NOT NULL,
    opened         INTEGER NOT NULL,
    throttle       INTEGER NOT NULL -- nanoseconds
) STRICT;

CREATE TABLE stories (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE articles (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    source     TEXT    NOT NULL,
    source_key TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    canonical  TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    authors    TEXT    NOT NULL,
    published            INTEGER NOT NULL,
    published_offset     INTEGER NOT NULL,
    published_day        INTEGER NOT NULL CHECK (published_day IN (0, 1)),
    published_zone       TEXT    NOT NULL,
    published_confidence TEXT    NOT NULL,
    fetched    INTEGER NOT NULL,
    language   TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('full', 'teaser', 'pdf')),
    route      TEXT    NOT NULL,
    credit     TEXT    NOT NULL,
    story      INTEGER NOT NULL REFERENCES stories (id),
    relation   TEXT    NOT NULL CHECK (relation IN ('text', 'copy', 'update', 'roundup', 'story', 'new')),
    of         INTEGER REFERENCES articles (id),
    similarity REAL    NOT NULL,
    neighbours TEXT    NOT NULL,
    text_hash  INTEGER NOT NULL, -- 0 where the text is too short to tell
    words      INTEGER NOT NULL
) STRICT;
CREATE INDEX articles_fetched ON articles (fetched);
CREATE INDEX articles_source ON articles (source_key, fetched);
CREATE INDEX articles_story ON articles (story);
CREATE INDEX articles_of ON articles (of) WHERE of IS NOT NULL;
CREATE INDEX articles_text ON articles (text_hash) WHERE text_hash <> 0;

-- Bodies stand apart so that they can be dropped after a while, and so that tables stay quick to scan.
CREATE TABLE texts (
    article INTEGER PRIMARY KEY REFERENCES articles (id),
    body    BLOB    NOT NULL -- gzip; empty where there is no text
) STRICT;

-- Every identity of an article; rank 0 is the best.
CREATE TABLE aliases (
    key     TEXT    NOT NULL PRIMARY KEY CHECK (key <> ''),
    article INTEGER NOT NULL REFERENCES articles (id),
    rank    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_article ON aliases (article, rank);

-- Sampled hashes of five-word runs.
CREATE TABLE shingles (
    hash    INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (id),
    PRIMARY KEY (hash, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX shingles_article ON shingles (article);

CREATE TABLE scores (
    article INTEGER NOT NULL REFERENCES articles (id),
    topic   TEXT    NOT NULL CHECK (topic <> ''),
    value   REAL    NOT NULL CHECK (value BETWEEN 0 AND 1e300),
    cut     REAL    NOT NULL,
    grade   TEXT    NOT NULL CHECK (grade IN ('strong', 'likely', 'weak', 'none')),
    model   TEXT    NOT NULL,
    reasons TEXT    NOT NULL,
    scored  INTEGER NOT NULL,
    PRIMARY KEY (article, topic)
) STRICT, WITHOUT ROWID;

CREATE TABLE digests (
    key     TEXT    NOT NULL PRIMARY KEY CHECK (key <> ''),
    topic   TEXT    NOT NULL,
    slot    INTEGER NOT NULL,
    manual  INTEGER NOT NULL CHECK (manual IN (0, 1)),
    created INTEGER NOT NULL,
    body    TEXT    NOT NULL
) STRICT;
CREATE INDEX digests_topic ON digests (topic, slot);

-- Which articles a topic's readers were shown, in which digest and as what. Kind seen, without a
-- digest, is a piece that is never to be announced by itself: read by a backfill.
CREATE TABLE announced (
    article INTEGER NOT NULL REFERENCES articles (id),
    topic   TEXT    NOT NULL CHECK (topic <> ''),
    digest  TEXT    REFERENCES digests (key),
    kind    TEXT    NOT NULL CHECK (kind IN ('new', 'updated', 'alerted', 'near', 'seen')),
    at      INTEGER NOT NULL,
    CHECK ((kind = 'seen') = (digest IS NULL))
) STRICT;
CREATE UNIQUE INDEX announced_once ON announced (article, topic, coalesce(digest, ''));
CREATE INDEX announced_digest ON announced (digest);

CREATE TABLE notices (
    key     TEXT    NOT NULL PRIMARY KEY CHECK (key <> ''),
    created INTEGER NOT NULL,
    body    TEXT    NOT NULL
) STRICT;

-- The outbox. A digest and its deliveries are written in one transaction.
CREATE TABLE deliveries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT    NOT NULL UNIQUE CHECK (key <> ''),
    kind       TEXT    NOT NULL CHECK (kind IN ('digest', 'notice')),
    digest     TEXT    REFERENCES digests (key),
    notice     TEXT    REFERENCES notices (key),
    channel    TEXT    NOT NULL,
    part       INTEGER NOT NULL CHECK (part >= 1),
    parts      INTEGER NOT NULL CHECK (parts >= part),
    level      INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('pending', 'sending', 'unknown', 'blocked', 'sent')),
    tries      INTEGER NOT NULL,
    looks      INTEGER NOT NULL,
    channel_id TEXT    NOT NULL,
    ts         TEXT    NOT NULL,
    thread     TEXT    NOT NULL,
    next       INTEGER NOT NULL,
    claimed    INTEGER NOT NULL,
    error      TEXT    NOT NULL,
    swept      INTEGER NOT NULL CHECK (swept IN (0, 1)),
    created    INTEGER NOT NULL,
    CHECK ((kind = 'digest') = (digest IS NOT NULL)),
    CHECK ((kind = 'notice') = (notice IS NOT NULL))
) STRICT;
CREATE INDEX deliveries_open ON deliveries (state) WHERE state <> 'sent';
CREATE INDEX deliveries_unswept ON deliveries (id) WHERE state = 'sent' AND tries >= 2 AND swept = 0;
CREATE INDEX deliveries_digest ON deliveries (digest, channel, part);
CREATE INDEX deliveries_notice ON deliveries (notice, channel, part);

-- Channel names and the ids they resolved to.
CREATE TABLE channels (
    name TEXT NOT NULL PRIMARY KEY,
    id   TEXT NOT NULL
) STRICT;

CREATE TABLE health (
    source_key TEXT    NOT NULL PRIMARY KEY,
    source     TEXT    NOT NULL,
    polled     INTEGER NOT NULL,
    good       INTEGER NOT NULL,
    trouble    TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    since      INTEGER NOT NULL,
    failures   INTEGER NOT NULL,
    told       INTEGER NOT NULL CHECK (told IN (0, 1)),
    next       INTEGER NOT NULL
) STRICT;

-- When each schedule ran last.
CREATE TABLE runs (
    schedule TEXT    NOT NULL PRIMARY KEY,
    at       INTEGER NOT NULL
) STRICT;

-- What readers said of a piece; a later word of the same reader replaces the earlier one.
CREATE TABLE feedback (
    topic   TEXT    NOT NULL,
    url     TEXT    NOT NULL,
    by      TEXT    NOT NULL,
    article INTEGER REFERENCES articles (id),
    label   TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (topic, url, by)
) STRICT, WITHOUT ROWID;
CREATE INDEX feedback_article ON feedback (article) WHERE article IS NOT NULL;
