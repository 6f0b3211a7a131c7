# What each target does stands in its script; `make help` lists them.

.DEFAULT_GOAL := help
.PHONY: help run test interop build dev bench faults

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install what a build needs, build the release, serve it at http://127.0.0.1:3000
	@scripts/run.sh

test: ## Install what the tests need and run all of them
	@scripts/test.sh

interop: ## Run the gateways and OAuth libraries of others against the release (a part of make test)
	@scripts/interop.sh

build: ## Make target/release/latchkey, the one self-contained binary
	@scripts/setup-build.sh
	@scripts/build.sh

dev: ## Serve a debug build and rebuild on every change
	@scripts/dev.sh

bench: ## Measure the release against its bars and its peers (docs/performance.md)
	@scripts/bench.sh

faults: ## Break what Latchkey stands on, and see that it keeps its promises (docs/reliability.md)
	@scripts/faults.sh
