# SPDX-License-Identifier: BSD-2-Clause
# Test programs and the targets that run them.

UNIT_SRC := $(wildcard tests/unit/test_*.c)
BPF_TEST_SRC := $(wildcard tests/bpf/test_*.c)
SUPPORT_SRC := $(wildcard tests/support/*.c)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)

UNIT_TESTS := $(patsubst tests/unit/%.c,$(O)/tests/unit/%,$(UNIT_SRC))
BPF_TESTS := $(patsubst tests/bpf/%.c,$(O)/tests/bpf/%,$(BPF_TEST_SRC))
FUZZ_REPLAYS := $(patsubst tests/fuzz/%.c,$(O)/tests/fuzz/%,$(FUZZ_SRC))
SUPPORT_OBJ = $(call obj,$(SUPPORT_SRC))

LINK_TEST = $(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) \
	-Wl,--start-group $(LIB_ARCHIVES) -Wl,--end-group -lcmocka $(SYS_LIBS)

CPPFLAGS += -Itests/support

$(UNIT_TESTS) $(BPF_TESTS): $(O)/%: $(O)/%.o $(SUPPORT_OBJ) $(LIB_ARCHIVES)
	$(call say,LINK,$@)
	$(Q)$(LINK_TEST)

# Without a fuzzing engine a fuzzer is a program that replays its corpus.
$(FUZZ_REPLAYS): $(O)/%: $(O)/%.o $(O)/tests/fuzz/replay.o $(LIB_ARCHIVES)
	$(call say,LINK,$@)
	$(Q)$(LINK_TEST)

.PHONY: test-programs unit-tests bpf-tests fuzz-replays
unit-tests: $(UNIT_TESTS)
bpf-tests: $(BPF_TESTS)
fuzz-replays: $(FUZZ_REPLAYS)
test-programs: unit-tests bpf-tests fuzz-replays
