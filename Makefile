# The README needs only `go run` and `go test`; these are shorthands for those who have make.
GO ?= go

.PHONY: build check test lint fmt demo bench eval

build: ## the binary, in bin/
	$(GO) build -o bin/newsvigil ./cmd/newsvigil

check: lint test eval ## the one gate: formatting, vet, staticcheck, tests with the race detector, quality

test:
	$(GO) test -race -shuffle=on ./...

lint:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt these files:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool -modfile=tools.mod staticcheck ./...

fmt:
	gofmt -w $$(git ls-files '*.go')

demo:
	$(GO) run ./cmd/newsvigil demo

bench: ## figures for docs/measurements.md
	$(GO) test -run '^$$' -bench . -benchmem ./...

# Fails where a figure is below eval/floor.json; says so and measures nothing where ../shared/data is absent.
#   make eval PART=reading       measures one part: reading, relevance or copies
#   make eval FAILURES=aeb       lists what was judged wrongly in the figures whose name holds the word, too
#   make eval DRAWS=3            draws the exemplars of the relevance tasks more often; no floors then
eval: ## the quality table: reading, relevance, near-copies
	$(GO) test -count=1 -timeout 30m -run '^TestQuality$$$(if $(PART),/^$(PART)$$)' -v ./eval -args -failures='$(FAILURES)' -draws=$(or $(DRAWS),1)
