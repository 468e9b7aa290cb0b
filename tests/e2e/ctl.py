#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""dhcp4o6ctl as an operator types it: options, output and exit codes."""

import json
import os
import re
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import netns

PROGRAM = os.path.join(daemons.BIN, "dhcp4o6ctl")
PINS = f"/sys/fs/bpf/dhcp4o6/{daemons.PORT}"
FAR = """\
shared-network far {
  subnet6 2001:db8:2:2::/64 { }
  subnet 10.20.0.0 netmask 255.255.0.0 { range 10.20.1.0 10.20.4.255; }
}
"""


class World:
    def __init__(self, name, xdp="native", more4="", ifnames=("s0",)):
        netns.start_over()
        self.link = daemons.Link()
        if "s1" in ifnames:
            netns.veth(self.link.client, "c1", self.link.server, "s1",
                       "02:00:00:01:00:01", "02:00:00:01:00:05")
        self.six, self.four = daemons.start_pair(
            self.link, netns.work_dir(name), xdp=xdp, ifnames=list(ifnames),
            conf4=daemons.CONF4 % {"ifname": "s0"} + more4)
        self.endpoint = client.Endpoint(self.link.client, "c0")

    def serve(self, count, first=0):
        clients = [client.Client(first + i) for i in range(count)]
        case.same(client.acquire(self.endpoint, clients), [], "without lease")
        return clients

    def ctl(self, *argv, code=0, timeout_s=15):
        done = self.link.server.run(
            PROGRAM, "--run-dir", self.six.run_dir, *argv, check=False,
            timeout_s=timeout_s)
        case.same(done.returncode, code,
                  f"exit code of {argv}: {done.stdout}{done.stderr}")
        return done

    def json(self, *argv, **kwargs):
        return json.loads(self.ctl("-j", *argv, **kwargs).stdout)

    def listed(self, *argv):
        """{address: lease} of what `leases list' shows."""
        lines = self.ctl("-j", "leases", "list", *argv).stdout.splitlines()
        found = {lease["address"]: lease for lease in map(json.loads, lines)}
        case.same(len(found), len(lines), "addresses listed twice")
        return found


def test_stats_tell_the_mode_and_count_each_step_of_a_query():
    for xdp, mode in (("native", "native"), ("generic", "generic"),
                      ("off", "none")):
        world = World("ctl-stats", xdp)
        world.serve(7)
        got = world.json("stats")
        case.same(sorted(got), ["server4", "server6"], "servers")
        six, four = got["server6"], got["server4"]
        case.true(not {"leases", "dhcp4"} & set(six) and
                  not {"socket", "afxdp", "dhcp6"} & set(four),
                  "no counters of the other half")
        s0 = six["interfaces"]["s0"]
        case.same(s0["xdp"]["state"]["mode"], mode, "mode")
        case.true(mode == "native" or s0["xdp"]["state"]["why"], "a reason")
        fast = 0 if mode == "none" else 14
        if fast:
            case.same(s0["classifier"]["redirected"], fast, "redirected")
        case.same(six["afxdp"]["rx_frames"], fast, "frames of AF_XDP")
        case.same(six["dhcp6"]["in"]["DHCPV4-QUERY"], 14, "queries")
        case.same(six["dhcp6"]["out"]["DHCPV4-RESPONSE"], 14, "responses")
        case.same((four["dhcp4"]["in"]["DHCPDISCOVER"],
                   four["dhcp4"]["in"]["DHCPREQUEST"],
                   four["dhcp4"]["out"]["DHCPOFFER"],
                   four["dhcp4"]["out"]["DHCPACK"]), (7, 7, 7, 7), "messages")
        case.same(four["journal"]["records"], 7, "records")
        case.same(four["journal"]["state"]["health"], "good", "journal")
        pool, = four["pools"]["networks"]
        case.same((pool["network"], pool["addresses"], pool["active"],
                   pool["free"]), ("s0", 100, 7, 93), "pool")
        # The same in words.
        text = world.ctl("stats").stdout
        for want in (rf"mode +{mode}\n", r"DHCPOFFER +7\n", r"DHCPACK +7\n",
                     r"records +7\n", r"s0 +100 +7 "):
            case.true(re.search(want, text), f"{want} not in {text}")


def test_stats_of_one_interface_are_of_no_other():
    world = World("ctl-one", ifnames=("s0", "s1"))
    case.same(sorted(world.json("stats")["server6"]["interfaces"]),
              ["s0", "s1"], "interfaces")
    got = world.json("stats", "-i", "s1")
    case.same(sorted(got["server6"]["interfaces"]), ["s1"], "interfaces")
    world.ctl("stats", "-i", "nowhere0", code=1)


def test_watching_shows_how_fast_counters_grow():
    world = World("ctl-watch")
    begin = time.monotonic()
    lines = world.ctl("-j", "stats", "-w", "1",
                      "-n", "3").stdout.splitlines()
    case.true(time.monotonic() - begin >= 2, "two seconds between three")
    case.same(len(lines), 3, "rounds")
    for line in lines:
        case.same(sorted(json.loads(line)), ["server4", "server6"], "servers")
    text = world.ctl("stats", "-a", "-w", "1", "-n", "2").stdout
    case.true("/s" in text, f"no rate in {text}")


def test_leases_are_listed_by_subnet_state_and_client():
    world = World("ctl-leases", more4=FAR)
    near = world.serve(6)
    far = [client.Client(100 + i) for i in range(4)]
    relay = client.Endpoint(world.link.client, "c0", 547)
    for one in far:
        for v4 in (one.discover, one.request):
            relay.send(dhcp.relay_forw(dhcp.query(v4()), 0, "2001:db8:2:2::1",
                                       "fe80::1"),
                       daemons.UPSTREAM_SERVER, 547, "2001:db8:ff::1")
            got = client.answer_to(relay, one.xid, 3.0)
            case.true(got, "no answer through the relay")
            one.take(got)
    at_near = {c.address for c in near}
    at_far = {c.address for c in far}
    case.same(set(world.listed()), at_near | at_far, "all")
    case.same(set(world.listed("--subnet", "10.20.0.0/16")), at_far, "subnet")
    case.same(set(world.listed("--subnet", "10.10.10.0/24")), at_near,
              "subnet")
    world.endpoint.send(dhcp.query(near[0].release()))
    netns.wait_until(lambda: near[0].address not in
                     world.listed("--state", "active"),
                     what="the lease to end")
    case.same(set(world.listed("--state", "active")),
              (at_near | at_far) - {near[0].address}, "active")
    case.same(set(world.listed("--state", "released")), {near[0].address},
              "released")
    case.same(set(world.listed("--client", near[1].client_id.hex())),
              {near[1].address}, "client by its identifier")
    case.same(set(world.listed("--client", near[2].mac)),
              {near[2].address}, "client by its hardware address")
    case.same(set(world.listed("--client", near[1].mac, "--subnet",
                               "10.20.0.0/16")), set(), "both at once")
    lines = world.ctl("leases", "-4").stdout.splitlines()
    case.same(len(lines), 1 + 10, "a heading and a line each")
    lines = world.ctl("leases").stdout.splitlines()
    case.same((lines[0], lines[12:14], len(lines)),
              ("DHCPv4", ["", "DHCPv6"], 2 + 10 + 3), "both servers")
    for argv in (("--state", "asleep"), ("--subnet", "10.20.0.0"),
                 ("--subnet", "10.20.0.0/33"), ("--client", "xyz"),
                 ("--subnet", "2001:db8::"), ("--iaid", "-1")):
        done = world.ctl("leases", "list", *argv, code=2)
        case.true("code 103" in done.stderr, done.stderr)


def test_one_lease_is_shown_in_full():
    world = World("ctl-get")
    one, = world.serve(1)
    got = world.json("leases", "get", one.address)
    case.same((got["state"], got["hardware"], got["client_id"]),
              ("active", one.mac, one.client_id.hex(":")), "lease")
    case.same(got["expires"] - got["updated"], 3600, "lease time")
    case.true(abs(got["updated"] - time.time()) < 60, "time of the lease")
    case.true(got["source"].startswith("fe80::"), "IPv6 source")
    text = world.ctl("leases", "get", one.address).stdout
    for want in (one.address, one.mac, one.client_id.hex(":")):
        case.true(want in text, f"{want} not in {text}")
    done = world.ctl("leases", "get", "10.10.10.250", code=1)
    case.true("code 200" in done.stderr, done.stderr)
    world.ctl("leases", "get", "10.10.10", code=2)


def test_the_classifiers_counters_outlive_the_server():
    world = World("ctl-dead")
    world.serve(5)
    before = world.json("stats")["server6"]["interfaces"]["s0"]["classifier"]
    case.same(before["redirected"], 10, "redirected")
    world.six.process.signal(signal.SIGKILL)
    world.six.process.wait()
    done = world.ctl("-j", "stats", code=1)
    case.true("server6 does not answer" in done.stderr, done.stderr)
    got = json.loads(done.stdout)
    case.same(got["server6"]["answers"], False, "answers")
    case.same(got["server6"]["interfaces"]["s0"]["classifier"]["redirected"],
              10, "redirected, of the pinned map")
    case.true("server4" in got, "the other half is shown all the same")
    # Still attached, and nobody on the queue: it passes, and counts that.
    world.endpoint.send(dhcp.query(client.Client(9).discover()))
    netns.wait_until(
        lambda: world.json("stats", code=1)["server6"]["interfaces"]["s0"]
        ["classifier"]["no-socket"] == 1, what="the packet to be counted")


def test_bpftool_prints_named_fields_of_the_pinned_map():
    world = World("ctl-bpftool")
    world.serve(3)
    dump = json.loads(world.link.server.run(
        "bpftool", "-j", "map", "dump", "pinned",
        f"{PINS}/s0/d4o6_stats").stdout)
    values = [cpu["value"] for cpu in dump[0]["formatted"]["values"]]
    case.true(values, "a value for each processor")
    total = {name: sum(v[name] for v in values) for name in values[0]}
    case.same(total["redirected"], 6, "redirected")
    names = {n.replace("-", "_") for n in world.six.classifier("s0")}
    case.same(names - set(total), set(), "reasons without a field")


def test_config_show_prints_what_a_server_has_in_force():
    many = "".join(
        f"host h{i} {{ hardware ethernet 02:00:00:01:{i >> 8:x}:{i & 255:x}; "
        f"filename \"{i}\"; }}\n" for i in range(5000))
    world = World("ctl-config", "off", more4=many)
    for half in (world.six, world.four):
        name = f"server{half.family}"
        want = world.ctl("config", "show", f"-{half.family}",
                         half.conf).stdout
        case.same(world.ctl("config", "show", name).stdout, want, name)
        case.same(world.json("config", "show", name), {name: want}, name)
        case.true(re.search(r"^authoritative;$", want, re.M), want)
    case.true(len(want) > 200000, "a text of many pieces")
    case.same(want.count("hardware ethernet"), 5000, "hosts")


def test_wrong_usage_exits_2_and_a_missing_server_1():
    world = World("ctl-usage", "off")
    for argv in ((), ("states",), ("stats", "-i"), ("stats", "-w", "0"),
                 ("stats", "extra"), ("leases", "get"), ("-P", "0", "stats"),
                 ("leases", "-a"), ("stats", "--state", "active"),
                 ("--no-such-flag", "stats")):
        done = world.ctl(*argv, code=2)
        case.true(done.stderr, f"{argv} without a word")
    for argv, text in ((("states",), "stats, leases"),
                       (("leases", "--subnet", "10.0.0"), "ADDRESS/LENGTH"),
                       (("leases", "--state", "good"), "active, expired"),
                       (("leases", "--client", "zz"), "hex"),
                       (("leases", "--iaid", "zz"), "32 bits"),
                       (("leases", "-4", "--iaid", "1"), "DHCPv6"),
                       (("leases", "get", "fred"), "PREFIX/LENGTH"),
                       (("reconfigure", "192.0.2.1"), "IPv6 address")):
        done = world.ctl(*argv, code=2)
        case.same(done.stdout, "", f"{argv}: output")
        case.true(text in done.stderr and done.stderr.count("\n") == 1,
                  f"{argv}: {done.stderr}")
    done = world.ctl("-P", "7000", "stats", code=1)
    case.true("server6-7000.sock" in done.stderr, done.stderr)
    for argv in (("--help",), ("--version",)):
        case.true(world.ctl(*argv).stdout.strip(), argv)


def test_a_user_without_permission_is_told_so():
    world = World("ctl-permission", "off")
    done = world.link.server.run(
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", PROGRAM, "--run-dir",
        world.six.run_dir, "leases", check=False)
    if "failed to execute" in done.stderr:
        raise netns.Skip("the checkout is closed to other users")
    case.same(done.returncode, 77, f"exit code: {done.stderr}")
    case.true("permission" in done.stderr, done.stderr)


if __name__ == "__main__":
    netns.sandbox()
    case.main()
