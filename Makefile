# make demo    train, test on an unseen city, export, predict: minutes on two cores
# make test    the tests
# make check   ruff, format, mypy
#
# Each makes .venv first where it is not there, or where requirements/ or setup.py changed.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed
# Threads that spin while they wait take the core from the one that they wait for.
export OMP_WAIT_POLICY ?= PASSIVE

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test check format clean

demo: $(STAMP)
	$(BIN)/python tools/demo.py

test: $(STAMP)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(STAMP): setup.py $(wildcard requirements/*.txt)
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(v not in ((3, 11), (3, 12)) and \
	  f"Python {v[0]}.{v[1]} found; lanedet_mm needs 3.11 or 3.12: make PYTHON=python3.12 ...")'
	@echo 'Installing into .venv (PyTorch is several GB; some minutes) ...'
	$(PYTHON) -m venv .venv
	$(PIP) --upgrade pip -c requirements/constraints.txt
	$(PIP) -c requirements/constraints.txt -r requirements/runtime.txt -r requirements/deploy.txt \
	  -r requirements/tests.txt
	$(PIP) --no-deps -c requirements/constraints.txt mmdeploy
	PYTHONWARNINGS=ignore $(PIP) --no-deps --editable .
	@touch $@

clean:
	rm -rf .venv work_dirs/demo
