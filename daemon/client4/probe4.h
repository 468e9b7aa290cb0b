/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe4 - is an IPv4 address free, and is it still ours? Address conflict
 * detection by ARP (RFC 5227), without clocks, sockets, logs or memory of its
 * own; of interfaces with Ethernet's addresses.
 *
 * An address is probed, then told to be free or in use. Once the caller has set
 * it, it is announced and watched: it is defended once, and lost to a host that
 * insists (section 2.4, the second of three ways). The step's change is done
 * before its packet is sent. Every state and event is a cell of a table. How
 * long to wait after a conflict is for the DHCP client to say.
 */
#ifndef DHCP4O6_CLIENT4_PROBE4_H
#define DHCP4O6_CLIENT4_PROBE4_H

#include "dhcp4o6/base/clock.h"
#include "dhcp4o6/base/random.h"
#include "dhcp4o6/wire/arp.h"

#define PROBE4_NEVER INT64_MAX /* mono_time.ns */

enum probe4_state {
	PROBE4_IDLE,
	PROBE4_WAITING,   /* for the first probe */
	PROBE4_PROBING,   /* some were sent */
	PROBE4_LISTENING, /* all were */
	PROBE4_FREE,      /* that was told; it is not set yet */
	PROBE4_ANNOUNCING,
	PROBE4_DEFENDING,
	PROBE4_STATE_COUNT,
};

enum probe4_event {
	PROBE4_ON_TIMER, /* now is step.wake, or any other time */
	PROBE4_ON_PROBE, /* find out about the address; from any state */
	PROBE4_ON_USE,   /* the address is set, probed before or not */
	PROBE4_ON_LEAVE, /* the address is not wanted any more */
	/* What others say comes by probe4_receive() alone. */
	PROBE4_ON_CONFLICT, /* another host has the address */
	PROBE4_ON_RIVAL,    /* another host probes for it */
	PROBE4_EVENT_COUNT,
};

enum probe4_change {
	PROBE4_NO_CHANGE,
	PROBE4_IS_FREE,
	/* probe.addr is not to be set; if it is, it is to be given up at
	 * once. */
	PROBE4_IS_USED,
};

/* RFC 5227 section 1.1; shorter ones are for tests. */
struct probe4_config {
	uint32_t probe_wait_ms;
	uint32_t probe_count; /* 0: any address is free, at once */
	uint32_t probe_min_ms;
	uint32_t probe_max_ms;
	uint32_t announce_wait_ms;
	uint32_t announce_count;
	uint32_t announce_interval_ms;
	uint32_t defend_interval_ms;
};
extern const struct probe4_config probe4_defaults; /* as in the RFC */

/* All of it the caller's, and valid as long as the machine is. */
struct probe4_setup {
	const struct probe4_config *config;
	struct random_source *random;
	uint8_t mac[ARP_MAC_LEN];
	/* Those of the host's other interfaces, which are nobody else's. */
	const uint8_t (*other_macs)[ARP_MAC_LEN];
	size_t other_mac_count;
};

struct probe4_step {
	bool sends;
	struct arp_packet packet; /* by broadcast, if sends */
	enum probe4_change change;
	uint8_t mac[ARP_MAC_LEN]; /* IS_USED: by whom */
	struct mono_time wake;    /* ns is PROBE4_NEVER: no timer is needed */
};

/* To be read by the caller; written by functions of this header alone. */
struct probe4 {
	struct probe4_setup setup;
	enum probe4_state state;
	struct in_addr addr;

	/* Private. */
	unsigned int sent; /* probes, or announcements */
	struct mono_time next;
	bool has_defended;
	struct mono_time defended;
};

void probe4_init(struct probe4 *probe, const struct probe4_setup *setup);

/*
 * PROBE4_ON_TIMER, _PROBE, _USE or _LEAVE; addr counts for PROBE and USE. To
 * use what is in use already, as after a renewal, changes nothing.
 */
void probe4_handle(struct probe4 *probe, enum probe4_event event,
		   struct in_addr addr, struct mono_time now,
		   struct probe4_step *step);
/* A packet that was heard on the interface, whatever it is about. */
void probe4_receive(struct probe4 *probe, const struct arp_packet *arp,
		    struct mono_time now, struct probe4_step *step);

/* "IDLE", ...; NULL outside the enum. */
const char *probe4_state_name(enum probe4_state state);

#endif /* DHCP4O6_CLIENT4_PROBE4_H */
