# 一窗. Everything here works with Python 3.11+, git, make and the usual shell tools; `make help` lists it.

PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m
MEMBERS := contracts $(patsubst %/pyproject.toml,%,$(wildcard services/*/pyproject.toml)) deploy/local
OWN := $(foreach member,$(MEMBERS),--no-emit-package $(subst deploy/local,yichuang-local,$(subst services/,yichuang-,$(subst contracts,yichuang-contracts,$(member)))))

# Settings of your own (see .env.example) reach every command.
-include .env
export $(shell sed -n 's/^\([A-Z_]*\)=.*/\1/p' .env 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup run stop reset status broker test lint types unit component contract e2e faults bench \
	bench-search lock contracts pages browser

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## Make .venv with the locked packages (done by the other targets when needed)

.venv/.ready: requirements.lock pyproject.toml $(addsuffix /pyproject.toml,$(MEMBERS)) deploy/local/setup.sh
	@PYTHON="$(PYTHON)" sh deploy/local/setup.sh $(MEMBERS)

run: setup ## Start everything, take a sample case through, stay until Ctrl-C (PORTAL_PORT, DEMO_PASSWORD)
	@$(RUN) deploy.local run $(if $(NO_SAMPLE),--no-sample)

stop: setup ## End all that `make run` started, and only that
	@$(RUN) deploy.local stop

reset: setup ## Clear the data of `make run` after asking (YES=1 does not ask)
	@$(RUN) deploy.local reset $(if $(YES),--yes)

status: setup ## Show the processes of `make run`
	@$(RUN) deploy.local status

broker: setup ## Start MongoDB and Kafka alone, stay until Ctrl-C
	@$(RUN) deploy.local broker

test: lint types pages browser ## Lint, types, contracts and all tests on the real stack, with own ports and data
	$(RUN) contracts.generate --check
	$(RUN) pytest -rs -n 2

lint: setup ## Style, format and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: setup ## Types, strictly
	$(BIN)/mypy contracts services deploy tests

unit: setup ## Tests of rules without I/O
	$(RUN) pytest tests/unit

component: setup ## Tests of one service at a time on the real database and broker
	$(RUN) pytest tests/component

contract: setup ## Tests of events and APIs: examples, drift, breaking changes
	$(RUN) pytest tests/contract

e2e: setup pages browser ## Tests of whole journeys, browser included
	$(RUN) pytest -rs tests/e2e

faults: setup ## Tests that kill, pause and cut things
	$(RUN) pytest tests/faults

bench: setup ## Measure whole cases over HTTP; prints figures, asserts none
	$(RUN) tests.bench

bench-search: setup ## Measure searches among 100,000 items; prints figures, asserts none
	$(RUN) tests.bench.search

contracts: setup ## Write the JSON Schemas and asyncapi.yaml from the models again
	$(RUN) contracts.generate

lock: setup ## Resolve requirements.lock again from the pyproject files
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 -o requirements.lock $(OWN)

pages: setup ## Build the web pages when their sources changed
	@$(RUN) deploy.local pages

browser: ## Install Chromium and a Chinese font for the browser tests (Debian, as root; else says how)
	@sh deploy/local/browser.sh
