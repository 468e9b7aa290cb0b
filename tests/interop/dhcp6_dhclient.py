#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Runs beside others.
"""ISC's dhclient -6 as a client of ours, on its link and behind dhcrelay."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import daemons
import netns
import servers6
import world6

ASKS_NOT = "request dhcp6.name-servers;\n"
SHORT = {"valid": 40, "preferred": 30, "renew": 3, "rebind": 20}


def of_kind(envs, name):
    found = [e for e in envs if name in e]
    case.same(len(found), 1, f"calls of the script with {name}")
    return found[0]


def bound(world, one, *flags, addresses=1, prefixes=0):
    """Starts dhclient; its BOUND6 calls: (address or None, prefix or None)."""
    begun = len(one.environments("BOUND6"))
    one.start(*flags)
    one.wait("BOUND6", begun + addresses + prefixes)
    envs = one.environments("BOUND6")[begun:]
    address = prefix = None
    if addresses:
        address = world.check_address(of_kind(envs, "new_ip6_address"))
    if prefixes:
        prefix = world.check_prefix(of_kind(envs, "new_ip6_prefix"))
    for env in envs:
        world6.check_options(env)
    return address, prefix


def dhclient_in_all_ways(name, relays=0, relay_flags=()):
    """An address, a prefix, both; then everything is released."""
    for flags, addresses, prefixes in (
            ((), 1, 0), (("-P",), 0, 1), (("-N", "-P"), 1, 1)):
        netns.start_over()
        world = world6.World(name + "".join(flags), relays, relay_flags)
        one = world.dhclient()
        address, prefix = bound(world, one, *flags, addresses=addresses,
                                prefixes=prefixes)
        text = one.lease_file()
        for wanted in (address and f"iaaddr {address} ",
                       prefix and f"iaprefix {prefix} "):
            case.true(not wanted or wanted in text, text)
        case.same(world.wire.messages()[:4],
                  ["solicit", "advertise", "request", "reply"], "messages")
        one.release(*flags)
        one.process.wait()
        case.same(len(one.environments("RELEASE6")), addresses + prefixes,
                  "releases")
        world.wire.wait("release")
        world.wire.wait("reply", 2)
        case.same(world.leased(), {}, "addresses after a release")
        case.true("released" in one.lease_file(), "the lease file")


def test_dhclient_gets_an_address_a_prefix_and_both_and_releases_them():
    dhclient_in_all_ways("dhclient")


def test_dhclient_behind_one_relay():
    dhclient_in_all_ways("dhclient-relay", 1)


def test_dhclient_behind_two_relays_with_interface_ids():
    dhclient_in_all_ways("dhclient-relay", 2, ("-I",))


def stateless(relays):
    world = world6.World("stateless", relays)
    one = world.dhclient()
    one.start("-S")
    env = one.wait("RENEW6")
    world6.check_options(env)
    case.true("new_ip6_address" not in env, "an address")
    case.same(world.wire.messages(), ["information-request", "reply"],
              "messages")
    case.same(world.leased(), {}, "addresses")


def test_a_stateless_dhclient_is_told_what_it_asks_for():
    stateless(0)


def test_a_stateless_dhclient_behind_two_relays():
    stateless(2)


def test_option_88_comes_to_those_who_ask_for_it_and_to_nobody_else():
    for flags, reason in (((), "BOUND6"), (("-S",), "RENEW6")):
        netns.start_over()
        world = world6.World("ask" + "".join(flags))
        one = world.dhclient(ASKS_NOT)
        env = one.start(*flags).wait(reason)
        case.true(world6.OPTION88 not in env, "option 88 came unasked")
        case.same(env["new_dhcp6_name_servers"], "2001:db8:1:1::53",
                  "name servers")
        case.true(88 not in world.wire.last("reply"), "option 88 in a reply")
        case.true("dhcp4-o-dhcp6-server" not in one.lease_file(),
                  one.lease_file())


def test_option_88_has_as_many_addresses_as_are_configured():
    servers = ["2001:db8:1:1::1", "2001:db8:1:1::2", "2001:db8:1:1::3"]
    world = world6.World("ask-many", option88=servers)
    one = world.dhclient()
    env = one.start().wait("BOUND6")
    case.same(env[world6.OPTION88].split(), servers, "option 88")
    case.true("option dhcp6.dhcp4-o-dhcp6-server " + ",".join(servers)
              in one.lease_file(), one.lease_file())
    one.kill()
    netns.start_over()
    world = world6.World("ask-none", option88=())
    env = world.dhclient().start().wait("BOUND6")
    case.true(world6.OPTION88 not in env, "option 88 that is not configured")


def test_an_empty_option_88_arrives_empty():
    """= use the multicast address of all servers (RFC 7341 section 7.2)."""
    if servers6.chosen() == "kea":
        raise netns.Skip("Kea sends no empty array")
    for flags, reason in (((), "BOUND6"), (("-S",), "RENEW6")):
        netns.start_over()
        world = world6.World(
            "ask-empty" + "".join(flags), option88=(),
            more='option dhcp6.dhcp4-o-dhcp6-server = "";\n')
        env = world.dhclient().start(*flags).wait(reason)
        case.same(world.wire.last("reply").get(88), [b""], "option 88")
        case.same(env.get(world6.OPTION88, ""), "", "what the script sees")


def test_a_dhclient_that_reboots_confirms_what_it_had():
    world = world6.World("confirm")
    one = world.dhclient()
    address, _ = bound(world, one)
    one.kill()
    world.ns.ip("-6", "addr", "flush", "dev", world.ifname, "to",
                address + "/128")
    case.same(world.leased(), {}, "addresses while it is off")
    again, _ = bound(world, one)
    case.same(again, address, "address after the reboot")
    case.same(world.wire.messages()[4:6], ["confirm", "reply"], "messages")
    status = world.wire.last("reply").get(13, [b"\0\0"])
    case.same(status[0][:2], b"\0\0", "status of the Confirm")


def test_a_dhclient_that_comes_to_another_link_is_told_so():
    world = world6.World("moved")
    one = world.dhclient()
    address, _ = bound(world, one)
    one.kill()
    world.ns.ip("-6", "addr", "flush", "dev", world.ifname, "to",
                address + "/128")
    # As if it had been elsewhere before: its lease is of no prefix here.
    with open(one.leases) as f:
        text = f.read()
    with open(one.leases, "w") as f:
        f.write(text.replace("iaaddr 2001:db8:1:1:", "iaaddr 2001:db8:2:2:"))
    begun = len(one.environments("BOUND6"))
    one.start()
    world.wire.wait("confirm")
    env = one.wait("BOUND6", begun + 1)
    if env["new_ip6_address"].startswith("2001:db8:2:2:"):
        raise AssertionError("an address of another link was confirmed")
    world.check_address(env)
    case.true("solicit" in world.wire.messages()[5:], "no new Solicit")


def test_a_dhclient_with_a_prefix_rebinds_when_it_reboots():
    world = world6.World("rebind-pd")
    one = world.dhclient()
    _, prefix = bound(world, one, "-P", addresses=0, prefixes=1)
    one.kill()
    one.start("-P")
    netns.wait_until(lambda: world.wire.messages().count("reply") >= 2, 20,
                     "an answer to the Rebind")
    envs = netns.wait_until(
        lambda: [e for e in one.environments()[3:]
                 if e.get("new_ip6_prefix")], 20, "the prefix")
    case.same(envs[0]["new_ip6_prefix"], prefix, "prefix after the reboot")
    case.true("rebind" in world.wire.messages(), world.wire.messages())


def renews(relays):
    world = world6.World("renew", relays, **SHORT)
    one = world.dhclient()
    address, prefix = bound(world, one, "-N", "-P", prefixes=1)
    one.wait("RENEW6", 4)
    envs = one.environments("RENEW6")
    case.same({e["new_ip6_address"] for e in envs if "new_ip6_address" in e},
              {address}, "renewed addresses")
    case.same({e["new_ip6_prefix"] for e in envs if "new_ip6_prefix" in e},
              {prefix}, "renewed prefixes")
    case.true(world.wire.messages().count("renew") >= 2,
              world.wire.messages())
    case.true(envs[-1]["new_life_starts"] > envs[0]["new_life_starts"],
              "a lease that starts anew")
    world6.check_options(envs[-1])
    valid = world.leased()[address][1]
    case.true(world.plan.valid - 8 <= valid <= world.plan.valid,
              f"{valid} s in the kernel")


def test_a_dhclient_renews_at_t1():
    renews(0)


def test_a_dhclient_behind_a_relay_renews_at_t1():
    renews(1)


def test_a_dhclient_rebinds_when_its_server_is_gone():
    world = world6.World("rebind", valid=60, preferred=40, renew=2, rebind=5)
    one = world.dhclient()
    address, _ = bound(world, one)
    world.server.process.kill()
    world.wire.wait("rebind", 1, 20)
    # The leases are kept, and so is the DUID of the server.
    world.server.start()
    env = one.wait("REBIND6", 1, 30)
    case.same(world.check_address(env), address, "address")


def test_leases_and_the_servers_duid_outlive_a_crash_of_the_server():
    world = world6.World("crash", **SHORT)
    one = world.dhclient()
    address, _ = bound(world, one)
    server_id = world.wire.last("reply")[2]
    world.server.process.kill()
    world.server.start()
    one.wait("RENEW6", 2, 30)
    env = one.environments("RENEW6")[-1]
    case.same(world.check_address(env), address, "address")
    case.same(world.wire.last("reply")[2], server_id, "Server-ID")


def test_an_address_that_a_dhclient_declines_is_given_to_nobody():
    world = world6.World("decline")
    one = world.dhclient()
    one.decline_next()
    one.start()
    one.wait("BOUND6", 2, 30)
    envs = one.environments("BOUND6")
    case.same((envs[0]["exit_code"], envs[1]["exit_code"]), ("3", "0"),
              "exit codes of the script")
    world.wire.wait("decline")
    declined = envs[0]["new_ip6_address"]
    address = world.check_address(envs[1])
    case.true(address != declined, f"{address} was declined")
    case.same(list(world.leased()), [address], "addresses")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
