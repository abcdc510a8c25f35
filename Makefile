# `make demo` and `make test` set up .venv by themselves; PYTHON names the Python 3.11+ to use.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PLUGINS := $(sort $(wildcard plugins/*/pyproject.toml))

.DEFAULT_GOAL := help
.PHONY: help demo test lint messages docs serve bench clean

help: ## Show what there is to make
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

# pip, not uv: uv would fetch a CUDA build of torch on machines that have no use for it
$(READY): constraints.txt pyproject.toml $(PLUGINS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sinfit needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV): PyTorch is large, the first time takes minutes"
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt hatchling editables
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation \
		-e ".[plot,frame,docs,new,test]" $(addprefix -e ./,$(dir $(PLUGINS)))
	@touch $@

demo: $(READY) docs ## Fit every stage, build the site, say how to open it
	@$(BIN)/sinfit compare
	@echo "The site is in site/. Open it with: make serve"

test: $(READY) ## Run all tests
	@$(BIN)/python -m pytest

docs: $(READY) ## Build the site in Korean, Chinese and English into site/
	@echo "Building the site: the first time runs every stage, later only what has changed"
	@$(BIN)/mkdocs build --strict --quiet

serve: $(READY) ## Show the site at http://127.0.0.1:8000 and rebuild it on edits
	@$(BIN)/mkdocs serve --strict

bench: $(READY) ## Measure everything side by side, in under five minutes
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e ".[bench]"
	@$(BIN)/python benchmarks

lint: $(READY) ## Check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

messages: $(READY) ## Bring the host's PO files up to its messages
	@mkdir -p build
	@$(BIN)/pybabel -q extract --keyword N_ --no-location --no-wrap --project sinfit -o build/sinfit.pot sinfit
	@for language in ko zh; do \
		$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date \
			-l $$language -i build/sinfit.pot -o sinfit/locale/$$language.po || exit 1; \
	done

clean: ## Remove everything that make has made
	rm -rf $(VENV) .cache build site dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
