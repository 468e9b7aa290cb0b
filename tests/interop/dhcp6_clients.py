#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""dhcpcd, systemd-networkd and dhcp6c as DHCPv6 clients of ours, direct and behind
dhcrelay: an address for the uplink, and one of a delegated prefix inside.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import clients6
import daemons
import netns
import world6

DHCPCD = """\
noipv6rs
noipv4
duid
define6 88 array ip6address dhcp4o6_servers
option dhcp6_name_servers, dhcp6_dhcp4o6_servers
interface c0
ia_na 1
ia_pd 2 lan0/1/64
"""


def dhcpcd(relays):
    world = world6.World("dhcpcd", relays)
    world.ns.ip("link", "add", "lan0", "type", "bridge")
    world.ns.ip("link", "set", "lan0", "up")
    one = clients6.Dhcpcd(world.ns, world.ifname, world.dir, DHCPCD).start()
    netns.wait_until(world.leased, 30, "an address")
    inside = netns.wait_until(
        lambda: clients6.addresses(world.ns, "lan0"), 30,
        "an address of the delegated prefix")
    address, = world.leased()
    valid = world.leased()[address][1]
    case.true(world.plan.valid - 30 <= valid <= world.plan.valid,
              f"{valid} s in the kernel")
    env = netns.wait_until(lambda: one.environments("BOUND6"), 15,
                           "a call of its script")[-1]
    case.same((env.get("new_dhcp6_name_servers"),
               env.get("new_dhcp6_dhcp4o6_servers")),
              ("2001:db8:1:1::53", daemons.SERVER6), "options")
    case.true(world.is_delegated(next(iter(inside))), f"{inside}")
    one.release()
    world.wire.wait("release")
    netns.wait_until(lambda: not world.leased(), 15, "the address to go")


def test_dhcpcd_gets_an_address_and_a_prefix():
    dhcpcd(0)


def test_dhcpcd_behind_one_relay():
    dhcpcd(1)


def test_dhcpcd_behind_two_relays():
    dhcpcd(2)


DHCP6C = """\
interface c0 {
	send ia-na 0, ia-pd 0;
	request domain-name-servers;
	script "SCRIPT";
};
id-assoc na 0 { };
id-assoc pd 0 {
	prefix-interface lan0 { sla-id 1; sla-len 8; };
};
"""


def dhcp6c(relays):
    world = world6.World("dhcp6c", relays)
    world.ns.ip("link", "add", "lan0", "type", "bridge")
    world.ns.ip("link", "set", "lan0", "up")
    one = clients6.Dhcp6c(world.ns, world.ifname, world.dir, DHCP6C).start()
    netns.wait_until(world.leased, 30, "an address")
    netns.wait_until(
        lambda: [a for a in clients6.addresses(world.ns, "lan0")
                 if world.is_delegated(a)], 30,
        "an address of the delegated prefix")
    env = netns.wait_until(one.environments, 15, "a call of its script")[-1]
    case.same(env.get("new_domain_name_servers", "").strip(),
              "2001:db8:1:1::53", "name servers")
    case.true(88 not in world.wire.last("reply"), "option 88 came unasked")
    one.process.stop()
    world.wire.wait("release")
    netns.wait_until(lambda: not world.leased(), 15, "the address to go")


def test_wide_dhcp6c_gets_an_address_and_a_prefix_and_releases_them():
    dhcp6c(0)


def test_wide_dhcp6c_behind_two_relays():
    dhcp6c(2)


NETWORKD = {
    "10-c0.network": """\
[Match]
Name=c0
[Network]
DHCP=ipv6
IPv6AcceptRA=no
KeepConfiguration=yes
[DHCPv6]
WithoutRA=solicit
UseDNS=yes
""",
    "20-lan0.network": """\
[Match]
Name=lan0
[Network]
IPv6AcceptRA=no
IPv6SendRA=no
DHCPPrefixDelegation=yes
[DHCPPrefixDelegation]
UplinkInterface=c0
SubnetId=1
""",
}


def networkd(relays):
    world = world6.World("networkd", relays)
    world.ns.ip("link", "add", "lan0", "type", "bridge")
    one = clients6.Networkd(world.ns, world.dir, NETWORKD).start()
    netns.wait_until(lambda: world.leased() or not one.process.alive(), 30,
                     "an address")
    case.true(one.process.alive(), "networkd ended")
    address, = world.leased()
    netns.wait_until(
        lambda: [a for a in clients6.addresses(world.ns, "lan0")
                 if world.is_delegated(a)], 30,
        "an address of the delegated prefix")
    netns.wait_until(
        lambda: "2001:db8:1:1::53" in one.state("c0").get("DNS", ""), 15,
        "the name server in networkd's state")
    valid = world.leased()[address][1]
    case.true(world.plan.valid - 30 <= valid <= world.plan.valid,
              f"{valid} s in the kernel")


def test_systemd_networkd_gets_an_address_and_a_prefix():
    networkd(0)


def test_systemd_networkd_behind_one_relay():
    networkd(1)


def test_systemd_networkd_behind_two_relays():
    networkd(2)


def test_systemd_networkd_is_served_by_rapid_commit_where_that_is_configured():
    world = world6.World("networkd-rapid", rapid_commit=True)
    clients6.Networkd(world.ns, world.dir, NETWORKD).start()
    netns.wait_until(world.leased, 30, "an address")
    case.same(world.wire.messages()[:2], ["solicit", "reply"], "messages")
    case.same(world.wire.last("reply").get(14), [b""], "Rapid Commit")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
