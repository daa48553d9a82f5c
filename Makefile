# Two commands: `make run` and `make test`. The rest serves whoever changes the code.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run test test-meanwhile test-python test-web test-browser test-inspect test-long check generate build bench bench-automl free-tier free-tier-bare lock clean

PYTHON ?= python3
JOBS ?= 2
BIN := .venv/bin
STAMPS := .stamps
export NEXT_TELEMETRY_DISABLED := 1
export DOCUSAURUS_NO_TELEMETRY := 1

PAGES := $(shell find frontend/src frontend/public frontend/tools frontend/widget -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null) \
         $(wildcard frontend/*.ts frontend/*.mjs frontend/*.json)

SITE := $(wildcard frontend/e2e/docusaurus/*.* frontend/e2e/docusaurus/docs/* frontend/widget/*.* frontend/widget/src/* \
          frontend/widget/docusaurus/*)

help: ## Say what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(STAMPS)/python $(STAMPS)/ui ## Start the yard on http://127.0.0.1:7860 (HOST, PORT, MODELYARD_DATA, DATABASE_URL)
	@exec $(BIN)/modelyard up

# Tests in the browser wait half of their time: those of Python fill it, and step back where both want a processor.
test: $(STAMPS)/dev $(STAMPS)/torch ## Run all tests: Python on SQLite and PostgreSQL, pages, browser
	@echo "Pages and the browser are tested meanwhile: $(STAMPS)/pages.log, shown at the end."
	@$(MAKE) --no-print-directory -j2 test-meanwhile test-python STEPPING_BACK="nice -n 5" && code=0 || code=$$?; \
	cat $(STAMPS)/pages.log; exit $$code

test-meanwhile:
	@$(MAKE) --no-print-directory test-web test-browser > $(STAMPS)/pages.log 2>&1 || { code=$$?; \
	echo "Of pages or the browser failed:"; grep -E -A 4 'FAILED|FAIL |UNSTEADY|Error' $(STAMPS)/pages.log | tail -60 || true; \
	exit $$code; }

test-python: $(STAMPS)/dev $(STAMPS)/torch
	$(STEPPING_BACK) $(BIN)/pytest -n $(JOBS) --dist worksteal --durations 40 --durations-min 4

test-web: $(STAMPS)/node
	cd frontend && npm run --silent test

test-browser: $(STAMPS)/dev $(STAMPS)/ui $(STAMPS)/site $(STAMPS)/chromium
	$(BIN)/python tools/browser_tests.py

test-long: $(STAMPS)/dev $(STAMPS)/torch ## Run what repeats quick tests more deeply: whole samples, more examples
	EXAMPLES=all $(BIN)/pytest -n $(JOBS) --dist worksteal -m 'long or hypothesis'
	OPENAPI_EXAMPLES=50 $(BIN)/pytest -n $(JOBS) --dist worksteal tests/doors/test_openapi.py

# Beside the others: what Inspect pins (botocore, fsspec) is older than what the locks have.
test-inspect: $(STAMPS)/dev ## Run the tests with Inspect, in an environment of its own (120 MB more than the others')
	$(BIN)/uv venv -q --clear --python $(BIN)/python $(STAMPS)/inspect
	VIRTUAL_ENV=$(STAMPS)/inspect $(BIN)/uv pip install -q --require-hashes --no-deps -r requirements-dev.lock
	VIRTUAL_ENV=$(STAMPS)/inspect $(BIN)/uv pip install -q --no-build-isolation -e '.[inspect]'
	$(STAMPS)/inspect/bin/pytest tests/experiments/inspecting

check: $(STAMPS)/dev $(STAMPS)/torch $(STAMPS)/node $(STAMPS)/openapi ## Lint, types, import contracts, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	cd frontend && npm run --silent check
	$(BIN)/python tools/generate.py --check

generate: $(STAMPS)/dev $(STAMPS)/openapi ## Write the generated files: schema/, docs/reference/, the browser's API types
	$(BIN)/python tools/generate.py

build: $(STAMPS)/dev $(STAMPS)/ui ## Build the wheel with the pages inside
	rm -rf src/modelyard/_web && cp -r frontend/out src/modelyard/_web
	$(BIN)/uv build --wheel --no-build-isolation --out-dir dist
	rm -rf src/modelyard/_web

bench: $(STAMPS)/dev $(STAMPS)/ui ## Measure, beside the bare libraries; prints figures, asserts nothing
	$(BIN)/python -m bench

bench-automl: $(STAMPS)/dev ## Measure AutoML beside AutoGluon, FLAML, CatBoost and tuned LightGBM (hours; see bench/automl.py)
	$(BIN)/python -m bench.automl --seeds 2

free-tier: $(STAMPS)/dev $(STAMPS)/ui $(STAMPS)/chromium ## Build the bundle's image, run it as a free host does, throw its disk away, look what is left (root, Debian)
	$(BIN)/python tools/free_tier $(FREE_TIER_OPTIONS)

free-tier-bare: $(STAMPS)/dev $(STAMPS)/ui $(STAMPS)/chromium ## The same without an image: the bundle's wheel in a process here
	$(BIN)/python tools/free_tier --bare render

lock: $(STAMPS)/dev ## Write the lock files again (no registry address in them)
	$(BIN)/python tools/lock.py

clean: ## Remove everything that the other commands made
	rm -rf .venv $(STAMPS) frontend/node_modules frontend/out frontend/.next frontend/tools/openapi/node_modules frontend/widget/dist \
	       frontend/e2e/docusaurus/node_modules frontend/e2e/docusaurus/build frontend/e2e/docusaurus/.docusaurus dist

$(STAMPS)/venv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11)' || { echo "Modelyard needs Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-uv.lock
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/python: requirements.lock pyproject.toml $(STAMPS)/venv
	VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --require-hashes --no-deps -r requirements.lock
	VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/python
	VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

# A step of its own: which build of PyTorch is right depends on the machine, so no lock can name it. pip takes a CPU
# build where it is shown one (PIP_FIND_LINKS, PIP_EXTRA_INDEX_URL).
$(STAMPS)/torch: $(STAMPS)/dev
	$(BIN)/python -m pip install -q --disable-pip-version-check torch==2.13.0
	@touch $@

$(STAMPS)/node: frontend/package-lock.json frontend/package.json
	@command -v npm >/dev/null || { echo "Node 20 or newer with npm is missing: https://nodejs.org"; exit 1; }
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/openapi: frontend/tools/openapi/package-lock.json
	cd frontend/tools/openapi && npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/ui: $(STAMPS)/node $(PAGES)
	cd frontend && npm run --silent build
	@touch $@

# The Docusaurus site that tests ask from, with the widget as its readers get it.
$(STAMPS)/site-node: frontend/e2e/docusaurus/package-lock.json
	cd frontend/e2e/docusaurus && npm ci --no-audit --no-fund --loglevel=error
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/site: $(STAMPS)/site-node $(SITE) | $(STAMPS)/ui
	cd frontend/e2e/docusaurus && npm run --silent build
	@touch $@

$(STAMPS)/chromium:
	tools/need-chromium.sh
	@mkdir -p $(STAMPS) && touch $@
