# SPDX-License-Identifier: BSD-2-Clause
"""A DHCPv6 server, a client's end of a link to it, and what should come of it.

The server is ours. DHCP6_SERVER=kea or isc puts another one in its place, to see
what the cases would find there.
"""

import ipaddress

import case
import clients6
import daemons
import netns
import servers6

OPTION88 = "new_dhcp6_dhcp4_o_dhcp6_server"
ASKS = ("also request dhcp6.name-servers;\n"
        "also request dhcp6.dhcp4-o-dhcp6-server;\n")


class World:
    """A server that serves, a link to it, and a client's end of that."""

    def __init__(self, name, relays=0, relay_flags=(), **plan):
        self.dir = netns.work_dir(f"dhcp6-{name}-{relays}"
                                  f"{''.join(relay_flags)}")
        self.link = (daemons.RelayedLink(relays) if relays
                     else daemons.Link())
        self.plan = servers6.Plan(**plan)
        self.server = servers6.Server(servers6.chosen(), self.link, self.dir,
                                      self.plan).start()
        if relays:
            self.link.start_relays(self.dir, *relay_flags)
        self.ns, self.ifname = self.link.client, self.link.client_if
        self.wire = clients6.Wire(self.ns, self.ifname)

    def dhclient(self, conf=ASKS, **kwargs):
        return clients6.Dhclient(self.ns, self.ifname, self.dir, conf,
                                 **kwargs)

    def leased(self):
        """Addresses of the pool that the kernel has on the interface."""
        low, high = map(ipaddress.ip_address, self.plan.range)
        return {a: v for a, v in
                clients6.addresses(self.ns, self.ifname).items()
                if low <= ipaddress.ip_address(a) <= high}

    def check_address(self, env):
        """What the script was told is of the pool, and as configured."""
        address = env["new_ip6_address"]
        case.true(address in self.leased(), f"{address} is not configured")
        case.same((env["new_max_life"], env["new_preferred_life"]),
                  (str(self.plan.valid), str(self.plan.preferred)),
                  "lifetimes")
        case.same((env["new_renew"], env["new_rebind"]),
                  (str(self.plan.renew), str(self.plan.rebind)), "T1, T2")
        return address

    def check_prefix(self, env):
        prefix = ipaddress.ip_network(env["new_ip6_prefix"])
        case.same(prefix.prefixlen, self.plan.delegate[2], "prefix length")
        case.true(self.is_delegated(prefix.network_address),
                  f"{prefix} is not of the pool")
        return str(prefix)

    def is_delegated(self, address):
        """Is it in a prefix of the pool?"""
        low, high, size = self.plan.delegate
        return (ipaddress.ip_address(low) <= ipaddress.ip_address(address) <=
                ipaddress.ip_network(f"{high}/{size}")[-1])


def check_options(env):
    case.same(env.get("new_dhcp6_name_servers"), "2001:db8:1:1::53",
              "name servers")
    case.same(env.get(OPTION88), daemons.SERVER6, "option 88")
