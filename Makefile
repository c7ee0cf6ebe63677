# The README needs only `go run` and `go test`; these are shorthands for those who have make.
GO ?= go

.PHONY: build check test lint fmt demo bench

build: ## the binary, in bin/
	$(GO) build -o bin/newsvigil ./cmd/newsvigil

check: lint test ## the one gate: formatting, vet, staticcheck, tests with the race detector

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
