# Two doors: `make run` and `make test`. Each does all its own set-up; the rest is for those who work on SkillHub.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.NOTPARALLEL:
.PHONY: help run test lint types unit browser pictures postgres story slow realdata bench kill lock messages schema access clean

help:  ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|'

run: .venv/ready .venv/small  ## set up what is missing, load the sample once, serve on http://127.0.0.1:8000 (SKILLHUB_PORT)
	@$(BIN)/skillhub start

test: .venv/ready .venv/chromium lint types unit browser postgres  ## everything that must be green before a change lands

lint: .venv/ready  ## style, formatting, floors and rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint templates --lint --quiet

types: .venv/ready
	$(BIN)/mypy

unit: .venv/ready .venv/token  ## rules, services and pages on SQLite
	$(BIN)/pytest -n 2

browser: .venv/ready .venv/small .venv/chromium  ## journeys in a real Chromium
	$(BIN)/pytest -m browser tests/browser

pictures: .venv/ready .venv/small .venv/chromium  ## take the pictures of the README anew
	SKILLHUB_PUBLIC_URL=https://skillhub.example $(BIN)/pytest -m browser tests/browser/pictures.py

postgres: .venv/ready  ## the data layer again, on PostgreSQL
	SKILLHUB_TEST_DATABASE=postgresql $(BIN)/pytest -n 2 -m postgres

story: .venv/ready  ## from a spreadsheet to a worker's standing: the first thing a newcomer reads
	$(BIN)/pytest tests/story -v

slow: .venv/ready
	$(BIN)/pytest -m slow

realdata: .venv/ready  ## the published data alone: SKILLHUB_REALDATA, or ../shared/data
	$(BIN)/pytest -m realdata

bench: .venv/ready .venv/small  ## measure speed and memory
	$(BIN)/pytest -m bench -s tests/bench

kill: .venv/ready  ## kill -9 a running server in the middle of its work and see nothing lost
	$(BIN)/pytest -m slow -k kill

messages: .venv/ready  ## bring the catalogue of sentences up to date; then fill in what is empty and run it again
	$(BIN)/pybabel -q extract -F pyproject.toml -k N_ -k _l -w 120 --sort-output --add-location=file -o instance/messages.pot .
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -w 120 \
	  -i instance/messages.pot -d skillhub/translations
	$(BIN)/pybabel -q compile -d skillhub/translations
	$(BIN)/pybabel -q compile -d skillhub/translations -D flask_security

schema: .venv/ready  ## write the migration that the models ask for: make schema WHY="rulings on ties"
	export SKILLHUB_INSTANCE=$$(mktemp -d) && $(BIN)/flask --app skillhub.app db upgrade && $(BIN)/flask --app skillhub.app \
	  db migrate --rev-id $$(printf %04d $$(($$(ls skillhub/migrations/versions/*.py | wc -l) + 1))) -m "$(or $(WHY),say why)"

access: .venv/ready  ## write the reviewed table of all pages anew; read the difference before you commit it
	SKILLHUB_WRITE_ACCESS=1 $(BIN)/pytest -q tests/house/test_access.py -k reviewed

lock: .venv/ready  ## choose versions anew from the ranges in pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --group dev $(LOCK_OPTIONS) pyproject.toml -o requirements.lock

clean:  ## forget the virtual environment and the caches, keep the data
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache *.egg-info

# --- set-up -------------------------------------------------------------------------------------------------------

.venv/ready: requirements.lock pyproject.toml
	@PYTHON=$(PYTHON) tests/setup/packages python3-venv $(PANGO)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the Python packages of requirements.lock into .venv …"
	@$(BIN)/python -m pip install -q --use-pep517 --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/small: .venv/ready $(wildcard static/css/*.css static/js/*.js static/img/*.svg static/vendor/*/*.css static/vendor/*/*.js static/vendor/*/*.svg)
	@for part in css js img vendor; do $(BIN)/python -m whitenoise.compress -q static/$$part; done   # .gz and .br beside each
	@touch $@

.venv/token: .venv/ready
	@tests/setup/packages softhsm2                     # a key in a token, as PKCS#11 reaches it
	@touch $@

.venv/chromium: .venv/ready
	@tests/setup/packages libatomic1                   # the driver of Playwright
	@tests/setup/packages chromium || $(BIN)/playwright install --with-deps chromium    # Ubuntu has it as a snap only
	@touch $@
