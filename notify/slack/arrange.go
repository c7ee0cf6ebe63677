package slack

import "newsvigil/news"

// Arrange is the digest as its messages show it, so that a preview is what readers get: what has no room
// in full is a line, what has none in the first message is in the thread, what has none there either is
// counted, and of other outlets and sources in trouble those are left that are named. It says the same
// as Render does at level 0, for the same plan.
func Arrange(d news.Digest) news.Digest {
	sheets := plan(d)
	one := sheets[0]
	d.Lead, d.Lines = alsoNamed(one.lead, one.form.also), alsoNamed(one.lines, alsoNames)
	d.Rest, d.Near, d.Beyond = nil, nil, one.more
	for _, s := range sheets[1:] {
		d.Rest = append(d.Rest, alsoNamed(s.rest, alsoNames)...)
		d.Near = append(d.Near, alsoNamed(s.near, alsoNames)...)
	}
	if more := len(d.Troubles) - maxTroubles; more > 0 {
		d.Troubles, d.MoreTroubles = d.Troubles[:maxTroubles], d.MoreTroubles+more
	}
	return d
}

// Fitted is a digest whose stories all have room in its messages: those that have none are counted, and
// belong into the next digest. Only very long titles and addresses come to that.
func Fitted(d news.Digest) news.Digest {
	left := min(plan(d)[0].more-d.Beyond, len(d.Rest))
	d.Rest, d.Beyond = d.Rest[:len(d.Rest)-left], d.Beyond+left
	return d
}

// alsoNamed cuts the other outlets of stories to those that a message names.
func alsoNamed(items []news.Item, form alsoForm) []news.Item {
	most := maxAlsoNames
	if form == alsoLinks {
		most = maxAlsoLinks
	}
	out := make([]news.Item, 0, len(items))
	for _, it := range items {
		if more := len(it.Also) - most; more > 0 {
			it.Also, it.MoreAlso = it.Also[:most], it.MoreAlso+more
		}
		out = append(out, it)
	}
	return out
}
