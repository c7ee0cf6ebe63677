//go:build race

package main

// racing says that the race detector is on, which makes every process of a life several times slower.
const racing = true
