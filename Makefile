# Everything a person or a CI machine needs; each target installs what it uses.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help install demo test test-fast lint format render bench-render bench-spec bench-plan clean

help: ## Say what each target does.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

install: $(STAMP) ## Make .venv with tfstencil and all that its tests need.

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "tfstencil needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --editable '.[sandbox,watch]' --group dev
	@touch $@

demo: $(STAMP) ## From a spec to applied, verified infrastructure in the sandbox, with explanations.
	@$(BIN)/tfstencil demo

test: $(STAMP) ## All tests, with the real terraform and the real provider; coverage at the end.
	@$(BIN)/python -m coverage erase
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --cov --cov-report=term:skip-covered

test-fast: $(STAMP) ## The tests that need neither terraform nor a sandbox.
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not terraform and not slow"

lint: $(STAMP) ## ruff (all rules), mypy (strict) and terraform fmt.
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@terraform fmt -check -recursive modules_out

format: $(STAMP) ## Format the Python code.
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

render: $(STAMP) ## Render all environments into modules_out, and write the schema and the reference of specs.
	@$(BIN)/tfstencil render
	@$(BIN)/tfstencil schema --write
	@$(BIN)/tfstencil schema --reference > docs/spec-reference.md

bench-render: $(STAMP) .venv-bench/bin/kapitan ## Time rendering against the floor and against Kapitan.
	@$(BIN)/python benchmarks/render.py --kapitan .venv-bench/bin/kapitan $(COUNTS)

bench-spec: $(STAMP) ## Time start-up and the loading of specs against bare Python and PyYAML.
	@$(BIN)/python benchmarks/spec.py $(COUNT)

bench-plan: $(STAMP) ## Time offline plans of fleets against init and plan of each environment (COUNTS="10 100").
	@$(BIN)/python benchmarks/plan.py $(COUNTS)

.venv-bench/bin/kapitan:
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet kapitan==0.36.3

clean: ## Remove what can be made again.
	@rm -rf $(VENV) .venv-bench .tfstencil .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* dist build
