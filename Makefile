# `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test torture mutants fmt lint requirements pictures clean
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PY := .venv/bin/python
STEP := .ci/step
PIP := PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 $(PY) -m pip install --require-hashes
# A database that somebody named for something else is never used: these have a server of their own.
OWN_DATABASE := env -u DATABASE_URL -u DATABASE_OWNER_URL
DEMO := $(OWN_DATABASE) CASEBOOK_MODE=demo
TEST := $(OWN_DATABASE) CASEBOOK_MODE=test CASEBOOK_HOME=var/test DJANGO_ALLOW_ASYNC_UNSAFE=1
# As many at once as there are processors, four at most: each has databases and a site of its own.
BESIDE := -n auto --maxprocesses 4 --dist loadgroup
DEPLOYED := CASEBOOK_MODE=production CASEBOOK_HOSTS=clinic.example.org \
    DATABASE_URL=postgresql://casebook_app@127.0.0.1/casebook \
    CASEBOOK_SECRET_KEY=only-for-this-check-abcdefghijklmnopqrstuvwxyz-0123456789

help:
	@echo 'make demo          the site with a fictional clinic, at http://127.0.0.1:8000 (PORT=8001 make demo)'
	@echo 'make demo-reset    throw the demo'"'"'s data away; FORCE=1 even where somebody added patients'
	@echo 'make test          every check and every test, in a browser too'
	@echo 'make torture       the long, rough tests (TORTURE_SHARE=0.1 for a tenth of them)'
	@echo 'make mutants       breaks the rules in some 3,000 ways and counts what their tests notice (5 minutes)'
	@echo 'make lint          style, types and direction of imports'
	@echo 'make fmt           put the style right'
	@echo 'make requirements  compile the pinned requirements anew'
	@echo 'make pictures      take the pictures of README and docs/tour.md anew, in a demo of their own'
	@echo 'make clean         remove .venv and caches; data stay'

demo: .venv/.installed
	@exec $(DEMO) $(PY) manage.py serve --demo

demo-reset: .venv/.installed
	@$(DEMO) $(PY) manage.py demo_reset $(if $(filter-out 0 no false,$(FORCE)),--force)

test: .venv/.installed-dev lint
	@$(STEP) -q 'No migration is missing' $(TEST) $(PY) manage.py makemigrations --check --dry-run
	@$(STEP) -q 'Production settings are safe' env $(DEPLOYED) $(PY) manage.py check --deploy --fail-level WARNING
	@$(STEP) 'Tests' $(TEST) $(PY) -m pytest -m 'not torture' $(BESIDE) $(PYTEST)

torture: .venv/.installed-dev
	@status=0; $(TEST) $(PY) -m pytest -m torture $(PYTEST) || status=$$?; \
	if [ $$status -eq 5 ]; then echo 'There are no torture tests.'; else exit $$status; fi

mutants: .venv/.installed-dev
	@$(TEST) PYTHONPATH=. .venv/bin/mutmut run
	@$(TEST) PYTHONPATH=. .venv/bin/mutmut results | head -40

lint: .venv/.installed-dev
	@$(STEP) -q 'Style' $(PY) -m ruff check .
	@$(STEP) -q 'Layout' $(PY) -m ruff format --check .
	@$(STEP) -q 'Direction of imports' .venv/bin/lint-imports
	@$(STEP) -q 'Types' $(PY) -m mypy clinic/rules cases/rules treatments/rules clinic/database/embedded.py

fmt: .venv/.installed-dev
	@$(PY) -m ruff check --fix-only --select I .
	@$(PY) -m ruff format .

COMPILE := $(PY) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet
requirements: .venv/.installed-dev
	@$(STEP) -q 'Compiling requirements.txt' $(COMPILE) $(UPGRADE) requirements.in -o requirements.txt
	@$(STEP) -q 'Compiling requirements-dev.txt' $(COMPILE) $(UPGRADE) -c requirements.txt requirements-dev.in -o requirements-dev.txt

pictures: .venv/.installed-dev
	@$(PY) docs/take_pictures.py

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.made:
	@command -v $(PYTHON) >/dev/null || { echo 'Python 3.11 or later is needed: apt install python3 python3-venv' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "$$($(PYTHON) --version) is too old: install Python 3.11 or later, and name it: make demo PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	    echo 'Python'"'"'s venv module is not installed: apt install python3-venv' >&2; exit 1; }
	@if ! $(PY) -m pip --version >/dev/null 2>&1; then \
	    rm -rf .venv && $(STEP) -q 'Making a virtual environment' $(PYTHON) -m venv .venv; fi
	@touch $@

.venv/.installed: requirements.txt | .venv/.made
	@$(STEP) -q 'Installing the libraries' env $(PIP) -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt | .venv/.made
	@$(STEP) -q 'Installing the libraries and tools' env $(PIP) -r requirements-dev.txt
	@touch $@
