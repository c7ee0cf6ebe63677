package text

// The hash of this file is FNV-1a with 64 bits, finished by the mix of MurmurHash3 (fmix64), which
// makes the low bits fit for sampling. It stands in databases: it must never change. See the golden
// values in hash_test.go.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// Hash is the 64-bit hash of Fold(s). It is stable for ever and on every machine.
func Hash(s string) uint64 { return mix(feed(fnvOffset, Fold(s))) }

// Shingles returns the 64-bit hash of every run of n words, in order; none where there are fewer
// than n words or n is not positive. The hashes are stable for ever: a hash depends on nothing but
// the words of its run.
func Shingles(words []string, n int) []uint64 {
	if n < 1 || len(words) < n {
		return nil
	}
	out := make([]uint64, 0, len(words)-n+1)
	for i := 0; i+n <= len(words); i++ {
		h := uint64(fnvOffset)
		for _, w := range words[i : i+n] {
			h = feed(h, w)
			h = (h ^ ' ') * fnvPrime // so that "ab c" and "a bc" differ
		}
		out = append(out, mix(h))
	}
	return out
}

func feed(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

// mix is fmix64 of MurmurHash3 by Austin Appleby.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	h ^= h >> 33
	return h
}
