# Everything a person needs from a fresh clone. Needs make, a Python of 3.11 or later with venv, and a package index.
#
#   make run     the reference event on http://127.0.0.1:8000 (PORT=, HOST=), in demo mode
#   make test    all tests (DATABASE=postgresql for PostgreSQL, TESTS="tests/core -k undo" for some)
#   make lint    format, lint, types, imports, migrations and made pages in step
#   make fmt     format in place;  make docs  write the made pages;  make bench  all benchmarks
#   make lock    solve the dependencies anew;  make clean  remove what was made (no data)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

HOST ?= 127.0.0.1
PORT ?= 8000
DATABASE ?= sqlite
TESTS ?=
XDIST ?= 2

VENV := .venv
BIN := $(VENV)/bin
# The first Python of 3.11 or later that works; a name in the path may be a shim that does not.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13; do \
  if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then command -v $$p; break; fi; done)

# Once the tools of a developer are installed they stay: running must not remove what testing needs.
WITH_TOOLS = $(or $(wildcard $(VENV)/.with-tools),$(filter test lint lint-% fmt docs bench lock tools,$(MAKECMDGOALS)))
LOCK = $(if $(WITH_TOOLS),requirements-dev.lock,requirements.lock)
INSTALLED = $(VENV)/.installed-$(if $(WITH_TOOLS),tools,product)

# Each by itself, so that `make -k lint` tells everything that is wrong at once.
LINTS = lint-format lint-code lint-types lint-imports lint-migrations lint-pages lint-templates

# Checks must not touch the developer's own installation.
APART = SUMMITRY_HOME=$$(mktemp -d) SUMMITRY_DATABASE_URL= SUMMITRY_DEMO=no SUMMITRY_DEBUG=no

.PHONY: help install tools run test lint $(LINTS) fmt docs bench lock clean

help:
	@sed -n 's/^#  *\(make .*\)/\1/p' Makefile

$(BIN)/uv: requirements-bootstrap.lock
	@if [ -z "$(PYTHON)" ]; then echo "Summitry needs Python 3.11 or later." >&2; exit 2; fi
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "Python cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 2; }
	@echo "Installing uv ..."
	@sed -n '/^uv==/,/# via/p' requirements-bootstrap.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $(VENV)/uv.lock
	@touch $@

$(INSTALLED): $(BIN)/uv $(LOCK) pyproject.toml
	@echo "Installing $(LOCK) ..."
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --require-hashes $(LOCK)
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --build-constraints requirements-bootstrap.lock -e .
	@$(if $(WITH_TOOLS),touch $(VENV)/.with-tools $(VENV)/.installed-product)
	@touch $@

install: $(INSTALLED)

tools: $(INSTALLED)

run: $(INSTALLED)
	@exec $(BIN)/summitry serve --demo --prepare --host $(HOST) --port $(PORT)

test: $(INSTALLED)
	SUMMITRY_TEST_DATABASE=$(DATABASE) $(BIN)/pytest $(if $(filter-out 0,$(XDIST)),-n $(XDIST) --dist loadgroup) $(TESTS)

lint: $(LINTS)

$(LINTS): $(INSTALLED)

lint-format:
	$(BIN)/ruff format --check .

lint-code:
	$(BIN)/ruff check .

lint-types:
	$(APART) $(BIN)/mypy

lint-imports:
	$(APART) $(BIN)/lint-imports

lint-migrations:
	$(APART) $(BIN)/python manage.py makemigrations --check --dry-run

lint-pages:
	$(APART) $(BIN)/summitry docs --check

lint-templates:
	$(BIN)/djlint --lint --quiet src/summitry

fmt: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(INSTALLED)
	$(APART) $(BIN)/summitry docs

bench: $(INSTALLED)
	@for script in bench/[a-z]*.py; do name=$$(basename $$script .py); echo "== $$name"; $(APART) $(BIN)/python -m bench.$$name; done

lock: $(INSTALLED)
	for out in "--group bootstrap -o requirements-bootstrap.lock" "pyproject.toml -o requirements.lock" \
	  "--group dev pyproject.toml -o requirements-dev.lock"; do \
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 $$out; done

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage htmlcov build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
