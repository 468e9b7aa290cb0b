/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * served - which interfaces are served, and on which ports their frames come.
 *
 * An interface is served if the command line names it, or, without names, if
 * it is no loopback and not part of a bridge, bond or team. A VLAN device's
 * port is the device below it, through two tags at most.
 */
#ifndef DHCP4O6_SERVER6_SERVED_H
#define DHCP4O6_SERVER6_SERVED_H

#include "../common/startup.h"
#include "privsep.h"

struct served; /* opaque */

struct served_config {
	const struct startup *startup;
	const struct conf *conf;
	const struct net_mon *mon;
	struct outbox *outbox;
	int udp_fd;
};

int served_new(struct served **served, const struct served_config *config);
void served_free(struct served *served); /* NULL is allowed */

/* Before the first link: how many ports will share the memory for frames? */
void served_plan(struct served *served);

void served_update_link(struct served *served, const struct net_link *link);
void served_remove_link(struct served *served, uint32_t ifindex);
void served_add_local(struct served *served, const struct net_local *local);
void served_remove_local(struct served *served, const struct net_local *local);
bool served_has_port(const struct served *served, uint32_t ifindex);

#endif /* DHCP4O6_SERVER6_SERVED_H */
