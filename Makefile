# Each target runs a script of the same name; `make help` lists them.

.DEFAULT_GOAL := help
.PHONY: help run check test interop build dev bench faults

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install the build tools, build the release, serve it at http://127.0.0.1:3000
	@scripts/run.sh

check: ## Check formatting, run clippy and the unit tests (two minutes on a warm tree)
	@scripts/check.sh

test: ## Install the test tools and run every test
	@scripts/test.sh

interop: ## Run third-party gateways and OAuth libraries against the release (part of make test)
	@scripts/interop.sh

build: ## Build target/release/latchkey, one self-contained binary
	@scripts/setup-build.sh
	@scripts/build.sh

dev: ## Serve a debug build, rebuilt on every change
	@scripts/dev.sh

bench: ## Measure the release beside its targets and other products (docs/performance.md)
	@scripts/bench.sh

faults: ## Break what Latchkey depends on, and check that it keeps its promises (docs/reliability.md)
	@scripts/faults.sh
