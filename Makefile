# SPDX-License-Identifier: BSD-2-Clause
# One non-recursive makefile; mk/ holds the parts. `make help` lists targets.
#
#   V=1                      show every command
#   CC=clang                 the other compiler (objects apart)
#   SAN=address,undefined    sanitizers (objects apart)
#   DEBUG=1                  -O0, for a debugger (objects apart)

.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all

include mk/toolchain.mk
include mk/rules.mk
include mk/tests.mk
include mk/install.mk

.PHONY: all help deps clean

all: $(PROGRAMS) $(LIB_ARCHIVES) ## build all programs into build/bin

deps: ## install what building and testing needs (apt, as root)
	$(Q)mk/deps.sh build test

clean: ## remove build/, fetched test peers included
	$(Q)rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## \(.*\)/  \1\t\2/p' \
		Makefile mk/*.mk | expand -t 20
