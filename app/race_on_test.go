//go:build race

package app

// racing says that the race detector is on, which makes a crawl ten times slower.
const racing = true
