/* SPDX-License-Identifier: BSD-2-Clause */
/* takeover - see the header. */
#include "takeover.h"

#include <inttypes.h>

#include "dhcp4o6/base/log.h"

static void log_faults(const char *file, const struct isc_leases_report *report)
{
	unsigned int i;

	for (i = 0; i < report->fault_count && i < ISC_LEASES_FAULT_MAX; i++)
		log_error("%s:%" PRIu32 ": %s", file, report->faults[i].line,
			  report->faults[i].text);
	if (report->fault_count > ISC_LEASES_FAULT_MAX)
		log_error("%s: and %" PRIu64 " more faults", file,
			  report->fault_count - ISC_LEASES_FAULT_MAX);
}

/* One line a kind: there may be as many of one as there are leases. */
static void log_left(const char *file, const struct isc_leases_report *report)
{
	unsigned int i;

	for (i = 0; i < ISC_LEFT_COUNT; i++) {
		if (report->left[i].count)
			log_warning(
				"%s:%" PRIu32 ": not taken over: %s "
				"(%" PRIu64 " in the file)",
				file, report->left[i].line,
				isc_leases_left_name((enum isc_leases_left)i),
				report->left[i].count);
	}
}

void daemon_log_take_over(const char *file,
			  const struct isc_leases_report *report,
			  const char *verdict)
{
	bool is_v6 = report->owner == ISC_OWNER_DHCPD6;

	if (!report->found)
		return;
	log_faults(file, report);
	if (!verdict)
		return;
	log_left(file, report);
	log_notice("%s: a lease file of ISC dhcpd, %s as %s.isc: %" PRIu64
		   " %s of %" PRIu64 " declarations (%" PRIu64
		   " active, %" PRIu64 " declined, %" PRIu64 " free)%s",
		   file, verdict, file, report->leases,
		   is_v6 ? "addresses and prefixes" : "addresses",
		   report->declarations, report->by_state[LEASE_ACTIVE],
		   report->by_state[LEASE_DECLINED],
		   report->leases - report->by_state[LEASE_ACTIVE] -
			   report->by_state[LEASE_DECLINED],
		   report->has_server_duid ? ", and the server's DUID" : "");
}

enum daemon_exit daemon_check_take_over(const char *file,
					enum journal_family family)
{
	struct isc_leases_report report;
	const struct journal_options options = { .family = family,
						 .take_over = &report };
	char text[JOURNAL_ERROR_MAX];
	int err;

	err = lease_isc_check(file, &options, text, sizeof(text));
	daemon_log_take_over(file, &report,
			     err ? NULL : "would be taken over, and kept");
	if (!err)
		return DAEMON_EXIT_NONE;
	log_error("%s", text);
	return DAEMON_EXIT_FAILURE;
}
