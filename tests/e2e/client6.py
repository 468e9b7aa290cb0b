#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""client6 through its user's door: leases, their ends, what the kernel and the
script see of them, and the way of DHCPv4 over DHCPv6 to the servers.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import clients6
import client as endpoints
import daemons
import dhcp
import half6
import netns
import world6

SERVER = daemons.SERVER6


class World(world6.World):
    """A server, and our client at the other end of the link, not started."""

    def __init__(self, name, conf="", script=True, **plan):
        super().__init__("client6-" + name, **plan)
        self.client = half6.Client6(self.ns, self.dir, self.ifname,
                                    conf=conf, script=script)
        self.link.client.ip("addr", "del", "2001:db8:1:1::10/64", "dev",
                            self.ifname)
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


def test_an_address_and_a_prefix_are_got_set_told_and_kept():
    world = World("bound")
    client = world.client.start("-N", "-P")
    env = client.wait("BOUND6", 2)
    by_kind = {("address" if "new_ip6_address" in e else "prefix"): e
               for e in client.environments("BOUND6")}
    address = world.check_address(by_kind["address"])
    world.check_prefix(by_kind["prefix"])
    world6.check_options(env)
    case.same(client.environments()[0]["reason"], "PREINIT6", "first call")
    state = client.wait_state("bound")
    case.same([a["address"] for a in state["addresses"]], [address],
              "addresses")
    case.true(0 < state["t1_s"] < state["t2_s"] < state["expires_s"] <= 3600,
              state)
    text = client.lease_file()
    case.true(address in text and "default-duid" in text, text)
    case.same(client.process.stop(), 0, "exit status")
    client_calls = [e["reason"] for e in client.environments("STOP6")]
    case.same(len(client_calls), 2, "STOP6")
    # That of dhclient in these tests removes addresses.
    case.same(world.ours(), set(), "addresses after the end")
    case.same(world.wire.messages().count("release"), 0, "releases")


def test_it_works_without_a_script():
    world = World("no-script", script=False)
    client = world.client.start()
    state = client.wait_state("bound")
    case.same({a["address"] for a in state["addresses"]}, world.ours(),
              "addresses of the kernel")
    (valid, preferred), = [v[1:] for a, v in
                           clients6.addresses(world.ns, world.ifname).items()
                           if world.is_ours(a)]
    case.true(0 < preferred <= world.plan.preferred < valid <= 3600,
              (preferred, valid))


def test_queries_go_to_the_server_and_answers_come_back():
    world = World("query")
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    half4.wait(half6.START)
    case.same(half4.poll(), half6.START, "answer to POLL")
    server = endpoints.Endpoint(world.link.server, world.link.server_if, 5470)
    address, = world.ours()
    query = half6.query(dhcp.V4(dhcp.DISCOVER, 0x1234))
    half4.send(query)
    world.wait_query(1)
    case.same(world.queries()[-1], query, "the query, untouched")
    answer = dhcp.V4(dhcp.OFFER, 0x1234, op=2).pack()
    server.send(half6.response(answer), to=address, port=546,
                source=SERVER)
    case.same(half4.receive(), answer + dhcp.ip6(SERVER), "response")
    case.same(client.drops(), {}, "drops")
    client.process.stop()
    case.same(half4.receive(), half6.STOP, "last word")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
