# The one-word commands of the project. The first run checks the tools and builds; later runs start at once.

VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
SOURCES := Package.swift setup.py pyproject.toml $(shell find Sources python/src -type f)
SWIFT_FILES := Package.swift Sources Tests
C_FILES = $(shell find python/src Sources -name '*.[ch]' -not -type l)
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test build lint format bench bench-peers generate notebooks clean

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | awk -F '\t' '{ printf "  make %-12s %s\n", $$1, $$2 }'

demo: $(VENV)/.with-demo ## Train on real digits and show what came of it
	@$(BIN)/python -m martlet.demo

test: $(VENV)/.with-test ## Run the Swift and the Python tests
	@$(BIN)/python scripts/test.py

build: $(VENV)/.with-demo ## Build the package into .venv

lint: $(VENV)/.with-dev ## Check layout, imports, types and the stub of the extension module
	swift format lint --strict --recursive --parallel $(SWIFT_FILES)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/clang-format --dry-run -Werror $(C_FILES)
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m mypy python/martlet
	$(BIN)/python -m mypy.stubtest martlet._core

format: $(VENV)/.with-dev ## Lay out all sources
	swift format --in-place --recursive --parallel $(SWIFT_FILES)
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format --quiet
	$(BIN)/clang-format -i $(C_FILES)

bench: $(VENV)/.with-demo ## Measure Martlet beside whichever peers are installed
	@$(BIN)/python benchmarks/run.py

bench-peers: $(VENV)/.tools ## Install the peers that bench compares with, in .venv-peers
	test -x $(PEERS)/bin/python || $(BIN)/python -m venv $(PEERS)
	$(PEERS)/bin/python $(PIP_INSTALL) -r benchmarks/requirements-peers.txt

generate: $(VENV)/.tools ## Write anew what is made from the code: lists of classes, documents
	$(BIN)/python scripts/classes.py
	@$(MAKE) --no-print-directory build
	$(BIN)/python scripts/keras_names.py
	$(BIN)/python scripts/settings.py

notebooks: $(VENV)/.with-test ## Execute the notebooks in place
	$(BIN)/jupyter-execute --inplace notebooks/*.ipynb

clean: ## Remove everything that was built, and .venv
	rm -rf .build build $(VENV) python/martlet.egg-info python/martlet/_core*.so

# MARK: Set-up. Each stamp stands for one finished step.

# An environment that was copied or moved with its clone would run the other clone's package.
ifneq ($(shell cat $(VENV)/.place 2>/dev/null),$(CURDIR))
$(VENV)/.tools: FORCE
endif
FORCE:

$(VENV)/.tools: scripts/bootstrap.sh scripts/toolchain.py
	@sh scripts/bootstrap.sh $(VENV)
	@touch $@

# An editable install of the package with the extra of that name; the engine is rebuilt where sources changed.
$(VENV)/.with-%: $(VENV)/.tools $(SOURCES)
	@$(BIN)/python scripts/engine.py
	@echo "Installing Martlet and what '$*' needs."
	@$(BIN)/python $(PIP_INSTALL) --no-build-isolation --editable ".[$*]"
	@touch $@
