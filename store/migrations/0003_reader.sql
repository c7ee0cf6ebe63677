-- What read the text off its page: "trafilatura", "select", "feed" and so on; '' where that is not known.
ALTER TABLE texts ADD COLUMN reader TEXT NOT NULL DEFAULT '';
