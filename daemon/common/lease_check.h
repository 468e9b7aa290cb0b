/* SPDX-License-Identifier: BSD-2-Clause */
/* lease_check - what -T does beside -t: the lease file is read whole. */
#ifndef DHCP4O6_DAEMON_LEASE_CHECK_H
#define DHCP4O6_DAEMON_LEASE_CHECK_H

#include "daemon_args.h"
#include "dhcp4o6/lease/journal.h"

/*
 * Reads every record of the journal at path, as a start would, and changes
 * nothing; says how many there are, or what is wrong. A file that is missing,
 * empty or ISC's own is none of its business. DAEMON_EXIT_NONE, or
 * DAEMON_EXIT_FAILURE.
 */
enum daemon_exit lease_check_journal(const char *path,
				     enum journal_family family);

#endif /* DHCP4O6_DAEMON_LEASE_CHECK_H */
