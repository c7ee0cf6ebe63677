package app

import (
	"newsvigil/crawler"
	"newsvigil/dedup"
	"newsvigil/notify"
	"newsvigil/notify/slack"
	"newsvigil/store"
)

// The store is the lasting implementation of what the rooms below declare for themselves.
var (
	_ crawler.History = (*store.DB)(nil)
	_ dedup.Index     = (*store.DB)(nil)
	_ notify.Outbox   = (*store.DB)(nil)
	_ notify.Outbox   = noticesOnly{}
	_ slack.Channels  = (*store.DB)(nil)
	_ notify.Sender   = (*slack.Client)(nil)
	_ notify.Sender   = printer{}
	_ notify.Recaller = (*slack.Client)(nil)
)
