/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * classifier - the XDP program on one interface: load, attach, feed, count.
 *
 * It is an accelerator and nothing else. Whatever keeps it off the interface
 * is a reason in the report, not an error: the handle then is in mode NONE,
 * every call on it succeeds without effect, and the socket serves alone.
 * Nothing of anybody else is ever removed from an interface.
 *
 * Loading and attaching need CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON; the calls
 * that change or read maps need none. After a crash link and maps stay pinned
 * and every frame passes; the next open takes them over without a gap.
 * Functions return 0 or a negative errno. Not thread-safe.
 */
#ifndef DHCP4O6_XDP_CLASSIFIER_H
#define DHCP4O6_XDP_CLASSIFIER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dhcp4o6/xdp/xdp_shared.h"

enum classifier_mode {
	CLASSIFIER_NONE,    /* the socket serves alone */
	CLASSIFIER_GENERIC, /* after the kernel made an skb */
	CLASSIFIER_NATIVE,  /* in the driver */
	CLASSIFIER_AUTO,    /* wanted only: native, then generic, then none */
};

#define CLASSIFIER_TEXT_MAX 256

struct classifier_options {
	unsigned int ifindex;
	enum classifier_mode mode; /* wanted */
	/*
	 * Directory of the pins, or NULL for none: made when missing, bpffs
	 * mounted on /sys/fs/bpf when it is not. See classifier_pin_dir().
	 */
	const char *pin_dir;
	/* Lock of the interface, created 0600 if missing; NULL for none. */
	const char *lock_file;
	/*
	 * There are VLAN devices on this interface, served or not. A tag that
	 * is not in the frame would make it look as if it were for the
	 * interface itself; so RX VLAN offload is switched off, and where that
	 * does not help (veth) the mode is NONE.
	 */
	bool has_vlans;
};

/* What is in force and why: for logs and for `dhcp4o6ctl stats`. */
struct classifier_report {
	unsigned int ifindex;
	char ifname[16];
	enum classifier_mode wanted;
	enum classifier_mode mode; /* in force; never AUTO */
	uint32_t program_id;       /* 0 in mode NONE */
	bool pinned;
	bool taken_over; /* a link that a dead process left was updated */
	char reason[CLASSIFIER_TEXT_MAX]; /* why this mode; never empty */
	char note[CLASSIFIER_TEXT_MAX]; /* what else an operator should know */
};

struct classifier; /* opaque */

/*
 * "ROOT/INSTANCE/IFNAME" with dots as colons, which bpffs would refuse; root
 * is usually CLASSIFIER_PIN_ROOT. -ENAMETOOLONG when it does not fit.
 */
#define CLASSIFIER_PIN_ROOT "/sys/fs/bpf/dhcp4o6"
int classifier_pin_dir(char *dir, size_t size, const char *root,
		       const char *instance, const char *ifname);

/* Errors only for what no other mode cures: -ENOMEM, -ENODEV, -EINVAL. */
int classifier_open(struct classifier **classifier,
		    const struct classifier_options *options);
/* Detaches, unpins, unlocks. NULL is allowed. */
void classifier_close(struct classifier *classifier);
void classifier_get_report(const struct classifier *classifier,
			   struct classifier_report *report);
const char *classifier_mode_name(enum classifier_mode mode); /* "native" ... */

/* Replaces the MAC addresses that are ours; -E2BIG over D4O6_MACS_MAX. */
int classifier_set_macs(struct classifier *classifier, const uint8_t (*macs)[6],
			size_t count);
/*
 * An address of this host; for link-local ones the interface that has it (the
 * VLAN device for one behind a tag), for others ifindex is ignored. Adding
 * twice is allowed; removing what is not there is -ENOENT; -E2BIG when full.
 */
int classifier_add_addr(struct classifier *classifier,
			const struct in6_addr *addr, unsigned int ifindex);
int classifier_remove_addr(struct classifier *classifier,
			   const struct in6_addr *addr, unsigned int ifindex);
/* A prefix that is local as a whole (AnyIP); prefix_len 0 to 128. */
int classifier_add_prefix(struct classifier *classifier,
			  const struct in6_addr *prefix,
			  unsigned int prefix_len);
int classifier_remove_prefix(struct classifier *classifier,
			     const struct in6_addr *prefix,
			     unsigned int prefix_len);
/* The VLAN device `ifindex` behind these tags. */
int classifier_add_vlan(struct classifier *classifier,
			const struct d4o6_vlan_key *tags, unsigned int ifindex);
int classifier_remove_vlan(struct classifier *classifier,
			   const struct d4o6_vlan_key *tags);
/*
 * Steers a queue to a bound AF_XDP socket. It must be bound: the kernel drops
 * what is redirected to a socket that is not. A closed one leaves by itself.
 */
int classifier_put_xsk(struct classifier *classifier, unsigned int queue,
		       int fd);
int classifier_remove_xsk(struct classifier *classifier, unsigned int queue);

/*
 * Descriptors that a process without capabilities can use with
 * classifier_map_put_xsk() and classifier_map_read_stats(). They stay the
 * handle's; -1 in mode NONE.
 */
int classifier_xsks_fd(const struct classifier *classifier);
int classifier_stats_fd(const struct classifier *classifier);
int classifier_map_put_xsk(int map_fd, unsigned int queue, int fd);
int classifier_map_remove_xsk(int map_fd, unsigned int queue);
int classifier_map_read_stats(int map_fd, struct d4o6_stats *stats);

/* Sums over CPUs since the maps were made; zeros in mode NONE. */
int classifier_read_stats(const struct classifier *classifier,
			  struct d4o6_stats *stats);
/*
 * From the pins of a process that is gone. -ENOENT if it left none, -EPROTO if
 * they are of a version that counted other reasons.
 */
int classifier_read_pinned_stats(const char *pin_dir, struct d4o6_stats *stats);

uint64_t classifier_stat(const struct d4o6_stats *stats,
			 enum d4o6_reason reason);
/* Name and explanation; "unknown" outside the table, never NULL. */
const char *classifier_stat_name(enum d4o6_reason reason);
const char *classifier_stat_text(enum d4o6_reason reason);

#endif /* DHCP4O6_XDP_CLASSIFIER_H */
