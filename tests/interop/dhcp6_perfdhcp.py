#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Kea's perfdhcp -6 against ours: no exchange is lost, answered twice or wrongly.

How fast it may be is tests/bench/dhcp6.py's to say.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import netns
import perfdhcp
import world6

RATE, SECONDS = 400, 4


def check(found, name, at_least):
    """Every message of that exchange was answered, once, by what was asked."""
    stats = found[name]
    case.true(stats["sent packets"] >= at_least,
              f"{name}: only {stats['sent packets']} were sent")
    case.same({key: stats[key] for key in
               ("drops", "orphans", "rejected leases",
                "non unique addresses") if stats.get(key)}, {}, name)
    case.same(stats["received packets"], stats["sent packets"],
              f"answers of {name}")


def runs_clean(leases):
    world = world6.World(f"perfdhcp-{leases}", wide=True)
    found = perfdhcp.run(world.ns, world.ifname, RATE, SECONDS, "-u",
                         leases=leases)
    case.same(found["malformed"], 0, "malformed answers")
    for name in ("solicit-advertise", "request-reply"):
        check(found, name, RATE * SECONDS // 2)


def test_many_clients_get_an_address_each():
    runs_clean("address-only")


def test_many_clients_get_an_address_and_a_prefix_each():
    runs_clean("address-and-prefix")


def test_many_clients_get_a_prefix_each():
    runs_clean("prefix-only")


def test_many_clients_renew_and_release():
    world = world6.World("perfdhcp-renew", wide=True)
    found = perfdhcp.run(world.ns, world.ifname, RATE, SECONDS, "-f",
                         RATE // 4, "-F", RATE // 8,
                         leases="address-and-prefix")
    case.same(found["malformed"], 0, "malformed answers")
    # It looks for the exchange of a Reply in this order, and calls it an
    # orphan of each that is not the right one.
    later = 0
    for name, share in (("release-reply", 16), ("renew-reply", 8),
                        ("request-reply", 2), ("solicit-advertise", 2)):
        if name != "solicit-advertise":
            case.same(found[name]["orphans"], later, f"orphans of {name}")
            found[name]["orphans"] = 0
            later += found[name]["received packets"]
        check(found, name, RATE * SECONDS // share)


if __name__ == "__main__":
    netns.sandbox()
    case.main()
