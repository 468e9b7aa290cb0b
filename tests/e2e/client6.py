#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Runs beside others.
"""client6 through its user's door: leases, their ends, and what the kernel and the
script see of them.
"""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client as endpoints
import clients6
import daemons
import dhcp
import half6
import netns
import world6
from world_client6 import World


def test_an_address_and_a_prefix_are_got_set_told_and_kept():
    world = World("bound")
    client = world.client.start("-N", "-P")
    env = client.wait("BOUND6", 2)
    by_kind = {("address" if "new_ip6_address" in e else "prefix"): e
               for e in client.environments("BOUND6")}
    address = world.check_address(by_kind["address"])
    world.check_prefix(by_kind["prefix"])
    world6.check_options(env)
    case.same(client.environments()[0]["reason"], "PREINIT6", "first call")
    state = client.wait_state("bound")
    case.same([a["address"] for a in state["addresses"]], [address],
              "addresses")
    case.true(0 < state["t1_s"] < state["t2_s"] < state["expires_s"] <= 3600,
              state)
    text = client.lease_file()
    case.true(address in text and "default-duid" in text, text)
    case.same(client.process.stop(), 0, "exit status")
    client_calls = [e["reason"] for e in client.environments("STOP6")]
    case.same(len(client_calls), 2, "STOP6")
    # That of dhclient in these tests removes addresses.
    case.same(world.ours(), set(), "addresses after the end")
    case.same(world.wire.messages().count("release"), 0, "releases")


def test_it_works_without_a_script():
    world = World("no-script", script=False)
    client = world.client.start()
    state = client.wait_state("bound")
    case.same({a["address"] for a in state["addresses"]}, world.ours(),
              "addresses of the kernel")
    (valid, preferred), = [v[1:] for a, v in
                           clients6.addresses(world.ns, world.ifname).items()
                           if world.is_ours(a)]
    case.true(0 < preferred <= world.plan.preferred < valid <= 3600,
              (preferred, valid))


def test_options_alone_are_got_without_a_lease():
    world = World("stateless")
    half4 = half6.Half4(world.ns)
    # As a host has one that a router gave it the prefix for.
    world.ns.address(world.ifname, "2001:db8:1:1::77/64")
    client = world.client.start("-S")
    half4.wait(half6.START)
    env = client.wait("RENEW6")
    world6.check_options(env)
    case.same(client.wait_state("informed")["addresses"], [], "addresses")
    case.same(world.wire.messages(), ["information-request", "reply"],
              "messages")
    case.same(world.ours(), set(), "addresses")


def test_a_release_ends_who_runs_and_gives_the_lease_back():
    world = World("release")
    client = world.client.start("-N", "-P")
    client.wait("BOUND6", 2)
    address, = world.ours()
    # Whatever flags it was got with, all of it goes.
    done = client.run("-r")
    case.same(done.returncode, 0, done.stderr)
    case.same(client.process.wait(), 0, "status of who ran")
    case.same(world.wire.messages()[-2:], ["release", "reply"], "messages")
    case.same(world.ours(), set(), "addresses")
    case.true("released;" in client.lease_file(), client.lease_file())
    case.same(world.server.half.ctl("leases", {"address": address})[0]
              ["state"], "released", "lease of the server")
    case.same(sorted(world.wire.last("release").keys() & {3, 25}), [3, 25],
              "IAs")
    case.same([e["reason"] for e in client.environments()[-2:]],
              ["RELEASE6"] * 2, "last calls")
    case.same(client.run("-r").returncode, 2, "nothing to give back")


def test_a_release_that_nobody_hears_fails():
    world = World("unheard")
    client = world.client.start()
    client.wait("BOUND6")
    world.server.stop()
    done = client.run("-r", timeout_s=60)
    case.same(done.returncode, 1, done.stderr)
    case.true("no server answered" in done.stderr, done.stderr)
    case.same(world.ours(), set(), "addresses")


def test_a_stop_keeps_the_lease_and_the_next_run_confirms_it():
    world = World("stop", script=False)
    client = world.client.start()
    client.wait_state("bound")
    address, = world.ours()
    duid = world.wire.last("request")[dhcp.O6_CLIENT_ID]
    case.same(client.run("-x").returncode, 0, "-x")
    case.same(client.process.wait(), 0, "status of who ran")
    case.same(world.ours(), {address}, "addresses")
    client.start()
    client.wait_state("bound")
    case.same(world.ours(), {address}, "addresses")
    world.wire.wait("confirm")
    case.same(world.wire.last("confirm")[dhcp.O6_CLIENT_ID], duid, "DUID")
    case.same(world.wire.messages().count("solicit"), 1, "solicits")


def test_after_a_crash_a_prefix_is_rebound():
    world = World("crash", script=False)
    client = world.client.start("-N", "-P")
    before = client.wait_state("bound")
    client.process.kill()
    client.start("-N", "-P")
    after = client.wait_state("bound")
    case.same([i["prefix"] for i in after["prefixes"]],
              [i["prefix"] for i in before["prefixes"]], "prefixes")
    case.same(world.wire.messages()[-2:], ["rebind", "reply"], "messages")


def test_a_lease_is_renewed_rebound_and_ends_when_no_server_is_left():
    world = World("lifetime", valid=14, preferred=10, renew=3, rebind=6)
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    half4.wait(half6.START)
    client.wait("RENEW6", 1)
    world.server.stop()
    world.wire.wait("rebind")
    half4.wait(half6.STOP)
    client.wait("EXPIRE6")
    case.same([e["reason"] for e in client.environments()[-2:]],
              ["DEPREF6", "EXPIRE6"], "last calls")
    case.same(world.ours(), set(), "addresses")
    world.wire.wait("solicit", 2)
    world.server.start()
    half4.wait(half6.START, 30)
    client.wait("BOUND6", 2)


def test_an_address_that_another_host_has_is_declined():
    world = World("duplicate")
    for key in ("accept_dad", "dad_transmits"):
        world.ns.sysctl(f"net/ipv6/conf/{world.ifname}/{key}", 1)
    client = world.client.start("--decline-wait-time", "1")
    client.wait("BOUND6")
    address, = world.ours()
    client.run("-r")
    client.ns.run("true")
    world.link.server.address(world.link.server_if, address + "/128")
    # The script's own `nodad' would have the last word.
    client.script = None
    client.start("--decline-wait-time", "1")
    world.wire.wait("decline")
    netns.wait_until(lambda: world.ours() - {address}, 20,
                     "another address")
    case.true(address not in world.ours(), address)
    client.wait_state("bound")


def test_a_link_that_was_away_is_confirmed():
    world = World("link", script=False)
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    half4.wait(half6.START)
    address, = world.ours()
    world.link.server.ip("link", "set", world.link.server_if, "down")
    half4.wait(half6.STOP)
    case.same(client.state()["link"], "down", "link")
    world.link.server.ip("link", "set", world.link.server_if, "up")
    half4.wait(half6.START)
    world.wire.wait("confirm")
    world.ns.ip("link", "set", world.ifname, "down")
    half4.wait(half6.STOP)
    case.same(world.ours(), set(), "addresses of a link that is down")
    world.ns.ip("link", "set", world.ifname, "up")
    half4.wait(half6.START)
    netns.wait_until(lambda: world.ours() == {address}, 5, "the address")


def test_an_interface_that_went_and_came_is_the_same_one():
    world = World("gone", script=False)
    client = world.client.start()
    client.wait_state("bound")
    address, = world.ours()
    world.ns.ip("link", "del", world.ifname)
    netns.wait_until(lambda: client.state()["link"] == "gone", 5, "the end")
    netns.veth(world.ns, world.ifname, world.link.server, "s9",
               daemons.CLIENT_MAC, "02:00:00:00:00:09")
    netns.wait_until(lambda: world.ours() == {address}, 10, "the address")
    case.same(client.state()["link"], "up", "link")


def test_two_interfaces_have_a_lease_each():
    world = World("two", script=False)
    netns.veth(world.ns, "c1", world.link.server, "s1", "02:00:00:00:00:11",
               "02:00:00:00:00:15")
    world.link.server.address("s1", "2001:db8:1:2::1/64")
    world.server.stop()
    world.plan.more = ("subnet6 2001:db8:1:2::/64 {\n"
                       "  range6 2001:db8:1:2::1:0/112;\n}\n")
    half = daemons.Half(world.link.server, world.dir, 6, world.plan.dhcpd(),
                        ["s0", "s1"])
    half.start()
    world.client.ifnames = ("c0", "c1")
    client = world.client.start()
    for name, prefix in (("c0", "2001:db8:1:1:"), ("c1", "2001:db8:1:2:")):
        state = client.wait_state("bound", name)
        address, = (a["address"] for a in state["addresses"])
        case.true(address.startswith(prefix), (name, address))
        case.true(address in clients6.addresses(world.ns, name), address)
    ia = {i: client.state(i)["addresses"][0]["iaid"] for i in ("c0", "c1")}
    case.same(ia, {"c0": 1, "c1": 0x11}, "IAIDs")
    client.ctl("release", {"interface": "c1"})
    client.wait_state("stopped", "c1")
    case.same(client.state("c0")["state"], "bound", "the other")
    client.ctl("renew", {"interface": "c1"})
    client.wait_state("bound", "c1")


def test_it_goes_to_the_background_with_its_lease():
    world = World("background", script=False)
    done = world.client.run(mode=())
    case.same(done.returncode, 0, done.stderr)
    case.same(len(world.ours()), 1, "addresses")
    with open(world.client.pid_file) as f:
        case.true(os.path.exists(f"/proc/{f.read().strip()}"), "pid file")
    case.same(world.client.run("-x").returncode, 0, "-x")
    case.true(not os.path.exists(world.client.pid_file), "pid file")


def test_an_interface_that_comes_later_is_waited_for():
    world = World("later", script=False)
    world.ns.ip("link", "del", world.ifname)
    client = world.client.start("-w")
    netns.wait_until(client.answers, 10, "the client")
    case.same(client.state()["link"], "gone", "link")
    netns.veth(world.ns, world.ifname, world.link.server, "s9",
               daemons.CLIENT_MAC, "02:00:00:00:00:09")
    netns.wait_until(lambda: client.state()["state"] == "soliciting", 10,
                     "the first message")
    case.true(client.state()["link_local"].startswith("fe80"), "link-local")


def test_who_reads_packets_holds_nothing():
    world = World("user", script=False)
    os.chmod(world.client.dir, 0o777)
    client = world.client.start("-user", "nobody")
    client.wait_state("bound")
    case.same(len(world.ours()), 1, "addresses")
    pid = client.ctl("client")[0]["client6"]["pid"]
    with open(f"/proc/{pid}/status") as f:
        status = dict(line.split(":\t", 1) for line in f if ":\t" in line)
    case.same({int(status[name].strip(), 16) for name in
               ("CapEff", "CapPrm", "CapInh", "CapAmb")} - {0},
              set(), "capabilities")
    case.same(set(status["Uid"].split()), {"65534"}, "uid")
    case.same(os.stat(client.leases).st_uid, 65534, "who wrote the leases")


def test_a_reload_changes_what_is_asked_and_a_bad_file_changes_nothing():
    world = World("reload", script=False)
    client = world.client.start()
    client.wait_state("bound")

    def requested():
        client.ctl("renew")
        client.wait_state("bound")
        oro = world.wire.last("renew")[dhcp.O6_ORO][0]
        return {int.from_bytes(oro[i:i + 2], "big")
                for i in range(0, len(oro), 2)}

    def reload(text, said, count):
        with open(client.conf, "w") as f:
            f.write(text)
        with open(client.pid_file) as f:
            os.kill(int(f.read()), signal.SIGHUP)
        client.process.wait_log(said, count=count)

    before = requested()
    case.true({23, 24, 88} <= before, before)
    reload("request dhcp6.sntp-servers;\n", "is in force", 1)
    after = requested()
    case.true({31, 88} <= after and not {23, 24} & after, after)
    reload("request nonsense;\n", "the former one stays in force", 1)
    case.same(requested(), after, "what is asked for")
    reload("also request dhcp6.sntp-servers;\n", "is in force", 2)
    case.same(requested(), before | {31}, "what is asked for")


def test_neither_process_outlives_the_other():
    world = World("killed", script=False)
    client = world.client.start()
    client.wait_state("bound")
    os.kill(client.ctl("client")[0]["client6"]["pid"], signal.SIGKILL)
    case.same(client.process.wait(), 1, "status of the hands")
    client.start()
    client.wait_state("bound")
    head = client.ctl("client")[0]["client6"]["pid"]
    with open(client.pid_file) as f:
        os.kill(int(f.read()), signal.SIGKILL)
    client.process.wait()
    netns.wait_until(lambda: not os.path.exists(f"/proc/{head}") or
                     state_of(head) == "Z", 10, "the head to end")
    # A pid file that a crash left is in nobody's way.
    client.start()
    client.wait_state("bound")


def state_of(pid):
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rsplit(")", 1)[1].split()[0]


def test_two_ias_of_a_kind_have_an_iaid_each():
    world = World("two-ias", script=False)
    client = world.client.start("-N", "-N", "-P", "-P",
                                "--prefix-len-hint", "56")
    state = client.wait_state("bound")
    for kind in ("addresses", "prefixes"):
        case.same({i["iaid"] for i in state[kind]}, {1, 2}, kind)
    case.same(world.ours(), {a["address"] for a in state["addresses"]},
              "addresses of the kernel")


def test_one_try_without_a_server_ends_with_2():
    world = World("one-try", script=False)
    world.server.stop()
    done = world.client.run("-1", "--timeout", "2")
    case.same(done.returncode, 2, done.stderr)
    case.true("no lease" in done.stderr, done.stderr)


def test_what_cannot_work_is_one_clear_line():
    world = World("faults", script=False)
    client = world.client

    def fails(status, text, *flags):
        done = client.run(*flags)
        errors = [line for line in done.stderr.splitlines()
                  if line.startswith("dhcp4o6-client6: error: ")]
        case.same((done.returncode, len(errors)), (status, 1), done.stderr)
        case.true(text in errors[0], errors)

    client.ifnames = ("nowhere",)
    fails(1, "nowhere: there is no such interface")
    client.ifnames = ("lo",)
    fails(1, "loopback")
    client.ifnames = (world.ifname,)
    with open(client.conf, "w") as f:
        f.write("nonsense;\n")
    fails(78, "is not usable")
    with open(client.conf, "w") as f:
        f.write("")
    client.script = "/nowhere/script"
    fails(78, "/nowhere/script")
    client.script = None
    leases, client.leases = client.leases, "/nowhere/leases"
    fails(1, "/nowhere/leases")
    client.leases = leases
    other = endpoints.Endpoint(world.ns, world.ifname)
    fails(1, "UDP port 546: Address already in use")
    other.close()
    world.ns.sysctl(f"net/ipv6/conf/{world.ifname}/disable_ipv6", 1)
    fails(1, "no IPv6")
    world.ns.sysctl(f"net/ipv6/conf/{world.ifname}/disable_ipv6", 0)
    half4 = half6.Half4(world.ns, client.port - 1)
    fails(1, f"UDP port {client.port} on ::1")
    half4.close()


if __name__ == "__main__":
    netns.sandbox()
    case.main()
