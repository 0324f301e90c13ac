# `make` alone lists the commands.
.DEFAULT_GOAL := help
.PHONY: help demo test check bench screens gallery lint setup clean
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/uv run --frozen --no-sync
STAMP := .venv/.synced
FILES := node_modules/.copied

help: ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-7s %s\n", $$1, $$2}'

setup: $(STAMP) $(FILES) ## install everything the project needs into .venv

$(BIN)/uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "medicomut needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(STAMP): pyproject.toml uv.lock | $(BIN)/uv
	$(BIN)/uv sync --frozen --quiet --extra dev --extra postgres --inexact
	@touch $@

$(FILES): package.json package-lock.json .npmrc tools/browser_files.py | $(STAMP)
	$(BIN)/python tools/browser_files.py
	@touch $@

demo: $(STAMP) $(FILES) ## make a synthetic register and lines of care, check them, serve the portal (DEMO=--no-serve: do not)
	$(BIN)/python -m medicomut.cli.demo --out out/demo $(DEMO)

test: $(STAMP) $(FILES) ## run every test
	$(BIN)/python tools/browser.py
	$(BIN)/python -m pytest -n auto

lint: $(STAMP) ## style, types and the arrows between rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint $(STAMP) ## lint, and the shipped data verified against itself
	$(BIN)/medicomut agreement verify be/amm/2020
	$(BIN)/medicomut agreement verify be/amm/2024

screens: $(STAMP) $(FILES) ## take the pictures of the portal that the README shows
	$(BIN)/python tools/browser.py
	$(BIN)/python tools/screenshots.py

gallery: $(STAMP) ## draw every chart and map of the observatory on a page, as they print (out/gallery)
	$(BIN)/python tools/gallery.py

bench: $(STAMP) ## measure speed and memory, as ratios to a named baseline in the same run
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/over_http.py
	$(BIN)/python benchmarks/allocator.py
	$(BIN)/python benchmarks/register.py
	$(BIN)/python benchmarks/observatory.py
	$(BIN)/python benchmarks/pages.py

clean: ## remove what the commands made
	rm -rf out .venv node_modules src/medicomut/web/static/vendor benchmarks/data
