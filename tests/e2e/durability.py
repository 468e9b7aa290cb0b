#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""No DHCPACK leaves before the lease it speaks of is on disk, and no crash
takes a lease away that was acknowledged or gives its address to another.
"""

import os
import random
import re
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import netns
import strace

BIG_POOL = """\
authoritative;
default-lease-time 3600;
shared-network "s0" {
  subnet6 2001:db8:1:1::/64 { }
  subnet 10.0.0.0 netmask 255.0.0.0 { range 10.64.0.0 10.79.255.255; }
}
"""
ROUNDS = 20


def acks_in(data, macs):
    """MACs of the DHCPACKs in what one call sent."""
    found = []
    for mac in macs:
        for at in (m.start() for m in re.finditer(re.escape(mac), data)):
            start = at - 28
            if start < 0 or data[start:start + 1] != b"\x02" or \
                    data[start + 236:start + 240] != dhcp.COOKIE:
                continue
            options, i = data[start + 240:], 0
            while i < len(options) and options[i] != 255:
                if options[i] == 53:
                    if options[i + 2] == dhcp.ACK:
                        found.append(mac)
                    break
                i += 1 if options[i] == 0 else 2 + options[i + 1]
    return found


def test_every_ack_follows_the_sync_of_its_lease():
    pair = daemons.Pair("durability-order", conf4=BIG_POOL)
    trace = os.path.join(pair.directory, "trace")
    pair.six.start()
    pair.four.start(under=strace.argv(trace))
    clients = [client.Client(i) for i in range(200)]
    case.same(client.acquire(pair.endpoint, clients, 30.0), [], "without lease")
    with open(pair.four.pid_file) as f:
        os.kill(int(f.read()), signal.SIGTERM)  # strace itself ignores it
    case.same(pair.four.process.wait(20), 0, "exit code of server4")
    calls = strace.read(trace)
    macs = {bytes.fromhex(c.mac.replace(":", "")) for c in clients}
    acked = set()
    for call in calls:
        if call.name not in strace.SENDS:
            continue
        for mac in acks_in(call.data(), macs):
            case.true(strace.synced_before(calls, mac, call),
                      f"the ACK to {mac.hex(':')} left before its sync")
            acked.add(mac)
    case.same(len(acked), len(clients), "ACKs seen in the trace")
    syncs = sum(c.name == "fdatasync" for c in calls)
    case.true(syncs < len(clients), f"{syncs} syncs: no group commit")


class World(daemons.Pair):
    """A pair under load, and all that clients were promised so far."""

    def __init__(self, name):
        super().__init__(name, conf4=BIG_POOL)
        self.promised = {}  # address -> client
        self.number = 0

    def check_promises(self):
        table = self.four.lease_table()
        for address, one in self.promised.items():
            case.true(address in table, f"{address} of {one} is forgotten")
            case.same(table[address].get("hardware"), one.mac,
                      f"owner of {address}")

    def note(self, clients):
        for one in clients:
            if not one.lease:
                continue
            other = self.promised.setdefault(one.address, one)
            case.true(other is one,
                      f"{one.address} has two owners: {one} and {other}")

    def load_until_death(self, victim, after_s):
        """Clients come and come; one half is killed in the midst of it."""
        clients = [client.Client(self.number + i) for i in range(3000)]
        self.number += len(clients)
        killed = []

        def send(one, v4):
            if not killed and time.monotonic() > deadline:
                os.kill(victim.process.pid, signal.SIGKILL)
                victim.process.wait()
                killed.append(True)
            self.endpoint.send(dhcp.query(v4))

        deadline = time.monotonic() + after_s
        client.acquire(self.endpoint, clients, after_s + 0.15, send=send)
        if not killed:
            victim.process.kill()
        served = [c for c in clients if c.lease]
        self.note(served)
        return served, [c for c in clients if c.offer and not c.lease]


def test_no_promise_is_broken_by_kills_at_random_moments():
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    world = World("durability-kill")
    world.six.start()
    world.four.start()
    total = 0
    for number in range(ROUNDS):
        victim = chance.choice((world.four, world.four, world.six))
        served, offered = world.load_until_death(
            victim, chance.uniform(0.05, 0.4))
        total += len(served)
        world.endpoint.drain()
        victim.start()
        world.check_promises()
        # Those whose ACK may have been lost ask again, and may get it.
        client.acquire(world.endpoint, offered[:64], 5.0)
        world.note(offered)
    case.true(total > 20 * ROUNDS, f"only {total} leases: no load")
    print(f"{total} leases, {len(world.promised)} promises kept")


def test_clients_come_back_to_their_addresses_after_a_crash():
    world = World("durability-return")
    world.six.start()
    world.four.start()
    clients = [client.Client(i) for i in range(300)]
    case.same(client.acquire(world.endpoint, clients), [], "without lease")
    world.four.process.kill()
    world.four.start()
    for one in clients[::10]:
        ack = client.exchange(world.endpoint, one.rebooted(one.address),
                              tries=5)
        case.true(ack, f"no answer to {one}")
        case.same((ack.kind, ack.yiaddr), (dhcp.ACK, one.address), "INIT-REBOOT")
    for one in clients[5::10]:
        again = client.Client(one.number)
        case.same(client.acquire(world.endpoint, [again]), [], "without lease")
        case.same(again.address, one.address, "address after DISCOVER")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
