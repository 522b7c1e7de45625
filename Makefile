# Needs python3.11 or newer, make, and a package index. `make PYTHON=python3.12 test` names another Python.
PYTHON ?= python3
COVERAGE_MIN := 80
SECONDS ?= 600

VENV := .venv
RUN := $(VENV)/bin/python -m
PYTEST := $(RUN) pytest -n auto --dist worksteal
PIP_INSTALL := $(RUN) pip install -qq --disable-pip-version-check --root-user-action=ignore

.DEFAULT_GOAL := help
.PHONY: help demo test test-all attack fuzz coverage lint format docs audit
.DELETE_ON_ERROR:

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## Crawl the demo portal into data/demo.db, write data/demo.csv. Needs no portal's network.
	@rm -rf data/demo.db data/demo.db-wal data/demo.db-shm data/demo.db-locks data/warc/demo data/logs/demo
	@$(RUN) newscrawler crawl demo --archive data/demo.db
	@$(RUN) newscrawler export data/demo.csv --archive data/demo.db
	@$(RUN) newscrawler stats --archive data/demo.db
	@printf '\nTry next:\n'
	@printf '  %s\n' \
	  '$(VENV)/bin/newscrawler export --archive data/demo.db --city 宜昌 --columns published,source,title -' \
	  '$(VENV)/bin/newscrawler runs --archive data/demo.db' \
	  '$(VENV)/bin/newscrawler crawl hbdysh --city 宜昌 --limit 20'

test: lint ## Check style and types, then run the tests but for the slow ones.
	$(PYTEST) -m 'not slow'

test-all: lint ## Check style and types, then run all tests, with more generated examples.
	$(PYTEST) --hypothesis-profile nightly

attack: $(VENV)/.installed-test ## Run all attacks and faults, with more generated examples.
	$(PYTEST) tests/attacks tests/faults tests/fuzz --hypothesis-profile nightly

fuzz: $(VENV)/.installed-fuzz ## Fuzz what reads bytes from strangers, for SECONDS=600; Linux only.
	$(VENV)/bin/python tests/fuzz/run.py --seconds $(SECONDS)

coverage: $(VENV)/.installed-test ## Run all tests and measure how much of the code they run.
	$(PYTEST) --cov --cov-report=term:skip-covered --cov-fail-under=$(COVERAGE_MIN)

lint: $(VENV)/.installed-test ## Check style (ruff) and types (mypy).
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/vulture
	$(VENV)/bin/deptry newscrawler

format: $(VENV)/.installed-test ## Format the code and fix what ruff can fix.
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

docs: $(VENV)/.installed-test ## Write docs/reference/cli.md and docs/reference/portals.md again from the program and its definitions.
	$(VENV)/bin/python scripts/cli_docs.py
	$(VENV)/bin/python scripts/portal_docs.py

audit: $(VENV)/.installed-audit ## Look for dangers in the code (bandit) and in what it builds on (pip-audit, asks the network).
	$(VENV)/bin/python scripts/audit.py

# What is installed follows pyproject.toml: a newer one installs again.
$(VENV)/.installed: pyproject.toml $(VENV)/.checkout
	@echo 'Installing newscrawler into $(VENV) …'
	@$(PIP_INSTALL) -e .
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VENV)/.checkout
	@echo 'Installing newscrawler and its test tools into $(VENV) …'
	@$(PIP_INSTALL) -e '.[test,lint]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-fuzz: pyproject.toml $(VENV)/.checkout
	@echo 'Installing newscrawler and its fuzzer into $(VENV) …'
	@$(PIP_INSTALL) -e '.[test,fuzz]'
	@touch $@

$(VENV)/.installed-audit: pyproject.toml $(VENV)/.checkout
	@echo 'Installing newscrawler and its audit tools into $(VENV) …'
	@$(PIP_INSTALL) -e '.[audit]'
	@touch $@ $(VENV)/.installed

# The environment names its checkout: one that was copied or moved with it points elsewhere and is made again.
ifneq ($(shell cat $(VENV)/.checkout 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.checkout
endif
$(VENV)/.checkout:
	@command -v $(PYTHON) >/dev/null || { echo 'There is no $(PYTHON). Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newscrawler needs Python 3.11 or newer; $(PYTHON) is %d.%d. Name another: make PYTHON=python3.12" % sys.version_info[:2])'
	@$(PYTHON) -m venv $(VENV)
	@echo '$(CURDIR)' > $@
