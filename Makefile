# Each target does its own set-up. ARGS is passed on: make test ARGS="tests/core -k paging"
# (tests run in a few processes, see scripts/test.sh; ARGS="-n0" runs them in one)
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help serve test lint format bench setup clean

help: ## show this list
	@sed -nE 's/^([a-z]+): .*## (.*)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

serve: ## set up and run the server on http://localhost:8065 (SQLite, files in ./data)
	@scripts/setup.sh && exec .venv/bin/hubbub serve $(ARGS)

test: ## set up and run the tests, on every database that is there (as root: installs them)
	@exec scripts/test.sh $(ARGS)

lint: ## check format, style, types, the walls between parts, dead code
	@scripts/setup.sh lint && scripts/lint.sh

format: ## mend format and style where that can be done by itself
	@scripts/setup.sh lint && .venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format --quiet .

bench: ## measure speed and memory; prints a table per scenario
	@scripts/setup.sh test && scripts/services.sh && exec .venv/bin/python bench/run.py $(ARGS)

setup: ## make .venv with everything for serving, testing and checking
	@scripts/setup.sh test && scripts/setup.sh lint

clean: ## delete what set-up, tests and builds made; never ./data
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage build dist \
	    hubbub.egg-info tests/clients/node/node_modules
