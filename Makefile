# `make help` lists what there is. All of it needs Python 3.13 and make, and no Docker.

MAKEFLAGS += --no-print-directory
SETUP := local/python -m local.setup
LOCAL := .venv-sam/bin/python -m local
BIN := .venv/bin
CONTAINERS := $(BIN)/python -m local.containers
PACKAGES := layers/inferx/python layers/sandbox/python local tools tests bench
DEEP := local/python -m local.deep_environment
DEEP_PATHS := functions/convert_deep:layers/inferx/python:layers/sandbox/python:.
DEEP_TESTS := tests/deep $(wildcard tests/security/deep)
# Not beside .coverage: what is there, pytest-cov takes in whenever it ends, complete or not.
DEEP_COVERAGE := .local/deep.coverage
UNIT_COVERAGE := .local/unit.coverage
NETWORKS := make image && REQUIRE_DEEP=1 $(DEEP)
IMAGE := $(if $(PYTHON),--python $(PYTHON)) $(if $(ARCH),--architecture $(ARCH))

.PHONY: help setup up deep url logs down demo check unit test test-deep test-docker image \
	invoke api events resources deploy-image style types lint fmt bench \
	bench-batch bench-conversions budgets costs fuzz fuzz-loader fuzz-api fuzz-conversion \
	coverage-estimators coverage-parameters coverage-deep confinement conversion-costs openapi openapi-lint clients lock sbom audit hooks \
	rotate-keys close-account clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 30

setup: ## Make the virtual environments
	@$(SETUP) dev sam stack

up: ## Start the local AWS stack, or bring it up to date; PORT=4566
	@$(SETUP) sam stack
	@$(LOCAL) up $(if $(PORT),--port $(PORT))

deep: ## Start the local AWS stack with the converter of Keras and PyTorch models, 200 MB
	@$(SETUP) sam stack
	@REQUIRE_DEEP=1 $(DEEP)
	@$(LOCAL) up $(if $(PORT),--port $(PORT))

url: ## Print the base URL of the local stack
	@local/python -m local url

logs: ## Print what the functions have logged
	@$(SETUP) sam
	@.venv-sam/bin/python -m local.logs

down: ## Stop the local stack; its accounts and models are kept
	@local/python -m local down

demo: setup ## From a trained model to predictions, on the local stack
	@$(LOCAL) up $(if $(PORT),--port $(PORT)) >/dev/null
	@$(BIN)/python -m local.demo

check: setup ## Check style and types and run the quick unit tests, in under a minute
	@$(MAKE) --jobs=2 style types unit

unit: setup ## Run the unit tests that are quick and start no process; ARGS= for pytest
	@$(BIN)/python -m pytest -q -n 2 -m "unit and not slow and not process" \
		$(or $(ARGS),tests/unit tests/security)

ifdef ARGS
test: setup
	@$(BIN)/python -m pytest $(ARGS)
else
# The tests of the stack wait for it most of the time, and leave a core to others.
# A literal `make`: a line with the variable is run even by `make --dry-run`.
test: setup ## Run all tests and hold coverage to its floors; ARGS=path for some, without floors
	@$(DEEP)
	@$(LOCAL) up $(if $(PORT),--port $(PORT)) >/dev/null
	@rm -f $(DEEP_COVERAGE) $(UNIT_COVERAGE); mkdir -p .local/logs; \
	{ COVERAGE_FILE=$(DEEP_COVERAGE) nice -n 15 make test-deep ARGS="-n 1 --cov --cov-report=" && \
		COVERAGE_FILE=$(UNIT_COVERAGE) nice -n 15 $(BIN)/python -m pytest -n 1 --cov --cov-report= \
		tests/unit --ignore=tests/unit/convert; } >.local/logs/beside-stack.log 2>&1 & beside=$$!; \
	$(BIN)/python -m pytest --cov --cov-report= tests/e2e; stack=$$?; \
	wait $$beside; others=$$?; cat .local/logs/beside-stack.log; \
	[ $$stack -eq 0 ] && [ $$others -eq 0 ]
	@rm -rf .local/calls
	@$(BIN)/python -m pytest --cov --cov-append --cov-report=term -n 2 \
		tests/unit/convert tests/integration tests/security
	@$(BIN)/python -m coverage combine --quiet --append $(UNIT_COVERAGE)
	@! test -f $(DEEP_COVERAGE) || \
		$(BIN)/python -m coverage combine --quiet --append $(DEEP_COVERAGE)
	@$(BIN)/python -m tools.coverage_floors
	@$(BIN)/python -m tools.permissions
endif

# Without the environment there is nothing to run: what made it has reported that, loudly.
test-deep: ## Run the tests of Keras and PyTorch models, in an environment of their own; ARGS= for pytest
	@$(DEEP)
	@! test -f .venv-deep/.requirements.sha256 || PYTHONPATH=$(DEEP_PATHS) .venv-deep/bin/python \
		-m pytest -n 2 $(ARGS) $(if $(findstring tests/,$(ARGS)),,$(DEEP_TESTS))

image: ## Build the image that converts Keras and PyTorch models; needs Docker; PYTHON=3.13 ARCH=
	@local/python -m local.image build $(IMAGE)

deploy-image: setup ## Push that image to ECR and deploy the stack with it; STACK=inferx ARCH=
	@.venv-sam/bin/python -m local.image deploy --stack $(or $(STACK),inferx) $(IMAGE)

invoke: setup ## Run one function in Lambda's own runtime; FUNCTION=predict EVENT=; needs Docker
	@$(CONTAINERS) require
	@$(LOCAL) up $(if $(PORT),--port $(PORT)) >/dev/null
	@$(CONTAINERS) invoke $(or $(FUNCTION),predict) $(if $(EVENT),--event $(EVENT))

api: setup ## Serve the API from containers on API_PORT=3000, until interrupted; needs Docker
	@$(CONTAINERS) require
	@$(LOCAL) up $(if $(PORT),--port $(PORT)) >/dev/null
	@$(CONTAINERS) api --port $(or $(API_PORT),3000)

# Its parts are functions, commands and networks; the last alone needs the image.
test-docker: setup ## Try every function in Lambda's own runtime; ARGS= for parts; needs Docker
	@$(CONTAINERS) require
	@$(LOCAL) up $(if $(PORT),--port $(PORT)) >/dev/null
	@$(if $(ARGS),$(if $(findstring networks,$(ARGS)),$(NETWORKS)),$(NETWORKS))
	@$(BIN)/python -m tests.docker $(ARGS)

confinement: setup ## Print what a confined child may try, and what refuses it
	@$(BIN)/python -m tools.confinement

events: setup ## Write the sample events of the functions, events/*.json
	@$(BIN)/python -m tools.events

resources: setup ## List the resources of a deployment in docs/operations.md
	@.venv-sam/bin/python -m local.resources

bench: setup ## Measure predictions beside their floors and other servers; ARGS= for parts
	@$(SETUP) fastapi mlserver bentoml litserve trees
	@$(LOCAL) up $(if $(PORT),--port $(PORT)) >/dev/null
	@$(BIN)/python -W ignore -m bench $(ARGS)

bench-batch: setup ## Measure one worker of a batch beside bare onnxruntime and pandas; ROWS=1000000
	@$(SETUP) pandas
	@$(BIN)/python -W ignore -m bench.batches $(or $(ROWS),1000000)

bench-conversions: setup ## Measure honest conversions in the sandbox; BEFORE=another checkout
	@$(BIN)/python -W ignore -m bench.conversions $(BEFORE)

costs: setup ## What predictions cost on AWS; rewrite the tables of docs/performance.md
	@$(BIN)/python -m bench.cost_tables

budgets: setup ## The part of the benchmark that has budgets and needs no other servers; RUNS=20 ARGS=
	@$(LOCAL) up $(if $(PORT),--port $(PORT)) >/dev/null
	@$(BIN)/python -W ignore -m bench $(if $(RUNS),--runs $(RUNS)) \
		$(or $(ARGS),warm protocol concurrency cold snapshot package models listing authorizer)

fuzz: fuzz-loader fuzz-api ## Look for what breaks the model loader and the API; SECONDS=60 each

fuzz-loader: setup ## Feed the model loader files that no program writes; SECONDS=60
	@$(BIN)/python tests/security/fuzz_loader.py \
		-max_total_time=$(or $(SECONDS),60)

fuzz-api: setup ## Send the routes of the OpenAPI document requests that may break them; SECONDS=60
	@$(SETUP) fuzz
	@url=$$($(LOCAL) up $(if $(PORT),--port $(PORT))) && \
		$(BIN)/python -m tests.fuzz "$$url" $(or $(SECONDS),60)

fuzz-conversion: setup ## Convert random models and compare predictions; SECONDS=60 SEED=0 CASES=
	@OMP_NUM_THREADS=1 $(BIN)/python -W ignore -m tools.conversion.fuzz \
		$(or $(SECONDS),60) $(or $(SEED),0) $(CASES)

coverage-estimators: setup ## Convert every estimator; rewrite the tables of docs/conversion.md
	@$(BIN)/python -m tools.conversion.estimator_table

coverage-parameters: setup ## Convert with each value of each parameter; rewrite docs/conversion-parameters.md
	@OMP_NUM_THREADS=1 $(BIN)/python -W ignore -m tools.conversion.parameter_table

coverage-deep: ## Convert each Keras layer and PyTorch module; rewrite docs/deep-networks-coverage.md
	@REQUIRE_DEEP=1 $(DEEP)
	@OMP_NUM_THREADS=1 PYTHONPATH=$(DEEP_PATHS) .venv-deep/bin/python -m tools.deep.coverage

conversion-costs: setup ## Measure conversions, and sessions before and after trees are made smaller
	@$(BIN)/python -W ignore -m tools.conversion.costs

openapi: setup ## Write the OpenAPI document and the route table that the API serves
	@$(BIN)/python -m tools.openapi.build
	@$(BIN)/python -m tools.route_table

openapi-lint: setup ## Lint the OpenAPI document; needs npm
	@$(BIN)/python -m tests.clients.typescript lint

clients: setup ## Call the local stack by a TypeScript client generated from the document; needs npm
	@url=$$($(LOCAL) up $(if $(PORT),--port $(PORT))) && \
		$(BIN)/python -m tests.clients.typescript call "$$url"

style: setup ## Check the format and the style
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

# A function's modules are top-level names, and each function has an `app`: one run for each.
types: setup ## Check the types
	@$(BIN)/mypy $(PACKAGES)
	@for function in functions/*; do \
		MYPYPATH=$$function $(BIN)/mypy --no-error-summary $$function || exit 1; done

lint: style types ## Check style, types and the template
	@.venv-sam/bin/cfn-lint
	@SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate --lint --region us-east-1

fmt: setup ## Format the code and repair what ruff can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: ## Pin every requirements.in; UPGRADE=1 for newer versions
	@local/python -m local.pins

sbom: setup ## Print a CycloneDX bill of materials of what is deployed
	@$(BIN)/python -m tools.supply_chain.materials

audit: setup ## Look up what is deployed among known vulnerabilities; it fails where it cannot
	@$(BIN)/python -m tools.supply_chain.audit

hooks: setup ## Have git check each commit (pre-commit)
	@$(BIN)/pre-commit install

rotate-keys: setup ## Rotate the keys that sign tokens; STACK=inferx, LEAKED=1
	@$(BIN)/python -m inferx.identity.rotate_keys \
		$(or $(STACK),inferx) $(if $(LEAKED),--leaked)

close-account: setup ## Close an account; STACK=inferx, EMAIL=address, OPEN=1 to open it again
	@$(BIN)/python -m inferx.identity.close_account \
		$(or $(STACK),inferx) "$(or $(EMAIL),$(error name the account with EMAIL=))" $(if $(OPEN),--open)

clean: down ## Remove all that these commands made, with the stack's accounts and models
	rm -rf .local .aws-sam .venv .venv-*
