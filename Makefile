# The commands of the project; each begins with the same set-up. What each promises: README.md.
PORT ?= 8000
HOST ?= 127.0.0.1
ARGS ?=
export PORT HOST FULL

.PHONY: demo test lint check bench drill stop clean setup setup-test requirements

demo: setup
	@exec .venv/bin/python bin/demo

test: setup-test
	@TESTING=1 bin/run python -m pytest -n 3 $(ARGS)

lint: setup-test
	@TESTING=1 bin/run bin/lint

check: setup
	@bin/run bin/check

bench: setup-test
	@test -f tests/load/__main__.py || { echo "make bench: no benchmark is written yet (tests/load)" >&2; exit 1; }
	@bin/run python -m tests.load $(ARGS)

drill: setup-test
	@test -f tests/drill/__main__.py || { echo "make drill: no drill is written yet (tests/drill)" >&2; exit 1; }
	@bin/run python -m tests.drill $(ARGS)

setup:
	@bin/setup

setup-test:
	@bin/setup --test

stop:
	@bin/services stop

clean: stop
	@rm -rf "$${PORTAL_VAR:-var}"

# After a change of dependencies in pyproject.toml. UPGRADE=1 takes newer versions.
requirements: setup-test
	@bin/requirements $(if $(UPGRADE),--upgrade)
