package digest

import "time"

// OverdueLine says that a digest did not come.
func OverdueLine(topic string, slot time.Time, lang string) string {
	return Say(lang, "overdue", "topic", topic, "slot", date(lang, "moment", slot))
}
