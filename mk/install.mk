# SPDX-License-Identifier: BSD-2-Clause
# make install DESTDIR=... PREFIX=...: programs and manual pages.

PREFIX ?= /usr/local
DESTDIR ?=
sbindir ?= $(PREFIX)/sbin
bindir ?= $(PREFIX)/bin
mandir ?= $(PREFIX)/share/man
INSTALL ?= install

SBIN_PROGRAMS = $(filter %-server6 %-server4 %-client6 %-client4,$(PROGRAMS))
# What clients alone have.
SBIN_SCRIPTS := $(if $(filter %-client6 %-client4,$(PROGRAMS)),\
	packaging/dhcp4o6-client-script)
BIN_PROGRAMS = $(filter-out $(SBIN_PROGRAMS),$(PROGRAMS))
MAN_PAGES := $(filter-out $(if $(SBIN_SCRIPTS),,docs/man/dhcp4o6-client%.8),\
	$(wildcard docs/man/*.[1-8]))

.PHONY: install uninstall
install: $(PROGRAMS) ## install programs and manual pages (DESTDIR, PREFIX)
	$(Q)$(INSTALL) -d $(DESTDIR)$(sbindir) $(DESTDIR)$(bindir)
	$(Q)$(foreach p,$(SBIN_PROGRAMS) $(SBIN_SCRIPTS),\
		$(INSTALL) -m 755 $(p) $(DESTDIR)$(sbindir)/ &&) :
	$(Q)$(foreach p,$(BIN_PROGRAMS),\
		$(INSTALL) -m 755 $(p) $(DESTDIR)$(bindir)/ &&) :
	$(Q)$(foreach m,$(MAN_PAGES),\
		$(INSTALL) -D -m 644 $(m) \
		$(DESTDIR)$(mandir)/man$(subst .,,$(suffix $(m)))/$(notdir $(m)) &&) :

uninstall: ## remove what install put there
	$(Q)rm -f $(addprefix $(DESTDIR)$(sbindir)/,$(notdir $(SBIN_PROGRAMS) $(SBIN_SCRIPTS))) \
		$(addprefix $(DESTDIR)$(bindir)/,$(notdir $(BIN_PROGRAMS)))
	$(Q)$(foreach m,$(MAN_PAGES),rm -f \
		$(DESTDIR)$(mandir)/man$(subst .,,$(suffix $(m)))/$(notdir $(m)) &&) :
