#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Floods of malformed packets: counted one by one, logged hardly at all."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import netns

VECTORS = os.path.join(netns.ROOT, "tests", "vectors")
EACH = 200  # of every malformed vector
BURST = 100  # packets between two questions


def malformed():
    """(octets, source port, destination, reason) of all that is refused."""
    found = []
    with open(os.path.join(VECTORS, "index.tsv")) as f:
        for line in f:
            if line.startswith("#"):
                continue
            (name, direction, src, dst, sport, _, _, drop,
             treatment) = line.split("\t")[:9]
            if treatment != "discard" or direction not in ("c>s", "r>s"):
                continue
            with open(os.path.join(VECTORS, name + ".hex")) as h:
                octets = bytes.fromhex("".join(h.read().split()))
            found.append((octets, int(sport), src, dst, drop))
    return found


def resident_kib(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(next(line.split()[1] for line in f
                        if line.startswith("VmRSS")))


def processes(half):
    pid = half.process.pid
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return [pid] + [int(p) for p in f.read().split()]


def flood(mode):
    link = daemons.Link()
    directory = netns.work_dir(f"flood-{mode}")
    six, four = daemons.start_pair(link, directory, xdp=mode)
    ends = {port: client.Endpoint(link.client, "c0", port)
            for port in (546, 547)}
    probe = client.Client(1)
    case.true(client.exchange(ends[546], probe.discover()), "no OFFER")
    lines = {h: len(h.process.text().splitlines()) for h in (six, four)}
    memory = {p: resident_kib(p) for h in (six, four) for p in processes(h)}
    packets, want, sent = malformed(), {}, 0
    case.true(len(packets) > 20, f"only {len(packets)} malformed vectors")
    for _ in range(EACH):
        for octets, sport, src, dst, drop in packets:
            ends[sport].send(octets, dst, 547, src)
            want[drop] = want.get(drop, 0) + 1
            sent += 1
            if sent % BURST == 0:
                case.true(client.exchange(ends[546], probe.discover()),
                          f"no OFFER after {sent} malformed packets")

    def counted():
        got = {}
        for half in (six, four):
            for reason, count in half.drops().items():
                got[reason] = got.get(reason, 0) + count
        return got

    netns.wait_until(lambda: sum(counted().values()) >= sent,
                     what=f"{sent} drops to be counted")
    case.same(counted(), want, "drops by reason")
    for half, count in lines.items():
        said = len(half.process.text().splitlines()) - count
        case.true(said <= 50, f"{said} log lines about {sent} packets")
    for pid, before in memory.items():
        case.true(resident_kib(pid) <= before + 2048,
                  f"process {pid}: {before} KiB before, "
                  f"{resident_kib(pid)} KiB after")


def test_malformed_packets_through_the_socket_are_counted_not_logged():
    flood("off")


def test_malformed_packets_through_af_xdp_are_counted_not_logged():
    flood("native")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
