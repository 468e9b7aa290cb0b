#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Runs beside others.
"""ISC's dhcpd -6 stops, ours starts on its lease file, and its clients go on."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import clients6
import daemons
import netns
import servers6
import world6


class Move:
    """dhcpd -6 on a LAN, and ours that is going to have its file."""

    def __init__(self, name, clients, **plan):
        self.link = daemons.Lan(clients)
        self.dir = netns.work_dir(f"takeover6-{name}")
        self.isc = servers6.Server("isc", self.link, self.dir,
                                   servers6.Plan(**plan)).start()
        # What only dhcpd knows is no part of the question.
        plan = {k: v for k, v in plan.items() if k != "more"}
        self.ours = servers6.Server("ours", self.link, self.dir,
                                    servers6.Plan(**plan))
        self.ours.leases = self.isc.leases

    def dhclient(self, i):
        return clients6.Dhclient(self.link.clients[i], "c0", self.dir,
                                 world6.ASKS, name=f"dhclient{i}")

    def text(self, suffix=""):
        with open(self.isc.leases + suffix, "rb") as f:
            return f.read()

    def move(self):
        self.isc.stop()
        text = self.text()
        self.ours.start()
        case.same(self.text(".isc"), text, "the file that was kept")
        case.true(not self.text().startswith(b"#"), "no journal was made")


def wait_renewal(one, calls, what):
    """The next calls of a client's script for renewals."""
    begun = len(one.environments("RENEW6"))
    return netns.wait_until(
        lambda: one.environments("RENEW6")[begun:]
        if len(one.environments("RENEW6")) >= begun + calls else None, 30,
        what)


def goes_on(lease_ids):
    move = Move(f"goes-on-{lease_ids}", 3, valid=300, preferred=200, renew=6,
                rebind=120, more=f"lease-id-format {lease_ids};\n")
    both, gone, late = (move.dhclient(i) for i in range(3))
    wire = clients6.Wire(both.ns, "c0")
    both.start("-N", "-P").wait("BOUND6", 2)
    gone.start("-D", "LL").wait("BOUND6")
    envs = both.environments("BOUND6")
    address, = {e["new_ip6_address"] for e in envs if "new_ip6_address" in e}
    prefix, = {e["new_ip6_prefix"] for e in envs if "new_ip6_prefix" in e}
    server_id = wire.last("reply")[2]
    gone.release()
    move.move()
    before = wire.messages()
    envs = wait_renewal(both, 2, "a renewal by ours")
    case.same(({e["new_ip6_address"] for e in envs if "new_ip6_address" in e},
               {e["new_ip6_prefix"] for e in envs if "new_ip6_prefix" in e}),
              ({address}, {prefix}), "what was renewed")
    case.same(set(wire.messages()[len(before):]), {"renew", "reply"},
              "messages since ours serves")
    case.same(wire.last("reply")[2], server_id, "Server-ID")
    table = move.ours.half.ctl("leases")
    for key, value in (("address", address), ("prefix", prefix.split("/")[0])):
        case.same([i["state"] for i in table if i.get(key) == value],
                  ["active"], f"{value} in {table}")
    # Somebody new gets something else.
    new = late.start().wait("BOUND6")["new_ip6_address"]
    case.true(new != address, f"{new} is given twice")
    # The journal goes on as any other.
    move.ours.stop()
    move.ours.start()
    wait_renewal(both, 2, "a renewal after a restart")
    case.same(wire.last("reply")[2], server_id, "Server-ID after a restart")


def test_clients_of_dhcpd_renew_the_same_leases_with_the_same_server():
    goes_on("octal")


def test_clients_of_a_dhcpd_that_writes_hexadecimal_go_on_as_well():
    goes_on("hex")


def test_a_client_confirms_after_the_move_what_dhcpd_gave_it():
    move = Move("confirm", 1)
    one = move.dhclient(0)
    wire = clients6.Wire(one.ns, "c0")
    address = one.start().wait("BOUND6")["new_ip6_address"]
    one.kill()
    move.move()
    again = one.start().wait("BOUND6", 2)["new_ip6_address"]
    case.same(again, address, "address")
    case.true("confirm" in wire.messages(), wire.messages())
    case.same(wire.messages().count("solicit"), 1, "Solicits")


def test_what_was_released_or_declined_is_known():
    move = Move("states", 2)
    gone, picky = move.dhclient(0), move.dhclient(1)
    free = gone.start().wait("BOUND6")["new_ip6_address"]
    picky.decline_next()
    picky.start().wait("BOUND6", 2, 30)
    declined = picky.environments("BOUND6")[0]["new_ip6_address"]
    held = picky.environments("BOUND6")[1]["new_ip6_address"]
    gone.release()
    netns.wait_until(lambda: b"binding state released" in move.text(), 10,
                     "dhcpd to write the release")
    move.move()
    states = {i["address"]: i["state"] for i in move.ours.half.ctl("leases")}
    case.same(states, {free: "released", declined: "declined",
                       held: "active"}, "states")


def test_a_check_of_the_configuration_says_what_would_be_done():
    move = Move("check", 1)
    move.dhclient(0).start().wait("BOUND6")
    move.isc.stop()
    text = move.text()
    half = daemons.Half(move.link.server, move.dir, 6,
                        move.ours.plan.dhcpd(), ["s0"])
    half.leases = move.isc.leases
    done = half.ns.run(*half.argv("-t"), check=False, timeout_s=10)
    case.same(done.returncode, 0, done.stderr)
    for words in ("would be taken over", "and the server's DUID",
                  "1 addresses and prefixes of 1 declarations"):
        case.true(words in done.stderr, done.stderr)
    case.same(move.text(), text, "the file")
    case.true(not os.path.exists(move.isc.leases + ".isc"), "a kept file")
    # With a fault in it neither a check nor a start takes it, or changes it.
    text += b'ia-na "12345" {\n  iaaddr 2001:db8::1 {\n    ends soon;\n'
    text += b"  }\n}\n"
    with open(move.isc.leases, "wb") as f:
        f.write(text)
    for extra in (("-t",), ()):
        done = half.ns.run(*half.argv(*extra), check=False, timeout_s=10)
        case.true(done.returncode not in (0, 124), done.stderr)
        line = text.count(b"\n") - 2
        case.true(f"{half.leases}:{line}: expected a date" in done.stderr,
                  done.stderr)
        case.same(move.text(), text, "the file")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
