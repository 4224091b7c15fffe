# Sets docconv up in .venv/, turns every seed into its editions, and runs the tests.
# Assumes GNU make 4.3 and Python 3.11 or later; on Debian the rest is installed, elsewhere it is asked for.

PYTHON ?= python3
DOCCONV_FLAGS ?=
PYTEST_FLAGS ?=

BIN := .venv/bin
SOURCES := $(wildcard src/docconv/*.py src/docconv/*/*.py src/docconv/*/*/*.py styles/*.css styles/*/*)
SEEDS := $(wildcard seeds/*.txt seeds/*.md)
STEMS := $(basename $(notdir $(SEEDS)))
EDITIONS := $(foreach stem,$(STEMS),build/$(stem).pdf build/$(stem).epub build/$(stem).html)
CALL = $(BIN)/docconv convert $(DOCCONV_FLAGS) $< -o build/$*.pdf -o build/$*.epub -o build/$*.html

.DELETE_ON_ERROR:
.PHONY: all setup test quick clean distclean help

all: $(EDITIONS)  ## set up, and write the editions of every seed to build/ (the default)

setup: .venv/.tools  ## set up what docconv and its tests need

test: .venv/.tools  ## set up, and run every check: ruff, mypy, pytest
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal $(PYTEST_FLAGS)

quick: PYTEST_FLAGS += -m 'not slow'
quick: test  ## the same without the slow tests

clean:  ## remove build/
	rm -rf build

distclean: clean  ## remove .venv/ and the caches too
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(firstword $(MAKEFILE_LIST))

# ── Editions: one call writes the three, so that a source is read once ──

build/%.pdf build/%.epub build/%.html: seeds/%.txt $(SOURCES) .venv/.docconv | build
	$(CALL)

build/%.pdf build/%.epub build/%.html: seeds/%.md $(SOURCES) .venv/.docconv | build
	$(CALL)

build:
	mkdir -p $@

# ── Set-up: each stamp stands for a step that is done, and only its last line makes it ──

.venv/.packages: setup/system-packages
	setup/system-packages docconv '$(PYTHON)'
	mkdir -p .venv
	touch $@

# The build back end is pinned with the rest, hence --no-build-isolation; compiled, the first call is as quick as the next.
.venv/.docconv: .venv/.packages pyproject.toml constraints.txt
	'$(PYTHON)' -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt hatchling editables
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src/docconv
	touch $@

# It waits for the other steps, for apt and pip want to be alone.
.venv/.tools: .venv/.docconv setup/system-packages
	setup/system-packages tests '$(PYTHON)'
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[test]'
	touch $@
