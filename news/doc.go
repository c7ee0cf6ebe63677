// Package news holds the words of the domain: what an outlet, a candidate, an article, a score, a
// story and a digest are. It imports the standard library only, does no I/O, and every zero value
// in it is valid, so that any room of the program may speak this language.
package news
