# Two commands matter: `make demo` and `make test`. Each sets up what it needs, stamped with a
# checksum of what it was made from, so that once set up nothing here needs a network.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin

sum = $(firstword $(shell cat pyproject.toml $(1) | cksum))
HUB := .venv/hub-$(call sum,locks/hub.txt)
TEST := .venv/test-$(call sum,locks/test.txt locks/recordings.txt)
PEERS := .venv-peers/peers-$(call sum,locks/peers.txt)

INSTALL := -m pip install --quiet --disable-pip-version-check
LOCKED := $(INSTALL) --require-hashes
ITSELF := $(INSTALL) --no-index --no-deps --no-build-isolation --editable .
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install

.PHONY: help
help:
	@grep -E '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 8

.PHONY: demo
demo: $(HUB)  ## set up and open the running system on this machine
	$(BIN)/kindstep demo $(ARGS)

# Most of them wait for some process: three at a time on two cores. One at a time, as a debugger
# needs it: ARGS="--numprocesses 0 --pdb tests/unit/test_spool.py".
.PHONY: test
test: $(TEST) servers  ## set up and pass the tests (ARGS="tests/unit -k wire" for some of them)
	$(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: fuzz
fuzz: $(TEST)  ## feed every decoder 100,000 values nobody should send (ARGS="INPUTS SEED")
	$(BIN)/python -m tests.fuzz_decoders $(ARGS)

.PHONY: apifuzz
apifuzz: $(TEST)  ## ask the API a thousand things an operation, right and wrong by its OpenAPI (ARGS=50 for fewer)
	$(BIN)/python -m tests.api_fuzz $(or $(ARGS),250)

.PHONY: check
check: $(TEST)  ## lint, format, types and doors
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/lint-imports

.PHONY: bench
bench: $(TEST)  ## print the figure of every benchmark
	@for file in $(wildcard benchmarks/bench_*.py) benchmarks/gateway.py benchmarks/kernels.py; do \
	  $(BIN)/python -m benchmarks.$$(basename $$file .py) || exit 1; \
	done

.PHONY: soak
soak: $(TEST) servers  ## kill, cut and fill at random, fifty times (ARGS="--rounds 5 --seed 17" for others)
	$(BIN)/python -m tests.chaos.soak $(ARGS)

.PHONY: kills
kills: $(TEST) servers  ## kill a giver at every write to the ledger, on either store, and compare the books
	$(BIN)/python -m tests.chaos.ledger_kills

.PHONY: trials
trials: $(TEST)  ## simulate 2,000 trials of each world and see whether the effect told is true (ARGS=200 for fewer)
	$(BIN)/python -m tests.trials $(ARGS)

.PHONY: screens
screens: $(TEST) servers  ## picture every page into docs/screens: look at them before they are kept
	$(BIN)/python -m tests.screens

.PHONY: load
load: $(TEST)  ## hold a gateway under load for ten minutes (ARGS="steady", "return" or "outage" for one trial)
	$(BIN)/python -m tests.load.gateway $(ARGS)

.PHONY: peers
peers: $(PEERS)  ## set up what benchmarks compare with, in .venv-peers

.PHONY: lock
lock: .venv-lock/bin/uv  ## lock anew after pyproject.toml changed (ARGS=--upgrade for newer versions)
	$(COMPILE) pyproject.toml --extra hub --group build --group test -o locks/test.txt
	$(COMPILE) pyproject.toml --extra hub --group build -c locks/test.txt -o locks/hub.txt
	$(COMPILE) pyproject.toml --group build -c locks/test.txt -o locks/gateway.txt
	$(COMPILE) --group recordings --no-deps -o locks/recordings.txt
	$(COMPILE) --group peers -o locks/peers.txt

.PHONY: clean
clean:  ## remove every environment, cache and build
	rm -rf .venv .venv-lock .venv-peers build dist
	rm -rf .coverage .hypothesis .import_linter_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The real servers that tests speak to. Without root, the tests that miss one say what to install.
# Tests start databases of their own, so a PostgreSQL that comes for them starts none.
.PHONY: servers
servers:
	@missing=$$(for name in mosquitto chromium victoria-metrics caddy; do command -v $$name >/dev/null || echo $$name; done); \
	command -v influxd >/dev/null || missing="$$missing influxdb"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo installing $$missing; \
	  test -d /etc/postgresql-common || { mkdir -p /etc/postgresql-common/createcluster.d && \
	    echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/none.conf; }; \
	  apt-get -qq update && $(APT) $$missing fonts-dejavu-core >/dev/null; \
	fi

$(HUB): | $(BIN)/pip
	$(BIN)/python $(LOCKED) --only-binary :all: --requirement locks/hub.txt
	$(BIN)/python $(ITSELF)
	@rm -f .venv/hub-*; touch $@

$(TEST): | $(BIN)/pip
	$(BIN)/python $(LOCKED) --only-binary :all: --requirement locks/test.txt
	$(BIN)/python $(LOCKED) --only-binary :all: --no-deps --requirement locks/recordings.txt
	$(BIN)/python $(ITSELF)
	@rm -f .venv/test-*; touch $@

# One of the peers comes as source only: this needs a C++ compiler.
$(PEERS): | .venv-peers/bin/pip
	.venv-peers/bin/python $(LOCKED) --requirement locks/peers.txt
	@rm -f .venv-peers/peers-*; touch $@

.venv-lock/bin/uv: | .venv-lock/bin/pip
	.venv-lock/bin/python $(INSTALL) 'uv>=0.9,<1'

# A fresh Debian has no ensurepip, and `python3 -m venv` stops half way without it.
%/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'kindstep needs Python 3.11 or newer: make PYTHON=python3.11'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -qq update && $(APT) python3-venv >/dev/null; } \
	  || { echo 'sudo apt-get install python3-venv'; exit 1; }
	$(PYTHON) -m venv $*

# One version of each package on every Python and platform, and no address of where they come from.
COMPILE = .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
  --fork-strategy fewest --generate-hashes --no-annotate --no-emit-index-url \
  --no-emit-find-links --custom-compile-command 'make lock' $(ARGS)
