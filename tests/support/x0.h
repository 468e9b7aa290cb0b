/* SPDX-License-Identifier: BSD-2-Clause */
/* x0 - the interface that a client configures, of each kind it may have. */
#ifndef DHCP4O6_TESTS_X0_H
#define DHCP4O6_TESTS_X0_H

#include <stdbool.h>
#include <stddef.h>

enum {
	X0_VETH, /* its other end is y0, up as well */
	X0_BRIDGE,
	X0_TUN,
	/* These a kernel may lack. */
	X0_DUMMY,
	X0_IP6TNL, /* IPv4 in IPv6, what 4o6 is most used with */
	X0_KINDS,
};

/* Makes "x0", up, without addresses, in place of a former one. False if this
 * kernel has none of the kind. */
bool x0_create(size_t kind);
void x0_remove(void);

#endif /* DHCP4O6_TESTS_X0_H */
