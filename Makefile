# Two commands are enough: `make run` and `make test`. Nothing but python3 (3.11 or newer) and make is needed.
PORT ?= 8000
DEMO ?= 1
PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py

.PHONY: run test ci lint types screens accessible messages lock migrations clean

run: export SITE_URL := $(or $(SITE_URL),http://localhost:$(PORT))
run: .venv/runtime .env ## set up everything and serve the site with its worker
	@$(MANAGE) compile_messages
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_library
	@$(MANAGE) load_catalogue
	@if [ "$(DEMO)" != 0 ]; then $(MANAGE) load_samples --if-empty; fi
	@$(MANAGE) serve --port $(PORT)

test: .venv/dev .env ## the fast suite on SQLite
	@$(MANAGE) compile_messages
	@DATABASE_URL=sqlite:///:memory: $(BIN)/pytest -n auto --dist worksteal -q
	@echo "Passed on SQLite. 'make ci' adds: lint, types, imports, templates, production checks, PostgreSQL and the browser."

ci: .venv/dev .env ## everything; .ci/run installs PostgreSQL and Chromium first
	@bash .ci/checks

lint: .venv/dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/djlint --lint --quiet templates && $(BIN)/lint-imports --no-logo

types: .venv/dev .env
	@$(BIN)/mypy

screens: .venv/dev .env ## a picture of every screen into screens/ (needs Chromium)
	@$(MANAGE) compile_messages
	@DATABASE_URL=sqlite:///var/screens.sqlite3 $(BIN)/pytest -q -m screens tests/journeys/test_screens.py

accessible: .venv/dev .env ## axe on every kind of page, wide and narrow, light and dark (needs Chromium)
	@$(MANAGE) compile_messages
	@$(BIN)/pytest -q -m screens -p no:randomly tests/journeys/test_accessible.py

messages: .venv/dev .env ## collect new strings into the catalogues (needs Debian's gettext)
	@$(MANAGE) makemessages -l es -l ar --no-wrap --no-obsolete --add-location file --ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*'

migrations: .venv/dev .env
	@$(MANAGE) makemigrations

lock: .venv/runtime ## write requirements*.txt from requirements*.in
	@$(BIN)/pip install --quiet uv
	@for name in requirements requirements-dev requirements-pdf; do \
	  $(BIN)/uv pip compile --quiet --universal --no-build --generate-hashes --python-version 3.11 --no-emit-index-url $$name.in -o $$name.txt; done

clean:
	@rm -rf .venv var static-built screens

.env: .venv/runtime
	@$(BIN)/python -m portal.dev_env && touch .env

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Regain needs python3 3.11 or newer."; exit 1; }
	@if ! $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; \
	  else echo "Python's venv module is missing. Run: sudo apt-get install python3-venv"; exit 1; fi; fi
	@$(PYTHON) -m venv .venv

.venv/runtime: requirements.txt | .venv/bin/python
	@echo "Installing what the site needs (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/runtime
	@echo "Installing what the tests need (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
