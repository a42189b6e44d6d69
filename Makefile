# The two commands a newcomer needs: `make demo` and `make test`. Everything is installed into .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DEMO_SITE ?= demo-site
PLOTLY_JS := 4.1.1
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test check audit lint types imports format bench soak screenshots plotly clean browser

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

# Debian splits ensurepip from python3: where apt is at hand the missing package is installed, elsewhere it is named.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "blemish needs Python 3.11 or newer, found $$($(PYTHON) --version); set PYTHON=/path/to/python3.11" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
		|| { rm -rf $(VENV); .ci/apt-install python3-venv && $(PYTHON) -m venv $(VENV); } \
		|| { rm -rf $(VENV); echo "cannot make a virtual environment without python3-venv" >&2; exit 2; }

$(VENV)/.run: $(BIN)/python pyproject.toml
	@.ci/pip-install $(BIN)/python -e .
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml
	@.ci/pip-install $(BIN)/python -e '.[dev,train,openvino]'
	@touch $@ $(VENV)/.run

browser: $(VENV)/.dev ## install Chromium and fonts for the browser tests where apt is available
	@{ command -v chromium && $(BIN)/playwright --version; } >/dev/null 2>&1 \
		|| .ci/apt-install chromium fonts-inter fonts-dejavu-core libatomic1 \
		|| echo "no Chromium: the browser tests will be skipped"

$(DEMO_SITE)/blemish.toml: | $(VENV)/.run
	@echo "making $(DEMO_SITE): 1280 pictures are drawn and measured, which takes a minute or two" >&2
	@$(BIN)/blemish demo $(DEMO_SITE)

demo: $(VENV)/.run $(DEMO_SITE)/blemish.toml ## render images with a planted excursion, ingest them, serve the dashboard
	$(BIN)/blemish serve --site $(DEMO_SITE)

test: $(VENV)/.dev browser ## run every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: $(VENV)/.dev lint types imports audit test ## what CI runs

lint: $(VENV)/.dev ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

audit: $(VENV)/.dev ## known vulnerabilities of what is installed, where the registry answers
	$(BIN)/python -m benchmarks.audit

types: $(VENV)/.dev ## mypy, strict
	$(BIN)/mypy

imports: $(VENV)/.dev ## import contracts
	$(BIN)/lint-imports

format: $(VENV)/.dev ## rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## measure ratios on this machine
	$(BIN)/python -m benchmarks

soak: $(VENV)/.dev ## the proofs that take longer than CI allows
	$(BIN)/python -m benchmarks.demo_false_alarms --seeds 20
	$(BIN)/python -m benchmarks.interval_claims --runs 600
	$(BIN)/python -m pytest -m soak

screenshots: $(VENV)/.dev browser $(DEMO_SITE)/blemish.toml ## the pictures of README and docs, from demo data
	$(BIN)/python -m benchmarks.screenshots $(DEMO_SITE) screenshots

plotly: ## fetch the slim plotly.js of assets/vendor again from npm, in the pinned version
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && cd "$$folder" \
		&& npm pack --silent plotly.js-cartesian-dist-min@$(PLOTLY_JS) >/dev/null && tar -xzf ./*.tgz \
		&& cp package/plotly-cartesian.min.js "$(CURDIR)/assets/vendor/plotly-cartesian.min.js" \
		&& cp package/LICENSE "$(CURDIR)/assets/vendor/plotly-LICENSE.txt"

clean: ## remove the environment, caches and the demo site
	rm -rf $(VENV) $(DEMO_SITE) dist build screenshots .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
