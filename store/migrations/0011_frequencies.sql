-- How many pieces hold each term, counted from the pieces that are too old to be compared with one by one: every
-- article up to number last that had a text then. One row at most; the table is text, gzip.
CREATE TABLE frequencies (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    last  INTEGER NOT NULL,
    terms BLOB    NOT NULL
) STRICT;
