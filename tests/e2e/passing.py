#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the classifier leaves to the kernel is answered all the same.

Extension headers, fragments and priority tags: each is passed, counted by its
reason, and gets the answer that the same query gets without them.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import frames
import netns

SRC = netns.link_local(daemons.CLIENT_MAC)
ALL_MAC = "33:33:00:01:00:02"
XDP_MODES = ("native", "generic")


class World:
    def __init__(self, mode, name):
        netns.start_over()
        self.link = daemons.Link()
        self.directory = netns.work_dir(f"passing-{name}-{mode}")
        self.six, self.four = daemons.start_pair(self.link, self.directory,
                                                 xdp=mode)
        self.endpoint = client.Endpoint(self.link.client, "c0")
        self.sender = frames.Sender(self.link.client, "c0")
        self.number = 0

    def query(self):
        self.number += 1
        one = client.Client(self.number)
        return one, frames.udp(SRC, client.ALL_AGENTS, 546, 547,
                               dhcp.query(one.discover()))

    def send(self, *packets, vlans=(), dst_mac=ALL_MAC):
        for packet in packets:
            self.sender.send(frames.ether(dst_mac, daemons.CLIENT_MAC, packet,
                                          vlans))

    def offered(self, one):
        answer = client.answer_to(self.endpoint, one.xid, 3.0)
        case.true(answer, "no answer")
        case.same(answer.kind, dhcp.OFFER, "message type")

    def counted(self, before, **want):
        """The classifier's counters that moved, and by how much."""
        now = self.six.classifier("s0")
        moved = {k: now[k] - before.get(k, 0) for k in now
                 if now[k] != before.get(k, 0)}
        for reason, count in want.items():
            case.same(moved.get(reason.replace("_", "-"), 0), count,
                      f"{reason} of {moved}")

    def before(self):
        return self.six.classifier("s0")


def plain(udp):
    return frames.ipv6(SRC, client.ALL_AGENTS, frames.UDP, udp)


def test_a_plain_query_takes_the_fast_path():
    for mode in XDP_MODES:
        world = World(mode, "plain")
        one, udp = world.query()
        before = world.before()
        world.send(plain(udp))
        world.offered(one)
        world.counted(before, redirected=1)
        case.same(world.six.stats()["afxdp"]["rx_frames"], 1, "frames read")


def test_extension_headers_pass_and_are_answered():
    for mode in XDP_MODES:
        world = World(mode, "ext")
        for header in (frames.HOP_BY_HOP, frames.DEST_OPTIONS):
            one, udp = world.query()
            before = world.before()
            world.send(frames.ipv6(
                SRC, client.ALL_AGENTS, header,
                frames.padded_header(frames.UDP) + udp))
            world.offered(one)
            world.counted(before, redirected=0, ext_header=1)


def test_fragments_pass_are_reassembled_and_answered():
    for mode in XDP_MODES:
        world = World(mode, "fragment")
        one, udp = world.query()
        before = world.before()
        parts = frames.fragments(SRC, client.ALL_AGENTS, udp, 128, 0xd4060001)
        case.true(len(parts) >= 3, "fragments")
        world.send(*reversed(parts))
        world.offered(one)
        world.counted(before, redirected=0, fragment=len(parts))
        # An atomic fragment (RFC 6946): one that is whole.
        one, udp = world.query()
        before = world.before()
        world.send(*frames.fragments(SRC, client.ALL_AGENTS, udp, 2048,
                                     0xd4060002))
        world.offered(one)
        world.counted(before, redirected=0, fragment=1)


def test_a_tag_without_a_device_passes_and_is_nobodys():
    for mode in XDP_MODES:
        world = World(mode, "vlan")
        for vlans in ([(0x8100, 100)], [(0x88a8, 7), (0x8100, 100)]):
            one, udp = world.query()
            before = world.before()
            world.send(plain(udp), vlans=vlans)
            netns.wait_until(lambda before=before: world.before().get(
                "vlan-unknown", 0) > before.get("vlan-unknown", 0),
                what="the frame to be counted")
            # Whatever was behind it has been answered; it was not.
            probe, probe_udp = world.query()
            world.send(plain(probe_udp))
            world.offered(probe)
            case.same(client.answer_to(world.endpoint, one.xid, 0.05), None,
                      "an answer to a tag of nobody")
            world.counted(before, redirected=1, vlan_unknown=1)


def test_a_query_for_another_mac_or_address_is_not_taken():
    world = World("native", "other")
    one, udp = world.query()
    before = world.before()
    world.send(plain(udp), dst_mac="02:00:00:00:00:77")
    other = frames.udp(SRC, "2001:db8:1:1::77", 546, 547,
                       dhcp.query(one.discover()))
    world.send(frames.ipv6(SRC, "2001:db8:1:1::77", frames.UDP, other),
               dst_mac=daemons.SERVER_MAC)
    netns.wait_until(lambda: world.before().get("other-address", 0),
                     what="the frames to be counted")
    world.counted(before, redirected=0, other_mac=1, other_address=1)
    case.same(client.answer_to(world.endpoint, one.xid, 0.1), None, "answer")


def test_a_wrong_checksum_is_dropped_on_both_paths():
    for mode in ("off", "native", "generic"):
        world = World(mode, "checksum")
        one, udp = world.query()
        bad = udp[:6] + bytes([udp[6] ^ 0x55, udp[7]]) + udp[8:]
        world.send(plain(bad))
        probe, probe_udp = world.query()
        world.send(plain(probe_udp))
        world.offered(probe)
        case.same(client.answer_to(world.endpoint, one.xid, 0.05), None,
                  "an answer to a damaged query")
        if mode != "off":
            case.same(world.six.drops().get("frame-checksum"), 1, "drops")


def test_a_query_too_long_for_a_frame_of_af_xdp_is_answered():
    link = daemons.Link()
    for ns, ifname in ((link.client, "c0"), (link.server, "s0")):
        ns.ip("link", "set", ifname, "mtu", "3000")
    directory = netns.work_dir("passing-long")
    six, _ = daemons.start_pair(link, directory)
    endpoint = client.Endpoint(link.client, "c0")
    one = client.Client(1)
    filler = dhcp.option6(65001, bytes(2000))
    endpoint.send(dhcp.query(one.discover(), after=filler))
    answer = client.answer_to(endpoint, one.xid, 3.0)
    case.true(answer, "no answer")
    case.same(six.classifier("s0").get("redirected", 0), 0, "redirected")
    case.same(six.classifier("s0").get("too-long"), 1, "too-long")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
