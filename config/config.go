// Package config reads and checks config.toml.
//
// Every mistake of a file is found in one reading and named with its line and column, with the key,
// and with what to write instead: whoever edits the file is no engineer, and must not have to try
// again for each mistake. No message repeats a line of the file, as a line may hold a secret.
//
// The package reads the file that it is given and nothing else: whether a folder, a variable or a
// channel exists is for the program to find out.
package config

import (
	"net/netip"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // the zones of the file must be known on machines without a zone database

	"newsvigil/news"
)

// Config is a configuration file in full: defaults are filled in, paths are absolute.
type Config struct {
	// File is the path as it was given; Dir is its folder, where relative paths begin.
	File, Dir string
	// Version stands in the User-Agent; the program sets it. "1.0" where nobody does.
	Version string
	// Zone is the admin's clock; UTC where the file names none.
	Zone *time.Location
	// DataDir holds the database.
	DataDir string
	// Crawl is the cron schedule of the crawl; Jitter the longest random wait before each.
	Crawl  string
	Jitter time.Duration
	// Coverage is the cron schedule of the message that sums up for the admin channel what was covered; ""
	// means none.
	Coverage string

	Crawler Crawler
	Dedup   Dedup
	Slack   Slack
	Store   Store
	Log     Log
	Health  Health
	// Topics and Sources stand in file order; there is at least one of each. Exemplars are not loaded.
	Topics  []news.Topic
	Sources []news.Source

	// SeedsSet says by topic key that the file names the folder of the exemplars. Where it does not,
	// SeedsDir may be missing, and the built-in exemplars stand in.
	SeedsSet map[string]bool
	// ExampleContact says that the contact is empty or still an example address.
	ExampleContact bool
}

// Crawler is the section [crawl].
type Crawler struct {
	// Contact is a mail or web address; UserAgent may hold {contact} and {version}. See Config.UserAgent.
	Contact, UserAgent string
	// Timeout bounds a request, Delay is from start to start of two requests to one host, pieces
	// older than MaxAge are not read.
	Timeout, Delay, MaxAge time.Duration
	// Parallel is how many hosts are asked at once.
	Parallel int
	// MaxBody is in bytes, decoded.
	MaxBody int64
	// PagesPerRun is by host.
	PagesPerRun int
	// AllowPrivate are private networks that may be fetched.
	AllowPrivate []netip.Prefix
}

// Dedup is the section [dedup]. Similarities are above 0 and at most 1.
type Dedup struct {
	Window, StoryWindow             time.Duration
	CopySimilarity, StorySimilarity float64
}

// Slack is the section [slack].
type Slack struct {
	// Configured says that any key of the section is set; digests are printed where it is false.
	Configured bool
	// APIURL ends in a slash. TokenEnv, AppTokenEnv and WebhookEnv are names of environment
	// variables, TokenFile is an absolute path; each is empty where the file does not set it. At
	// most one of TokenEnv, TokenFile and WebhookEnv is set.
	APIURL, TokenEnv, TokenFile, AppTokenEnv, WebhookEnv, AdminChannel string
	// Settle are the ages at which an unanswered post is looked up, ascending; Pace is the time
	// between two posts to one channel.
	Settle        []time.Duration
	Timeout, Pace time.Duration
	// Overdue is how long after its slot a digest's readers are told by Slack itself that it did not come;
	// 0 means never.
	Overdue time.Duration
	// Hello says that a topic's readers are greeted, once in each channel.
	Hello bool
}

// Store is the section [store].
type Store struct {
	KeepText, KeepFingerprints time.Duration
	// Backups is how many daily copies are kept; 0 makes none.
	Backups int
}

// Log is the section [log].
type Log struct {
	// Level is debug, info, warn or error; Format is auto, text or json.
	Level, Format string
}

// Health is the section [health]. Both are empty where unused.
type Health struct {
	Listen, HeartbeatURL string
}

const defaultAgent = "newsvigil/{version} (+mailto:{contact})"

var (
	// exampleDomain matches addresses within the domains that RFC 2606 reserves for examples.
	exampleDomain = regexp.MustCompile(`(?i)[@./]example\.(?:org|com|net)\.?(?:[:/?#].*)?$`)
	// contactNote matches the brackets around the contact, with the space before them.
	contactNote = regexp.MustCompile(` *\([^()]*\{contact\}[^()]*\)`)
	contactBare = regexp.MustCompile(`[ ;,+]*(?:mailto:)?\{contact\}`)
)

// UserAgent is what the crawler calls itself: "newsvigil/<version> (+mailto:<contact>)" unless the
// file says otherwise. While the contact is empty or an example, no address stands in it.
func (c *Config) UserAgent() string {
	agent, version := c.Crawler.UserAgent, c.Version
	if agent == "" {
		agent = defaultAgent
	}
	if version == "" {
		version = "1.0"
	}
	contact := c.Crawler.Contact
	switch {
	case c.ExampleContact || contact == "":
		agent = contactBare.ReplaceAllLiteralString(contactNote.ReplaceAllLiteralString(agent, ""), "")
	case strings.Contains(contact, "://"):
		agent = strings.ReplaceAll(agent, "mailto:{contact}", contact)
	}
	return strings.TrimSpace(strings.NewReplacer("{contact}", contact, "{version}", version).Replace(agent))
}

// Parse reads a configuration from memory. file is its path, for messages and relative paths. The
// error is always a *Mistakes.
func Parse(file string, data []byte) (*Config, error) {
	rep := clean(file, data)
	c := &Config{File: file, Dir: folder(file), Version: "1.0"}
	if !rep.hopeless {
		readAll(c, parseTree(rep))
		rep.strayed()
	}
	if ms := rep.mistakes(); ms != nil {
		return nil, ms
	}
	return c, nil
}

// folder is the absolute folder of a file; the relative one where the system knows no current folder.
func folder(file string) string {
	dir := filepath.Dir(file)
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}

// path makes a path of the file absolute.
func (c *Config) path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.Dir, p)
}
