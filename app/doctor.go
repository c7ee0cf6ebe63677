package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"newsvigil/news"
)

// Severity says how bad a finding is.
type Severity string

// The severities, from best to worst.
const (
	SeverityOK   Severity = "ok"
	SeverityNote Severity = "note"  // worth knowing, nothing to mend
	SeverityWarn Severity = "mend"  // a part does not work
	SeverityBad  Severity = "wrong" // nothing can be stored, or nothing posted
)

// Finding is what the doctor found out about one thing.
type Finding struct {
	// About is what was looked at, such as token or "channel #news".
	About    string   `json:"about"`
	Severity Severity `json:"severity"`
	Text     string   `json:"text"`
	// Do says what to do; "" where nothing is.
	Do string `json:"do,omitempty"`
}

const (
	// leastRoom is the free disk below which a backup might not find room.
	leastRoom = 500 << 20
	// mostSkew is how far the clock may be off: dates in digests and waits for answers go by it.
	mostSkew = 30 * time.Second
	// oldUpkeep is how long ago the nightly upkeep may be.
	oldUpkeep = 3 * 24 * time.Hour
)

// doctor gathers findings.
type doctor struct {
	*App
	found []Finding
}

func (d *doctor) add(s Severity, about, text, do string) {
	d.found = append(d.found, Finding{About: about, Severity: s, Text: d.o.Redact.Clean(text), Do: d.o.Redact.Clean(do)})
}

// Doctor looks at everything that a running newsvigil needs: the database, the disk, Slack, and how every
// source was the last time. It writes nothing but a file in the data folder, which it removes, and posts
// nothing. Its error means that it could not look at all.
func Doctor(ctx context.Context, o Options) ([]Finding, error) {
	a, err := openLoose(ctx, o)
	d := &doctor{App: a}
	if err != nil {
		if _, usage := errors.AsType[*UsageError](err); usage || ctx.Err() != nil {
			return nil, err
		}
		// The rest can be looked at without the database.
		a = &App{cfg: o.Config, o: withDefaults(o), ctx: ctx}
		a.now, a.log = a.o.Now, a.o.Log
		topics, failed := LoadTopics(o.Config, a.o.Seeds)
		if failed != nil {
			return nil, failed
		}
		for _, t := range topics {
			a.topics = append(a.topics, &topic{Topic: t})
		}
		d.App = a
		d.add(SeverityBad, "database", sentence(err.Error()), "")
	}
	defer a.Close()
	if err == nil {
		if err := d.database(ctx); err != nil {
			return nil, err
		}
	}
	d.disk()
	d.slack(ctx)
	if a.db == nil {
		return d.found, nil
	}
	return d.found, d.outlets(ctx)
}

func (d *doctor) database(ctx context.Context) error {
	if d.db == nil {
		d.add(SeverityNote, "database", "There is none yet in "+d.cfg.DataDir+".", "newsvigil once makes it.")
		return nil
	}
	info, err := os.Stat(d.path())
	if err != nil {
		return fmt.Errorf("look at the database: %w", err)
	}
	last, ran, err := d.db.LastRun(ctx, runUpkeep)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s, %.1f MB, can be read.", d.path(), float64(info.Size())/1e6)
	switch {
	case !ran:
		d.add(SeverityOK, "database", text+" It was not checked whole yet; newsvigil run does that every night.", "")
	case d.now().Sub(last) > oldUpkeep:
		d.add(SeverityWarn, "database", text+" It was last checked and copied on "+d.clock(last)+".", "Is newsvigil run at work? It checks and copies the database every night; its log says what fails.")
	default:
		d.add(SeverityOK, "database", text+" Last checked and copied on "+d.clock(last)+".", "")
	}
	queued, err := d.db.Queued(ctx)
	if err == nil && queued > 0 {
		d.add(SeverityWarn, "outbox", fmt.Sprintf("%d messages wait to be posted.", queued), "What is wrong with Slack stands below, if anything is; newsvigil digest posts them.")
	}
	return err
}

// disk tries whether there is room, and whether this user may write.
func (d *doctor) disk() {
	dir := d.cfg.DataDir
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		dir = filepath.Dir(dir)
	}
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		d.add(SeverityBad, "disk", "Nothing can be written in "+dir+": "+err.Error()+".", "Give this user the right to write there, or set data_dir to another folder.")
		return
	}
	_, err = f.WriteString("newsvigil doctor\n")
	if err = errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name())); err != nil {
		d.add(SeverityBad, "disk", "Nothing can be written in "+dir+": "+err.Error()+".", "Make room on the disk.")
		return
	}
	switch free, known := freeSpace(dir); {
	case !known:
		d.add(SeverityOK, "disk", dir+" can be written.", "")
	case free < leastRoom:
		d.add(SeverityWarn, "disk", fmt.Sprintf("Only %d MB are free in %s.", free>>20, dir), "Make room: the database and its backups need some.")
	default:
		d.add(SeverityOK, "disk", fmt.Sprintf("%s can be written; %.1f GB are free.", dir, float64(free)/1e9), "")
	}
}

// outlets tells how every source was when it was polled last.
func (d *doctor) outlets(ctx context.Context) error {
	list, err := d.Sources(ctx)
	if err != nil {
		return err
	}
	well := 0
	for _, s := range list {
		switch {
		case s.Off:
		case s.Trouble == news.TroubleQuarantined:
			d.add(SeverityNote, "source "+s.Source, "Quarantined since "+d.clock(s.Since)+": nothing of it is read, told or linked to.", fmt.Sprintf("newsvigil quarantine shows what was changed; newsvigil quarantine --lift %q ends it.", s.Source))
		case s.Trouble != news.TroubleNone:
			text := fmt.Sprintf("In trouble since %s: %s.", d.clock(s.Since), cmp.Or(s.Detail, string(s.Trouble)))
			d.add(SeverityWarn, "source "+s.Source, text, cmp.Or(sentence(Remedy(s.Trouble)), "It is tried again by itself."))
		case s.Good.IsZero():
			d.add(SeverityNote, "source "+s.Source, "Not polled yet.", "newsvigil once polls it.")
		default:
			well++
			d.add(SeverityOK, "source "+s.Source, fmt.Sprintf("Polled well on %s; %d new this week, %d on topic.", d.clock(s.Good), s.New, s.Relevant), "")
		}
	}
	if well == 0 && len(list) > 0 {
		d.add(SeverityNote, "sources", "None was polled well yet.", "newsvigil once polls them all; newsvigil try-source NAME shows what one outlet answers.")
	}
	return nil
}

// Worst is the worst severity among findings.
func Worst(found []Finding) Severity {
	order := map[Severity]int{SeverityOK: 0, SeverityNote: 1, SeverityWarn: 2, SeverityBad: 3}
	worst := SeverityOK
	for _, f := range found {
		if order[f.Severity] > order[worst] {
			worst = f.Severity
		}
	}
	return worst
}
