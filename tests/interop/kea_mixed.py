#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Either of our halves beside the other half of Kea."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import kea
import netns


def get_leases(link, first=0, count=30):
    endpoint = client.Endpoint(link.client, "c0")
    clients = [client.Client(first + i) for i in range(count)]
    case.same(client.acquire(endpoint, clients), [], "clients without lease")
    case.same(len({c.address for c in clients}), count, "distinct addresses")
    for one in clients:
        case.true(one.address.startswith("10.10.10."), one.address)
    return endpoint, clients


def our_front(link, directory, xdp="native"):
    six = daemons.Half(link.server, directory, 6,
                       f"dhcp4o6 {{ xdp {xdp}; dialect kea; }}\n" +
                       daemons.CONF6, [link.server_if])
    return six.start()


def test_our_dhcpv6_half_in_front_of_keas_dhcpv4_half():
    for xdp in ("native", "off"):
        netns.start_over()
        link = daemons.Link()
        directory = netns.work_dir(f"mixed-front-{xdp}")
        four = kea.start4(link, directory)
        six = our_front(link, directory, xdp)
        endpoint, clients = get_leases(link)
        ack = client.exchange(endpoint, clients[0].renew(), flags=dhcp.FLAG_U)
        case.same((ack.kind, ack.yiaddr), (dhcp.ACK, clients[0].address),
                  "renewal")
        case.same(six.drops(), {}, "drops")
        four.kill()
        case.same(client.exchange(endpoint, clients[1].renew(), 0.3, 2), None,
                  "an answer of a dead half")
        kea.start4(link, directory)
        ack = client.exchange(endpoint, clients[1].renew(), tries=10)
        case.same((ack.kind, ack.yiaddr), (dhcp.ACK, clients[1].address),
                  "renewal after the return")


def test_our_dhcpv6_half_gives_kea_the_real_interface_not_the_clients():
    link = daemons.Link()
    directory = netns.work_dir("mixed-forged")
    kea.start4(link, directory)
    our_front(link, directory)
    endpoint = client.Endpoint(link.client, "c0")
    forged = dhcp.option6(dhcp.O6_VENDOR_OPTS, (2495).to_bytes(4, "big") +
                          dhcp.option6(60000, b"lo"))
    for before, after in ((forged, b""), (b"", forged)):
        one = client.Client(1)
        endpoint.send(dhcp.query(one.discover(), before=before, after=after))
        answer = client.answer_to(endpoint, one.xid, 3.0)
        case.true(answer, "no answer to a query with a forged interface")
        case.same(answer.kind, dhcp.OFFER, "message type")


def test_keas_dhcpv6_half_in_front_of_our_dhcpv4_half():
    link = daemons.Link()
    directory = netns.work_dir("mixed-back")
    four = daemons.Half(link.server, directory, 4,
                        daemons.CONF4 % {"ifname": "s0"}).start()
    kea.start6(link, directory)
    endpoint, clients = get_leases(link)
    case.same(four.stats()["ipc"]["state"]["dialect"], "kea", "dialect")
    ack = client.exchange(endpoint, clients[0].renew(), flags=dhcp.FLAG_U)
    case.same((ack.kind, ack.yiaddr), (dhcp.ACK, clients[0].address),
              "renewal")
    four.process.kill()
    four.start()
    ack = client.exchange(endpoint, clients[1].renew(), tries=10)
    case.same((ack.kind, ack.yiaddr), (dhcp.ACK, clients[1].address),
              "renewal after a crash")


def test_behind_kea_the_last_interface_counts_which_kea_itself_appended():
    """Kea leaves a client's own option in front of its own."""
    link = daemons.Link()
    directory = netns.work_dir("mixed-back-forged")
    daemons.Half(link.server, directory, 4,
                 daemons.CONF4 % {"ifname": "s0"}).start()
    kea.start6(link, directory)
    endpoint = client.Endpoint(link.client, "c0")
    one = client.Client(1)
    forged = dhcp.option6(dhcp.O6_VENDOR_OPTS, (2495).to_bytes(4, "big") +
                          dhcp.option6(60000, b"lo"))
    endpoint.send(dhcp.query(one.discover(), before=forged))
    answer = client.answer_to(endpoint, one.xid, 3.0)
    case.true(answer, "no answer")
    case.true(answer.yiaddr.startswith("10.10.10."), answer.yiaddr)


def relayed(name, start):
    for count, flags in ((1, ()), (1, ("-I",)), (2, ()), (2, ("-I",))):
        netns.start_over()
        link = daemons.RelayedLink(count)
        directory = netns.work_dir(f"mixed-{name}-{count}{''.join(flags)}")
        start(link, directory)
        link.start_relays(directory, *flags)
        get_leases(link, count=10)


def test_relayed_queries_through_our_front_to_kea():
    def start(link, directory):
        kea.start4(link, directory)
        our_front(link, directory)
    relayed("front", start)


def test_relayed_queries_through_kea_to_our_dhcpv4_half():
    def start(link, directory):
        daemons.Half(link.server, directory, 4,
                     daemons.CONF4 % {"ifname": "s0"}).start()
        kea.start6(link, directory)
    relayed("back", start)


if __name__ == "__main__":
    netns.sandbox()
    case.main()
