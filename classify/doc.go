// Package classify decides how far an article belongs to a topic that is given by example. It is
// pure: exemplars, word lists and a background of unlabelled articles go in, a model comes out, and
// the same input gives the same model and the same scores on every machine.
//
// The method, in the order of the code:
//
//  1. exemplars become counts of words and word pairs (exemplar.go, load.go, encode.go), and pieces that
//     readers liked stand beside them (learn.go);
//  2. BM25 query expansion: the terms that many exemplars and few ordinary articles hold make a query of
//     60 weighted terms, by which articles are ranked (expand.go);
//  3. a linear support vector machine tells exemplars and liked pieces from disliked and ordinary ones
//     (line.go);
//  4. the query again with the topic's concepts alone, whose spellings stand for one token in every
//     language, so that exemplars in one language reach articles in another (document.go, lists.go);
//  5. all three ranks are measured in standard deviations above ordinary pieces, clipped at 0 and summed
//     (baseline.go, ranking.go, train.go), what the facets say is added, and the logarithm is taken;
//  6. the facets, the aspects that a piece must all have, gate it (gate.go);
//  7. the cut is set where exemplars and ordinary pieces would err equally often (cut.go), and a score
//     becomes a probability once enough pieces have been judged (calibrate.go).
//
// Every step before the logarithm is a sum over the terms of a piece, so a score can be parted among them
// again (shares in ranking.go). What is known of ordinary language outlives the texts that it was learned
// from (frequencies.go).
//
// A model must be right on the day it is installed, when there is no background at all. Every figure
// that is read from the background is therefore blended with a prior worth thirty articles, which
// fades as real ones arrive (fade in expand.go). The background is the outlets' own recent pieces, so
// some of it is on the topic; what may be is left out of the statistics.
//
// Scores lie mostly between 0 and 3, cuts near 0.5; they mean nothing but against each other.
package classify
