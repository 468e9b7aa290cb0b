#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""client6 through its user's door: leases, their ends, what the kernel and the
script see of them, and the way of DHCPv4 over DHCPv6 to the servers.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import clients6
import client as endpoints
import daemons
import dhcp
import half6
import netns
import world6

SERVER = daemons.SERVER6


class World(world6.World):
    """A server, and our client at the other end of the link, not started."""

    def __init__(self, name, conf="", script=True, **plan):
        super().__init__("client6-" + name, **plan)
        self.client = half6.Client6(self.ns, self.dir, self.ifname,
                                    conf=conf, script=script)
        for address in ("2001:db8:1:1::10/64", "2001:db8:ff::1/64",
                        "2001:db8:ff::2/64"):
            self.link.client.ip("addr", "del", address, "dev", self.ifname)
        # As a router announces it.
        self.link.client.ip("route", "add", daemons.PREFIX6, "dev",
                            self.ifname)

    def queries(self):
        """DHCPV4-QUERYs that have passed."""
        return [m for m in self.wire.octets_of(dhcp.QUERY)]

    def wait_query(self, count):
        netns.wait_until(lambda: len(self.queries()) >= count, 5,
                         f"{count} queries")

    def ours(self):
        return {a for a in clients6.addresses(self.ns, self.ifname)
                if self.is_ours(a)}

    def is_ours(self, address):
        low, high = (dhcp.ip6(a) for a in self.plan.range)
        return low <= dhcp.ip6(address) <= high


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


def test_queries_go_to_the_server_and_answers_come_back():
    world = World("query")
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    half4.wait(half6.START)
    case.same(half4.poll(), half6.START, "answer to POLL")
    server = endpoints.Endpoint(world.link.server, world.link.server_if, 5470)
    address, = world.ours()
    query = half6.query(dhcp.V4(dhcp.DISCOVER, 0x1234))
    half4.send(query)
    world.wait_query(1)
    case.same(world.queries()[-1], query, "the query, untouched")
    answer = dhcp.V4(dhcp.OFFER, 0x1234, op=2).pack()
    server.send(half6.response(answer), to=address, port=546,
                source=SERVER)
    case.same(half4.receive(), answer + dhcp.ip6(SERVER), "response")
    case.same(client.drops(), {}, "drops")
    client.process.stop()
    case.same(half4.receive(), half6.STOP, "last word")


def test_the_servers_are_those_of_option_88_each_once():
    twice = ("2001:db8:1:1::1", "ff02::1:2", "2001:db8:1:1::1",
             "2001:db8:1:1::2")
    for name, option88, more, want in (
            ("empty", (), "option dhcp6.dhcp4-o-dhcp6-server;\n",
             ["ff02::1:2"]),
            ("two", ("2001:db8:1:1::1", "2001:db8:1:1::2"), "",
             ["2001:db8:1:1::1", "2001:db8:1:1::2"]),
            ("twice", twice, "", ["2001:db8:1:1::1", "ff02::1:2",
                                  "2001:db8:1:1::2"]),
            ("nonsense", ("::1", "::", "2001:db8:1:1::1"), "",
             ["2001:db8:1:1::1"])):
        netns.start_over()
        world = World(f"servers-{name}", option88=option88, more=more)
        world.link.server.address(world.link.server_if,
                                  "2001:db8:1:1::2/64")
        half4 = half6.Half4(world.ns)
        client = world.client.start()
        half4.wait(half6.START)
        client.wait("BOUND6")
        half4.send(half6.query(dhcp.V4(dhcp.DISCOVER, 7)))
        world.wait_query(len(want))
        address, = world.ours()
        local = netns.link_local(daemons.CLIENT_MAC)
        case.same(world.wire.ends_of(dhcp.QUERY),
                  [(local if to.startswith("ff") else address, to)
                   for to in want], name)
        case.same(client.drops(),
                  {"server-address": 2} if name == "nonsense" else {},
                  "drops")
        half4.close()


def test_without_option_88_nothing_is_sent_for_the_other_half():
    world = World("absent", option88=())
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    client.wait_state("bound")
    case.same(half4.poll(), half6.STOP, "answer to POLL")
    half4.send(half6.query(dhcp.V4(dhcp.DISCOVER, 7)))
    netns.wait_until(lambda: client.drops() == {"no-servers": 1}, 5,
                     "the query to be dropped")
    case.same(world.wire.octets_of(dhcp.QUERY), [], "queries")
    for name in ("solicit", "request"):
        oro = world.wire.last(name)[dhcp.O6_ORO][0]
        case.true(b"\0\x58" in [oro[i:i + 2] for i in range(0, len(oro), 2)],
                  f"option 88 is not asked for in {name}")


def test_4o6_ends_with_the_renewal_that_has_no_option_88_and_comes_again():
    world = World("vanishing")
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    half4.wait(half6.START)
    for option88, word in (((), half6.STOP), ((SERVER,), half6.START)):
        world.server.stop()
        world.plan.option88 = list(option88)
        world.server.start()
        client.wait_state("bound")
        client.ctl("renew")
        half4.wait(word)
        case.same(half4.poll(), word, "answer to POLL")
    client.wait("RENEW6", 2)
    # As it was, in the file too.
    case.true("dhcp4-o-dhcp6-server" in client.lease_file(),
              client.lease_file())


def test_4o6_waits_for_an_address_that_reaches_the_server():
    world = World("prefix-only")
    half4 = half6.Half4(world.ns)
    client = world.client.start("-P")
    client.wait_state("bound")
    case.same(half4.poll(), half6.STOP, "without any global address")
    world.ns.address(world.ifname, "2001:db8:1:1::77/64")
    half4.wait(half6.START)
    half4.send(half6.query(dhcp.V4(dhcp.DISCOVER, 7)))
    world.wait_query(1)
    case.same(world.wire.ends_of(dhcp.QUERY), [("2001:db8:1:1::77", SERVER)],
              "queries")
    world.ns.ip("addr", "del", "2001:db8:1:1::77/64", "dev", world.ifname)
    half4.wait(half6.STOP)


def test_what_is_no_query_of_the_other_half_goes_nowhere():
    world = World("junk")
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    half4.wait(half6.START)
    good = half6.query(dhcp.V4(dhcp.DISCOVER, 7))
    for bad in (b"START", good[:100], b"\x14\x40" + good[2:],
                b"\x01" + good[1:], good + dhcp.option6(3, bytes(12)),
                good + good[4:]):
        half4.send(bad)
    netns.wait_until(lambda: sum(client.drops().values()) == 6, 5,
                     "six drops")
    case.same(world.wire.octets_of(dhcp.QUERY), [], "queries")
    half4.send(good)
    world.wait_query(1)


def test_answers_of_strangers_are_not_passed_on():
    world = World("strangers",
                  conf="dhcp4o6 { response-source servers; }\n")
    world.link.server.address(world.link.server_if, "2001:db8:1:1::2/64")
    half4 = half6.Half4(world.ns)
    client = world.client.start()
    half4.wait(half6.START)
    address, = world.ours()
    server = endpoints.Endpoint(world.link.server, world.link.server_if, 5470)
    good = half6.response(dhcp.V4(dhcp.OFFER, 7, op=2).pack())
    for payload, source in ((good, "2001:db8:1:1::2"),
                            (good[:4], SERVER), (good + good[4:], SERVER),
                            (half6.response(bytes(100)), SERVER)):
        server.send(payload, to=address, port=546, source=source)
    server.send(good, to=address, port=546, source=SERVER)
    got = half4.receive()
    # Too short to be a message, which is for the other half to say.
    if len(got) < 236:
        got = half4.receive()
    case.same(got[-16:], dhcp.ip6(SERVER), "source")
    drops = client.drops()
    case.same((drops["other-source"], drops["query-no-dhcpv4"],
               drops["query-two-dhcpv4"]), (1, 1, 1), "drops")


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
    client = world.client.start()
    client.wait("BOUND6")
    address, = world.ours()
    done = client.run("-r")
    case.same(done.returncode, 0, done.stderr)
    case.same(client.process.wait(), 0, "status of who ran")
    case.same(world.wire.messages()[-2:], ["release", "reply"], "messages")
    case.same(world.ours(), set(), "addresses")
    case.true("released;" in client.lease_file(), client.lease_file())
    case.same(world.server.half.ctl("leases", {"address": address})[0]
              ["state"], "released", "lease of the server")
    case.same(client.environments()[-1]["reason"], "RELEASE6", "last call")
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
