#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every packet of tests/vectors through both daemons, in each XDP mode.

The index says what has to become of each; answers have to be the same octet
for octet whichever way the packet took, and counters say which way that was.
"""

import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import netns

VECTORS = os.path.join(netns.ROOT, "tests", "vectors")
SERVER_LL = netns.link_local(daemons.SERVER_MAC)
CLIENT_ID = "ff:00:00:00:01:00:01:00:01:2a:3b:4c:5d:02:00:00:00:00:01"
CONF4 = """\
authoritative;
default-lease-time 3600;
server-identifier 10.10.10.1;
shared-network A {
  subnet6 2001:db8:1:1::/64 { }
  subnet 10.10.10.0 netmask 255.255.255.0 {
    range 10.10.10.100 10.10.10.199;
  }
}
shared-network B {
  subnet6 2001:db8:2:2::/64 { }
  subnet 10.20.20.0 netmask 255.255.255.0 {
    range 10.20.20.100 10.20.20.199;
  }
}
host cast {
  option dhcp-client-identifier %s;
  fixed-address 10.10.10.100;
}
""" % CLIENT_ID
# They take the lease away that others need, so they come last.
LAST = ["q-release-U", "q-discover", "q-request-selecting", "q-decline"]
KINDS = {"offer": dhcp.OFFER, "ack": dhcp.ACK}
# What a mode did, by its name: the cases after it compare with it.
answers_of = {}


class Vector:
    def __init__(self, line):
        (self.name, self.direction, self.src, self.dst, sport, dport,
         self.classify, self.drop, self.treatment, self.subnet, self.levels,
         _) = line.rstrip("\n").split("\t")
        self.sport, self.dport = int(sport), int(dport)
        with open(os.path.join(VECTORS, self.name + ".hex")) as f:
            self.octets = bytes.fromhex("".join(f.read().split()))


def read_vectors():
    with open(os.path.join(VECTORS, "index.tsv")) as f:
        rows = [Vector(line) for line in f if not line.startswith("#")]
    to_server = [v for v in rows if v.direction in ("c>s", "r>s")]
    by_name = {v.name: v for v in to_server}
    first = [v for v in to_server if v.name not in ("q-release-U",
                                                    "q-decline")]
    return first + [by_name[name] for name in LAST]


class Run:
    """One pair in one mode, and the endpoints that speak to it."""

    def __init__(self, mode, checksums):
        self.link = daemons.Link(checksums)
        directory = netns.work_dir(f"vectors-{mode}-{checksums:d}")
        self.leases = os.path.join(directory, "leases4")
        seed(self.leases)
        # The index speaks of addresses of other links too.
        self.six, self.four = daemons.start_pair(
            self.link, directory, conf4=CONF4, xdp=mode)
        self.ends = {port: client.Endpoint(self.link.client, "c0", port)
                     for port in (546, 547, 10547)}
        self.probe = client.Client(7)

    def send(self, vector):
        self.ends[vector.sport].send(vector.octets, vector.dst, vector.dport,
                                     vector.src)

    def drops(self, reason):
        return sum(half.stats()["drops"][reason]
                   for half in (self.six, self.four))

    def queries_in(self):
        return sum(self.four.stats()["dhcp4"]["in"].values())

    def nothing_came(self, vector):
        for end in self.ends.values():
            case.same(end.receive(0), None, f"{vector.name}: an answer")


def seed(path):
    """The same journal, and so the same secret key, for every run."""
    origin = os.path.join(netns.ROOT, "build", "test-tmp", "vectors.journal")
    if not answers_of:
        directory = netns.work_dir("vectors-seed")
        half = daemons.Half(netns.Namespace("seed"), directory, 4, CONF4)
        half.start()
        case.same(half.process.stop(), 0, "exit code of server4")
        shutil.copyfile(half.leases, origin)
    shutil.copyfile(origin, path)


def check_answer(vector, got):
    octets, peer, to = got
    case.same(to, vector.src, f"{vector.name}: destination of the answer")
    source = SERVER_LL if vector.dst.startswith("ff") else vector.dst
    case.same(peer, (source, 547), f"{vector.name}: source of the answer")
    levels, v4 = dhcp.response(octets)
    case.same(len(levels), int(vector.levels), f"{vector.name}: relay levels")
    message = dhcp.levels(octets)[-1]
    case.same(message.flags, 0, f"{vector.name}: flags")
    case.same([code for code, _ in message.options], [dhcp.O6_DHCPV4_MSG],
              f"{vector.name}: options beside the DHCPv4 message")
    case.same(v4.kind, KINDS[vector.treatment], f"{vector.name}: message type")
    case.same(v4.op, 2, f"{vector.name}: op")
    case.same(v4.address(54), "10.10.10.1", f"{vector.name}: server-id")
    if v4.yiaddr != "0.0.0.0" or vector.name != "q-inform":
        case.true(v4.yiaddr.startswith(vector.subnet + "."),
                  f"{vector.name}: {v4.yiaddr} is not in {vector.subnet}")
    check_levels(vector, levels)
    check_mirror(vector, v4)


def check_mirror(vector, v4):
    """What of the query an answer has to bring back."""
    query = dhcp.V4.parse(dhcp.levels(vector.octets)[-1].only(
        dhcp.O6_DHCPV4_MSG))
    for what in ("xid", "flags", "giaddr", "chaddr"):
        case.same(getattr(v4, what), getattr(query, what),
                  f"{vector.name}: {what}")
    # RFC 6842, RFC 3011, RFC 3046.
    for code in (61, 118, 82):
        case.same(v4.get(code), query.get(code),
                  f"{vector.name}: option {code}")
    if v4.get(82):
        case.same([code for code, _ in v4.options if code != 82],
                  [code for code, _ in v4.options][:-1],
                  f"{vector.name}: option 82 is not the last")
    times = [v4.u32(code) for code in (51, 58, 59)]
    if query.kind == dhcp.INFORM:
        case.same((v4.yiaddr, times), ("0.0.0.0", [None] * 3),
                  f"{vector.name}: address and times")
    else:
        case.same(times[0], 3600, f"{vector.name}: lease time")


def check_levels(vector, answered):
    """Each Relay-reply mirrors its Relay-forward (RFC 9915, 19.3)."""
    asked = dhcp.levels(vector.octets)[:-1]
    for query, answer in zip(asked, answered):
        for what in ("hop", "link", "peer"):
            case.same(getattr(answer, what), getattr(query, what),
                      f"{vector.name}: {what}")
        for code in (dhcp.O6_INTERFACE_ID, dhcp.O6_RELAY_PORT):
            case.same(answer.all(code), query.all(code),
                      f"{vector.name}: option {code}")


def play(run, vector):
    """Sends it and sees that what the index says comes about."""
    if vector.treatment in KINDS:
        run.send(vector)
        got = run.ends[vector.sport].receive(5.0)
        case.true(got is not None, f"{vector.name}: no answer")
        check_answer(vector, got)
        run.nothing_came(vector)
        return got
    if vector.treatment == "discard":
        def count():
            return run.drops(vector.drop)
    else:
        count = run.queries_in
    before = count()
    run.send(vector)
    netns.wait_until(lambda: count() == before + 1, 5.0,
                     f"{vector.name} to be counted ({vector.drop})")
    # What is behind it in the same queues has been answered by now.
    case.true(client.exchange(run.ends[546], run.probe.discover()),
              "the server still answers")
    run.nothing_came(vector)
    return None


def play_all(mode, checksums=True):
    run = Run(mode, checksums)
    want = "none" if mode == "off" else mode
    case.same(run.six.xdp_mode("s0"), want, "XDP mode in force")
    answers = {}
    for number, vector in enumerate(read_vectors()):
        before = redirected(run)
        answers[number, vector.name] = play(run, vector)
        taken = redirected(run) - before
        probes = vector.treatment not in KINDS
        expect = (vector.classify == "yes") + probes if mode != "off" else 0
        case.same(taken, expect, f"{vector.name}: frames through AF_XDP")
    answers_of[mode, checksums] = answers
    case.true(len(answers) >= 69, f"only {len(answers)} vectors played")
    first = next(iter(answers_of.values()))
    for key, got in answers.items():
        case.same(got, first[key], f"{key[1]}: as in the first mode")


def redirected(run):
    return run.six.classifier("s0").get("redirected", 0)


def test_each_vector_is_treated_as_indexed_without_xdp():
    play_all("off")


def test_answers_are_the_same_with_generic_xdp():
    play_all("generic")


def test_answers_are_the_same_with_native_xdp():
    play_all("native")


def test_answers_are_the_same_with_unfinished_checksums():
    play_all("native", checksums=False)


if __name__ == "__main__":
    netns.sandbox()
    case.main()
