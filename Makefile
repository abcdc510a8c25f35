# `make demo` and `make test` set up .venv by themselves.
# PYTHON names the Python 3.11+ to use, TORCH_INDEX the address of an index with another build of
# PyTorch (README.md says when you want one), VENV another place for the environment, BUILDER what
# makes pages of Markdown: mkdocs, or properdocs, which continues it.

PYTHON ?= python3
VENV   ?= .venv
BUILDER ?= mkdocs
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PLUGINS := $(sort $(wildcard plugins/*/pyproject.toml))

export PIP_DISABLE_PIP_VERSION_CHECK := 1
ifdef TORCH_INDEX
export PIP_EXTRA_INDEX_URL := $(strip $(PIP_EXTRA_INDEX_URL) $(TORCH_INDEX))
endif

VERSION = $(shell $(1) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
ifeq ($(origin PYTHON),command line) # asked for: where .venv has another one, it is set up anew
ifneq ($(call VERSION,$(PYTHON)),$(call VERSION,$(BIN)/python))
.PHONY: $(READY)
endif
endif

.DEFAULT_GOAL := help
.PHONY: help demo test lint messages docs serve bench numbers dist clean

help: ## Show what there is to make
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

# pip, not uv: uv would fetch a CUDA build of torch on machines that have no use for it
INSTALL := $(BIN)/python -m pip install -c constraints.txt
$(READY): constraints.txt pyproject.toml $(PLUGINS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sinfit needs Python 3.11 or newer, and $(PYTHON) is older: make PYTHON=python3.12 …")'
	@test -x $(BIN)/pip -a "$(call VERSION,$(BIN)/python)" = "$(call VERSION,$(PYTHON))" \
		|| { echo "Setting up $(VENV) with $$($(PYTHON) --version)"; $(PYTHON) -m venv --clear $(VENV); }
	@echo "1 of 3: what builds the packages"
	@$(INSTALL) --quiet hatchling editables
	@echo "2 of 3: PyTorch, which is large: some minutes, the first time"
	@$(BIN)/python -m pip show --quiet torch 2>/dev/null || $(INSTALL) torch
	@echo "3 of 3: sinfit, its stages, and what makes the site and the tests: about a minute"
	@$(INSTALL) --quiet --no-build-isolation \
		-e ".[plot,frame,test]" $(addprefix -e ./,$(dir $(PLUGINS)))
	@touch $@

demo: $(READY) ## Fit every stage, build the site, say how to open it
	@$(BIN)/sinfit compare
	@$(MAKE) --no-print-directory docs
	@echo "The site is in site/. Open it with: make serve"

test: $(READY) ## Run all tests but the longest, side by side
	@$(BIN)/python -m pytest -n auto --dist loadfile

docs: $(READY) ## Build the site in all its languages into site/
	@echo "Building the site: the first time runs every stage, later only what has changed"
	@$(BIN)/$(BUILDER) build --strict

serve: $(READY) ## Show the site at http://127.0.0.1:8000 and rebuild it on edits
	@$(BIN)/$(BUILDER) serve

bench: $(READY) ## Measure everything side by side, in under five minutes
	@$(INSTALL) --quiet --no-build-isolation -e ".[bench]"
	@$(BIN)/python benchmarks

numbers: $(READY) ## Measure again which numbers are equal on which machine (five minutes)
	@$(BIN)/python -m sinfit_author.numbers

dist: $(READY) ## Build and check the distributions that a release publishes, into dist/
	@$(INSTALL) --quiet --no-build-isolation -e ".[release]"
	@rm -rf dist
	@for folder in . $(dir $(PLUGINS)); do \
		$(BIN)/python -m build --no-isolation --outdir dist $$folder >/dev/null || exit 1; \
	done
	@$(BIN)/python -m twine check --strict dist/*

lint: $(READY) ## Check style, types, who imports whom, the core's size, and workflows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -q tests/test_house.py
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(BIN)/pre-commit validate-config

messages: $(READY) ## Bring the PO files of host and wings up to their messages
	@mkdir -p build
	@for package in $(dir $(wildcard */i18n.py plugins/*/*/i18n.py)); do \
		$(BIN)/pybabel -q extract --keyword N_ --add-location=file --no-wrap -o build/messages.pot $$package || exit 1; \
		$(BIN)/python -m sinfit_site.translating.catalogs build/messages.pot $$package/locale || exit 1; \
	done

clean: ## Remove everything that make has made
	rm -rf $(VENV) .cache build site dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
