# SPDX-License-Identifier: BSD-2-Clause
# Compilers, flags and where objects go.

ifeq ($(origin CC),default)
CC := gcc
endif
BPF_CC ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool /sbin/bpftool) bpftool)
AR := ar

SAN ?=
DEBUG ?=
V ?= 0
Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$(1)' '$(2)';)

IS_CLANG := $(findstring clang,$(CC))
FLAVOUR := $(if $(IS_CLANG),-clang)$(if $(SAN),-san)$(if $(DEBUG),-debug)
# FUZZ=1 (with CC=clang) builds fuzzers with libFuzzer; `make fuzz' sets it.
FUZZ ?=
FLAVOUR := $(FLAVOUR)$(if $(FUZZ),-fuzz)
B := build
O := $(B)/obj$(FLAVOUR)
BIN := $(if $(FLAVOUR),$(O)/bin,$(B)/bin)
GEN := $(B)/gen

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wformat=2
# Releases must not break on a newer compiler's opinion: WERROR= switches off.
WERROR ?= -Werror
OPT := $(if $(DEBUG),-O0 -g3,-O2 -g)
HARDEN := $(if $(SAN)$(DEBUG),,-D_FORTIFY_SOURCE=2 -fstack-protector-strong)
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer) $(if $(FUZZ),-fsanitize=fuzzer-no-link)

CPPFLAGS += -Iinclude -isystem $(GEN) -D_GNU_SOURCE
CFLAGS_ALL := -std=c11 $(WARN) $(WERROR) $(OPT) $(HARDEN) $(SANFLAGS) -fPIE \
	-pthread $(CFLAGS)
LDFLAGS_ALL := -pie -pthread -Wl,-z,relro,-z,now $(SANFLAGS) $(LDFLAGS)

BPF_CFLAGS := -target bpf -std=gnu11 -O2 -g -Wall -Wextra $(WERROR) -Iinclude \
	-I/usr/include/$(shell uname -m)-linux-gnu -mcpu=v3

VERSION := 0.1.0
CPPFLAGS += -DDHCP4O6_VERSION='"$(VERSION)"'
