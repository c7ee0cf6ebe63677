// Package store keeps everything that newsvigil remembers in one SQLite file. It is the only
// package that holds SQL.
//
// One connection writes, in immediate transactions with synchronous FULL, so that what was
// acknowledged survives a power cut; a pool of read-only connections reads beside it. Each exported
// method that writes is one transaction: it happens whole or not at all, and it may be repeated.
//
// Beside the database newsvigil.db stand, as they are needed: newsvigil.lock (who writes),
// newsvigil.db.damaged-TIME (a damaged file that was set aside), newsvigil.db.before-restore-N (what a
// restore replaced), newsvigil.db.schema-N (a copy made before the schema was changed),
// newsvigil.db.recovery (what became of a damaged or lost file, until it is told),
// newsvigil.db.suspect (a write met damage: the next start looks through all of the file), and
// names ending in .part, which a crash left and which are made anew. None of them is needed to go on,
// except that a .recovery may say what is still to be done.
//
// Instants are stored as nanoseconds since 1970 in UTC, so that the ones of years 1678 to 2261 come
// back exactly, in UTC; earlier and later ones are clamped to these bounds. Only a publication keeps
// the offset it was written with, because the day of a date without a time depends on it. The zero
// time stands for "unknown". The midnight of 1 January 1970 itself reads back as unknown too: no
// piece was published then, but broken content systems say so.
package store
