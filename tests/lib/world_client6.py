# SPDX-License-Identifier: BSD-2-Clause
"""A DHCPv6 server, a link to it, and our client at the other end."""

import clients6
import daemons
import dhcp
import half6
import netns
import world6


class World(world6.World):
    """A server, and our client at the other end of the link, not started."""

    def __init__(self, name, conf="", script=True, **plan):
        super().__init__("client6-" + name, **plan)
        self.client = half6.Client6(self.ns, self.dir, self.ifname,
                                    conf=conf, script=script)
        for address in ("2001:db8:1:1::10/64", "2001:db8:ff::1/64",
                        "2001:db8:ff::2/64"):
            self.link.client.ip("addr", "del", address, "dev", self.ifname)
        # As a router announces it.
        self.link.client.ip("route", "add", daemons.PREFIX6, "dev",
                            self.ifname)

    def queries(self):
        """DHCPV4-QUERYs that have passed."""
        return [m for m in self.wire.octets_of(dhcp.QUERY)]

    def wait_query(self, count):
        netns.wait_until(lambda: len(self.queries()) >= count, 5,
                         f"{count} queries")

    def ours(self):
        return {a for a in clients6.addresses(self.ns, self.ifname)
                if self.is_ours(a)}

    def is_ours(self, address):
        low, high = (dhcp.ip6(a) for a in self.plan.range)
        return low <= dhcp.ip6(address) <= high
