-- By which key the piece is found that is stored later, why a piece is disliked, and what its reader said of the topic last ('like', 'dislike' or ''), which a
-- later word on something else ("a repeat") leaves alone.
ALTER TABLE feedback ADD COLUMN key TEXT NOT NULL DEFAULT '';
ALTER TABLE feedback ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE feedback ADD COLUMN stands TEXT NOT NULL DEFAULT '';

-- What a topic's model has learned from readers: the labels accepted last, so that every start gives the
-- same model, and the ones refused last, so that they are not tried again and again.
CREATE TABLE learned (
    topic   TEXT    NOT NULL PRIMARY KEY,
    labels  TEXT    NOT NULL,
    model   TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    refused TEXT    NOT NULL, -- identifies labels and topic; '' where none were refused
    why     TEXT    NOT NULL
) STRICT;

-- Near misses that a reader wants to see in the next digest, with the score they had before, should the
-- reader take it back. A row stays; once the piece is announced it does nothing more.
CREATE TABLE rescued (
    topic   TEXT    NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (id),
    score   TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (topic, article)
) STRICT, WITHOUT ROWID;
