# The commands of Rapport. Each makes .venv first, and needs Python 3.11 or newer and nothing else.
PORT ?= 8000
ARGS ?=
RUN = .venv/bin/python

.PHONY: help demo test faults check fix bench coverage
.DEFAULT_GOAL := help

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 16

demo: ## Serve a believable organisation on http://127.0.0.1:8000 (PORT=8123 for elsewhere)
	@bin/setup runtime
	@exec $(RUN) bin/run_demo.py --port $(PORT)

test: ## Run the tests on everything that this machine has (ARGS='-k sealed' for some)
	@bin/setup dev
	@$(RUN) bin/run_tests.py $(ARGS)

faults: ## Every way to die, to stall and to refuse, with real processes; more of them than make test
	@bin/setup dev
	@$(RUN) bin/run_tests.py --long tests/faults $(ARGS)

check: ## Format, lint, types, contracts, templates, migrations, production settings
	@bin/setup dev
	@$(RUN) bin/run_checks.py

fix: ## Mend what a tool can mend: format, imports, templates, old Django
	@bin/setup dev
	@$(RUN) bin/run_checks.py --fix

coverage: ## The tests again, with what they did not reach
	@bin/setup dev
	@$(RUN) bin/run_tests.py --coverage $(ARGS)

bench: ## Measure our pages against the plainest Django, and write docs/performance.md
	@bin/setup dev
	@$(RUN) -m benchmarks $(ARGS)
