# SPDX-License-Identifier: BSD-2-Clause
# From source to programs. Every lib/X is an archive of its own; a program is
# its folder, daemon/common, for clients daemon/client, and the archives.

LIBS := base wire net conf ipc lease alloc alloc6 xdp ctl metrics
LIB_ARCHIVES := $(foreach l,$(LIBS),$(O)/lib$(l).a)
LIB_SRC := $(foreach l,$(LIBS),$(wildcard lib/$(l)/*.c))
COMMON_SRC := $(wildcard daemon/common/*.c)

server6_SRC := $(wildcard daemon/server6/*.c) $(COMMON_SRC)
server4_SRC := $(wildcard daemon/server4/*.c) $(COMMON_SRC)
# What both clients share.
CLIENT_SRC := $(wildcard daemon/client/*.c)
client6_SRC := $(wildcard daemon/client6/*.c) $(CLIENT_SRC) $(COMMON_SRC)
client4_SRC := $(wildcard daemon/client4/*.c) $(CLIENT_SRC) $(COMMON_SRC)
ctl_SRC := $(wildcard tools/dhcp4o6ctl/*.c)
bench_SRC := $(wildcard tools/bench/*.c)

PROGRAM_NAMES := $(if $(wildcard daemon/server6/*.c),dhcp4o6-server6) \
	$(if $(wildcard daemon/server4/main.c),dhcp4o6-server4) \
	$(if $(wildcard daemon/client6/main.c),dhcp4o6-client6) \
	$(if $(wildcard daemon/client4/main.c),dhcp4o6-client4) \
	$(if $(ctl_SRC),dhcp4o6ctl) $(if $(bench_SRC),dhcp4o6-bench)
PROGRAMS := $(addprefix $(BIN)/,$(PROGRAM_NAMES))

# Only these libraries, and only where lib/ says so (tests/lint/includes).
SYS_LIBS := -Wl,--as-needed -lbpf -lmnl -ljansson -lcap-ng -lnettle -lm

SKEL := $(GEN)/classify.skel.h
BPF_OBJ := $(GEN)/classify.bpf.o

obj = $(patsubst %.c,$(O)/%.o,$(1))

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Where install.mk puts it: PREFIX counts when building, too.
$(O)/daemon/client/client_args.o: CPPFLAGS += \
	-DCLIENT_SCRIPT_DEFAULT='"$(sbindir)/dhcp4o6-client-script"'

# What a file is made of, so that a source that came or went is noticed.
.PHONY: force
$(O)/%.list: force
	@mkdir -p $(@D)
	@echo '$(MEMBERS)' | cmp -s - $@ || echo '$(MEMBERS)' >$@

define archive_rule
$(O)/lib$(1).list: MEMBERS := $(call obj,$(wildcard lib/$(1)/*.c))
$(O)/lib$(1).a: $(call obj,$(wildcard lib/$(1)/*.c)) $(O)/lib$(1).list
	@mkdir -p $$(@D)
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && $(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(foreach l,$(LIBS),$(eval $(call archive_rule,$(l))))

define program_rule
$(O)/$(1).list: MEMBERS := $(call obj,$(2))
$(BIN)/$(1): $(call obj,$(2)) $(LIB_ARCHIVES) $(O)/$(1).list
	@mkdir -p $$(@D)
	$$(call say,LINK,$$@)
	$$(Q)$(CC) $(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) \
		-Wl,--start-group $(LIB_ARCHIVES) -Wl,--end-group $(SYS_LIBS)
endef
$(eval $(call program_rule,dhcp4o6-server6,$(server6_SRC)))
$(eval $(call program_rule,dhcp4o6-server4,$(server4_SRC)))
$(eval $(call program_rule,dhcp4o6-client6,$(client6_SRC)))
$(eval $(call program_rule,dhcp4o6-client4,$(client4_SRC)))
$(eval $(call program_rule,dhcp4o6ctl,$(ctl_SRC)))
$(eval $(call program_rule,dhcp4o6-bench,$(bench_SRC)))

# The BPF object is built from source into a skeleton and never committed.
$(BPF_OBJ): bpf/classify.bpf.c
	@mkdir -p $(@D)
	$(call say,BPF,$<)
	$(Q)$(BPF_CC) $(BPF_CFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ -c -o $@ $<

$(SKEL): $(BPF_OBJ)
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name classify > $@

# Named here because dependency files leave out what is no code of ours.
$(call obj,$(wildcard lib/xdp/*.c)): $(SKEL)

-include $(shell find $(B) -path $(B)/peers -prune -o -type f -name '*.d' -print 2>/dev/null)
