// Package text reads running text the same way for every room of the program: it cleans and folds
// it, cuts it into words and terms, hashes runs of words, finds listed words, tells languages apart
// and turns bytes of any charset into UTF-8. It is pure: the same input gives the same output for
// ever, because hashes and terms stand in databases and exemplar files.
package text
