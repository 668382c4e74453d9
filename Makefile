# `make run` is all that a newcomer needs; `make help` lists the rest. Needs only Python, and works with GNU make 3.81 (macOS).

.DEFAULT_GOAL := help
.PHONY: help run test test-screens check lint format docs texts bench stack chaos attack audit lock long upgrade interop clean

BIN := .venv/bin
ARGS :=
# Tests wait more than they work: so many files of them run at a time.
JOBS := 3

# Somebody's own Python set-up must not leak into the project's.
unexport PYTHONHOME PYTHONPATH PYTHONSAFEPATH PYTHONSTARTUP PYTHONUSERBASE VIRTUAL_ENV
# Else each process that tests start would compile all of the code for itself.
unexport PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-12s %s\n", $$1, $$2 }'

run: ## Serve http://127.0.0.1:8080 (HOST=0.0.0.0 for the local network, PORT=8081 for another port)
	@scripts/prepare run
	@$(BIN)/python -m config
	@exec $(BIN)/gunicorn app:app

test: ## Run all tests (ARGS="-k leaderboard" for some, JOBS=0 for one after the other)
	@scripts/prepare test
	$(BIN)/python scripts/test $(JOBS) $(ARGS)

test-screens: ## Look at every screen in every size, theme and language, with pictures in test-results/screens, 20 minutes (VIEWS="phone/light" LANGUAGES="de" for some)
	@scripts/prepare test
	$(BIN)/python -m pytest -m screens -n $(JOBS) --dist load --maxschedchunk 1 $(ARGS)

check: lint test ## Format, lint, types, import rules, tests

lint: ## Format, lint, types, import rules
	@scripts/prepare lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: ## Format the code, mend what can be mended
	@scripts/prepare lint
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: ## Generate the interfaces' documents, and build the site: site/html/index.html
	@scripts/prepare lint
	@$(BIN)/python scripts/site
	@echo "quiz: site/html/index.html"

texts: ## Bring the translations' catalogues up to date with the pages' texts, and say what they lack
	@scripts/prepare lint
	@$(BIN)/python scripts/texts $(ARGS)

bench: ## Measure this machine, 5 minutes (ARGS="fanout --runs 5" for some, ARGS=--help for more)
	@scripts/prepare run
	@$(BIN)/python -m bench $(ARGS)

stack: ## Run nginx, three instances, Valkey and Prometheus here, and watch the dashboard (ARGS=--help for more)
	@scripts/prepare stack
	@exec $(BIN)/python -m deploy.stack $(ARGS)

chaos: ## Do every fault to real processes, 25 minutes (ARGS="killed stalled" for some, ARGS=--help for more)
	@scripts/prepare test
	@$(BIN)/python -m tests.chaos $(ARGS)

attack: ## 100,000 hostile messages against a running server, 2 minutes (ARGS="--messages 10000" for fewer, ARGS=--help for more)
	@scripts/prepare test
	@$(BIN)/python -m tests.security.attack $(ARGS)

audit: ## Look up known vulnerabilities of the pinned packages; fails where there are no data
	@scripts/prepare audit
	@$(BIN)/python scripts/audit

lock: ## Pin packages and their hashes to what requirements/*.in name (ARGS=--upgrade for the newest versions)
	@scripts/prepare lock
	@scripts/lock $(ARGS)

long: ## The tests that `make test` leaves out for the time they take, 3 minutes
	@scripts/prepare test
	$(BIN)/python -m pytest -m long $(ARGS)

upgrade: ## A rolling update from the release before, and its rollback, while players answer
	@scripts/prepare test
	$(BIN)/python -m pytest -m long tests/upgrade $(ARGS)

interop: ## Exports in LibreOffice and gift-pegjs; the Autobahn suite over WebSockets (ARGS=formats or ARGS=websocket for one)
	@scripts/prepare interop
	@scripts/interop $(ARGS)

clean: ## Remove what was built and fetched; the data under var/ stay
	rm -rf .venv node_modules .tools site quiz/web/static/vendor quiz/web/bundles .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
