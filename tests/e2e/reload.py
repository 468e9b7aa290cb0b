#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""server4 reads its configuration again while it serves."""

import os
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import netns

# The pool moves and the lease time tells which of the two answered.
CONF = """\
authoritative;
default-lease-time %(seconds)d;
max-lease-time %(seconds)d;
shared-network "s0" {
  subnet6 2001:db8:1:1::/64 { }
  subnet 10.10.0.0 netmask 255.255.0.0 {
    range %(first)s %(last)s;
  }
}
"""


def conf(seconds=3600, first="10.10.10.1", last="10.10.60.254"):
    return CONF % {"seconds": seconds, "first": first, "last": last}


class World:
    def __init__(self, name, text=None):
        netns.start_over()
        self.link = daemons.Link()
        directory = netns.work_dir("reload-" + name)
        self.six, self.four = daemons.start_pair(
            self.link, directory, conf4=text or conf(), xdp="off")
        self.direct = client.Endpoint(self.link.client, "c0")
        self.number = 0

    def some(self, count):
        self.number += count
        return [client.Client(self.number - i) for i in range(count)]

    def ask(self, v4, timeout_s=2.0):
        self.direct.send(dhcp.query(v4))
        return client.answer_to(self.direct, v4.xid, timeout_s)

    def acquire(self, clients):
        """Nothing is sent twice: a lost query is a client without lease."""
        return client.acquire(self.direct, clients, 30.0, retry_s=31.0)

    def tool(self, *args):
        return self.link.server.run(
            os.path.join(daemons.BIN, "dhcp4o6ctl"), "--run-dir",
            self.four.run_dir, *args, check=False)

    def reload(self, text, expect=0):
        self.four.configure(text)
        done = self.tool("reload", "server4")
        case.same(done.returncode, expect, done.stdout + done.stderr)
        return done

    def state(self):
        return self.four.stats()["reload"]


def replace(path, text):
    """As editors do it: a reader sees the one file or the other."""
    with open(path + ".next", "w") as f:
        f.write(text)
    os.rename(path + ".next", path)


def test_no_query_is_lost_by_twenty_reloads():
    world = World("load")
    clients, left = world.some(12000), []
    thread = threading.Thread(
        target=lambda: left.extend(world.acquire(clients)))
    thread.start()
    done = 0
    while done < 20 or (thread.is_alive() and done < 200):
        replace(world.four.conf, conf(3600 + done % 2))
        if done % 2:
            items, code, text = daemons.control(
                world.four.socket_path, "reload", timeout_s=20.0)
            case.same((items, code), ([], 0), text)
        else:
            world.four.process.signal(signal.SIGHUP)
        done += 1
    thread.join()
    case.same(len(left), 0, "clients whose query was lost")
    times = {int.from_bytes(c.lease.get(51), "big") for c in clients}
    case.same(times, {3600, 3601}, "lease times: both answered")
    state = world.state()
    case.true(state["count"] >= 20, state)
    case.same(state["failures"], 0, state)
    case.same(world.four.drops(), {}, "drops")
    case.same({c.address: c.mac for c in clients},
              {a: lease["hardware"]
               for a, lease in world.four.lease_table().items()}, "leases")


def test_an_error_keeps_the_former_configuration_and_is_shown_with_its_place():
    world = World("error")
    one, = world.some(1)
    bad = conf(3601) + "default-lease-time soon;\nno-such-thing;\n"
    done = world.reload(bad, expect=78)
    place = f"{world.four.conf}:10:20: error: expected a number"
    case.true(place in done.stderr, done.stderr)
    case.true(f"{world.four.conf}:11:1: error:" in done.stderr, done.stderr)
    case.true("the former configuration stays" in done.stderr, done.stderr)
    state = world.state()
    case.same((state["count"], state["failures"], state["state"]["result"]),
              (1, 1, "refused"), "reload in stats")
    case.true(place in state["state"]["text"], state)
    case.true(place in world.four.process.text(), "the log")
    case.same(world.acquire([one]), [], "the client")
    case.same(one.lease.get(51), (3600).to_bytes(4, "big"), "lease time")
    # What is mended works, and the tool says so.
    done = world.reload(conf(3601))
    case.true("is in force" in done.stdout, done.stdout)
    answer = world.ask(one.renew())
    case.same(answer.get(51), (3601).to_bytes(4, "big"), "lease time")
    shown = world.tool("stats").stdout
    case.true("server4 reload" in shown and "applied" in shown, shown)


def test_a_lease_outside_every_pool_is_kept_and_not_given_to_others():
    world = World("outside", conf(first="10.10.10.1", last="10.10.10.4"))
    first = world.some(4)
    case.same(world.acquire(first), [], "before")
    held = {c.address for c in first}
    world.reload(conf(first="10.10.20.1", last="10.10.20.4"))
    second = world.some(4)
    case.same(world.acquire(second), [], "in the new pool")
    case.true(all(c.address.startswith("10.10.20.") for c in second), second)
    table = world.four.lease_table()
    case.same(set(table), held | {c.address for c in second}, "leases")
    # Back again: they are theirs still, and nobody else finds a place.
    world.reload(conf(first="10.10.10.1", last="10.10.10.4"))
    other, = world.some(1)
    case.same(world.ask(other.discover(), 0.3), None, "a full pool")
    for c in first:
        answer = world.ask(c.renew())
        case.same((answer.kind, answer.yiaddr), (dhcp.ACK, c.address),
                  f"{c} renews")
    # Who holds one outside is told to move, and gets one inside.
    world.reload(conf(first="10.10.30.1", last="10.10.30.9"))
    mover = first[0]
    case.same(world.ask(mover.renew()).kind, dhcp.NAK, "renewal outside")
    mover.offer = mover.lease = None
    case.same(world.acquire([mover]), [], "the one that moves")
    case.true(mover.address.startswith("10.10.30."), mover.address)


def test_a_conflict_of_interfaces_is_refused():
    world = World("conflict")
    done = world.reload(conf() + """\
shared-network other {
  subnet6 2001:db8:ff::/64 { }
  subnet 10.20.0.0 netmask 255.255.0.0 { range 10.20.0.1 10.20.0.9; }
}
""", expect=78)
    case.true("interface s0 is in two shared networks" in done.stderr,
              done.stderr)
    one, = world.some(1)
    case.same(world.acquire([one]), [], "still served")


def test_who_may_own_the_other_half_changes_and_an_unknown_user_is_refused():
    world = World("peers")
    done = world.reload("dhcp4o6 { peer-user nobody-here; }\n" + conf(),
                        expect=78)
    case.true("peer-user nobody-here: there is no such user" in done.stderr,
              done.stderr)
    world.reload("dhcp4o6 { peer-user nobody; journal-compact 77; }\n" +
                 conf())
    one, = world.some(1)
    case.same(world.ask(one.discover(), 0.3), None, "root's server6")
    case.true(world.four.drops().get("ipc-foreign"), world.four.drops())
    case.true("journal-compact: 64 stays in force" in
              world.four.process.text(), world.four.process.text())
    world.reload(conf())
    case.same(world.acquire([one]), [], "trusted again")


def test_a_file_that_may_not_be_read_any_more_is_an_error_that_says_by_whom():
    world = World("user")
    world.four.process.stop()
    for path in (world.four.conf, world.four.dir):
        os.chmod(path, 0o700)
    os.chmod(world.four.run_dir, 0o777)
    world.four.leases = os.path.join(world.four.run_dir, "leases4")
    world.four.start("-user", "nobody")
    case.true("a reload will fail" in world.four.process.text(),
              world.four.process.text())
    done = world.reload(conf(), expect=78)
    case.true("Permission denied" in done.stderr, done.stderr)
    case.true("files are read by uid 65534" in done.stderr, done.stderr)


def test_a_hundred_thousand_subnets_stop_the_loop_for_milliseconds():
    world = World("large")
    large = [conf(3602)]
    for i in range(100000):
        net = (11 << 24) + i * 64
        text = [".".join(str(a >> s & 255) for s in (24, 16, 8, 0))
                for a in (net, net + 1, net + 60)]
        large.append(
            f"shared-network n{i} {{ subnet6 2001:db9:{i >> 16:x}:"
            f"{i & 65535:x}::/64 {{ }} subnet {text[0]} netmask "
            f"255.255.255.192 {{ range {text[1]} {text[2]}; }} }}\n")
    replace(world.four.conf, "".join(large))
    one, = world.some(1)
    case.same(world.acquire([one]), [], "a client")
    world.four.process.signal(signal.SIGHUP)
    slowest, asked = 0.0, 0
    end = time.monotonic() + 60
    while world.state()["count"] < 1:
        case.true(time.monotonic() < end, "no end of the reload")
        begin = time.monotonic()
        case.same(world.ask(one.renew()).kind, dhcp.ACK, "renewal")
        slowest = max(slowest, time.monotonic() - begin)
        asked += 1
    state = world.state()["state"]
    print(f"  read {state['read_ms']} ms, swap {state['swap_us']} us, "
          f"{asked} renewals, the slowest {slowest * 1000:.1f} ms")
    case.same(state["result"], "applied", state)
    case.true(state["read_ms"] > 10 * state["swap_us"] / 1000, state)
    case.true(asked >= 5, "queries are answered while it is read")
    answer = world.ask(one.renew())
    case.same(answer.get(51), (3602).to_bytes(4, "big"), "lease time")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
