#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Runs beside others.
"""ISC's dhclient on a lease file of our client: it reads it, goes on with the
lease, and what it has no word for costs nothing else.

The files are what the library prints: tests/unit/test_client_lease_dhclient.c.
"""

import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import clients6
import daemons
import netns

VECTORS = os.path.join(os.path.dirname(__file__), "../vectors/dhclient")


def run(name, family, *flags):
    """dhclient on ours: (its process, its lease file, what it began with)."""
    daemons.need_peers()
    work = netns.work_dir(f"client-leases-{name}")
    link = daemons.Link()
    leases = os.path.join(work, "leases")
    shutil.copy(os.path.join(VECTORS, f"{name}.leases"), leases)
    wire = clients6.Wire(link.client, link.client_if)
    process = link.client.spawn(
        os.path.join(daemons.PEERS, "dhclient"), family, "-d", "-v", *flags,
        "-cf", "/dev/null", "-lf", leases, "-pf", os.path.join(work, "pid"),
        "-sf", "/bin/true", link.client_if, log=os.path.join(work, "log"))
    return process, leases, wire


def statements(path):
    """Each line of the file, octets of options without leading zeros."""
    with open(path) as f:
        lines = [line.strip() for line in f.read().splitlines()]
    return [re.sub(r"(?<=[ :])0(?=[0-9a-f][:;])", "", line) for line in lines]


def unknown(log):
    """What it says that it has no word for."""
    return sorted(re.findall(r"no option named (\S+) in space", log))


def test_dhclient_goes_on_with_an_ipv4_address_of_ours():
    process, leases, _ = run("ours4", "-4")
    process.wait_log(r"DHCPREQUEST for 192\.0\.2\.15 on c0")
    wanted = statements(os.path.join(VECTORS, "ours4.leases"))
    found = statements(leases)
    lost = [x for x in wanted if x not in found]
    case.same(sorted(lost), [
        "next-server 192.0.2.69;;",
        "option classless-static-routes 18:a:0:0:c0:0:2:1;",
        "option octets-6 1:2;"], "what it does not keep")
    case.same(unknown(process.text()),
              ["classless-static-routes", "octets-6"], "unknown options")
    case.true("option isc6.4o6-source-address 2001:db8:1:1::1;" in found,
              "the address that the ACK came from is lost")


def test_dhclient_goes_on_with_an_address_and_a_prefix_of_ours():
    process, leases, wire = run("ours6", "-6", "-N", "-P")
    process.wait_log(r"Confirming active lease")
    wire.wait("rebind")
    wanted = statements(os.path.join(VECTORS, "ours6.leases"))
    found = statements(leases)
    lost = [x for x in wanted if x not in found]
    case.same(sorted(lost), [
        "ia-na 61:62:22:63 {",  # in quotes, which is as good
        "option dhcp6.addrsel 1:2;",
        'option dhcp6.aftr-name "aftr.example.org.";',
        'option dhcp6.octets-88 "";'], "what it does not keep")
    case.true('ia-na "ab"c" {' in found, "the IAID")
    case.same(unknown(process.text()), ["addrsel", "octets-88"],
              "unknown options")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
