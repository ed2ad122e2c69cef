# Every target can be repeated: it skips what is up to date. README.md lists the targets, CONTRIBUTING.md explains them.

.DEFAULT_GOAL := help
.PHONY: help setup tools lock models eval build run unit test harden check format bench extract clean
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

# `$(call limit,60) COMMAND` ends a command after 60 seconds, where the system has `timeout`.
limit = $(if $(shell command -v timeout),timeout $(1))
# The locked files are complete, so pip resolves nothing. requirements/excluded.in lists what they leave out.
# Source packages are built with the locked setuptools instead of a downloaded one.
PIP := $(PY) -m pip install -qq --no-input --disable-pip-version-check --no-deps --no-build-isolation --use-pep517
LOCKED := $(PIP) --require-hashes
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
LOCK := .cache/lock
UV := env UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK)/bin/uv pip compile --quiet --universal --generate-hashes \
	--no-emit-index-url

help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

setup: $(VENV_STAMP) $(NODE_STAMP) tools ## install everything: Python and npm packages, Chromium, test tools

$(VENV_STAMP): requirements/build.txt requirements/dev.txt requirements/pyodide.txt pyproject.toml
	@echo "setup       Python packages into $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Nutshell needs Python 3.11 or newer")'
	@[ -x $(PY) ] || $(call limit,300) $(PYTHON) -m venv $(VENV)
	@$(call limit,900) $(LOCKED) -r requirements/build.txt
	@$(call limit,1500) $(LOCKED) -r requirements/dev.txt
	@rm -rf $(VENV)/pyodide
	@$(call limit,600) $(LOCKED) -r requirements/pyodide.txt --target $(VENV)/pyodide --ignore-requires-python --only-binary :all:
	@$(call limit,300) $(PIP) -e .
	@touch $@

$(NODE_STAMP): package-lock.json
	@echo "setup       npm packages into node_modules"
	@command -v npm >/dev/null || { echo "Nutshell needs Node.js 20.19 or newer, with npm." >&2; exit 1; }
	@$(call limit,900) $(NPM_CI) </dev/null
	@touch $@

tools:
	@bash build/tools.sh

# uv keeps the versions that a locked file has. To upgrade a package, change its .in file or delete its pin in the .txt.
lock: ## lock the Python requirements with hashes: requirements/*.in to *.txt
	@[ -x $(LOCK)/bin/python ] || $(call limit,300) $(PYTHON) -m venv $(LOCK)
	@$(call limit,600) $(LOCK)/bin/python -m pip install -qq --no-input --require-hashes -r requirements/lock.txt
	@for name in requirements/{run,build,dev,words,lock} tests/bench/requirements; do \
	  $(call limit,600) $(UV) --python-version 3.11 --excludes requirements/excluded.in $$name.in -o $$name.txt; done
	@$(call limit,600) $(UV) --python-version 3.14 --no-deps requirements/pyodide.in -o requirements/pyodide.txt
	@$(call limit,600) $(UV) --python-version 3.11 requirements/eval.in -o requirements/eval.txt # needs matplotlib, excluded above

models: $(VENV_STAMP) ## build the models from pinned weights
	@$(call limit,1800) $(PY) -m models build

$(EVAL_STAMP): requirements/eval.txt $(VENV_STAMP)
	@echo "setup       packages that draw the figures"
	@$(call limit,900) $(LOCKED) -r requirements/eval.txt
	@touch $@

eval: setup models $(EVAL_STAMP) ## measure the models (models/README.md); ARGS="--quick NAME..." for less
	@$(call limit,10800) $(PY) -m models eval $(ARGS)

$(WORDS_STAMP): requirements/words.txt $(VENV_STAMP)
	@echo "setup       weights of the language model (93 MB)"
	@$(call limit,1500) $(LOCKED) -r requirements/words.txt
	@touch $@

build: setup models $(if $(WORDS),$(WORDS_STAMP)) ## build dist/chrome and its zip; WORDS=1 adds the language model
	@$(if $(WORDS),$(call limit,900) $(PY) -m models build decoder)
	@$(call limit,1200) $(PY) build $(if $(WORDS),--words)

run: build ## summarize PAGE (an address or an HTML file) with the built extension
	@$(PY) -m build.run $(if $(PAGE),"$(PAGE)")

unit: $(VENV_STAMP) ## run the fast tests: Python only, no browser, build, npm or root
	@$(call limit,600) $(PY) -m pytest tests/unit -m "not (models or node or build or browser or shared)" $(ARGS)

# Tests outside the browser use one core each, so two run at once. Browser tests use both cores and run alone.
test: build ## run all tests: core, models, package, browser; ARGS="FILE..." for some of them
ifdef ARGS
	@$(call limit,4800) $(PY) -m pytest $(ARGS)
else
	@$(call limit,2400) $(PY) -m pytest --ignore tests/browser --numprocesses 2 --dist loadfile
	@$(call limit,3600) $(PY) -m pytest tests/browser
endif

harden: build ## attack the built extension; KILLS=50, HOSTILE=DIR, ARGS="--no-results NAME..."
	@KILLS="$(KILLS)" HOSTILE="$(HOSTILE)" $(call limit,3600) $(PY) -m tests.harden $(ARGS)

check: setup ## check format, lint, types, import layers, messages, locked dependencies
	@echo "check       ruff format, ruff, mypy, import-linter, eslint, messages"
	@$(VENV)/bin/ruff format --check --quiet . || { echo "Not formatted. Run make format" >&2; exit 1; }
	@$(VENV)/bin/ruff check --quiet .
	@$(call limit,600) $(PY) -m mypy
	@found=$$(PYTHONPATH=core $(call limit,120) $(VENV)/bin/lint-imports --no-cache) || { echo "$$found" >&2; exit 1; }
	@$(call limit,300) node_modules/.bin/eslint .
	@$(call limit,60) $(PY) -m build.messages check
	@$(call limit,120) $(PY) -m build.audit

format: setup ## format and fix Python
	@$(VENV)/bin/ruff format --quiet . && $(VENV)/bin/ruff check --quiet --fix .

$(BENCH_STAMP): tests/bench/package-lock.json tests/bench/requirements.txt $(VENV_STAMP)
	@echo "setup       packages to compare with"
	@$(call limit,900) $(LOCKED) -r tests/bench/requirements.txt
	@cd tests/bench && $(call limit,900) $(NPM_CI) </dev/null
	@touch $@

bench: build $(BENCH_STAMP) $(EVAL_STAMP) ## run the benchmarks; ARGS="--quick NAME..." for less, ARGS=guard for regressions
	@$(PY) -m tests.bench $(ARGS)

extract: setup ## extract articles from a folder of HTML files: PAGES=DIR OUT=FILE
	@[ -n "$(PAGES)" ] && [ -n "$(OUT)" ] || { echo "usage: make extract PAGES=DIR OUT=FILE" >&2; exit 2; }
	@$(PY) -m tests.extract "$(PAGES)" "$(OUT)"

clean: ## delete built files and caches, but not installed packages
	rm -rf dist out .cache models/*/out .pytest_cache .mypy_cache .ruff_cache
