/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * port - the monitor's side of one interface that frames arrive on: its
 * classifier, and the AF_XDP sockets made for the front.
 */
#ifndef DHCP4O6_SERVER6_PORT_H
#define DHCP4O6_SERVER6_PORT_H

#include "dhcp4o6/conf/conf.h"
#include "privsep.h"

struct port; /* opaque */

struct port_config {
	const struct net_mon *mon;
	struct outbox *outbox;
	const struct net_link *link;
	enum conf_xdp_mode mode;
	const char *bpf_dir;
	const char *run_dir;
	uint16_t instance;
	bool has_vlans;
	uint32_t frame_count;
};

/*
 * Attaches what can be attached and tells the front, also if nothing could.
 * 0, or -ENOMEM and other errors that no mode cures.
 */
int port_new(struct port **port, const struct port_config *config);
/* Detaches; tell: the front is told that the sockets are of no use now. */
void port_free(struct port *port, bool tell); /* NULL is allowed */

uint32_t port_ifindex(const struct port *port);
bool port_has_vlans(const struct port *port);

/* MAC addresses of the link and of the VLAN devices above it. */
void port_set_macs(struct port *port, const uint8_t (*macs)[FRAME_MAC_LEN],
		   size_t count);
void port_add_local(struct port *port, const struct net_local *local);
void port_remove_local(struct port *port, const struct net_local *local);
void port_add_vlan(struct port *port, const struct privsep_interface *vlan);
void port_remove_vlan(struct port *port, const struct privsep_interface *vlan);

#endif /* DHCP4O6_SERVER6_PORT_H */
