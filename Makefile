# Two commands do everything, from nothing: `make validate` and `make test`.
# They need Python 3.11 or newer, make, and a package index.

PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(p))))
VENV ?= .venv
BIN := $(VENV)/bin
ENDPOINT ?=
ARGS ?=
# Most tests wait for sockets: twice as many processes as a small machine has cores.
WORKERS ?= 4

.PHONY: help validate test check prove lint type format ci recogniser clean

help: ## Say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 22

validate: $(BIN)/.ready ## Judge the embedded endpoint, or yours: make validate ENDPOINT=wss://host:10095 ARGS="--insecure"
	$(BIN)/asrgate validate $(ENDPOINT) $(ARGS)

test: $(BIN)/.ready-dev ## Run the tests of asrgate itself
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(BIN)/.ready ## Conformance only, same options
	$(BIN)/asrgate check $(ENDPOINT) $(ARGS)

prove: $(BIN)/.ready ## Break a good endpoint in every named way; a third: make prove ARGS="--part 1/3"
	$(BIN)/asrgate prove $(ENDPOINT) $(ARGS)

lint: $(BIN)/.ready-dev ## ruff: rules and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

type: $(BIN)/.ready-dev ## mypy, strict
	$(BIN)/mypy

format: $(BIN)/.ready-dev ## Let ruff rewrite what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

ci: lint type test ## What continuous integration runs, with the main job at the end
	$(MAKE) validate

recogniser: $(VENV)/bin/python ## Train the embedded recogniser again from nothing (two hours; needs espeak-ng)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --requirement training/requirements.txt
	$(BIN)/python -m training.recipe training/out

clean: ## Remove the environment and what the tools left
	rm -rf $(VENV) .tox .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "asrgate needs Python 3.11 or newer; none was found. Set PYTHON=/path/to/python3"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "python3 cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 2; }

$(BIN)/.ready: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[load]"
	@touch $@

$(BIN)/.ready-dev: $(BIN)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
