# What a person types. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test unit check fmt lint types imports bench lock clean runtime dev

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CODE := ecrf tests migrations $(wildcard bench wsgi.py)

# ruff does not read setup.cfg, so its rules are here.
# PLC0415: imports stay at the top of a file. C90: nothing more complex than 10.
RUFF_RULES := --line-length 100 --target-version py311 \
  --select E,F,W,I,UP,B,C90,PLC0415,S \
  --config 'lint.mccabe.max-complexity = 10' \
  --config 'lint.isort.known-first-party = ["ecrf", "tests"]' \
  --per-file-ignores 'tests/**:S' --per-file-ignores 'bench/**:S' \
  --per-file-ignores 'migrations/**:S608'
# tests and bench: assert is how they speak, and their passwords are invented. migrations: their
# statements are put together from table names in the same file.

PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile

digest = $(shell cat $(1) pyproject.toml 2>/dev/null | sha256sum | cut -c1-16)
RUNTIME := $(VENV)/.runtime-$(call digest,requirements.lock)
DEV := $(VENV)/.dev-$(call digest,requirements-dev.lock)

help:  ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: runtime  ## install what is missing, then serve the study with demonstration data
	@$(BIN)/ecrf serve --demo

test: dev  ## every test, on SQLite and PostgreSQL, with a browser (ARGS='-k name' to choose)
	$(PYTEST) $(ARGS)

unit: dev  ## only the tests that need no database server and no browser
	$(PYTEST) -m 'not postgresql and not browser and not slow' $(ARGS) tests/unit

check: dev lint types imports test  ## format, lint, types, import contract, then every test

lint: dev
	$(BIN)/ruff format --check --line-length 100 $(CODE)
	$(BIN)/ruff check $(RUFF_RULES) $(CODE)

types: dev
	$(BIN)/mypy

imports: dev
	$(BIN)/lint-imports

fmt: dev  ## put the code in its standard form
	$(BIN)/ruff format --line-length 100 $(CODE)
	$(BIN)/ruff check --fix-only $(RUFF_RULES) $(CODE)

bench: dev  ## measure speed; results go to bench/results
	$(BIN)/python -m bench $(ARGS)

lock: $(VENV)/.lock-tool  ## resolve the dependencies of setup.cfg again (UPGRADE=1: newest allowed)
	.ci/lock $(if $(UPGRADE),--upgrade)

clean:  ## remove what was installed and built; the data in instance/ stays
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache .coverage .coverage.*
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

runtime: $(RUNTIME)

dev: $(DEV)

$(VENV)/bin/python:
	@PYTHON=$(PYTHON) .ci/system-packages python
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): | $(VENV)/bin/python
	@.ci/system-packages run
	.ci/install requirements.lock
	@rm -f $(VENV)/.runtime-*; touch $@

# The development lock holds everything of the runtime lock, in the same versions.
$(DEV): | $(VENV)/bin/python
	@.ci/system-packages run test
	.ci/install requirements-dev.lock
	@rm -f $(VENV)/.dev-* $(VENV)/.runtime-*; touch $@ $(RUNTIME)

$(VENV)/.lock-tool: | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check 'uv>=0.13,<0.14'
	@touch $@
