# Every command bootstraps what it needs. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:

# Five processes collect the tests and dozens run the local AWS: each would compile every file again.
unexport PYTHONDONTWRITEBYTECODE

FAULT ?= permission
MODEL ?= scripted
DEMO_PYTHON := .cache/venv-demo/bin/python
DEV_PYTHON := .venv/bin/python
PYTEST_ARGS ?=
REFERENCES := oracle,lazy,wrong
# Who names a model wants it measured.
INVESTIGATOR ?= $(if $(filter file,$(origin MODEL)),$(REFERENCES),agent)
SCENARIOS ?= *
PERTURB ?=
RUNS ?= 1

.PHONY: help demo demo-down cli test test-terraform test-fast test-e2e test-security lint lint-python lint-infrastructure environment-dev environment-checkov fmt build bench eval eval-grounding matrix lock

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo ""
	@echo "  Options of make demo: FAULT=permission|timeout|memory|log-error"
	@echo "                        MODEL=scripted|none|bedrock:<model id>|openai:<url>"
	@echo "                        PORT=… REGION=… ACCOUNT=… FUNCTION_NAME=…"
	@echo "  Options of make eval: MODEL=… INVESTIGATOR=… SCENARIOS=… PERTURB=rename,shift,without RUNS=… (evals/README.md)"

# Handed on in the environment, as they were written: no shell reads them.
demo: export DEMO_FAULT := $(value FAULT)
demo: export DEMO_MODEL := $(value MODEL)
demo: export DEMO_PORT := $(value PORT)
demo: export DEMO_REGION := $(value REGION)
demo: export DEMO_ACCOUNT := $(value ACCOUNT)
demo: export DEMO_FUNCTION_NAME := $(value FUNCTION_NAME)
demo: ## Raise a real alarm on a local AWS, show the e-mail, and serve a page with all of it
	@sh scripts/bootstrap.sh demo
	@$(DEMO_PYTHON) -m local_aws.demo

demo-down: ## Stop the local AWS of make demo and delete its state
	@sh scripts/bootstrap.sh demo
	@$(DEMO_PYTHON) -m local_aws.demo --down

cli: ## Make the environment of ./alarm-triage (it does so by itself)
	@sh scripts/bootstrap.sh cli

test: ## Everything CI runs
	@$(MAKE) --no-print-directory -j 2 environment-dev environment-checkov
	@$(MAKE) --no-print-directory -j 2 test-terraform lint-python lint-infrastructure
	@$(DEV_PYTHON) scripts/build.py --check
	@$(DEV_PYTHON) -m pytest -n 4 --dist loadgroup $(PYTEST_ARGS)

environment-dev environment-checkov: environment-%:
	@sh scripts/bootstrap.sh $*

test-terraform: ## Validate and test the Terraform modules
	@sh scripts/bootstrap.sh dev
	@$(DEV_PYTHON) -m local_aws.terraform check

test-fast: ## Unit and contract tests that start no process
	@sh scripts/bootstrap.sh dev
	@$(DEV_PYTHON) -m pytest -m "not slow" $(PYTEST_ARGS)

test-security: ## Prove what the model's code may read, on the documents and on the local AWS
	@sh scripts/bootstrap.sh dev
	@$(DEV_PYTHON) -m pytest tests/security/test_iam_evaluator.py tests/security/test_boundary.py \
		tests/security/test_independent_simulator.py tests/security/test_resource_policies.py \
		tests/e2e/test_boundary_as_applied.py -q --no-header $(PYTEST_ARGS)
	@PYTHONPATH=lambda:tool-lambda:layer:. $(DEV_PYTHON) -m tests.security.sandbox

test-e2e: ## Alarm to e-mail on the local AWS
	@sh scripts/bootstrap.sh dev
	@$(DEV_PYTHON) -m pytest tests/e2e $(PYTEST_ARGS)

lint: ## Formatting, types, layers, generated pages, infrastructure
	@sh scripts/bootstrap.sh dev
	@$(MAKE) --no-print-directory -j 2 lint-python lint-infrastructure

lint-python:
	@$(DEV_PYTHON) -m ruff format --check --quiet . || { echo "run make fmt"; exit 1; }
	@$(DEV_PYTHON) -m ruff check --quiet .
	@$(DEV_PYTHON) -m mypy
	@PYTHONPATH=lambda:tool-lambda:layer:. $(DEV_PYTHON) -c "from importlinter.cli import lint_imports_command as run; run()"
	@$(DEV_PYTHON) scripts/readme_tables.py --check

lint-infrastructure:
	@terraform fmt -check -recursive -diff
	@sh scripts/bootstrap.sh checkov
	@$(DEV_PYTHON) scripts/infrastructure.py

fmt: ## Format everything, refresh generated tables
	@sh scripts/bootstrap.sh dev
	@$(DEV_PYTHON) -m ruff check --quiet --fix-only .
	@$(DEV_PYTHON) -m ruff format --quiet .
	@terraform fmt -recursive
	@$(DEV_PYTHON) scripts/readme_tables.py

build: ## Build the committed packages in dist/
	@sh scripts/bootstrap.sh dev
	@$(DEV_PYTHON) scripts/build.py

bench: ## Measure against the targets of docs/benchmarks.md
	@sh scripts/bootstrap.sh dev
	@PYTHONPATH=lambda:tool-lambda:layer:. $(DEV_PYTHON) -m bench

eval: ## Play incidents with known causes and score an investigator
	@sh scripts/bootstrap.sh dev
	@PYTHONPATH=lambda:tool-lambda:layer:. $(DEV_PYTHON) -m evals --investigator "$(INVESTIGATOR)" --model "$(MODEL)" \
		--scenarios "$(SCENARIOS)" --perturb "$(PERTURB)" --runs "$(RUNS)"

eval-grounding: ## How often the check of claims is wrong, on labelled claims
	@sh scripts/bootstrap.sh dev
	@PYTHONPATH=lambda:tool-lambda:layer:. $(DEV_PYTHON) -m tests.grounding

matrix: ## Every kind of scripted agent in every small world: what is delivered, and within which limits
	@sh scripts/bootstrap.sh dev
	@PYTHONPATH=lambda:tool-lambda:layer:. $(DEV_PYTHON) -m tests.agents

lock: ## Resolve requirements/*.in into locked, hashed requirements/*.txt (needs uv)
	@for name in dev local runtime layer cli; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
			$$( [ $$name = dev ] || echo "--constraint requirements/dev.txt" ) \
			requirements/$$name.in --output-file requirements/$$name.txt; \
	done
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		requirements/checkov.in --output-file requirements/checkov.txt
