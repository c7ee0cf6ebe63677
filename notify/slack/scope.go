package slack

import (
	"slices"
	"time"
)

// Account is who the token belongs to and what it may do.
type Account struct {
	Team, User string
	// Scopes are those that Slack names; empty where it names none. Missing are those of Needed that
	// are not among them, Surplus those that nothing here needs.
	Scopes, Missing, Surplus []string
	// Clock is Slack's; zero where it did not say.
	Clock time.Time
}

// Lacks reports whether the token certainly has no such scope.
func (a Account) Lacks(scope string) bool {
	return len(a.Scopes) > 0 && !slices.Contains(a.Scopes, scope)
}

// compare fills in what the scopes lack and what they have too much.
func (a *Account) compare(needed []string) {
	for _, s := range needed {
		if a.Lacks(s) {
			a.Missing = append(a.Missing, s)
		}
	}
	for _, s := range a.Scopes {
		if Without(s) == "" && s != "identify" { // which Slack gives with every token of some kinds
			a.Surplus = append(a.Surplus, s)
		}
	}
}

// Needed are the scopes that posting and looking up need.
func Needed() []string {
	return []string{"chat:write", "channels:history", "groups:history", "channels:read", "groups:read", "metadata.message:read"}
}

// NeededToListen are the scopes that buttons and commands need besides.
func NeededToListen() []string { return []string{"commands"} }

// Without says what does not work where the token lacks a scope; "" for a scope that nothing here needs.
func Without(scope string) string {
	switch scope {
	case "chat:write":
		return "nothing can be posted"
	case "channels:history":
		return "in public channels a post whose answer got lost cannot be looked up, so that it may be missing, and a lost database cannot learn what was posted"
	case "groups:history":
		return "in private channels a post whose answer got lost cannot be looked up, so that it may be missing, and a lost database cannot learn what was posted"
	case "channels:read":
		return "public channels cannot be found by their names"
	case "groups:read":
		return "private channels cannot be found by their names"
	case "metadata.message:read":
		return "messages do not show their keys, so that pieces may come twice after the database was lost"
	case "commands":
		return "there is no /newsvigil"
	}
	return ""
}
