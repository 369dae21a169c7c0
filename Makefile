# SPDX-License-Identifier: GPL-3.0-or-later
# A thin front: CMake builds, CTest tests. `make help` lists the goals.

SHELL := bash
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local

# The tools below are no parts of this make: its flags and its level are not for them.
unexport MAKEFLAGS MFLAGS

# $(call cmake_build,PRESET,TARGET): ninja where it is there, make else; a build folder keeps what it began with.
define cmake_build
@unset MAKELEVEL; if command -v ninja >/dev/null; then export CMAKE_GENERATOR="$${CMAKE_GENERATOR:-Ninja}"; fi; \
	cmake --preset $(1) >/dev/null && cmake --build --preset $(1) --target $(2) -j $(JOBS)
endef

sources = git ls-files --cached --others --exclude-standard '*.c' '*.h' | while read -r f; do [ -f "$$f" ] && echo "$$f"; done

.PHONY: build run test bench install format format-check lint clean help tools

build: tools
	$(call cmake_build,release,tenk)

run: build
	@mkdir -p out
	build/tenk run scenarios/wuxi-10k.cfg -o out/wuxi-10k --force

test: tools
	$(call cmake_build,release,all)
	ctest --test-dir build --output-on-failure -j2

bench: tools
	$(call cmake_build,release,bench)
	TENK_BIN=$(CURDIR)/build/tenk TENK_BENCH=$(CURDIR)/build/bench bash bench/run.sh

install: build
	cmake --install build --prefix $(PREFIX)

format:
	$(sources) | xargs -r clang-format -i

format-check:
	$(sources) | xargs -r clang-format --dry-run --Werror

# One file a process: with several, clang-tidy 14 takes a va_list of the second for uninitialized.
# On stderr it counts the warnings of system headers, which it does not show.
lint:
	$(call cmake_build,clang,tenk_version)
	set -o pipefail; grep -q distribute_mpi build-clang/compile_commands.json && without= || without='mpi[^/]*$$'; \
		find sim -name '*.c' -print0 | sort -z | { [ -z "$$without" ] && cat || grep -zv "$$without"; } | \
		xargs -0 -r -n 1 -P $(JOBS) clang-tidy -p build-clang --quiet 2> >(grep -v 'warnings\? generated\.$$' >&2)

clean:
	rm -rf build build-*

tools:
	@scripts/install.sh

help:
	@echo 'make build    build/tenk (installs what is missing of the Debian packages, as run and test do)'
	@echo 'make run      the 10,000-card study of Wuxi: scenarios/wuxi-10k.cfg -> out/wuxi-10k'
	@echo 'make test     build and run all tests'
	@echo 'make bench    what each layer costs'
	@echo 'make install  tenk, configs and scenarios under PREFIX ($(PREFIX))'
	@echo 'make format   clang-format over all C files; format-check only looks'
	@echo 'make lint     clang-tidy over sim/'
	@echo 'make clean    remove the build folders, keep results'
