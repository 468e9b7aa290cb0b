#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""No REPLY promises a DHCPv6 lease that is not on disk, and no query for the
other half waits for that disk.
"""

import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import client6 as c6
import daemons
import netns
import strace

CONF = """\
default-lease-time 3600;
dhcp4o6 { xdp off; }
subnet6 2001:db8:1:1::/64 { range6 2001:db8:1:1:1::/80; }
"""
ROUNDS = 10


class World:
    def __init__(self, name):
        netns.start_over()
        self.link = daemons.Link()
        self.directory = netns.work_dir("dhcp6-disk-" + name)
        self.six = daemons.Half(self.link.server, self.directory, 6, CONF,
                                ["s0"])
        self.end = c6.Endpoint6(self.link.client, "c0")

    def front(self):
        """The process that reads packets."""
        with open(self.six.pid_file) as f:
            pid = f.read().strip()
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            return int(f.read().split()[0])

    def table(self):
        return {i["address"]: i for i in
                self.six.ctl("leases", {"state": "active"})}

    def check(self, clients):
        table = self.table()
        for one in clients:
            for address in one.held:
                case.true(address in table, f"{address} of {one} is forgotten")
                case.same(table[address]["client_id"], one.duid.hex(":"),
                          f"owner of {address}")


def test_every_reply_follows_the_sync_of_its_lease():
    world = World("order")
    trace = os.path.join(world.directory, "trace")
    world.six.start(under=strace.argv(trace))
    clients = [c6.Client(i) for i in range(100)]
    case.same(c6.acquire(world.end, clients, 30.0), [], "without lease")
    with open(world.six.pid_file) as f:
        os.kill(int(f.read()), signal.SIGTERM)  # strace itself ignores it
    case.same(world.six.process.wait(20), 0, "exit code")
    calls = strace.read(trace)
    seen = set()
    for call in calls:
        if call.name not in strace.SENDS:
            continue
        for part in call.parts():
            for one in clients:
                if part[:1] != bytes([c6.REPLY]) or one.duid not in part:
                    continue
                case.true(strace.synced_before(calls, one.duid, call),
                          f"the REPLY to {one} left before its sync")
                seen.add(one)
    case.same(len(seen), len(clients), "REPLYs seen in the trace")
    server = clients[0].server
    first = next(c for c in calls if c.name in strace.SENDS and
                 server in c.data())
    case.true(strace.synced_before(calls, server, first),
              "an answer left before the DUID was on disk")


def test_no_promise_is_broken_by_kills_at_random_moments():
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    world = World("kill")
    world.six.start()
    duid = world.six.stats()["duid"]
    kept, number = [], 0
    for _ in range(ROUNDS):
        clients = [c6.Client(number + i) for i in range(2000)]
        number += len(clients)
        deadline = time.monotonic() + chance.uniform(0.05, 0.5)
        killed = []

        def kill_in_time(deadline=deadline, killed=killed):
            if not killed and time.monotonic() > deadline:
                os.kill(world.front(), signal.SIGKILL)
                world.six.process.wait()
                killed.append(True)

        c6.acquire(world.end, clients, 0.8, before_send=kill_in_time)
        if not killed:
            world.six.process.kill()
        kept += [c for c in clients if c.held]
        world.end.drain()
        world.six.start()
        case.same(world.six.stats()["duid"], duid, "DUID")
        world.check(kept)
    case.same(len({c.held[0] for c in kept}), len(kept), "owners of addresses")
    case.true(len(kept) > 20 * ROUNDS, f"only {len(kept)} leases: no load")
    print(f"{len(kept)} leases kept")


def test_a_rewritten_journal_has_all_leases_and_the_duid():
    world = World("rewritten")
    world.six.configure("dhcp4o6 { journal-compact 1; }\n" +
                        CONF.replace("dhcp4o6 { xdp off; }", ""))
    world.six.start()
    duid = world.six.stats()["duid"]
    clients = [c6.Client(i) for i in range(1000)]
    case.same(c6.acquire(world.end, clients, 20.0), [], "without lease")
    end = time.monotonic() + 60
    while not world.six.stats()["journal"]["compactions"]:
        case.true(time.monotonic() < end, "the journal is not rewritten")
        for at in range(0, len(clients), 50):
            for one in clients[at:at + 50]:
                world.end.send(one.renew())
            for one in clients[at:at + 50]:
                case.true(world.end.receive(2.0), "no answer to a RENEW")
    world.six.process.kill()
    world.six.start()
    case.same(world.six.stats()["duid"], duid, "DUID")
    world.check(clients)


def test_a_full_disk_means_no_lease_and_service_resumes_when_there_is_room():
    world = World("full")
    small = netns.small_disk(world.directory)
    world.six.leases = os.path.join(small, "leases6")
    world.six.start()
    early = [c6.Client(i) for i in range(5)]
    case.same(c6.acquire(world.end, early), [], "without lease")
    ballast = os.path.join(small, "ballast")
    netns.fill(ballast)
    late = [c6.Client(100 + i) for i in range(90)]
    # What fits into blocks that are there already may still be served.
    left = c6.acquire(world.end, late, 3.0)
    case.true(left, "every client got a REPLY from a full disk")
    stats = world.six.stats()
    case.same(stats["journal"]["state"]["health"], "failed", "health")
    case.true(stats["drops"]["store-failed"] > 0, "drops counted")
    # What needs no disk goes on.
    one = c6.Client(1)
    case.true(c6.exchange(world.end, one, one.inform()), "stateless")
    os.unlink(ballast)
    case.same(c6.acquire(world.end, left, 20.0), [], "without lease")
    world.six.process.kill()
    world.six.start()
    world.check(early + late)


def test_a_failed_sync_is_no_reply_and_is_mended():
    world = World("sync")
    world.six.start(under=(
        "strace", "-f", "-qq", "-o", "/dev/null", "-P", world.six.leases,
        "-e", "trace=fdatasync", "-e",
        "inject=fdatasync:error=EIO:when=3+4"))
    served = []
    for number in range(10):
        one = c6.Client(number)
        case.same(c6.acquire(world.end, [one], 20.0), [], "without lease")
        served.append(one)
    case.true(world.six.stats()["journal"]["failures"] >= 1, "failures")
    os.kill(world.front(), signal.SIGKILL)
    world.six.process.wait()
    world.six.start()
    world.check(served)


def test_queries_for_the_other_half_do_not_wait_for_a_slow_disk():
    world = World("slow")
    four = daemons.Half(world.link.server, world.directory, 4,
                        daemons.CONF4 % {"ifname": "s0"})
    four.start()
    world.six.start(under=(
        "strace", "-f", "-qq", "-o", "/dev/null", "-P", world.six.leases,
        "-e", "trace=fdatasync", "-e",
        "inject=fdatasync:delay_enter=1500000:when=2+"), timeout_s=30)
    world.six.meet()
    six, v4, replied = c6.Client(1), client.Client(1), []
    case.true(c6.exchange(world.end, six, six.solicit()), "no ADVERTISE")
    begin = time.monotonic()

    def unwrap(data):
        if data[0] == c6.REPLY:
            replied.append(time.monotonic() - begin)
        return only_4o6(data)

    world.end.send(six.request())
    case.same(client.acquire(world.end, [v4], 1.0, retry_s=5.0,
                             unwrap=unwrap), [],
              "without IPv4 lease while the disk was busy")
    case.same(replied, [], "a REPLY before the disk had it")
    case.true(c6.answer_to(world.end, six.xid, 10.0), "no REPLY")
    case.true(time.monotonic() - begin > 1.4, "the disk was not slow")


def memory_kib(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f
                    if line.startswith("VmHWM:"))


def test_long_messages_do_not_fill_the_memory_while_the_disk_is_busy():
    world = World("long")
    world.six.start(under=(
        "strace", "-f", "-qq", "-o", "/dev/null", "-P", world.six.leases,
        "-e", "trace=fdatasync", "-e",
        "inject=fdatasync:delay_enter=3000000:when=2+"), timeout_s=30)
    first = c6.Client(0)
    case.true(c6.exchange(world.end, first, first.solicit()), "no ADVERTISE")
    front = world.front()
    before = memory_kib(front)
    for number in range(1, 2500):
        one = c6.Client(number)
        one.server = first.server
        world.end.send(c6.forward(
            one.message(c6.REQUEST, items=[]), "2001:db8:1:1::1", "fe80::1",
            interface_id=bytes(60000)))
    grown = memory_kib(front) - before
    print(f"{grown} KiB more")
    case.true(grown < 65536, f"{grown} KiB of answers wait")
    case.true(world.six.stats()["drops"]["store-busy"] > 0, "no flood")


def test_a_flood_of_solicits_leaves_room_for_the_other_half():
    world = World("flood")
    four = daemons.Half(world.link.server, world.directory, 4,
                        daemons.CONF4 % {"ifname": "s0"})
    four.start()
    world.six.start()
    solicits = [c6.Client(i).solicit() for i in range(2000)]
    flooder = c6.Endpoint6(world.link.client, "c0", 1546)
    clients = [client.Client(i) for i in range(20)]
    sent = 0

    def flood(one, v4):
        nonlocal sent
        for _ in range(200):
            flooder.send(solicits[sent % len(solicits)])
            sent += 1
        world.end.send(client.dhcp.query(v4))

    left = client.acquire(world.end, clients, 20.0, send=flood,
                          unwrap=only_4o6)
    case.same(left, [], f"without IPv4 lease after {sent} SOLICITs")
    case.true(sent >= 4000, "no flood")
    case.true(world.six.process.alive(), "server6 lives")


def only_4o6(data):
    """Answers to the flood come to the same port."""
    if data[0] != client.dhcp.RESPONSE:
        return None, client.dhcp.V4(xid=0)
    return client.dhcp.response(data)


def long_request(one, server):
    """Sixteen leases, each with all that a record can keep."""
    one.server = server
    name = bytes([62]) + b"n" * 62
    message = one.message(
        c6.REQUEST, (39, b"\0" + name * 3),
        *(c6.ia(c6.IA_NA, iaid) for iaid in range(1, 17)))
    for hops in range(3):
        message = c6.forward(message, "2001:db8:1:1::fe", "fe80::1", hops,
                             interface_id=bytes(255))
    return message


def test_a_turn_of_very_long_records_is_more_than_one_batch():
    world = World("long")
    world.six.start()
    relay = c6.Endpoint6(world.link.client, "c0", 547)
    server = bytes.fromhex(world.six.stats()["duid"].replace(":", ""))
    clients = [c6.Client(number) for number in range(1, 65)]
    front = world.front()
    os.kill(front, signal.SIGSTOP)
    for one in clients:
        relay.send(long_request(one, server))
    os.kill(front, signal.SIGCONT)
    waiting = {one.xid for one in clients}
    for _ in clients:
        got = relay.receive(5.0)
        case.true(got, f"{len(waiting)} answers missing; {world.six.drops()}")
        answer = c6.unwrap(got[0])[1]
        case.same(len(answer.items()), 16, "leases")
        waiting.remove(answer.xid)
    case.same(world.six.drops(), {}, "drops")
    case.same(len(world.table()), 64 * 16, "leases")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
