/* SPDX-License-Identifier: BSD-2-Clause */
/* takeover4 - what is said about a lease file of ISC's dhcpd. */
#include <inttypes.h>

#include "server4.h"

void server4_log_take_over(const struct server4 *server,
			   const struct isc_leases_report *report,
			   const char *verdict)
{
	const char *file = server->args.lease_file;
	unsigned int i;

	if (!report->found)
		return;
	for (i = 0; i < report->fault_count && i < ISC_LEASES_FAULT_MAX; i++)
		log_error("%s:%" PRIu32 ": %s", file, report->faults[i].line,
			  report->faults[i].text);
	if (report->fault_count > ISC_LEASES_FAULT_MAX)
		log_error("%s: and %" PRIu64 " more faults", file,
			  report->fault_count - ISC_LEASES_FAULT_MAX);
	if (!verdict)
		return;
	/* One line a kind: there may be as many of one as there are leases. */
	for (i = 0; i < ISC_LEFT_COUNT; i++) {
		if (report->left[i].count)
			log_warning(
				"%s:%" PRIu32 ": not taken over: %s "
				"(%" PRIu64 " in the file)",
				file, report->left[i].line,
				isc_leases_left_name((enum isc_leases_left)i),
				report->left[i].count);
	}
	log_notice("%s: a lease file of ISC dhcpd, %s as %s.isc: %" PRIu64
		   " addresses of %" PRIu64 " declarations (%" PRIu64
		   " active, %" PRIu64 " declined, %" PRIu64 " free)",
		   file, verdict, file, report->leases, report->declarations,
		   report->by_state[LEASE_ACTIVE],
		   report->by_state[LEASE_DECLINED],
		   report->leases - report->by_state[LEASE_ACTIVE] -
			   report->by_state[LEASE_DECLINED]);
}

enum daemon_exit server4_check_lease_file(const struct server4 *server)
{
	struct isc_leases_report report;
	char text[JOURNAL_ERROR_MAX];
	int err;

	err = lease_isc_check(server->args.lease_file, NULL, &report, text,
			      sizeof(text));
	server4_log_take_over(server, &report,
			      err ? NULL : "would be taken over, and kept");
	if (!err)
		return DAEMON_EXIT_NONE;
	log_error("%s", text);
	return DAEMON_EXIT_FAILURE;
}
