#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Classes, conditions and limits of server4, with the daemons as they run."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import netns

CONF = """\
authoritative;
class "phones" {
  match if substring(option vendor-class-identifier, 0, 5) = "phone";
  default-lease-time 900;
  option domain-name = concat(option host-name, ".phones.example");
}
class "lines" {
  spawn with option agent.circuit-id;
  lease limit 2;
}
if not known { option ntp-servers 10.10.10.3; }
shared-network "s0" {
  subnet6 2001:db8:1:1::/64 { }
  subnet 10.10.10.0 netmask 255.255.255.0 {
    pool { allow members of "phones"; range 10.10.10.10 10.10.10.19; }
    pool { deny members of "phones"; range 10.10.10.100 10.10.10.199; }
  }
}
"""


class World:
    def __init__(self, name):
        netns.start_over()
        self.link = daemons.Link()
        self.six, self.four = daemons.start_pair(
            self.link, netns.work_dir("classes-" + name), conf4=CONF,
            xdp="off")
        self.direct = client.Endpoint(self.link.client, "c0")
        self.number = 0

    def one(self, *options):
        self.number += 1
        one = client.Client(self.number)
        one.options = one.options + list(options)
        return one

    def ask(self, v4, timeout_s=2.0):
        v4.options.append((55, bytes([1, 15, 42])))
        self.direct.send(dhcp.query(v4))
        return client.answer_to(self.direct, v4.xid, timeout_s)

    def lease(self, one):
        one.offer = self.ask(one.discover(), 0.5)
        if one.offer:
            one.lease = self.ask(one.request())
        return one.lease


def test_a_class_has_its_pool_its_times_and_its_options():
    world = World("pool")
    phone = world.one((60, b"phone-7"), (12, b"desk"))
    plain = world.one((60, b"laptop"))
    case.true(world.lease(phone), "the phone")
    case.true(world.lease(plain), "the other one")
    case.true(phone.address.startswith("10.10.10.1") and
              len(phone.address) == len("10.10.10.10"), phone.address)
    case.same(phone.lease.get(51), (900).to_bytes(4, "big"), "lease time")
    case.same(phone.lease.get(15), b"desk.phones.example", "option 15")
    case.true(len(plain.address) == len("10.10.10.100"), plain.address)
    case.same(plain.lease.get(15), None, "option 15 of the other one")
    case.same(plain.lease.get(42), dhcp.ip4("10.10.10.3"), "option 42")


def test_a_line_has_two_leases_and_still_after_a_crash():
    world = World("limit")

    def on(line):
        return world.one((82, bytes([1, len(line)]) + line))

    for line in (b"port1", b"port2"):
        for _ in range(2):
            case.true(world.lease(on(line)), f"a place on {line}")
    case.same(world.lease(on(b"port1")), None, "a third one")
    case.same(world.four.drops(), {"class-limit": 1}, "drops")
    world.four.process.kill()
    world.four.start()
    # It is back on its port, which the other half has noticed.
    netns.wait_until(lambda: world.lease(on(b"port3")), what="a free line")
    case.same(world.lease(on(b"port2")), None, "a third one after the crash")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
