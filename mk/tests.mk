# SPDX-License-Identifier: BSD-2-Clause
# Test programs and the targets that run them.

UNIT_SRC := $(wildcard tests/unit/test_*.c)
BPF_TEST_SRC := $(wildcard tests/bpf/test_*.c)
SUPPORT_SRC := $(wildcard tests/support/*.c)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)

UNIT_TESTS := $(patsubst tests/unit/%.c,$(O)/tests/unit/%,$(UNIT_SRC))
BPF_TESTS := $(patsubst tests/bpf/%.c,$(O)/tests/bpf/%,$(BPF_TEST_SRC))
FUZZ_REPLAYS := $(patsubst tests/fuzz/%.c,$(O)/tests/fuzz/%,$(FUZZ_SRC))

# An archive: a test takes the fixtures it uses, and names may recur.
SUPPORT := $(O)/libsupport.a
$(O)/libsupport.list: MEMBERS := $(call obj,$(SUPPORT_SRC))
$(SUPPORT): $(call obj,$(SUPPORT_SRC)) $(O)/libsupport.list
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

LINK_TEST = $(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) \
	-Wl,--start-group $(filter %.a,$^) -Wl,--end-group -lcmocka $(SYS_LIBS)

CPPFLAGS += -Itests/support

BPF_FIXTURE_OBJ = $(call obj,$(wildcard tests/bpf/*fixture.c))
BPF_BENCH := $(O)/tests/bpf/bench_classify

$(BPF_TESTS) $(BPF_BENCH): $(BPF_FIXTURE_OBJ)
$(UNIT_TESTS) $(BPF_TESTS) $(BPF_BENCH): $(O)/%: $(O)/%.o $(SUPPORT) \
		$(LIB_ARCHIVES)
	$(call say,LINK,$@)
	$(Q)$(LINK_TEST)

JOURNAL_BENCH := $(O)/tests/bench/bench_journal

$(JOURNAL_BENCH): $(O)/%: $(O)/%.o $(LIB_ARCHIVES)
	$(call say,LINK,$@)
	$(Q)$(LINK_TEST)

.PHONY: bench-classify
bench-classify: $(BPF_BENCH) ## nanoseconds a packet in the classifier (root)
	$(Q)$(BPF_BENCH)

.PHONY: bench-journal
bench-journal: $(JOURNAL_BENCH) ## lease journal on this disk (DIR=build)
	$(Q)$< $(or $(DIR),$(B))

# What server4 decides is tested without the rest of server4.
DECIDE_OBJ = $(call obj,tests/unit/decide_fixture.c tests/unit/alloc_fixture.c \
	$(wildcard daemon/server4/decide*.c daemon/server4/dhcp_*.c))
$(filter $(addprefix $(O)/tests/unit/,test_decide_% test_locate% test_choice% \
	test_alloc%),$(UNIT_TESTS)): $(DECIDE_OBJ)

# Without a fuzzing engine a fuzzer is a program that replays its corpus.
$(FUZZ_REPLAYS): $(O)/%: $(O)/%.o \
		$(if $(FUZZ),,$(O)/tests/fuzz/replay.o) $(SUPPORT) \
		$(LIB_ARCHIVES)
	$(call say,LINK,$@)
	$(Q)$(LINK_TEST) $(if $(FUZZ),-fsanitize=fuzzer)

# Inputs that reach new code stay in build/fuzz; what crashes is there too.
FUZZ_SECONDS ?= 60
.PHONY: fuzz fuzz-run
fuzz: ## fuzz each decoder for FUZZ_SECONDS (60); ONLY='fuzz_dhcp*' picks
	$(Q)$(MAKE) --no-print-directory CC=clang SAN=address,undefined \
		FUZZ=1 fuzz-run

fuzz-run: $(filter $(O)/tests/fuzz/$(or $(subst *,%,$(ONLY)),%), \
		$(FUZZ_REPLAYS))
	$(Q)for f in $^; do \
		name=$${f##*/fuzz_}; \
		mkdir -p $(B)/fuzz/$$name || exit 1; \
		echo "  FUZZ    $$name, $(FUZZ_SECONDS) s"; \
		$$f -max_total_time=$(FUZZ_SECONDS) -timeout=5 -verbosity=0 \
			-print_final_stats=1 -artifact_prefix=$(B)/fuzz/ \
			$(B)/fuzz/$$name tests/fuzz/corpus/$$name || exit 1; \
	done

# What clients set in the kernel, which other kernels take as well or do not.
NET_TESTS := $(filter $(addprefix $(O)/tests/unit/,test_net_conf% \
	test_net_mon test_net_mon_dad test_arp_socket \
	test_apply4_kernel),$(UNIT_TESTS))

.PHONY: test-programs unit-tests bpf-tests net-tests fuzz-replays
unit-tests: $(UNIT_TESTS)
bpf-tests: $(BPF_TESTS)
net-tests: $(NET_TESTS)
fuzz-replays: $(FUZZ_REPLAYS)
test-programs: unit-tests bpf-tests fuzz-replays

# The suites: `make check' is all of them; each can run by itself, and
# ONLY=PATTERN picks tests of it by name: make e2e ONLY='vectors*'.
.PHONY: check unit conf bpf e2e interop kernel demo bench bench6 lint format
check: ## build everything, run every test (.ci/run: no skips)
	$(Q)mk/deps.sh build test
	$(Q)tests/run.sh

unit: ## unit tests, with sanitizers
	$(Q)tests/run.sh unit

conf: ## configuration files against what they mean
	$(Q)tests/run.sh conf

bpf: ## the classifier in the running kernel (root)
	$(Q)tests/run.sh bpf

e2e: ## the daemons in network namespaces (root)
	$(Q)tests/run.sh e2e

interop: ## with Kea and Debian's dhcrelay (root; fetched to build/peers)
	$(Q)tests/run.sh interop

kernel: ## classifier, daemons and interfaces in Debian's kernel, under qemu
	$(Q)tests/run.sh kernel

lint: ## rules of the source tree
	$(Q)tests/run.sh lint

demo: ## sixty clients, ten routers, our own clients, then a relay (root)
	$(Q)mk/deps.sh build demo
	$(Q)$(MAKE) -s all
	$(Q)demo/demo.py

format: ## clang-format all C sources
	$(Q)git ls-files '*.c' '*.h' | xargs clang-format -i

bench: ## leases a second, against Kea's pair (root; BENCH=flags)
	$(Q)mk/deps.sh build demo
	$(Q)$(MAKE) -s all
	$(Q)tests/bench/speed.py $(BENCH)

bench6: ## DHCPv6 leases a second, against Kea's server (root; BENCH=flags)
	$(Q)mk/deps.sh build demo
	$(Q)$(MAKE) -s all
	$(Q)tests/bench/dhcp6.py $(BENCH)

# Their server's clock is the fixture's.
$(O)/tests/unit/test_ctl $(O)/tests/unit/test_ctl_bounds: \
	LDFLAGS_ALL += -Wl,--wrap=mono_now
$(O)/tests/unit/test_journal_random: \
	LDFLAGS_ALL += -Wl,--wrap=siphash_key_random

# Parts of the tools that a unit test links.
BENCH_PARTS := client client_encode histogram
$(O)/tests/unit/test_ctl_render: $(O)/tools/dhcp4o6ctl/render.o
$(O)/tests/unit/test_bench_histogram: $(O)/tools/bench/histogram.o
$(O)/tests/unit/test_bench_client: $(BENCH_PARTS:%=$(O)/tools/bench/%.o)
$(O)/tests/unit/test_bench_run: $(BENCH_PARTS:%=$(O)/tools/bench/%.o) \
	$(O)/tools/bench/run.o $(O)/tools/bench/report.o

# What both servers share.
$(O)/tests/unit/test_batch_ring: $(O)/daemon/common/batch_ring.o
$(O)/tests/unit/test_lease_json: $(O)/daemon/common/lease_json.o
$(O)/tests/unit/test_reload: $(O)/daemon/common/reload.o \
	$(O)/daemon/common/reload_report.o $(O)/daemon/common/privileges.o \
	$(O)/daemon/common/instance.o
$(O)/tests/unit/test_notify: $(O)/daemon/common/privileges.o

# What both clients share.
ARGS_OBJ := $(O)/daemon/common/arg_table.o $(O)/daemon/common/daemon_args.o
$(O)/tests/unit/test_client_args: $(O)/daemon/client/client_args.o $(ARGS_OBJ)
$(O)/tests/unit/test_pid_file: $(addprefix $(O)/daemon/client/,client_start.o \
	client_args.o) $(ARGS_OBJ) $(addprefix $(O)/daemon/common/,startup.o \
	privileges.o instance.o)
$(O)/tests/unit/test_client_id: $(O)/daemon/client/client_id.o
SCRIPT_OBJ := $(O)/daemon/client/script_env.o $(O)/daemon/client/script_value.o
HANDS_MSG_OBJ := $(O)/daemon/client/hands_msg.o $(SCRIPT_OBJ) \
	$(O)/daemon/common/seqpacket.o
$(O)/tests/unit/test_script_env $(O)/tests/unit/test_script_value: \
	$(SCRIPT_OBJ)
$(O)/tests/unit/test_hands_msg $(O)/tests/fuzz/fuzz_hands: $(HANDS_MSG_OBJ)
$(O)/tests/unit/test_script_run: $(O)/daemon/client/script_run.o $(SCRIPT_OBJ)
$(O)/tests/unit/test_hands $(O)/tests/unit/test_hands_link: \
	$(call obj,tests/unit/hands_fixture.c $(wildcard \
	daemon/client/hands*.c daemon/client/script*.c)) \
	$(O)/daemon/client/client_args.o $(ARGS_OBJ) \
	$(addprefix $(O)/daemon/common/,outbox.o privileges.o seqpacket.o \
	startup.o)

# Parts of server6 that need no network.
$(O)/tests/unit/test_announce: $(O)/daemon/server6/announce.o
$(O)/tests/unit/test_duid: $(O)/daemon/server6/duid.o
$(O)/tests/unit/test_duid6: $(addprefix $(O)/daemon/server6/,duid6.o duid.o \
	hosts.o rkap.o) $(O)/daemon/common/batch_ring.o
$(O)/tests/unit/test_hosts: $(O)/daemon/server6/hosts.o
PRIVSEP_OBJ := $(O)/daemon/server6/privsep.o $(O)/daemon/common/outbox.o \
	$(O)/daemon/common/seqpacket.o
$(O)/tests/unit/test_privsep: $(PRIVSEP_OBJ)
$(O)/tests/unit/test_seqpacket: $(O)/daemon/common/seqpacket.o
$(O)/tests/unit/test_served: $(O)/daemon/server6/served.o
$(O)/tests/unit/test_monitor: $(O)/daemon/server6/monitor.o $(PRIVSEP_OBJ)
$(O)/tests/unit/test_pipeline4: LDFLAGS_ALL += -Wl,--wrap=lease_store_submit
$(O)/tests/unit/test_pipeline4: $(O)/daemon/server4/pipeline.o \
	$(O)/daemon/common/batch_ring.o
$(O)/tests/unit/test_server_id: $(O)/daemon/server4/server_id.o
$(O)/tests/unit/test_rkap: $(O)/daemon/server6/rkap.o

# What server6 decides is tested without the rest of server6.
DECIDE6_OBJ = $(call obj,$(wildcard tests/unit/decide6_*.c) \
	daemon/server6/option6.c daemon/server6/rkap.c \
	$(wildcard daemon/server6/decide6*.c daemon/server6/dhcp6_*.c))
$(filter $(O)/tests/unit/test_decide6%,$(UNIT_TESTS)): $(DECIDE6_OBJ)
$(O)/tests/unit/test_reconf: $(O)/daemon/server6/reconf.o \
	$(O)/daemon/server6/hosts.o $(DECIDE6_OBJ)

# What client4 decides and writes is tested without the rest of client4.
CLIENT4_OBJ = $(call obj,tests/unit/client4_fixture.c \
	tests/unit/machine4_fixture.c \
	$(wildcard daemon/client4/encode4.c daemon/client4/machine4*.c))
$(filter $(O)/tests/unit/test_client4% $(O)/tests/unit/test_machine4%, \
	$(UNIT_TESTS)): $(CLIENT4_OBJ)
$(O)/tests/unit/test_client4_server4: $(DECIDE_OBJ)
$(O)/tests/fuzz/fuzz_client4: $(call obj,daemon/client4/encode4.c \
	$(wildcard daemon/client4/machine4*.c))
# What of client4 knows no DHCP message.
$(O)/tests/unit/test_probe4 $(O)/tests/unit/test_arp_socket: \
	$(O)/daemon/client4/probe4.o
$(O)/tests/unit/test_apply4 $(O)/tests/unit/test_apply4_kernel: \
	$(call obj,tests/unit/apply4_fixture.c daemon/client4/apply4.c)
$(O)/tests/fuzz/fuzz_apply4: $(O)/daemon/client4/apply4.o

$(O)/tests/unit/test_source6: $(O)/daemon/client6/source6.o
# What client6 decides needs nothing else of client6.
MACHINE6_OBJ = $(call obj,$(addprefix daemon/client6/,machine6.c exchange6.c \
	grant6.c held6.c lease6.c messages6.c offers6.c replies6.c states6.c))
$(filter $(O)/tests/unit/test_machine6%,$(UNIT_TESTS)): $(MACHINE6_OBJ) \
	$(O)/tests/unit/machine6_fixture.o
$(O)/tests/unit/test_machine6_server6: $(DECIDE6_OBJ)
$(O)/tests/fuzz/fuzz_machine6: $(MACHINE6_OBJ)
