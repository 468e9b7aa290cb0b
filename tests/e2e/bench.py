#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""dhcp4o6-bench against a pair: what it reports is what the servers did."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import daemons
import netns

PROGRAM = os.path.join(daemons.BIN, "dhcp4o6-bench")
POOL = """\
authoritative;
shared-network "s0" {
  subnet6 2001:db8:1:1::/64 { }
  subnet 10.64.0.0 netmask 255.255.0.0 { range 10.64.1.0 10.64.40.255; }
}
shared-network near {
  subnet6 2001:db8:7:0::/64 { }
  subnet 10.70.0.0 netmask 255.255.0.0 { range 10.70.1.0 10.70.4.255; }
}
shared-network far {
  subnet6 2001:db8:7:1::/64 { }
  subnet 10.71.0.0 netmask 255.255.0.0 { range 10.71.1.0 10.71.4.255; }
}
"""


class World:
    def __init__(self, name, conf4=POOL):
        netns.start_over()
        self.link = daemons.Link()
        self.six, self.four = daemons.start_pair(
            self.link, netns.work_dir(name), conf4=conf4)

    def bench(self, *argv, code=0):
        """A report for each phase."""
        done = self.link.client.run(PROGRAM, "-j", "-I", "c0", *argv,
                                    check=False, timeout_s=60)
        case.same(done.returncode, code,
                  f"exit code of {argv}: {done.stdout}{done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def messages(self):
        """(those read, those written) by server4, without zeros."""
        counts = self.four.stats()["dhcp4"]
        return tuple({k.removeprefix("DHCP").lower(): v
                      for k, v in counts[way].items() if v}
                     for way in ("in", "out"))

    def networks(self):
        return {lease["address"].rsplit(".", 2)[0]
                for lease in self.four.lease_table().values()}


def complete(report, count, scenario="dora"):
    case.same((report["scenario"], report["started"], report["completed"],
               report["failed"], report["lost"]),
              (scenario, count, count, 0, 0), "report")
    for name, phase in report["latency"].items():
        case.same(phase["count"], count, f"{name}: measured")
        order = [phase[k] for k in ("min_us", "p50_us", "p90_us", "p99_us",
                                    "p999_us", "max_us")]
        case.true(0 < order[0] and order == sorted(order),
                  f"{name}: percentiles {order}")


def test_a_closed_loop_gives_every_client_a_lease():
    world = World("bench-closed")
    report, = world.bench("-n", "500", "-w", "16", "dora")
    complete(report, 500)
    case.same(sorted(report["latency"]), ["ack", "dora", "offer"], "phases")
    case.same(world.messages(), ({"discover": 500, "request": 500},
                                 {"offer": 500, "ack": 500}), "messages")
    case.same(len(world.four.lease_table()), 500, "leases")


def test_renewals_follow_a_setup_and_give_nothing_new():
    world = World("bench-renew")
    setup, renew = world.bench("-n", "200", "renew")
    complete(setup, 200, "setup")
    complete(renew, 200, "renew")
    case.same(world.messages(), ({"discover": 200, "request": 400},
                                 {"offer": 200, "ack": 400}), "messages")
    case.same(len(world.four.lease_table()), 200, "leases")


def test_an_open_loop_keeps_its_rate():
    world = World("bench-open")
    report, = world.bench("-n", "2000", "-r", "400", "-t", "2", "dora")
    complete(report, report["started"])
    case.true(760 <= report["started"] <= 801,
              f"{report['started']} started at 400/s in 2 s")
    case.same(report["postponed"], 0, "not started in time")


def test_relayed_clients_are_spread_over_links():
    for relays in (1, 2, 8):
        world = World(f"bench-relays-{relays}")
        report, = world.bench("-n", "100", "--relays", str(relays),
                              "--links", "2", "--link-base",
                              "2001:db8:7:0::1/64", "--server",
                              daemons.UPSTREAM_SERVER, "dora")
        complete(report, 100)
        case.same(world.networks(), {"10.70", "10.71"}, "networks")
        for lease in world.four.lease_table().values():
            case.same(len(lease["relays"]), relays, "relays of a lease")


def test_a_pool_that_is_used_up_is_no_success():
    world = World("bench-full", POOL.replace("10.64.40.255", "10.64.1.9"))
    report, = world.bench("-n", "30", "-w", "4", "--timeout", "100",
                          "--tries", "2", "dora", code=1)
    case.same((report["completed"], report["failed"]), (10, 20), "report")
    # Two messages lost, or an address that somebody else was quicker to take.
    naks = report["answers"]["nak"]
    case.true(report["lost"] >= 2 * (20 - naks), f"losses of {report}")


def test_without_a_server_the_run_fails():
    link = daemons.Link()
    done = link.client.run(PROGRAM, "-I", "c0", "-n", "3", "--timeout", "50",
                           "--tries", "1", "dora", check=False)
    case.same(done.returncode, 1, "exit code")
    case.true("0 completed, 3 failed" in done.stdout, done.stdout)


def test_wrong_usage_exits_2():
    link = daemons.Link()
    for argv in ((), ("dora",), ("-I", "c0"), ("-I", "c0", "dance"),
                 ("-I", "c0", "-n", "0", "dora"),
                 ("-I", "c0", "--relays", "9", "dora"),
                 ("-I", "c0", "--links", "2", "dora")):
        done = link.client.run(PROGRAM, *argv, check=False)
        case.same(done.returncode, 2, f"exit code of {argv}")
        case.true(done.stderr, f"{argv} without a word")
    done = link.client.run(PROGRAM, "-I", "nowhere0", "dora", check=False)
    case.same(done.returncode, 1, "exit code")
    case.true("nowhere0" in done.stderr, done.stderr)


if __name__ == "__main__":
    netns.sandbox()
    case.main()
