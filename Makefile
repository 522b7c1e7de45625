# Needs python3.11 or newer, make, and a package index. `make PYTHON=python3.12 test` names another Python.
PYTHON ?= python3
COVERAGE_MIN := 80
SECONDS ?= 600

VENV := .venv
RUN := $(VENV)/bin/python -m
PYTEST := $(RUN) pytest -n auto --dist worksteal
# uv installs in a fifth of pip's time. Where there is none, pip puts one into the environment.
UV := $(or $(shell uv --version >/dev/null 2>&1 && command -v uv),$(VENV)/bin/uv)
# Two recipes at once; where make can (4.0 and newer), the output of each in one piece.
SIDE_BY_SIDE := $(MAKE) --no-print-directory -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
INSTALL = $(UV) pip install --quiet --python $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help man demo test test-all attack fuzz coverage lint format docs site audit release-check benchmarks
.PHONY: types style compiled-tests
.DELETE_ON_ERROR:

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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

test: $(VENV)/.installed-test ## Check style and types, then run the tests but for the slow ones.
	@+$(SIDE_BY_SIDE) types style compiled-tests
	$(PYTEST) -m 'not slow'

test-all: $(VENV)/.installed-test ## Check style and types, then run all tests, with more generated examples.
	@+$(SIDE_BY_SIDE) types style compiled-tests
	$(PYTEST) --hypothesis-profile nightly

attack: $(VENV)/.installed-test ## Run all attacks and faults, with more generated examples.
	$(PYTEST) tests/attacks tests/faults tests/fuzz --hypothesis-profile nightly

fuzz: $(VENV)/.installed-fuzz ## Fuzz what reads bytes from strangers, for SECONDS=600; Linux only.
	$(VENV)/bin/python tests/fuzz/run.py --seconds $(SECONDS)

coverage: $(VENV)/.installed-test ## Run all tests and measure how much of the code they run.
	$(PYTEST) --cov --cov-report=term:skip-covered --cov-fail-under=$(COVERAGE_MIN)

lint: $(VENV)/.installed-test ## Check style (ruff) and types (mypy).
	@+$(SIDE_BY_SIDE) types style

types: $(VENV)/.installed-test
	$(RUN) mypy

style: $(VENV)/.installed-test
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/vulture
	$(VENV)/bin/deptry newscrawler

# Read all test modules once, while mypy has the other core: otherwise each process of pytest compiles them for itself.
compiled-tests: $(VENV)/.installed-test
	@$(RUN) pytest --collect-only -qq > $(VENV)/collected.txt || { cat $(VENV)/collected.txt; exit 1; }

format: $(VENV)/.installed-test ## Format the code and fix what ruff can fix.
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

docs: $(VENV)/.installed-test ## Write docs/reference/cli.md and docs/reference/portals.md again from the program and its definitions.
	$(VENV)/bin/python scripts/cli_docs.py
	$(VENV)/bin/python scripts/portal_docs.py

man: $(VENV)/.installed ## Write man pages into build/man, from the help of the commands.
	$(VENV)/bin/python scripts/man_pages.py build/man

audit: $(VENV)/.installed-audit ## Look for dangers in the code (bandit) and in what it builds on (pip-audit, asks the network).
	$(VENV)/bin/python scripts/audit.py

site: $(VENV)/.installed-site ## Build the documentation site into build/site, and check its links.
	$(VENV)/bin/python scripts/build_site.py

release-check: $(VENV)/.installed-release ## Check what a release needs: versions, packages, lock, containers, workflows.
	$(VENV)/bin/python scripts/release_check.py --tag '$(TAG)'

benchmarks: $(VENV)/.installed-bench ## Measure crawl, extraction and requests in short; results in build/benchmarks.
	@mkdir -p build/benchmarks
	$(VENV)/bin/python benchmarks/crawl.py --sizes 1000 --rounds 1 > build/benchmarks/crawl.txt
	$(VENV)/bin/python benchmarks/request_counts.py > build/benchmarks/request_counts.txt
	$(VENV)/bin/python benchmarks/archive.py --size small > build/benchmarks/archive.txt

# What is installed follows pyproject.toml: a newer one installs again.
$(VENV)/.installed: pyproject.toml $(VENV)/.checkout
	@echo 'Installing newscrawler into $(VENV) …'
	@$(INSTALL) -e . || $(FAILED)
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VENV)/.checkout
	@echo 'Installing newscrawler and its test tools into $(VENV) …'
	@$(INSTALL) -e '.[all]' --group test --group lint || $(FAILED)
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-%: pyproject.toml $(VENV)/.checkout
	@echo 'Installing newscrawler and its tools for $* into $(VENV) …'
	@$(INSTALL) -e '.[all]' --group test --group $* || $(FAILED)
	@touch $@ $(VENV)/.installed

FAILED = { echo 'The installation failed; the lines above say why. It needs a package index: without network, name a \
	mirror or a folder of wheels (UV_INDEX_URL and UV_FIND_LINKS, for pip PIP_INDEX_URL). A package without a wheel for this Python needs a C compiler; \
	try another Python: make PYTHON=python3.12'; exit 1; }

# The environment names its checkout: one that was copied or moved with it points elsewhere and is made again.
ifneq ($(shell cat $(VENV)/.checkout 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.checkout
endif
$(VENV)/.checkout:
	@command -v $(PYTHON) >/dev/null || { echo 'There is no $(PYTHON). Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newscrawler needs Python 3.11 or newer; $(PYTHON) is %d.%d. Name another: make PYTHON=python3.12" % sys.version_info[:2])'
	@$(PYTHON) -c 'import sys; sys.exit(sys.platform == "win32" and "newscrawler runs on Linux and macOS; on Windows use WSL.")'
	@if test -x '$(UV)'; then \
	  $(UV) venv --quiet --seed --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV) || $(FAILED); \
	else \
	  $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo '$(PYTHON) cannot make environments. On Debian and Ubuntu: apt-get install python3-venv'; exit 1; }; \
	  $(PYTHON) -m venv $(VENV) && $(RUN) pip install -qq --disable-pip-version-check --root-user-action=ignore uv || $(FAILED); \
	fi
	@echo '$(CURDIR)' > $@
