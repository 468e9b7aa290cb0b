#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""RECONFIGURE (RFC 9915 section 18.3.11), and reloads of server6 that send it."""

import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client6 as c6
import daemons
import dhcp
import journal
import netns

CONF = """\
default-lease-time 3600;
dhcp4o6 { xdp off; reconfigure %(accept)s; %(more)s }
%(top)s
subnet6 2001:db8:1:1::/64 {
  range6 2001:db8:1:1::1000 2001:db8:1:1::ffff;
  prefix6 2001:db8:1000:: 2001:db8:10ff:: /48;
}
subnet6 2001:db8:7:1::/64 { range6 2001:db8:7:1::/64; }
"""
ON = "option dhcp6.dhcp4-o-dhcp6-server 2001:db8::1;"
RELAY, LINK = "2001:db8:ff::1", "2001:db8:7:1::fe"


def conf(top="", accept="on", more=""):
    return CONF % {"top": top, "accept": accept, "more": more}


class World:
    def __init__(self, name, text=None):
        netns.start_over()
        self.link = daemons.Link()
        self.six = daemons.Half(self.link.server,
                                netns.work_dir("reconfigure-" + name), 6,
                                text or conf(), ["s0"])
        self.end = c6.Endpoint6(self.link.client, "c0")
        self.six.start()

    def client(self, number, accepts=True, **kwargs):
        one = c6.Client(number, reconfigure=accepts, oro=[c6.SERVERS_4O6],
                        **kwargs)
        case.same(c6.acquire(self.end, [one]), [], "without lease")
        return one

    def tool(self, *argv, code=0):
        done = self.link.server.run(
            os.path.join(daemons.BIN, "dhcp4o6ctl"), "--run-dir",
            self.six.run_dir, *argv, check=False)
        case.same(done.returncode, code,
                  f"{argv}: {done.stdout}{done.stderr}")
        return done

    def asked(self, one, timeout_s=1.5, end=None):
        """What a RECONFIGURE asks the client for; None: there is none."""
        got = (end or self.end).receive(timeout_s)
        return None if got is None else \
            one.check_reconfigure(c6.unwrap(got[0])[1])

    def figures(self):
        stats = self.six.stats()["leases6"]
        return (stats["reconfigures_answered"], stats["reconfigures_failed"],
                stats["state"]["reconfigures_in_flight"])


def test_a_client_does_what_it_is_asked_for_and_is_left_alone_then():
    world = World("client")
    one = world.client(1)
    case.true(one.key, "no reconfigure key")
    for argv, make in (((one.duid.hex(),), one.renew),
                       ((one.held[0], "--rebind"), one.rebind),
                       ((one.duid.hex(":"), "--information-request"),
                        one.inform)):
        world.tool("reconfigure", *argv)
        payload = make()
        case.same(world.asked(one), payload[0], "asked for")
        world.end.send(payload)
        case.true(c6.answer_to(world.end, one.xid), "no answer")
    case.same(world.figures(), (3, 0, 0), "figures")
    case.same(world.asked(one, 2.5), None, "after it was done")


def test_a_message_is_repeated_also_to_an_address_of_the_client():
    world = World("repeat")
    one = world.client(2)
    world.link.client.address("c0", one.held[0] + "/64")
    begin = time.monotonic()
    world.tool("reconfigure", one.duid.hex())
    for want in ("fe80", one.held[0], "fe80"):
        got = world.end.receive(8.0)
        case.true(got, "no RECONFIGURE")
        one.check_reconfigure(c6.unwrap(got[0])[1])
        case.true(got[2].startswith(want), f"{got[2]}, not {want}")
    took = time.monotonic() - begin
    case.true(5.5 < took < 7.5, f"2 and 4 seconds, not {took}")


def test_replay_values_grow_over_restarts_whatever_the_clock_says():
    world = World("replay")
    duid = bytes.fromhex(world.six.stats()["duid"].replace(":", ""))
    world.six.process.kill()
    # As if the clock had once been decades ahead.
    mark = 0xf0000000 << 32
    journal.write(world.six.leases, [journal.duid_record(duid, mark)])
    world.six.start()
    one = world.client(2)
    case.same(one.server, duid, "DUID")
    case.true(one.replay > mark, f"{one.replay:#x} was used before")
    for _ in range(2):
        world.tool("reconfigure", one.duid.hex())
        case.same(world.asked(one), c6.RENEW, "asked for")
        before = one.replay
        world.six.process.kill()
        world.six.start()
        answer = c6.exchange(world.end, one, one.renew())
        case.same(answer.items(), one.held, "renewed")
        case.true(one.replay > before, f"{one.replay:#x} was used before")
    case.true(one.replay < mark + (16 << 32), "restarts use up all values")


def test_a_mark_that_the_disk_refuses_is_written_again():
    world = World("refused", conf(accept="off"))
    world.six.process.kill()
    # Of the thread that writes the second sync fails, which is the mark's.
    world.six.start(under=(
        "strace", "-f", "-qq", "-o", "/dev/null", "-P", world.six.leases,
        "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=2"),
        timeout_s=30)
    one = world.client(5)
    case.same(one.key, None, "a key where none is to be given")
    world.six.configure(conf())
    world.six.ctl("reload")
    netns.wait_until(lambda: world.six.stats()["journal"]["failures"],
                     what="the disk to fail")
    netns.wait_until(lambda: world.six.stats()["journal"]["state"]["health"] ==
                     "good", 20.0, "the disk to be mended")
    case.true(c6.exchange(world.end, one, one.renew(), tries=10), "renewed")
    case.true(one.key, "no key after the failure")
    world.tool("reconfigure", one.duid.hex())
    case.same(world.asked(one, 5.0), c6.RENEW, "asked for")


def test_a_journal_without_a_mark_is_gone_on_with():
    world = World("old")
    duid = bytes.fromhex(world.six.stats()["duid"].replace(":", ""))
    world.six.process.kill()
    journal.write(world.six.leases, [journal.duid_record(duid)])
    world.six.start()
    one = world.client(2)
    case.same(one.server, duid, "DUID")
    case.true(abs((one.replay >> 32) - time.time()) < 60, hex(one.replay))
    world.tool("reconfigure", one.duid.hex())
    case.same(world.asked(one), c6.RENEW, "asked for")


def test_a_client_behind_relays_is_reached_through_them():
    world, one = World("relay"), c6.Client(3, reconfigure=True)
    end = c6.Endpoint6(world.link.client, "c0", 547)

    def ask(payload):
        inner = c6.forward(payload, LINK, "fe80::77", 0, b"port 7")
        end.send(c6.forward(inner, "::", LINK, 1), source=RELAY,
                 to=daemons.UPSTREAM_SERVER)
        one.take(c6.unwrap(end.receive(3.0)[0])[1])

    ask(one.solicit())
    ask(one.request())
    world.tool("reconfigure", one.held[0])
    data, _, to = end.receive(3.0)
    levels, message = c6.unwrap(data)
    case.same((to, [(h, link, peer) for h, link, peer, _ in levels],
               levels[1][3][c6.INTERFACE_ID]),
              (RELAY, [(1, "::", LINK), (0, LINK, "fe80::77")], b"port 7"),
              "way")
    case.same(one.check_reconfigure(message), c6.RENEW, "asked for")
    ask(one.renew())
    case.same(world.figures(), (1, 0, 0), "figures")


def test_a_client_behind_a_relay_with_a_port_of_its_own_is_reached():
    world, one = World("relay-port"), c6.Client(4, reconfigure=True)
    # The outer relay uses port 5470, and has heard the inner one from 5471.
    end = c6.Endpoint6(world.link.client, "c0", 5470)

    def ask(payload):
        inner = c6.forward(payload, LINK, "fe80::77", 0, b"port 7",
                           more=[(135, b"\0\0")])
        end.send(c6.forward(inner, "::", LINK, 1,
                            more=[(135, (5471).to_bytes(2, "big"))]),
                 source=RELAY, to=daemons.UPSTREAM_SERVER)
        one.take(c6.unwrap(end.receive(3.0)[0])[1])

    ask(one.solicit())
    ask(one.request())
    world.six.process.kill()
    world.six.start()
    world.tool("reconfigure", one.held[0])
    got = end.receive(3.0)
    case.true(got, "nothing came to port 5470")
    levels, message = c6.unwrap(got[0])
    case.same([level[3].get(135) for level in levels],
              [(5471).to_bytes(2, "big"), b"\0\0"], "options 135")
    case.same(one.check_reconfigure(message), c6.RENEW, "asked for")


def test_who_cannot_be_asked_is_named():
    world = World("refused")
    one = world.client(4, accepts=False)
    for argv, code, text in (
            ((one.duid.hex(),), 1, "accepts RECONFIGURE"),
            ((one.held[0],), 1, "accepts RECONFIGURE"),
            (("0003000102",), 1, "holds no lease"),
            (("2001:db8:1:1::1",), 1, "nobody holds 2001:db8:1:1::1"),
            (("2001:db8::/56/3",), 2, "PREFIX/LENGTH"), (("asdf",), 2, "DUID")):
        done = world.tool("reconfigure", *argv, code=code)
        case.true(text in done.stderr, done.stderr)
    world.tool("reconfigure", code=2)
    world.tool("reconfigure", one.duid.hex(), "--all", code=2)
    case.same(world.asked(one, 0.5), None, "a message")
    world = World("off", conf(accept="off"))
    one = world.client(4)
    case.true(one.key is None, "a key")
    world.tool("reconfigure", "--all", code=1)


def test_all_clients_that_accept_it_are_asked_once():
    world = World("all")
    clients = [world.client(10 + i, accepts=i % 2 == 0, pd=i % 3 == 0)
               for i in range(30)]
    # A second lease does not make a second client.
    clients[0].code, clients[0].iaid, clients[0].offered = c6.IA_NA, 99, []
    clients[0].held = []
    case.same(c6.acquire(world.end, clients[:1]), [], "without lease")
    world.end.drain()
    world.tool("reconfigure", "--all")
    by_duid, asked = {c.duid: c for c in clients}, []
    while len(asked) < 15:
        got = world.end.receive(1.9)
        case.true(got, f"only {len(asked)} messages")
        message = c6.unwrap(got[0])[1]
        if message.kind != c6.RECONFIGURE:
            continue  # answers to the renewals below
        one = by_duid[message.get(c6.CLIENT_ID)]
        one.check_reconfigure(message)
        asked.append(one)
        world.end.send(one.renew())
    case.same(len(set(asked)), 15, "clients")
    netns.wait_until(lambda: world.figures() == (15, 0, 0), what="the end")


def test_a_reload_that_switches_4o6_on_or_off_is_told_to_clients():
    world = World("reload")
    one = world.client(5)
    case.same(c6.exchange(world.end, one, one.renew()).get(c6.SERVERS_4O6),
              None, "option 88")
    for top, want in ((ON, dhcp.ip6("2001:db8::1")), ("", None)):
        world.six.configure(conf(top))
        world.tool("reload", "server6")
        case.same(world.asked(one), c6.RENEW, "asked for")
        answer = c6.exchange(world.end, one, one.renew())
        case.same(answer.get(c6.SERVERS_4O6), want, "option 88")
    world.six.configure(conf() + "option dhcp6.name-servers 2001:db8::53;\n")
    world.six.process.signal(signal.SIGHUP)
    netns.wait_until(lambda: world.six.stats()["reload"]["count"] == 3,
                     what="the reload")
    case.same(world.asked(one, 1.0), None, "asked for another change")


def test_a_reload_with_an_error_changes_nothing():
    world = World("error")
    one = world.client(6)
    for bad in ("default-lease-time soon;", 'peer-user "no-such-user";'):
        more, top = (bad, "") if "peer" in bad else ("", bad)
        world.six.configure(conf(ON + top, more=more))
        done = world.tool("reload", "server6", code=78)
        case.true("soon" in done.stderr or "no-such-user" in done.stderr,
                  done.stderr)
        case.same(c6.exchange(world.end, one, one.renew()).get(
            c6.SERVERS_4O6), None, "option 88")
    state = world.six.stats()["reload"]
    case.same((state["failures"], state["state"]["result"]), (2, "refused"),
              "stats")


def test_what_a_reload_cannot_change_is_said():
    world = World("stays", conf(more="window 77;"))
    world.client(7)
    world.six.configure(conf(more="window 99; dialect isc;"))
    done = world.tool("reload", "server6")
    text = done.stdout + done.stderr
    case.true("window" in text and "dialect" in text, text)
    stats = world.six.stats()
    case.same((stats["ipc"]["state"]["window"], stats["dialect"]),
              (77, "native"), "in force")


def test_an_interface_in_two_networks_is_refused_by_a_reload():
    world = World("conflict")
    one = world.client(20)
    world.six.configure(conf() + "subnet6 2001:db8:ff::/64 { }\n")
    done = world.tool("reload", "server6", code=78)
    case.true("s0" in done.stderr and "2001:db8:ff::" in done.stderr,
              done.stderr)
    case.same(c6.exchange(world.end, one, one.renew()).items(), one.held,
              "renewed")


def test_addresses_that_come_and_go_place_clients():
    world = World("addresses")
    world.link.server.ip("addr", "del", daemons.SERVER6 + "/64", "dev", "s0")
    one = c6.Client(21)
    netns.wait_until(lambda: c6.exchange(world.end, one, one.solicit(),
                                         0.2, 1) is None,
                     what="the link to be nobody's")
    case.true(world.six.drops().get("no-subnet"), world.six.drops())
    world.link.server.address("s0", daemons.SERVER6 + "/64")
    case.same(c6.acquire(world.end, [one]), [], "without lease")


def test_a_pool_that_moved_keeps_its_leases_until_they_end():
    world = World("pool")
    one = world.client(8)
    world.six.configure(conf().replace("::1000 ", "::2000 ")
                        .replace("::ffff", "::2fff"))
    world.tool("reload", "server6")
    case.true(world.six.ctl("leases", {"address": one.held[0]})[0]["state"] ==
              "active", "the lease is gone")
    other = world.client(9)
    case.true(dhcp.ip6("2001:db8:1:1::2000") <= dhcp.ip6(other.held[0]) <=
              dhcp.ip6("2001:db8:1:1::2fff"), other.held)


if __name__ == "__main__":
    netns.sandbox()
    case.main()
