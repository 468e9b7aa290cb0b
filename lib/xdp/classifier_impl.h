/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * classifier_impl - what the files of the classifier share among themselves.
 */
#ifndef LIB_XDP_CLASSIFIER_IMPL_H
#define LIB_XDP_CLASSIFIER_IMPL_H

#include <limits.h>
#include <stdbool.h>

#include "dhcp4o6/xdp/classifier.h"

struct classify; /* the skeleton */

#define XDP_PIN_PATH_MAX 512
#define XDP_MAP_NAMES                                                         \
	"d4o6_stats", "d4o6_xsks", "d4o6_config", "d4o6_vlans", "d4o6_addrs", \
		"d4o6_prefixes"

struct classifier {
	struct classifier_report report;
	struct classify *skel; /* NULL in mode NONE */
	int link_fd;
	int lock_fd;
	char pin_dir[XDP_PIN_PATH_MAX]; /* empty: no pins */
	struct d4o6_config config;
};

__attribute__((format(printf, 2, 3))) void
xdp_report_reason(struct classifier *classifier, const char *fmt, ...);
__attribute__((format(printf, 2, 3))) void
xdp_report_note(struct classifier *classifier, const char *fmt, ...);

/* DIR/NAME, or -ENAMETOOLONG. */
int xdp_pin_path(char path[XDP_PIN_PATH_MAX], const char *dir,
		 const char *name);
/* Makes dir on a bpffs, which is mounted if need be; -EXDEV elsewhere. */
int xdp_pins_prepare(const char *dir);
/* Removes all that this module pins, and the directory. */
void xdp_pins_remove(const char *dir);

/* Has this map our counters, in our order? */
bool xdp_stats_map_is_ours(int map_fd);

/*
 * Puts the loaded program on the interface: over a link that a dead process
 * of ours left, or with a new one. False with the reason in the report.
 */
bool xdp_attach(struct classifier *classifier);
void xdp_detach(struct classifier *classifier);
/* A link that a dead process left, or -ENOENT. -EXDEV: of another interface. */
int xdp_get_stale_link(const struct classifier *classifier);

#endif /* LIB_XDP_CLASSIFIER_IMPL_H */
