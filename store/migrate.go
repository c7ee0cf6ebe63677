package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks the file as newsvigil's ("nwsv"), so that the database of another program is
// never taken for one written by a newer newsvigil.
const applicationID = 0x6e777376

// migration is one step from a schema to the next.
type migration struct{ name, sql string }

// shipped lists the program's migrations in order; its length is the program's schema.
func shipped() ([]migration, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql") // sorted by name
	if err != nil {
		return nil, err
	}
	var steps []migration
	for i, name := range names {
		if !strings.HasPrefix(filepath.Base(name), fmt.Sprintf("%04d_", i+1)) {
			return nil, fmt.Errorf("migration %s is not number %d", name, i+1)
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, migration{name: filepath.Base(name), sql: string(text)})
	}
	return steps, nil
}

// errForeign says whose file it is; what to do about it depends on where the file lies.
var errForeign = errors.New("the database of another program")

// version reads the schema of a file and refuses the files of other programs.
func version(ctx context.Context, pool *sql.DB, path string) (int, error) {
	var have, app, tables int
	err := pool.QueryRowContext(ctx, `SELECT (SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)`).Scan(&have, &app, &tables)
	if err != nil {
		return 0, advised("open "+path, err)
	}
	if app == applicationID || (app == 0 && have == 0 && tables == 0) {
		return have, nil
	}
	return 0, fmt.Errorf("%s is %w: move it away, or set another data_dir", path, errForeign)
}

// migrate runs the steps that the file has not seen yet, each in a transaction of its own, and
// returns the schema reached. The file is copied first unless it is new.
func (db *DB) migrate(ctx context.Context, steps []migration) (int, error) {
	have, err := version(ctx, db.write, db.path)
	if err != nil {
		return 0, err
	}
	if have > len(steps) {
		return have, &SchemaError{File: db.path, Have: have, Want: len(steps)}
	}
	if have > 0 && have < len(steps) {
		if err := db.keepCopy(ctx, have); err != nil {
			return have, err
		}
	}
	for n := have; n < len(steps); n++ {
		if err := db.step(ctx, steps[n], n+1); err != nil {
			return n, err
		}
	}
	switch {
	case have == 0:
		db.log.Info("database begun", "file", db.path, "schema", len(steps))
	case have < len(steps):
		db.log.Info("database brought up to date", "file", db.path, "schema", len(steps))
	}
	return len(steps), nil
}

// step runs one migration with its new version number.
func (db *DB) step(ctx context.Context, m migration, to int) error {
	return db.update(ctx, "migration", "migrate "+db.path+" with "+m.name, func(tx *sql.Tx) error {
		pragmas := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, to)
		_, err := tx.ExecContext(ctx, m.sql+"\n;"+pragmas)
		return err
	})
}

// keepCopy keeps the file as it was beside it. The copy of an earlier try at the same step is
// replaced: the file it was made from has not changed its schema since.
func (db *DB) keepCopy(ctx context.Context, have int) error {
	to := fmt.Sprintf("%s.schema-%d", db.path, have)
	if err := db.copyTo(ctx, to, "schema copy"); err != nil {
		return fmt.Errorf("copy before migration: %w", err)
	}
	db.log.Info("database copied before migration", "file", db.path, "copy", to)
	return nil
}
