#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Runs beside others.
"""The whole chain: client4, client6, server6, server4, and IPv4 behind it."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import daemons
import half4
import half6
import icmp
import netns

SHORT = """\
authoritative;
default-lease-time 8;
max-lease-time 8;
"""
LONG = """\
authoritative;
default-lease-time 3600;
max-lease-time 7200;
"""
NETWORK = """\
shared-network "s0" {
  subnet6 2001:db8:1:1::/64 {
  }
  subnet 10.10.10.0 netmask 255.255.255.0 {
    range 10.10.10.100 10.10.10.199;
    option routers 10.10.10.1;
  }
}
"""


class Chain:
    """Both servers, and both clients at the other end of their link."""

    def __init__(self, name, on_tun=False, conf4=LONG, conf6=daemons.CONF6):
        name = "clients-" + name
        link, directory = daemons.Link(), netns.work_dir(name + "-servers")
        self.server6 = daemons.Half(link.server, directory, 6,
                                    "dhcp4o6 { xdp off; }\n" + conf6, ["s0"])
        self.server4 = daemons.Half(link.server, directory, 4,
                                    conf4 + NETWORK)
        self.ns = link.client
        self.four = half4.Four(name, "tun0" if on_tun else "c0", self.ns)
        if on_tun:
            self.tun = half4.tun(self.ns, "tun0")
        self.six = half6.Client6(self.ns, self.four.dir, "c0", script=False)
        self.six.run_dir = self.four.run_dir
        self.four.leases6 = self.six.leases

    def start_servers(self):
        self.server4.start()
        self.server6.start()
        return self

    def start_clients(self):
        """client6 first, so that its DUID is there for the other one."""
        self.six.start()
        self.six.wait_state("bound")
        self.four.start("-nw")
        return self

    def tool(self, *words):
        done = self.ns.run(os.path.join(daemons.BIN, "dhcp4o6ctl"),
                           "--run-dir", self.four.run_dir, *words,
                           check=False)
        return done.returncode, done.stdout, done.stderr

    def pings(self, address="10.10.10.1"):
        """An ICMP echo request from the leased address has its reply."""
        return icmp.ping(self.ns, self.four.state()["address"], address) > 0

    def leased(self):
        """The address of the DHCPv4 server's one active lease."""
        address, = self.server4.lease_table()
        return address


def test_from_solicit_to_a_ping_over_the_leased_ipv4_address():
    chain = Chain("ping").start_servers().start_clients()
    state = chain.four.wait_state("BOUND", 20)
    case.same(state["address"], chain.leased(), "the server's lease")
    case.same(chain.four.addresses(), [state["address"] + "/24"], "addresses")
    case.true(chain.pings(), "an answer to a ping")
    case.same(state["server6"], daemons.SERVER6, "server")
    # One client in both families (RFC 4361).
    duid = chain.six.ctl("client")[0]["client6"]["duid"]
    case.true(state["client_id"].startswith("ff:") and
              state["client_id"].endswith(duid), (state["client_id"], duid))
    lease = chain.server4.lease_table()[state["address"]]
    case.same(lease["client_id"], state["client_id"], "client identifier")
    case.same((chain.four.process.stop(), chain.six.process.stop()), (0, 0),
              "exit codes")


def test_on_a_tunnel_the_chain_gives_an_address_renews_and_takes_it_back():
    chain = Chain("tun", on_tun=True).start_servers().start_clients()
    state = chain.four.wait_state("BOUND")
    case.same(chain.four.addresses(), [state["address"] + "/24"], "addresses")
    case.true(chain.four.routes(), "a default route")
    icmp.answer_echo(chain.tun, "10.10.10.1")
    case.true(chain.pings(), "an answer to a ping through the tunnel")
    code, out, said = chain.tool("client")
    case.same((code, said), (0, ""), "client")
    case.true("client4 tun0: BOUND" in out and "client6 c0: bound" in out, out)
    code, out, _ = chain.tool("-j", "client")
    case.same(sorted(json.loads(out)), ["client4", "client6"], "halves")
    before = chain.server4.stats()["leases"]["renewed"]
    case.same(chain.tool("client", "renew", "-4")[0], 0, "renew")
    netns.wait_until(lambda: chain.server4.stats()["leases"]["renewed"] ==
                     before + 1, what="a renewal")
    code, out, said = chain.tool("client", "release")
    case.same(code, 0, said)
    netns.wait_until(lambda: chain.server4.lease_table() == {} and
                     chain.server6.lease_table() == {},
                     what="both leases to be given back")
    case.same(chain.four.addresses(), [], "addresses")


def test_short_leases_are_renewed_again_and_again():
    chain = Chain("short", on_tun=True, conf4=SHORT)
    chain.start_servers().start_clients()
    address = chain.four.wait_state("BOUND")["address"]
    netns.wait_until(lambda: chain.server4.stats()["leases"]["renewed"] >= 2,
                     20, "two renewals")
    case.same(chain.four.addresses(), [address + "/24"], "addresses")
    case.same(chain.server4.stats()["leases"]["new"], 1, "new leases")


def test_clients_that_start_before_their_servers_wait_for_them():
    chain = Chain("early", on_tun=True)
    chain.six.start("-nw")
    chain.four.start("-nw")
    chain.four.wait_state("WAITING")
    chain.start_servers()
    chain.four.wait_state("BOUND", 30)
    case.same(chain.four.state()["address"], chain.leased(), "address")


def test_both_halves_that_start_at_once_are_one_client():
    chain = Chain("at-once", on_tun=True).start_servers()
    chain.four.start("-nw")
    # It has no DUID to find, and has made one.
    netns.wait_until(chain.four.lease_file, 10, "a DUID of its own")
    chain.six.start()
    chain.four.wait_state("BOUND", 30)
    lease, = chain.server4.lease_table().values()
    duid = chain.six.ctl("client")[0]["client6"]["duid"]
    case.true(lease["client_id"].startswith("ff:") and
              lease["client_id"].endswith(duid), (lease["client_id"], duid))


def test_a_dhcpv4_server_that_comes_back_renews_what_it_gave():
    chain = Chain("back", on_tun=True, conf4=SHORT)
    chain.start_servers().start_clients()
    address = chain.four.wait_state("BOUND")["address"]
    chain.server4.process.stop()
    chain.four.wait_state("RENEWING", 10)
    chain.server4.start()
    netns.wait_until(lambda: chain.four.state()["state"] == "BOUND", 15,
                     what="the lease to go on")
    case.same(chain.four.addresses(), [address + "/24"], "addresses")


def test_without_client6_a_lease_is_held_and_with_it_again_renewed():
    chain = Chain("hold", on_tun=True).start_servers().start_clients()
    address = chain.four.wait_state("BOUND")["address"]
    chain.six.process.kill()
    chain.four.wait_state("HOLDING")
    case.same(chain.four.addresses(), [address + "/24"], "addresses")
    chain.six.start()
    chain.four.wait_state("BOUND")
    case.same(chain.tool("client", "renew", "-4")[0], 0, "renew")
    netns.wait_until(lambda: chain.server4.stats()["leases"]["renewed"],
                     what="a renewal")


def test_minus_r_gives_the_lease_back_through_the_whole_chain():
    chain = Chain("release", on_tun=True).start_servers().start_clients()
    chain.four.wait_state("BOUND")
    code, said = chain.four.run("-r")
    case.same(code, 0, said)
    netns.wait_until(lambda: chain.server4.lease_table() == {},
                     what="the lease to be given back")
    case.same(chain.four.addresses(), [], "addresses")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
