package text

// Stopword reports whether the folded word w says nothing of what a piece is about. The list is
// English, with a few Korean words that stand alone; the stop words of other languages are left in,
// because "war" and "die" are among them.
func Stopword(w string) bool {
	if len(w) == 1 {
		return true
	}
	_, ok := stopwords[w]
	return ok
}

var stopwords = set(`a about above according across after again against ago all almost along already also although always am among
amid an and another any anyone anything are aren't around as at away back be became because become been before being below between both but by
came can can't cannot come could couldn't did didn't do does doesn't doing don't done down due during each eg either else enough etc even ever
every everyone few first for former from further gave get gets give given go goes going gone got had hadn't has hasn't have haven't having he
he'd he'll he's her here hers herself him himself his how however i'd i'll i'm i've ie if in include included including indeed instead into is isn't it
it'll it's its itself just keep know known last later least less let like likely made make makes making many may maybe me mean meanwhile might mine more
moreover most mr mrs ms much must my myself near nearly neither never next no nor not now of off often on once one ones only onto or other others
our ours ourselves out over own per perhaps pm put quite rather re really said same saw say saying says second see seem seemed seen several shall
she she'd she'll should shouldn't since so some someone something soon still such take taken takes tell than that that's the their theirs them
themselves then there there's thereby therefore these they they'd they'll they're they've thing things think this those though through throughout thus
to today together told too took toward towards two under until unto up upon us use used uses using various very via want wants was wasn't way we
we'd we'll we're we've well went were weren't what what's whatever when where whereas whether which while who whole whom whose why will with within without
won't would wouldn't yes yet you you'd you'll you're you've your yours yourself
및 등 이 그 저 것 수 더 또 중 한 할 때 때문 대한 대해 위해 통해 따라 따르면 있는 있다 있다고 했다 한다 밝혔다 말했다 이날 그는 또한 그리고 하지만 그러나`)
