# Two commands do all the set-up: `make serve` and `make test`.
# Every target but `clean` depends on the environment, which is made once and
# again only when the lock file or pyproject.toml changes.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HOST   ?= 127.0.0.1
PORT   ?= 8000

.PHONY: env serve test test-full check format lock bench bench-quick eval gate baseline clean

env: $(VENV)/.made

$(VENV)/.made: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

serve: env
	$(BIN)/peelback serve --host $(HOST) --port $(PORT)

# A process a core; a file's tests stay together, and share what they made.
test: env
	$(BIN)/pytest -m "not full" -n logical --dist loadfile

test-full: env
	$(BIN)/pytest

check: env
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: env
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Renews requirements.lock from pyproject.toml, in an environment of its own; the
# diff is reviewed like code. A local label ("+cpu") is dropped: which build of
# torch 2.13.0 is taken depends on where it is installed.
lock:
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet --disable-pip-version-check ".[dev]"
	$(VENV)-lock/bin/pip freeze --exclude peelback | sed -E 's/\+cpu$$//' > requirements.lock
	rm -rf $(VENV)-lock

# BENCH="--reports FOLDER --gold FILE --write": see docs/performance.md.
bench: env
	$(BIN)/python -m benchmarks $(BENCH)

bench-quick: env
	$(BIN)/python -m benchmarks --quick $(BENCH)

# GOLD="a.jsonl b.jsonl" LIBRARY=library.db
eval: env
	$(BIN)/peelback --library $(or $(LIBRARY),library.db) eval run $(GOLD)

# The project's own gold, asked of its sample reports, against eval/baseline.json.
GATE := build/gate
.PHONY: $(GATE)/run

$(GATE)/run: env
	rm -rf $(GATE)
	$(BIN)/peelback --library $(GATE)/library.db add api/samples > /dev/null
	$(BIN)/peelback --library $(GATE)/library.db eval run eval/gold/samples.jsonl \
	  --output $(GATE)/run > /dev/null
	$(BIN)/peelback eval report $(GATE)/run > /dev/null

gate: $(GATE)/run
	$(BIN)/peelback eval gate $(GATE)/run --baseline eval/baseline.json \
	  --markdown $(GATE)/gate.md --junit $(GATE)/gate.xml

# Accepts what the gate holds back. Review the diff of eval/baseline.json like code.
baseline: $(GATE)/run
	$(BIN)/peelback eval baseline $(GATE)/run --output eval/baseline.json

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
