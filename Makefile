# `make` alone lists what can be made. An empty clone needs Python >= 3.11 with venv, and nothing else.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PICTURED := flows verdict-conditional verdict-undetermined verdict-assumed ways ask ask-on law provision proof settlement plan changes beside packs register compare regime editions docket matter runs run counts health not-found asked-wrongly sign-in enrol account
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO := examples/platform/world.yaml
EXPLAINED := engineers-in-beijing-open-american-logs
MOVED := build/demo

.PHONY: help demo test servers lint format docs pictures bench fuzz nightly lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z.]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv: $(READY) ; @: ## Install exactly what requirements.lock names, and Comity from src/

$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@cmp -s requirements.lock .venv/.lock || { $(PIP) install --require-hashes -r requirements.lock; cp requirements.lock .venv/.lock; }
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

demo: $(READY) ## Decide the example platform's transfers, explain one, then move a table across two borders
	$(BIN)/comity check $(DEMO) || test $$? -eq 1 # 1: not all of them may go
	@echo
	$(BIN)/comity explain $(DEMO) $(EXPLAINED) || test $$? -eq 1
	@rm -rf $(MOVED) && mkdir -p $(MOVED)
	@echo
	$(BIN)/python examples/gate/extend.py $(MOVED)/customers.parquet # 59 customers of a public sample database, extended to 600,000
	$(BIN)/comity ledger begin $(MOVED)/ledger
	@for place in dublin shanghai; do \
	  printf '\n%s\n' "comity gate customers.parquet $$place.parquet --world examples/gate/world.yaml --movement customers-to-$$place"; \
	  $(BIN)/comity gate $(MOVED)/customers.parquet $(MOVED)/$$place.parquet --world examples/gate/world.yaml --movement customers-to-$$place --ledger $(MOVED)/ledger; \
	done
	@printf '\n%s\n' "python src/comity/ledger/verify_offline.py shanghai.parquet.receipt --key log.vkey"
	@$(PYTHON) src/comity/ledger/verify_offline.py $(MOVED)/shanghai.parquet.receipt --key "$$(cat $(MOVED)/ledger/log.vkey)"
	@printf '\n%s\n' 'Try next (in .venv/bin):'
	@printf '  %s\n' 'comity explain $(DEMO) $(EXPLAINED) --lang zh' 'comity ask $(DEMO) moderation-by-a-vendor-in-brazil' 'comity offramp $(DEMO) incomes-of-creators-analysed-abroad' \
	  'comity gate propose $(MOVED)/customers.parquet' 'comity ledger show $(MOVED)/ledger' \
	  'comity law show us.dsp D/401' 'comity serve' 'docs/tour.md reads three public cases aloud'

test: $(READY) ## Run the tests, every rulebook's own cases, and prove its invariants
	$(BIN)/pytest -q -n auto
	$(BIN)/comity law test
	$(BIN)/comity law prove

servers: $(READY) ## Install what some tests need beside Debian's packages: a Spark-compatible engine and an S3-compatible store
	@cmp -s requirements-servers.lock .venv/.servers || { $(PIP) install --require-hashes -r requirements-servers.lock; cp requirements-servers.lock .venv/.servers; }

lint: $(READY) ## Check style, types, the direction of imports, and the budgets of the tree
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy src tools
	$(BIN)/lint-imports
	$(BIN)/python tools/tree.py

format: $(READY) ## Write files as `make lint` wants them
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(READY) ## Write the pages that are made from data
	$(BIN)/python tools/facts.py
	$(BIN)/python tools/codes.py
	$(BIN)/python tools/seal.py

pictures: servers ## Look at every page in a browser, and keep pictures of some in docs/
	$(BIN)/pytest -q tests/web/test_browser.py tests/web/test_proof.py tests/web/test_ledger_pages.py tests/web/who/test_browser.py
	@mkdir -p docs/pictures
	@for page in $(PICTURED); do cp build/pages/$$page.en.jpg build/pages/$$page.zh.jpg docs/pictures/; done

bench: $(READY) ## Measure against other engines: the twelve rules, tables, who is held by whom
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	@cmp -s bench/requirements.txt .venv-bench/.lock || { \
	  .venv-bench/bin/python -m pip --disable-pip-version-check --quiet install -r bench/requirements.txt -e .; \
	  cp bench/requirements.txt .venv-bench/.lock; }
	.venv-bench/bin/python bench/point.py
	.venv-bench/bin/python bench/columns.py
	.venv-bench/bin/python bench/tables.py
	.venv-bench/bin/python bench/ownership.py
	.venv-bench/bin/python bench/startup.py

fuzz: $(READY) ## Run the property tests with many more examples
	COMITY_PROFILE=nightly $(BIN)/pytest -q -m ""

nightly: ## Everything that is too slow for a save: lint, tests, fuzz, a hundred million partial rows, bench
	@$(MAKE) lint
	@$(MAKE) test
	@$(MAKE) fuzz
	$(BIN)/python bench/wrong_permit.py
	$(BIN)/python bench/through.py
	@$(MAKE) bench

lock: ## Write requirements.lock and requirements-servers.lock anew, from what pyproject.toml asks for
	@test -x .venv-lock/bin/pip-compile || { $(PYTHON) -m venv .venv-lock; .venv-lock/bin/python -m pip --quiet install pip-tools; }
	CUSTOM_COMPILE_COMMAND="make lock" .venv-lock/bin/pip-compile --quiet --extra dev --extra postgres --extra privacy --extra prove --extra offramp --extra packs --extra web --generate-hashes --strip-extras \
	  --no-annotate --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
	  --output-file requirements.lock pyproject.toml
	CUSTOM_COMPILE_COMMAND="make lock" .venv-lock/bin/pip-compile --quiet --extra spark --extra servers --generate-hashes --strip-extras --constraint requirements.lock \
	  --no-annotate --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
	  --output-file requirements-servers.lock pyproject.toml

clean: ## Remove what can be made again
	rm -rf .venv .venv-bench .venv-lock .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache dist build
