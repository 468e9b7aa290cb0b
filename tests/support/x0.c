/* SPDX-License-Identifier: BSD-2-Clause */
/* x0 - see the header. */
#include "x0.h"

#include <stdlib.h>

#include "ip_json.h"

/* clang-format off */
static const char *const commands[X0_KINDS] = {
	[X0_VETH] = "ip link add x0 type veth peer name y0",
	[X0_BRIDGE] = "ip link add x0 type bridge",
	[X0_TUN] = "ip tuntap add x0 mode tun",
	[X0_DUMMY] = "ip link add x0 type dummy 2>/dev/null",
	[X0_IP6TNL] = "ip link add x0 type ip6tnl mode ipip6 local ::1 remote ::2 2>/dev/null",
};
/* clang-format on */

bool x0_create(size_t kind)
{
	if (system("ip link del x0 2>/dev/null") < 0) /* of a failed case */
		return false;
	if (kind >= X0_DUMMY && system(commands[kind]))
		return false;
	if (kind < X0_DUMMY)
		ip_run(commands[kind]);
	if (kind == X0_VETH)
		ip_run("ip link set y0 addrgenmode none; ip link set y0 up");
	ip_run("ip link set x0 addrgenmode none; ip link set x0 up");
	return true;
}

void x0_remove(void)
{
	ip_run("ip link del x0");
}
