#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Runs beside others.
"""client6 as the half that has the way to the servers: when DHCPv4 over DHCPv6 is
on, where queries go, and which answers are passed on.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client as endpoints
import daemons
import dhcp
import half6
import netns
from world_client6 import World

SERVER = daemons.SERVER6


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


def test_the_servers_are_those_of_option_88_each_once():
    twice = ("2001:db8:1:1::1", "ff02::1:2", "2001:db8:1:1::1",
             "2001:db8:1:1::2")
    for name, option88, more, want in (
            ("empty", (), "option dhcp6.dhcp4-o-dhcp6-server;\n",
             ["ff02::1:2"]),
            ("two", ("2001:db8:1:1::1", "2001:db8:1:1::2"), "",
             ["2001:db8:1:1::1", "2001:db8:1:1::2"]),
            ("twice", twice, "", ["2001:db8:1:1::1", "ff02::1:2",
                                  "2001:db8:1:1::2"]),
            ("nonsense", ("::1", "::", "2001:db8:1:1::1"), "",
             ["2001:db8:1:1::1"])):
        netns.start_over()
        world = World(f"servers-{name}", option88=option88, more=more)
        world.link.server.address(world.link.server_if,
                                  "2001:db8:1:1::2/64")
        half4 = half6.Half4(world.ns)
        client = world.client.start()
        half4.wait(half6.START)
        client.wait("BOUND6")
        half4.send(half6.query(dhcp.V4(dhcp.DISCOVER, 7)))
        world.wait_query(len(want))
        address, = world.ours()
        local = netns.link_local(daemons.CLIENT_MAC)
        case.same(world.wire.ends_of(dhcp.QUERY),
                  [(local if to.startswith("ff") else address, to)
                   for to in want], name)
        case.same(client.drops(),
                  {"server-address": 2} if name == "nonsense" else {},
                  "drops")
        half4.close()


def test_without_option_88_nothing_is_sent_for_the_other_half():
    world = World("absent", option88=())
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    client.wait_state("bound")
    case.same(half4.poll(), half6.STOP, "answer to POLL")
    half4.send(half6.query(dhcp.V4(dhcp.DISCOVER, 7)))
    netns.wait_until(lambda: client.drops() == {"no-servers": 1}, 5,
                     "the query to be dropped")
    case.same(world.wire.octets_of(dhcp.QUERY), [], "queries")
    for name in ("solicit", "request"):
        oro = world.wire.last(name)[dhcp.O6_ORO][0]
        case.true(b"\0\x58" in [oro[i:i + 2] for i in range(0, len(oro), 2)],
                  f"option 88 is not asked for in {name}")


def test_4o6_ends_with_the_renewal_that_has_no_option_88_and_comes_again():
    world = World("vanishing")
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    half4.wait(half6.START)
    for option88, word in (((), half6.STOP), ((SERVER,), half6.START)):
        world.server.stop()
        world.plan.option88 = list(option88)
        world.server.start()
        client.wait_state("bound")
        client.ctl("renew")
        half4.wait(word)
        case.same(half4.poll(), word, "answer to POLL")
    client.wait("RENEW6", 2)
    # As it was, in the file too.
    case.true("dhcp4-o-dhcp6-server" in client.lease_file(),
              client.lease_file())


def test_4o6_waits_for_an_address_that_reaches_the_server():
    world = World("prefix-only")
    half4 = half6.Half4(world.ns)
    client = world.client.start("-P")
    client.wait_state("bound")
    case.same(half4.poll(), half6.STOP, "without any global address")
    world.ns.address(world.ifname, "2001:db8:1:1::77/64")
    half4.wait(half6.START)
    half4.send(half6.query(dhcp.V4(dhcp.DISCOVER, 7)))
    world.wait_query(1)
    case.same(world.wire.ends_of(dhcp.QUERY), [("2001:db8:1:1::77", SERVER)],
              "queries")
    world.ns.ip("addr", "del", "2001:db8:1:1::77/64", "dev", world.ifname)
    half4.wait(half6.STOP)


def test_what_is_no_query_of_the_other_half_goes_nowhere():
    world = World("junk")
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    half4.wait(half6.START)
    good = half6.query(dhcp.V4(dhcp.DISCOVER, 7))
    for bad in (b"START", good[:100], b"\x14\x40" + good[2:],
                b"\x01" + good[1:], good + dhcp.option6(3, bytes(12)),
                good + good[4:]):
        half4.send(bad)
    netns.wait_until(lambda: sum(client.drops().values()) == 6, 5,
                     "six drops")
    case.same(world.wire.octets_of(dhcp.QUERY), [], "queries")
    half4.send(good)
    world.wait_query(1)


def test_answers_of_strangers_are_not_passed_on():
    world = World("strangers",
                  conf="dhcp4o6 { response-source servers; }\n")
    world.link.server.address(world.link.server_if, "2001:db8:1:1::2/64")
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    half4.wait(half6.START)
    address, = world.ours()
    server = endpoints.Endpoint(world.link.server, world.link.server_if, 5470)
    good = half6.response(dhcp.V4(dhcp.OFFER, 7, op=2).pack())
    for payload, source in ((good, "2001:db8:1:1::2"),
                            (good[:4], SERVER), (good + good[4:], SERVER),
                            (half6.response(bytes(100)), SERVER)):
        server.send(payload, to=address, port=546, source=source)
    server.send(good, to=address, port=546, source=SERVER)
    got = half4.receive()
    # Too short to be a message, which is for the other half to say.
    if len(got) < 236:
        got = half4.receive()
    case.same(got[-16:], dhcp.ip6(SERVER), "source")
    drops = client.drops()
    case.same((drops["other-source"], drops["query-no-dhcpv4"],
               drops["query-two-dhcpv4"]), (1, 1, 1), "drops")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
