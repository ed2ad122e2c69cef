# make setup | run | test | build | check | bench | models | eval | extract | clean        (see README.md)
# Every step can be repeated: what is there already is left alone.

.DEFAULT_GOAL := help
.PHONY: help setup tools lock models eval build run test harden check format bench extract clean
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
NODE_STAMP := node_modules/.installed
VENV_STAMP := $(VENV)/.installed
BENCH_STAMP := tests/bench/node_modules/.installed
EVAL_STAMP := $(VENV)/.installed-eval
WORDS_STAMP := $(VENV)/.installed-words
# The locked files are complete, so nothing else is resolved (requirements/excluded.in says what they leave out).
# A source package is built with the locked setuptools, not with one downloaded for the occasion.
PIP := $(PY) -m pip install -qq --no-input --disable-pip-version-check --no-deps --no-build-isolation --use-pep517
LOCKED := $(PIP) --require-hashes
LOCK := .cache/lock
UV := env UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK)/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url

help: ## what there is
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

setup: $(VENV_STAMP) $(NODE_STAMP) tools ## Python and npm packages as pinned, Chromium and the test tools

$(VENV_STAMP): requirements/build.txt requirements/dev.txt requirements/pyodide.txt pyproject.toml
	@echo "setup       Python packages into $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Nutshell needs Python 3.11 or newer")'
	@[ -x $(PY) ] || timeout 300 $(PYTHON) -m venv $(VENV)
	@timeout 900 $(LOCKED) -r requirements/build.txt
	@timeout 1500 $(LOCKED) -r requirements/dev.txt
	@rm -rf $(VENV)/pyodide
	@timeout 600 $(LOCKED) -r requirements/pyodide.txt --target $(VENV)/pyodide --ignore-requires-python --only-binary :all:
	@timeout 300 $(PIP) -e .
	@touch $@

$(NODE_STAMP): package-lock.json
	@echo "setup       npm packages into node_modules"
	@command -v npm >/dev/null || { echo "Nutshell needs Node.js 20 or newer, with npm." >&2; exit 1; }
	@timeout 900 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null
	@touch $@

tools:
	@bash build/tools.sh

# uv keeps the pins that are in a locked file already. To upgrade a package, change its .in file, or delete its pin.
lock: ## lock the Python requirements: requirements/*.in -> *.txt, with hashes
	@[ -x $(LOCK)/bin/python ] || timeout 300 $(PYTHON) -m venv $(LOCK)
	@timeout 600 $(LOCK)/bin/python -m pip install -qq --no-input --require-hashes -r requirements/lock.txt
	@for name in requirements/{run,build,dev,words,lock} tests/bench/requirements; do \
	  timeout 600 $(UV) --python-version 3.11 --excludes requirements/excluded.in $$name.in -o $$name.txt; done
	@timeout 600 $(UV) --python-version 3.14 --no-deps requirements/pyodide.in -o requirements/pyodide.txt
	@timeout 600 $(UV) --python-version 3.11 requirements/eval.in -o requirements/eval.txt # needs matplotlib, excluded above

models: $(VENV_STAMP) ## make the models from pinned weights
	@timeout 1800 $(PY) -m models build

$(EVAL_STAMP): requirements/eval.txt $(VENV_STAMP)
	@echo "setup       what draws the figures"
	@timeout 900 $(LOCKED) -r requirements/eval.txt
	@touch $@

eval: setup models $(EVAL_STAMP) ## measure the models (models/README.md); ARGS="--quick NAME..." for less
	@timeout 10800 $(PY) -m models eval $(ARGS)

$(WORDS_STAMP): requirements/words.txt $(VENV_STAMP)
	@echo "setup       the language model's weights, 93 MB"
	@timeout 1500 $(LOCKED) -r requirements/words.txt
	@touch $@

build: setup models $(if $(WORDS),$(WORDS_STAMP)) ## dist/chrome, and the zip a store gets; WORDS=1: with the language model
	@$(if $(WORDS),timeout 900 $(PY) -m models build decoder)
	@timeout 1200 $(PY) build $(if $(WORDS),--words)

run: build ## click Nutshell on PAGE (an address or an HTML file)
	@$(PY) -m build.run $(if $(PAGE),"$(PAGE)")

test: build ## everything: core, models, package, browser
	@timeout 4800 $(PY) -m pytest $(ARGS)

harden: build ## attack the built extension: KILLS=50, HOSTILE=DIR, ARGS="--no-results NAME..."
	@KILLS="$(KILLS)" HOSTILE="$(HOSTILE)" timeout 3600 $(PY) -m tests.harden $(ARGS)

check: setup ## format, lint, types, pins
	@echo "check       ruff format, ruff, mypy, import-linter, eslint, messages"
	@$(VENV)/bin/ruff format --check --quiet . || { echo "Not formatted: run make format" >&2; exit 1; }
	@$(VENV)/bin/ruff check --quiet .
	@timeout 60 $(PY) -m build.messages check
	@timeout 600 $(PY) -m mypy
	@found=$$(PYTHONPATH=core timeout 120 $(VENV)/bin/lint-imports --no-cache) || { echo "$$found" >&2; exit 1; }
	@timeout 300 node_modules/.bin/eslint .
	@timeout 120 $(PY) -m build.audit

format: setup ## format Python
	@$(VENV)/bin/ruff format --quiet . && $(VENV)/bin/ruff check --quiet --fix .

$(BENCH_STAMP): tests/bench/package-lock.json tests/bench/requirements.txt $(VENV_STAMP)
	@echo "setup       what is measured against"
	@timeout 900 $(LOCKED) -r tests/bench/requirements.txt
	@cd tests/bench && timeout 900 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null
	@touch $@

bench: build $(BENCH_STAMP) $(EVAL_STAMP) ## measure; ARGS="--quick NAME..." for less
	@$(PY) -m tests.bench $(ARGS)

extract: setup ## PAGES=DIR OUT=FILE: what the extension reads from a folder of HTML files
	@[ -n "$(PAGES)" ] && [ -n "$(OUT)" ] || { echo "usage: make extract PAGES=DIR OUT=FILE" >&2; exit 2; }
	@$(PY) -m tests.extract "$(PAGES)" "$(OUT)"

clean: ## remove what was made, not what was installed
	rm -rf dist out .cache models/*/out .pytest_cache .mypy_cache .ruff_cache
