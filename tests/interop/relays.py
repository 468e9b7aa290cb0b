#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Our pair behind Debian's dhcrelay: one or two of them, with and without
Interface-ID, beside direct clients.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import netns


def relayed(count, *flags, xdp="native"):
    link = daemons.RelayedLink(count)
    directory = netns.work_dir(f"relays-{count}{''.join(flags)}-{xdp}")
    six, four = daemons.start_pair(link, directory, xdp=xdp)
    link.start_relays(directory, *flags)
    endpoint = client.Endpoint(link.client, "c0")
    clients = [client.Client(i) for i in range(40)]
    case.same(client.acquire(endpoint, clients), [], "clients without lease")
    case.same(len({c.address for c in clients}), 40, "distinct addresses")
    for one in clients:
        case.true(one.address.startswith("10.10.10."), one.address)
        case.same(one.lease.get(61), one.client_id, "option 61")
    check_path(four, clients, count, flags)
    if xdp != "off":
        case.true(six.classifier(link.server_if)["redirected"] >= 80,
                  "RELAY-FORW went through AF_XDP")


def check_path(four, clients, count, flags):
    """The operator can see where a lease came in."""
    table = four.lease_table()
    for one in clients:
        relays = table[one.address]["relays"]
        case.same(len(relays), count, "relays of a lease")
        case.same(relays[0]["link_address"], "2001:db8:1:1::fe",
                  "link-address next to the client")
        has_id = [bool(r.get("interface_id")) for r in relays]
        # A relay without -I adds one only where it has no link-address.
        case.same(has_id, ["-I" in flags] * count, "Interface-IDs")


def test_behind_one_relay():
    relayed(1)


def test_behind_one_relay_without_xdp():
    relayed(1, xdp="off")


def test_behind_one_relay_with_interface_id():
    relayed(1, "-I")


def test_behind_two_relays():
    relayed(2)


def test_behind_two_relays_with_interface_id():
    relayed(2, "-I")


def test_direct_and_relayed_clients_at_once():
    direct = daemons.Link()
    far = daemons.RelayedLink(1, client_net=2, link=direct)
    directory = netns.work_dir("relays-mixed")
    conf4 = daemons.CONF4 % {"ifname": "s0"} + """\
shared-network far {
  subnet6 2001:db8:2:1::/64 { }
  subnet 10.20.0.0 netmask 255.255.0.0 { range 10.20.1.0 10.20.4.255; }
}
"""
    daemons.start_pair(direct, directory, conf4=conf4, ifnames=["s0", "s1"])
    far.start_relays(directory)
    for link, prefix, first in ((direct, "10.10.10.", 0), (far, "10.20.", 500)):
        endpoint = client.Endpoint(link.client, "c0")
        clients = [client.Client(first + i) for i in range(50)]
        case.same(client.acquire(endpoint, clients), [], "without lease")
        for one in clients:
            case.true(one.address.startswith(prefix), one.address)


if __name__ == "__main__":
    netns.sandbox()
    case.main()
