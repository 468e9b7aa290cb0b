#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Kea's two halves and Debian's dhcrelay, without a line of ours between.

Proves the harness: what these cases see from implementations that are known
to work, the others may demand of ours.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import frames
import kea
import netns


def kea_pair(link, directory, **kwargs):
    return (kea.start6(link, directory),
            kea.start4(link, directory, **kwargs))


def check_leases(clients):
    addresses = [c.address for c in clients]
    case.same(len(set(addresses)), len(clients), "distinct addresses")
    for c in clients:
        case.true(c.address.startswith("10.10.10."), c.address)
        case.same(c.lease.u32(51), 3600, "lease time")
        case.same(c.lease.get(61), c.client_id, "option 61 of the ACK")


def test_direct_clients_of_a_kea_pair_get_leases():
    link = daemons.Link()
    directory = netns.work_dir("kea-direct")
    six, four = kea_pair(link, directory)
    endpoint = client.Endpoint(link.client, "c0")
    clients = [client.Client(i) for i in range(20)]
    case.same(client.acquire(endpoint, clients), [], "clients without lease")
    check_leases(clients)
    case.true("DHCPV4_QUERY" in six.text(), "queries went through kea-dhcp6")
    case.same(four.stop(), 0, "exit code of kea-dhcp4")


def test_a_dead_half_is_silence_and_its_return_is_service():
    link = daemons.Link()
    directory = netns.work_dir("kea-death")
    _, four = kea_pair(link, directory)
    endpoint = client.Endpoint(link.client, "c0")
    one = client.Client(1)
    case.same(client.acquire(endpoint, [one]), [], "clients without lease")
    four.kill()
    case.same(client.exchange(endpoint, one.renew(), 0.3), None, "answer")
    kea.start4(link, directory)
    ack = client.exchange(endpoint, one.renew())
    case.same((ack.kind, ack.yiaddr), (dhcp.ACK, one.address), "answer")


def relayed(count, *flags):
    link = daemons.RelayedLink(count)
    directory = netns.work_dir(f"kea-relay{count}{''.join(flags)}")
    kea_pair(link, directory)
    link.start_relays(directory, *flags)
    endpoint = client.Endpoint(link.client, "c0")
    clients = [client.Client(i) for i in range(10)]
    case.same(client.acquire(endpoint, clients), [], "clients without lease")
    check_leases(clients)


def test_one_dhcrelay_carries_queries_to_a_kea_pair():
    relayed(1)


def test_one_dhcrelay_with_interface_id():
    relayed(1, "-I")


def test_two_dhcrelays_in_a_row():
    relayed(2)


def test_two_dhcrelays_with_interface_id():
    relayed(2, "-I")


def test_frames_made_by_hand_are_understood():
    link = daemons.Link()
    kea_pair(link, netns.work_dir("kea-frames"))
    endpoint = client.Endpoint(link.client, "c0")
    sender = frames.Sender(link.client, "c0")
    source = netns.link_local(daemons.CLIENT_MAC)
    for number in range(4):
        one = client.Client(number)
        udp = frames.udp(source, client.ALL_AGENTS, 546, 547,
                         dhcp.query(one.discover()))
        packets = [
            [frames.ipv6(source, client.ALL_AGENTS, frames.UDP, udp)],
            [frames.ipv6(source, client.ALL_AGENTS, frames.DEST_OPTIONS,
                         frames.padded_header(frames.UDP) + udp)],
            [frames.ipv6(source, client.ALL_AGENTS, frames.HOP_BY_HOP,
                         frames.padded_header(frames.UDP) + udp)],
            frames.fragments(source, client.ALL_AGENTS, udp, 128, number),
        ][number]
        for packet in packets:
            sender.send(frames.ether("33:33:00:01:00:02", daemons.CLIENT_MAC,
                                     packet))
        answer = client.answer_to(endpoint, one.xid, 3.0)
        case.true(answer, f"no answer to packet {number}")
        case.same(answer.kind, dhcp.OFFER, "message type")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
