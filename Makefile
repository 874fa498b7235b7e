# Two commands matter: `make reproduce` runs the reference study, `make test` runs the tests.
# Everything is installed into .venv from names and versions in constraints.txt.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    ?= out
NJOBS  ?= 2
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install --quiet --constraint constraints.txt
SETTINGS := pyproject.toml constraints.txt

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup reproduce test check lint types docs format clean distclean

help:
	@echo "make reproduce   set up .venv, run the reference study, write report.html"
	@echo "make test        set up .venv, run the tests"
	@echo "make setup       set up .venv with everything a developer needs"
	@echo "make check       ruff, mypy and the documentation, warnings as errors"
	@echo "make docs        build the documentation into site/"
	@echo "make format      let ruff format and repair the source"
	@echo "make clean       remove what was built; make distclean also removes .venv"
	@echo "Another Python:  make PYTHON=python3.13 test"

# The environment itself. Some systems ship python3 and pip without ensurepip: then the system's pip
# puts a pip into the new environment.
$(VENV)/.created:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo "error: '$(PYTHON)' was not found. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3" >&2; \
	  exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: nanokiln needs Python 3.11 or newer; '$(PYTHON)' is $$("$(PYTHON)" --version 2>&1). Name a newer one: make PYTHON=python3.12 <target>" >&2; \
	  exit 2; }
	@echo "setting up $(VENV) with $$("$(PYTHON)" --version 2>&1)"
	@if "$(PYTHON)" -c 'import ensurepip' 2>/dev/null; then \
	  "$(PYTHON)" -m venv --clear $(VENV); \
	else \
	  "$(PYTHON)" -m venv --clear --without-pip $(VENV) \
	  && "$(PYTHON)" -m pip --python $(BIN)/python install --quiet pip; \
	fi || { echo "error: no virtual environment could be made. Install your system's python3-venv package." >&2; exit 2; }
	@$(PIP) install --quiet --upgrade 'pip>=25.1'  # the first pip that knows dependency groups
	@touch $@

# Stamps: an install runs again only when the list of requirements changed. The install is editable,
# so a changed source file needs none.
$(VENV)/.runtime: $(VENV)/.created $(SETTINGS)
	@echo "installing nanokiln and what it needs to run"
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime
	@echo "installing what the tests need"
	@$(INSTALL) --group test
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo "installing what developers need"
	@$(INSTALL) --group dev
	@touch $@ $(VENV)/.test

setup: $(VENV)/.dev

reproduce: $(VENV)/.runtime
	$(BIN)/nanokiln reproduce --out $(OUT)
	@cp $(OUT)/report.html report.html
	@echo "wrote report.html"

# One thread per worker for the linear algebra: NJOBS workers already fill the machine.
test: $(VENV)/.test
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q -n $(NJOBS)

check: lint types docs

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf out report.html site build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .coverage
	find src tests docs benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)
