/* SPDX-License-Identifier: BSD-2-Clause */
/* conf_ctl - the control command that prints the configuration in force. */
#ifndef DHCP4O6_DAEMON_CONF_CTL_H
#define DHCP4O6_DAEMON_CONF_CTL_H

#include "dhcp4o6/conf/conf.h"
#include "dhcp4o6/ctl/ctl_server.h"

/*
 * The handler of CTL_COMMAND_CONFIG: prints conf at the first call, and gives
 * the text in pieces. conf may go away between two calls.
 */
enum ctl_progress conf_ctl_answer(struct ctl_request *request,
				  const struct conf *conf);

#endif /* DHCP4O6_DAEMON_CONF_CTL_H */
