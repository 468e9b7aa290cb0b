#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Runs beside others.
"""Both our clients at Kea's two halves, and at ours behind a relay: from the
first SOLICIT to the release of an IPv4 lease.
"""

import csv
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import clients6
import daemons
import dhcp
import half4
import half6
import kea
import netns

AGENTS = "ff02::1:2"
T1, T2, LEASE = 5, 12, 40  # a client lets 4 s pass between two exchanges
SHORT = {"valid-lifetime": LEASE, "renew-timer": T1, "rebind-timer": T2}
CONF4 = f"""\
authoritative;
default-lease-time {LEASE};
max-lease-time {LEASE};
option dhcp-renewal-time {T1};
option dhcp-rebinding-time {T2};
shared-network "s0" {{
  subnet6 2001:db8:1:1::/64 {{
  }}
  subnet 10.10.10.0 netmask 255.255.255.0 {{
    range 10.10.10.100 10.10.10.199;
  }}
}}
"""


class Clients:
    """client6 on c0, and client4 there or on a tunnel, which has no ARP to
    wait for."""

    def __init__(self, name, ns, ifname="tun0"):
        self.wire = clients6.Wire(ns, "c0")
        self.four = half4.Four(name, ifname, ns)
        if ifname != "c0":
            self.tun = half4.tun(ns, ifname)
        self.six = half6.Client6(ns, self.four.dir, "c0", script=False)
        self.six.run_dir = self.four.run_dir
        self.to = None  # where queries go
        self.four.leases6 = self.six.leases

    def start(self):
        self.six.start()
        self.six.wait_state("bound")
        self.four.start("-nw")
        return self

    def queries(self, kind):
        """[(V4, U flag, destination)] of the queries of that kind."""
        found = []
        for octets, ends in zip(self.wire.octets_of(dhcp.QUERY),
                                self.wire.ends_of(dhcp.QUERY)):
            message = dhcp.V4.parse(
                dict(dhcp.options6(octets[4:]))[dhcp.O6_DHCPV4_MSG])
            if message.kind == kind:
                found.append((message, bool(octets[1] & 0x80), ends[1]))
        return found

    def bound(self, to):
        """The leased address, which is set; every query went to `to'."""
        netns.wait_until(self.four.addresses, 20, "an address")
        state = self.four.wait_state("BOUND")
        address = state["address"]
        case.true(address.startswith("10.10.10."), address)
        case.same(self.four.addresses(), [address + "/24"], "addresses")
        case.true(state["t1_s"] <= T1 < state["t2_s"] <= T2 <
                  state["expires_s"] <= LEASE, state)
        self.to = to
        for kind in (dhcp.DISCOVER, dhcp.REQUEST):
            case.same({q[1:] for q in self.queries(kind)
                       if q[0].ciaddr == "0.0.0.0"}, {(False, to)},
                      "U flag and destination")
        duid = self.six.ctl("client")[0]["client6"]["duid"]
        case.true(state["client_id"].startswith("ff:") and
                  state["client_id"].endswith(duid), state["client_id"])
        return address

    def extended(self, address, unicast, count):
        """Waits for the count-th RENEW or REBIND, and for its ACK."""
        def extensions():
            return [q for q in self.queries(dhcp.REQUEST)
                    if q[0].ciaddr != "0.0.0.0"]

        request, flag, to = netns.wait_until(
            lambda: extensions()[count - 1:], T2 + 5, f"extension {count}")[0]
        case.same((request.ciaddr, flag, request.get(50), request.get(54)),
                  (address, unicast, None, None), "RFC 2131 table 5, U flag")
        case.same(to, self.to, "destination")
        self.four.wait_state("BOUND")
        case.same(self.four.addresses(), [address + "/24"], "addresses")
        case.same(len(extensions()), count, "extensions")

    def release(self, address):
        items, code, text = self.four.ctl("release")
        case.same((items, code), ([], 0), text)
        netns.wait_until(lambda: self.queries(dhcp.RELEASE),
                         what="a release")
        (message, unicast, to), = self.queries(dhcp.RELEASE)
        case.same((message.ciaddr, unicast, to), (address, True, self.to),
                  "release")
        netns.wait_until(lambda: self.four.addresses() == [],
                         what="the address to go")


class Kea:
    """Kea's halves on a link, and what its DHCPv4 half wrote down."""

    def __init__(self, link, directory, option88):
        self.link, self.dir = link, directory
        own = f"{link.server_if}/"
        self.six = kea.start6(link, directory, option88=option88, ifnames=[
            link.server_if, own + link.server_address] + (
                [own + option88] if option88 == daemons.SERVER6 else []))
        self.start4()

    def start4(self):
        self.four = kea.start4(self.link, self.dir, more=SHORT)

    def times(self, address):
        """Valid lifetimes in the lease file, oldest first; 0: given back."""
        with open(os.path.join(self.dir, "kea-leases4.csv")) as f:
            return [int(row["valid_lifetime"]) for row in csv.DictReader(f)
                    if row["address"] == address]


def at_kea(name, link, option88, *relay_flags, ifname="tun0"):
    """Started clients of a pair of Kea's."""
    name = "client-pair-" + name
    servers = Kea(link, netns.work_dir(name + "-kea"), option88)
    if isinstance(link, daemons.RelayedLink):
        link.start_relays(servers.dir, *relay_flags)
    return servers, Clients(name, link.client, ifname).start()


def check_life(servers, clients, to):
    """Bound, renewed and given back."""
    address = clients.bound(to)
    clients.extended(address, True, 1)
    clients.release(address)
    netns.wait_until(lambda: servers.times(address) == [LEASE, LEASE, 0],
                     what="the release at Kea")
    for half in (clients.four, clients.six):
        case.same(half.drops(), {}, "drops")


def test_by_multicast_a_lease_of_kea_is_renewed_rebound_and_given_back():
    servers, clients = at_kea("empty", daemons.Link(), "")
    address = clients.bound(AGENTS)
    clients.extended(address, True, 1)
    servers.four.kill()
    # Asked once until T2, in vain.
    clients.four.wait_state("RENEWING")
    servers.start4()
    case.same(clients.four.state()["state"], "RENEWING", "state")
    clients.extended(address, False, 3)
    clients.release(address)
    netns.wait_until(lambda: servers.times(address) == [LEASE] * 3 + [0],
                     what="the release at Kea")


def test_by_unicast_a_lease_on_ethernet_is_renewed_and_given_back():
    check_life(*at_kea("unicast", daemons.Link(), daemons.SERVER6,
                       ifname="c0"), daemons.SERVER6)


def test_behind_one_relay_a_lease_of_kea_is_renewed_and_given_back():
    check_life(*at_kea("relay1", daemons.RelayedLink(1), ""), AGENTS)


def test_with_the_relays_address_in_option_88_kea_serves_through_two():
    # The only address of option 88 that is on the client's link.
    relay = "2001:db8:1:1::fe"
    check_life(*at_kea("relay2", daemons.RelayedLink(2), relay, "-I"), relay)


def test_our_own_pair_serves_behind_a_relay():
    name, link = "client-pair-own", daemons.RelayedLink(1)
    directory = netns.work_dir(name + "-servers")
    conf6 = daemons.CONF6.replace("dhcp4-o-dhcp6-server 2001:db8:1:1::1;",
                                  "dhcp4-o-dhcp6-server;")
    _, server4 = daemons.start_pair(link, directory, conf6=conf6, conf4=CONF4)
    link.start_relays(directory)
    clients = Clients(name, link.client).start()
    address = clients.bound(AGENTS)
    relays = server4.lease_table()[address]["relays"]
    case.same([r["link_address"] for r in relays], ["2001:db8:1:1::fe"],
              "relays of the lease")
    clients.extended(address, True, 1)
    case.same(server4.stats()["leases"]["renewed"], 1, "renewals")
    clients.release(address)
    netns.wait_until(lambda: server4.lease_table() == {},
                     what="the lease to be given back")
    for half in (clients.four, clients.six):
        case.same(half.drops(), {}, "drops")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
