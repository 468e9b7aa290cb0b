/* SPDX-License-Identifier: BSD-2-Clause */
/* reload_report - the findings of one run of a reload. */
#ifndef DHCP4O6_DAEMON_RELOAD_REPORT_H
#define DHCP4O6_DAEMON_RELOAD_REPORT_H

#include "reload.h"

#define RELOAD_FINDINGS_MAX                               \
	300 /* what conf_load() gives, and a reload's own \
	     */
#define RELOAD_TEXT_SIZE 400

struct reload_finding {
	enum conf_severity severity;
	char *text; /* lines of it: the place and message are the first */
};

struct reload_report {
	struct reload_finding findings[RELOAD_FINDINGS_MAX];
	size_t count;
	size_t errors; /* those that found no room included */
	size_t warnings;
	bool is_denied; /* some file may not be read */
};

/* A conf_report; arg is the struct reload_report. */
conf_report reload_report_add;
void reload_report_clear(struct reload_report *report);
void reload_report_log(const struct reload_report *report);
/* One item a finding. */
void reload_report_give(const struct reload_report *report,
			struct ctl_request *request);
/* Octets of a file may be anything: what is no printable ASCII becomes `?',
 * but for ends of lines and tabs. */
void reload_report_clean(char *text);
/* The first line of the first error, or "". */
void reload_report_first_error(const struct reload_report *report, char *text,
			       size_t size);

#endif /* DHCP4O6_DAEMON_RELOAD_REPORT_H */
