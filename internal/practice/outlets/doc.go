// Package outlets serves five practice news outlets on loopback, for `newsvigil demo` and for tests.
// Their shapes are those of real outlets: a feed with most-read lists on every page, a feed on
// another host, section pages with the id in the query string, bodies in one line, and an agency
// that writes EUC-KR. Every piece is made up. It uses the standard library only.
package outlets
