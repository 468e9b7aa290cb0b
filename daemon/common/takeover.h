/* SPDX-License-Identifier: BSD-2-Clause */
/* takeover - what is said about a lease file of ISC's dhcpd, by either half. */
#ifndef DHCP4O6_DAEMON_COMMON_TAKEOVER_H
#define DHCP4O6_DAEMON_COMMON_TAKEOVER_H

#include "dhcp4o6/lease/journal.h"
#include "startup.h"

/*
 * Faults and, when there is a verdict, what was found: "was taken over, and is
 * kept". NULL: the file is refused, and the caller says why. Nothing when there
 * was no such file.
 */
void daemon_log_take_over(const char *file,
			  const struct isc_leases_report *report,
			  const char *verdict);

/* -t: whether the file, if it is dhcpd's, can be taken over; says so. */
enum daemon_exit daemon_check_take_over(const char *file,
					enum journal_family family);

#endif /* DHCP4O6_DAEMON_COMMON_TAKEOVER_H */
