// Package digest decides what a topic's readers are told: which stories, in which order, with which
// words. It is pure: Compose chooses and ranks, and the functions beside it put a digest into
// English or Korean, so that Slack, a terminal and a page say the same. Renderers add only shape.
package digest
