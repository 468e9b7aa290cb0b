#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What dhclient and dhcrelay really sent, sent again to our pair.

Each capture begins with a DISCOVER and its client was given 10.10.10.100, so
with that one address in the pool and an empty lease file every later message
of it fits, octet for octet.
"""

import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import netns

CAPTURES = os.path.join(netns.ROOT, "tests", "vectors", "captures")
CONF4 = (daemons.CONF4 % {"ifname": "s0"}).replace("10.10.10.199",
                                                   "10.10.10.100")
ANSWER = {dhcp.DISCOVER: dhcp.OFFER, dhcp.REQUEST: dhcp.ACK}


def groups():
    """{SCENARIO-PLACE: [(name, octets, DHCP type)]} in order, 4o6 only."""
    found = collections.defaultdict(list)
    with open(os.path.join(CAPTURES, "index.tsv")) as f:
        for line in f:
            if line.startswith("#"):
                continue
            name, _, _, drop, kind = line.rstrip("\n").split("\t")
            if drop != "none":
                continue
            with open(os.path.join(CAPTURES, name + ".hex")) as h:
                octets = bytes.fromhex("".join(h.read().split()))
            found[name.rsplit("-", 1)[0]].append((name, octets, int(kind)))
    return found


def check(name, octets, kind, got):
    asked, query = dhcp.levels(octets), None
    query = dhcp.V4.parse(asked[-1].only(dhcp.O6_DHCPV4_MSG))
    case.true(got is not None, f"{name}: no answer")
    levels, answer = dhcp.response(got[0])
    case.same(answer.kind, ANSWER[kind], f"{name}: message type")
    case.same(answer.yiaddr, "10.10.10.100", f"{name}: address")
    case.same((answer.xid, answer.chaddr), (query.xid, query.chaddr),
              f"{name}: transaction")
    case.same([(m.hop, m.link, m.peer, m.get(18), m.get(135))
               for m in levels],
              [(m.hop, m.link, m.peer, m.get(18), m.get(135))
               for m in asked[:-1]], f"{name}: relay levels")


def replay(four, ends, group):
    # RFC 8357: the relay of that scenario speaks from a port of its own.
    relay_port = 10547 if "relayport" in group[0][0] else 547
    for name, octets, kind in group:
        relayed = octets[0] == dhcp.RELAY_FORW
        port = relay_port if relayed else 546
        if relayed:
            ends[port].send(octets, daemons.UPSTREAM_SERVER, 547,
                            "2001:db8:ff::1")
        else:
            ends[port].send(octets)
        if kind in ANSWER:
            check(name, octets, kind, ends[port].receive(3.0))
        else:
            case.same(kind, dhcp.RELEASE, f"{name}: message type")
            netns.wait_until(lambda: not four.lease_table(),
                             what=f"{name} to end the lease")
            case.same(ends[port].receive(0), None, f"{name}: answer")


def test_every_captured_exchange_works_with_our_pair():
    link = daemons.Link()
    directory = netns.work_dir("captures")
    six, four = daemons.start_pair(link, directory, conf4=CONF4)
    ends = {port: client.Endpoint(link.client, "c0", port)
            for port in (546, 547, 10547)}
    found = groups()
    case.true(len(found) >= 10, f"only {len(found)} captures")
    for group in found.values():
        case.same(group[0][2], dhcp.DISCOVER, f"{group[0][0]}: begins with")
        case.same(four.process.stop(), 0, "exit code of server4")
        os.unlink(four.leases)
        four.start()
        six.meet()
        replay(four, ends, group)
    case.true(six.process.alive(), "server6 lives")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
