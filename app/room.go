package app

import (
	"context"
	"fmt"
)

// watchRoom tells the admin channel, once, that the disk is filling up, before it is full; and again when there
// is room: twice as much, or the word would come and go with every backup.
func (a *App) watchRoom(ctx context.Context) error {
	free, known := a.room(a.cfg.DataDir)
	s := spell{
		name: "room", log: "the disk is nearly full", reason: fmt.Sprintf("less than %d MB are free in %s", leastRoom>>20, a.cfg.DataDir),
		do:        "make room on that disk; newsvigil itself drops old texts once a day (keep_text).",
		title:     "The disk is nearly full",
		wellTitle: "The disk has room again", wellLine: "It had been nearly full since %s%s. Nothing needs doing.",
	}
	switch {
	case !known:
		return nil
	case free < leastRoom:
		s.lines = []string{
			fmt.Sprintf("%d MB are free in %s. When it is full, nothing new is read or posted; nothing is lost by that, and newsvigil goes on by itself once there is room.", free>>20, a.cfg.DataDir),
			"What to do: " + s.do,
		}
		return a.begins(ctx, s)
	case free >= 2*leastRoom:
		s.log = "the disk has room again"
		return a.ends(ctx, s)
	}
	return nil
}
