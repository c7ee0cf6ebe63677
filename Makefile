# The README needs only `go run` and `go test`; these are shorthands for those who have make.
GO ?= go

.PHONY: build check test lint fmt demo bench eval kills once slack trial

build: ## the binary, in bin/
	$(GO) build -o bin/newsvigil ./cmd/newsvigil

check: lint test eval ## the one gate: formatting, vet, staticcheck, tests with the race detector, quality

test:
	$(GO) test -race -shuffle=on -timeout 20m ./...

lint:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt these files:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool -modfile=tools.mod staticcheck ./...

fmt:
	gofmt -w $$(git ls-files '*.go')

demo:
	$(GO) run ./cmd/newsvigil demo

# Read ratios within one run, not seconds: other work on the machine changes these. Figures of which lower
# is better: cpu-ms/page, peak-MiB, read-ms, p50-ms, p99-ms. Every figure has its unit behind it.
#   make bench ONLY=dedup        measures one room: crawler, crawler/extract, classify, dedup, store or app
BENCH = $(GO) test -timeout 30m -run '^$$'
BENCHED = $(if $(ONLY),$(filter $(ONLY):%,$(BENCHES)),$(BENCHES))
BENCHES = crawler:Crawl:5x crawler/extract:Read:5x classify:Score|Fit:1s dedup:PlaceStored:600x store:SaveArticle:1s app:Digest:100x
BENCHTABLE = /^Benchmark/ { sub(/^Benchmark/, "", $$1); sub(/-[0-9]+$$/, "", $$1); printf "  %s\n", $$1; \
	for (i = 3; i < NF; i += 2) if ($$i + 0 > 0) printf "    %14s  %s\n", $$i, $$(i + 1) } \
	/^(---|FAIL|panic)|[a-z_]+_test.go:[0-9]+: / { print; bad = bad || /FAIL/ } END { exit bad }

bench: ## figures for docs/measurements.md, about five minutes on two quiet cores
	@set -f; for b in $(foreach b,$(BENCHED),'$(b)'); do room=$${b%%:*}; rest=$${b#*:}; \
	case $$room in \
	crawler) echo "Crawl of 20 hosts on loopback, 2,020 answers of 60 kB, beside net/http with goquery (bare), a process each:";; \
	crawler/extract) echo "Reading an article page beside x/net/html parsing it alone, computing time a page:";; \
	classify) echo "Scoring an article of 500 words, and fitting the model against 2,000 pieces:";; \
	dedup) echo "Placing a piece among so many stored ones, half of them new, half copies:";; \
	store) echo "Storing an article with fingerprints and scores, one transaction, safe against a power cut:";; \
	app) echo "Composing a digest of a week with 10,000 stored pieces, 1,000 of them on the topic:";; \
	esac; \
	$(BENCH) -bench "$${rest%%:*}" -benchtime "$${rest#*:}" ./$$room 2>&1 | awk '$(BENCHTABLE)' || exit 1; done

# Fails where a figure is below eval/floor.json; says so and measures nothing where ../shared/data is absent.
#   make eval ONLY=reading       measures one part: reading, relevance, feedback, copies or stories
#   make eval ONLY=polling       polls simulated outlets by their rhythm, beside fixed intervals
#   make eval FAILURES=aeb       lists what was judged wrongly in the figures whose name holds the word, too
#   make eval DRAWS=3            draws the exemplars of the relevance tasks more often; no floors then
#   make eval LIBRARIES=1        measures instead each library that finds bodies alone, beside the program
eval: ## the quality table: reading, relevance, near-copies, events
	$(if $(LIBRARIES)$(filter-out polling,$(ONLY)),,$(GO) test -count=1 -run '^TestSimulation$$' -v ./crawler/rhythm)
	$(if $(filter polling,$(ONLY)),,$(GO) test -count=1 -timeout 30m -run '^Test$(if $(LIBRARIES),Libraries,$(if $(filter-out relevance,$(ONLY)),Quality,(Quality|Haystack)))$$$(if $(ONLY),/^$(ONLY)$$)' -v ./eval -args -long -failures='$(FAILURES)' -draws=$(or $(DRAWS),1)$(if $(LIBRARIES), -libraries))

# TestTrial always runs with short delays and time-outs; this takes five to ten minutes.
trial: ## hostile outlets on loopback, with the delay and the time-outs that the program has by default
	NEWSVIGIL_TRIAL=1 $(GO) test -count=1 -timeout 1h -run '^TestTrial$$' -v ./crawler

# Half an hour on two busy cores. NEWSVIGIL_SEED=… repeats the chance of a run that failed.
#   make kills KILLS=1000        kills more often
kills: ## a crash at every hit that matters of every commit, post and request, then random kill -9
	NEWSVIGIL_CRASH_EVERY=1 NEWSVIGIL_KILLS=$(or $(KILLS),200) $(GO) test -count=1 -timeout 3h -run '^(TestCrash|TestKilled|TestBriefKilled)$$' -v ./cmd/newsvigil

# The always-run sizes are a fifth of this and smaller; this takes five minutes on two quiet cores.
#   make once SEEDS=100          draws more often; NEWSVIGIL_SEED=… repeats the kills of a run that failed
once: ## 100 messages to each of two practice Slacks that fail a third of all requests, kill -9 at every point
	NEWSVIGIL_ONCE_SEEDS=$(or $(SEEDS),20) $(GO) test -count=1 -timeout 2h -run '^(TestOnceElsewhere|TestExactlyOnce|TestCrashPoints)$$' -v ./notify/slack
	NEWSVIGIL_MESSAGES=100 $(GO) test -count=$(or $(RUNS),3) -timeout 2h -run '^TestDelivered$$' -v ./cmd/newsvigil

#   make slack SEEDS=3           draws other digests as well
slack: ## 300 digests of up to 200 hostile items, as sent, against the strict practice Slack and a second opinion
	NEWSVIGIL_SLACK_TRIAL=1 NEWSVIGIL_SEEDS=$(or $(SEEDS),1) $(GO) test -count=1 -timeout 2h -run '^Test(HostileDigests|NothingSentHasFaults|NothingIsLostByWeight|PartsAreTheSameOnceStored|Any.*Fits|WithdrawnLaw|PlainLosesNothing)$$' -v ./notify/slack -rapid.checks=1000
