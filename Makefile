# Each target is one call of `python3 -m seglib`, which works where there is no make.
PYTHON ?= python3
SEGLIB := $(PYTHON) -m seglib
LANG_ ?= nl
.DEFAULT_GOAL := help
.PHONY: reports training test check bench verify lab data notebooks setup lock help

reports:
	@$(SEGLIB) reports
training:
	@$(SEGLIB) training
test:
	@$(SEGLIB) test
check:
	@$(SEGLIB) check
bench:
	@$(SEGLIB) bench
verify:
	@$(SEGLIB) verify
lab:
	@$(SEGLIB) lab --lang $(LANG_)
data:
	@$(SEGLIB) data build --raw "$(RAW)"
notebooks:
	@$(SEGLIB) notebooks update
setup:
	@$(SEGLIB) setup
lock:
	@$(SEGLIB) lock
help:
	@$(SEGLIB) help
