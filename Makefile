# make demo   plays three months in seconds; installs what it needs once (no system packages)
# make test   the whole suite; installs what it needs once
# make setup  everything a developer needs
# make torture  kills the daemon 1,000 times over real servers and counts what was lost, sent twice or wrong; KILLS=100 is the short form, GROUND=postgres keeps the books in a database that dies too
# make workers  several workers on one database handle 10,000 mails while they are killed, paused and cut off and the database fails
#             over; counts what was lost, came twice or is wrong; MESSAGES=500 KILLS=8 PAUSES=3 CUTS=3 FAILOVERS=1 is a short form
# make boot   boots the service in a container and looks on while it works, hangs, is restarted, backed up and stopped (as root)
# make mutants  puts 1,500 small faults into the rooms that decide and counts those that a test notices; MODULE=agent/domain/guard.py for one
# make load   puts the whole program under load and prints a table; MESSAGES=20000 CREDITORS=500 INVOICES=100000 STATEMENTS=5000 BOMB=10000 LARGE=100 ONLY=part
# make hostile  every hostile input there is, sent to the whole program; the suite plays a third of them
# make dist   builds sdist and wheel into dist/ twice, compares them, and lists beside them what they need (CycloneDX)
# make deb    builds the Debian package into dist/ and judges it with lintian; make trial installs, upgrades, removes and purges it
# make lock   takes the newest releases of what the package brings along
# make upgrade  builds the last release of each older schema, lets it play its demo, and takes over its books; FROM=commit for one
# make gallery  a picture of every kind of mail in every language, wide, on a phone and dark, in build/gallery
#
# A second run of any of them installs nothing again: stamps in .venv and a look at dpkg tell that all is there.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
ROOMS := domain intake outbox store
FLOOR := 97
MUTANTS = $(if $(MODULE),MODULE=$(MODULE)) SAMPLE=$(or $(SAMPLE),$(if $(MODULE),0,1500)) $(foreach word,SEED AGAIN STORIES LEAST,$(if $($(word)),$(word)=$($(word))))
AXE := build/axe/node_modules/axe-core/axe.min.js

.PHONY: help setup demo test lint format types imports holes bench load torture workers hostile boot mutants gallery model wheel-smoke dist deb trial upgrade sbom man lock clean

help:
	@echo "make demo | test | setup | lint | format | bench [ONLY=name] | load [ONLY=part] | torture [KILLS=100] | workers [MESSAGES=500 WORKERS=4] | hostile | boot | mutants [SAMPLE=1500 SEED=1 | MODULE=path] | dist | deb | trial | upgrade | gallery | model | wheel-smoke | clean"

$(VENV)/.light: pyproject.toml
	@bash .ci/venv light

$(VENV)/.full: pyproject.toml
	@bash .ci/venv full

setup: $(VENV)/.full
	@bash .ci/debian tests pictures

demo: $(VENV)/.light
	@$(BIN)/relance demo --out build/demo

test: $(VENV)/.full
	@bash .ci/debian tests
	@rm -f .coverage .coverage.*
	PYTHONDONTWRITEBYTECODE= .ci/in-memory $(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder -o tmp_path_retention_policy=failed \
		$(ROOMS:%=--cov=agent/%) --cov-branch --cov-report= $(ARGS)
	@echo "Coverage with branches of the rooms that decide, remember and send (floor of each $(FLOOR) %):"
	@for room in $(ROOMS); do \
		$(BIN)/coverage report --include="agent/$$room/*" --precision=1 --fail-under=$(FLOOR) || below="$$below $$room"; \
	done; [ -z "$$below" ] || { echo "below $(FLOOR) %:$$below"; exit 1; }

lint: $(VENV)/.full types imports holes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.full
	$(BIN)/mypy

imports: $(VENV)/.full
	$(BIN)/lint-imports

holes: $(VENV)/.full
	@$(BIN)/python .ci/bandit

format: $(VENV)/.full
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.full
	@bash .ci/debian tests >&2
	@$(BIN)/python -m benchmarks $(if $(ONLY),ONLY=$(ONLY))

load: $(VENV)/.full
	@$(BIN)/python -m benchmarks.load $(foreach size,MESSAGES CREDITORS INVOICES STATEMENTS BOMB LARGE ONLY,$(if $($(size)),$(size)=$($(size))))

torture: $(VENV)/.full
	@bash .ci/debian servers
	@$(BIN)/python -m tests.torture $(if $(KILLS),KILLS=$(KILLS)) $(if $(SEED),SEED=$(SEED)) $(if $(GROUND),GROUND=$(GROUND))

workers: $(VENV)/.full
	@bash .ci/debian servers database
	@$(BIN)/python -m tests.workers $(foreach word,MESSAGES WORKERS SEED KILLS PAUSES CUTS FAILOVERS RELAYS LEASE PEACE KEEP,$(if $($(word)),$(word)=$($(word))))

boot: $(VENV)/.full
	@tests/boot/run

mutants: $(VENV)/.full
	@$(BIN)/python -m benchmarks.mutants $(MUTANTS)

hostile: $(VENV)/.full
	HOSTILE=all $(BIN)/pytest tests/hostile --timeout 300 $(ARGS)

gallery: $(VENV)/.full
	@bash .ci/debian pictures
	@if command -v npm >/dev/null; then npm install --silent --no-audit --no-fund --prefix build/axe axe-core@4 \
		|| echo "axe-core is not to be had: the pictures are drawn without its findings"; fi
	$(BIN)/python -m benchmarks.gallery build/gallery --axe $(AXE) $(ARGS)

model: $(VENV)/.full
	$(BIN)/python -m benchmarks.train_model

wheel-smoke: $(VENV)/.full
	@bash .ci/wheel-smoke

dist: $(VENV)/.full
	@rm -f dist/*.whl dist/*.tar.gz
	@.ci/same-bytes dist
	@$(BIN)/python packaging/sbom.py dist/relance.cdx.json

deb: $(VENV)/.full
	@bash .ci/debian deb
	@PYTHONPATH=. $(BIN)/python packaging/deb.py
	@lintian --allow-root --fail-on error,warning $$(ls -t dist/relance_*.deb | head -1)

trial: $(VENV)/.full
	@bash .ci/debian boot
	@bash packaging/trial

upgrade: $(VENV)/.full
	@$(BIN)/python packaging/upgrade.py $(FROM)

sbom: $(VENV)/.full
	@$(BIN)/python packaging/sbom.py dist/relance.cdx.json

man: $(VENV)/.full
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) PYTHONPATH=. $(BIN)/python packaging/pages.py build/man

lock: $(VENV)/.full
	@$(BIN)/python packaging/lock.py

clean:
	rm -rf build dist .coverage .coverage.* htmlcov .hypothesis .mypy_cache .ruff_cache .import_linter_cache .pytest_cache
