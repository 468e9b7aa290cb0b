#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""server6 as a DHCPv6 server: every exchange, direct and through relays, what
it announces to whom, and what is there after a restart.
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import client6 as c6
import daemons
import dhcp
import netns

CONF = """\
default-lease-time 3600;
%(top)s
dhcp4o6 { xdp off; }
option dhcp6.name-servers 2001:db8::53;
shared-network "near" {
  subnet6 2001:db8:1:1::/64 {
    range6 2001:db8:1:1::1000 2001:db8:1:1::ffff;
    prefix6 2001:db8:1000:: 2001:db8:10ff:: /48;
    %(near)s
  }
}
subnet6 2001:db8:7:1::/64 {
  range6 2001:db8:7:1::/64;
  option dhcp6.name-servers 2001:db8:7::53;
}
"""
POOL = ("2001:db8:1:1::1000", "2001:db8:1:1::ffff")
FAR_RELAY = "2001:db8:ff::1"  # an address of the client's namespace
FAR_LINK = "2001:db8:7:1::fe"


def conf(top="", near=""):
    return CONF % {"top": top, "near": near}


class World:
    def __init__(self, name, text=None, start=True):
        netns.start_over()
        self.link = daemons.Link()
        self.six = daemons.Half(self.link.server,
                                netns.work_dir("dhcp6-" + name), 6,
                                text or conf(), ["s0"])
        self.end = c6.Endpoint6(self.link.client, "c0")
        if start:
            self.six.start()

    def ask(self, one, payload, **kwargs):
        answer = c6.exchange(self.end, one, payload, **kwargs)
        case.true(answer, f"no answer to {one}")
        case.same(answer.get(c6.CLIENT_ID), one.duid, "client identifier")
        case.true(answer.get(c6.SERVER_ID), "no server identifier")
        return answer

    def acquire(self, *clients, **kwargs):
        case.same(c6.acquire(self.end, list(clients), **kwargs), [],
                  "without lease")

    def leases(self, **args):
        """{address or prefix/length: item}"""
        found = {}
        for item in self.six.ctl("leases", args):
            name = (f"{item['prefix']}/{item['prefix_len']}"
                    if "prefix" in item else item["address"])
            case.true(name not in found, f"{name} is listed twice")
            found[name] = item
        return found

    def state(self, name):
        return self.leases(address=name)[name]["state"]


def inside(address, first, last):
    return dhcp.ip6(first) <= dhcp.ip6(address) <= dhcp.ip6(last)


def test_an_address_is_solicited_requested_renewed_rebound_and_released():
    world, one = World("address"), c6.Client(1)
    answer = world.ask(one, one.solicit())
    case.same(answer.kind, c6.ADVERTISE, "type")
    case.true(inside(one.offered[0], *POOL), one.offered)
    case.same(world.leases(), {}, "an offer is no lease")
    for make in (one.request, one.renew, one.rebind):
        answer = world.ask(one, make())
        case.same((answer.kind, answer.items()), (c6.REPLY, one.offered),
                  make.__name__)
        ia, = answer.ias
        case.true(ia.iaid == one.iaid and 0 < ia.t1 < ia.t2 < 3600 and
                  ia.items[0][2] == 3600, "IA")
    address, = one.held
    lease = world.leases()[address]
    case.same((lease["state"], lease["kind"], lease["client_id"],
               lease["iaid"], lease["interface"]),
              ("active", "ia_na", one.duid.hex(":"), one.iaid, "s0"), "lease")
    case.same(world.ask(one, one.confirm()).status, c6.SUCCESS, "on the link")
    case.same(world.ask(one, one.release()).status, c6.SUCCESS, "release")
    case.same(world.state(address), "released", "state")


def test_a_prefix_is_delegated_and_given_back():
    world, one = World("prefix"), c6.Client(2, pd=True)
    world.acquire(one)
    prefix, = one.held
    case.true(prefix.startswith("2001:db8:10") and prefix.endswith("/48"),
              prefix)
    case.same(world.leases(address=prefix)[prefix]["kind"], "ia_pd", "kind")
    case.same(world.ask(one, one.renew()).items(), [prefix], "renewed")
    world.ask(one, one.release())
    case.same(world.state(prefix), "released", "state")


def test_a_declined_address_goes_to_nobody():
    world, one = World("decline"), c6.Client(3)
    world.acquire(one)
    address, = one.held
    case.same(world.ask(one, one.decline()).status, c6.SUCCESS, "status")
    case.same(world.state(address), "declined", "state")
    again = c6.Client(3)
    world.acquire(again)
    case.true(again.held != [address], "the address it declined")


def test_a_client_that_moved_is_told_so():
    world, one = World("confirm"), c6.Client(4)
    one.held = ["2001:db8:9:9::1"]
    case.same(world.ask(one, one.confirm()).status, c6.NOT_ON_LINK, "status")


def test_rapid_commit_takes_two_messages():
    world, one = World("rapid", conf("option dhcp6.rapid-commit;")), \
        c6.Client(5)
    answer = world.ask(one, one.solicit((c6.RAPID_COMMIT, b"")))
    case.same((answer.kind, answer.get(c6.RAPID_COMMIT)), (c6.REPLY, b""),
              "REPLY with Rapid Commit")
    case.same(set(world.leases(state="active")), set(one.held), "leases")


def test_an_information_request_gets_options_and_changes_nothing():
    world, one = World("stateless"), c6.Client(6, oro=[c6.DNS])
    size = os.path.getsize(world.six.leases)
    answer = world.ask(one, one.inform())
    case.same((answer.kind, answer.get(c6.DNS)),
              (c6.REPLY, dhcp.ip6("2001:db8::53")), "answer")
    case.same(os.path.getsize(world.six.leases), size, "size of the journal")


def relayed(message, count, interface_id=b"port 7", more=()):
    """Relays in a row, the client's link in the innermost."""
    out = c6.forward(message, FAR_LINK, "fe80::77", 0, interface_id, more)
    for hops in range(1, count):
        out = c6.forward(out, "::", FAR_LINK, hops, b"agg %d" % hops, more)
    return out


def test_a_relayed_client_is_on_the_link_that_its_relay_names():
    for count in (1, 2, 4):
        world, one = World(f"relay-{count}"), c6.Client(7, oro=[c6.DNS])
        end = c6.Endpoint6(world.link.client, "c0", 547)

        def ask(payload, end=end, one=one, count=count):
            end.send(relayed(payload, count), to=daemons.UPSTREAM_SERVER,
                     source=FAR_RELAY)
            data, peer, _ = end.receive(3.0)
            case.same(peer, (daemons.UPSTREAM_SERVER, 547), "source")
            levels, message = c6.unwrap(data)
            case.same([(h, peer) for h, _, peer, _ in levels],
                      [(h, FAR_LINK) for h in range(count - 1, 0, -1)] +
                      [(0, "fe80::77")], "chain of relays")
            case.same(levels[-1][3][c6.INTERFACE_ID], b"port 7",
                      "Interface-ID")
            one.take(message)
            return message

        ask(one.solicit())
        answer = ask(one.request())
        case.same(answer.get(c6.DNS), dhcp.ip6("2001:db8:7::53"), "DNS")
        address, = one.held
        case.true(address.startswith("2001:db8:7:1:"), address)
        relays = world.leases()[address]["relays"]
        case.same((len(relays), relays[0]["link_address"],
                   relays[0]["peer_address"]), (count, FAR_LINK, "fe80::77"),
                  "relays of the lease")


def test_a_relay_that_names_its_port_is_answered_there():
    world, one = World("relay-port"), c6.Client(8)
    end = c6.Endpoint6(world.link.client, "c0", 5470)
    end.send(relayed(one.solicit(), 1, more=[(135, b"\0\0")]),
             to=daemons.UPSTREAM_SERVER, source=FAR_RELAY)
    got = end.receive(3.0)
    case.true(got, "no answer to port 5470")
    levels, message = c6.unwrap(got[0])
    case.true(135 in levels[0][3], "option 135 is not echoed")
    case.same(message.kind, c6.ADVERTISE, "type")


def test_option_88_is_for_those_who_ask_with_none_one_or_two_addresses():
    for value, want in (
            ('= ""', b""), ("", b""),
            ("2001:db8::1", dhcp.ip6("2001:db8::1")),
            ("2001:db8::1, 2001:db8::2",
             dhcp.ip6("2001:db8::1") + dhcp.ip6("2001:db8::2"))):
        text = conf(f"option dhcp6.dhcp4-o-dhcp6-server {value};")
        world = World("option-88", text)
        for oro, expect in (([c6.SERVERS_4O6], want), ([c6.DNS], None),
                            ([], None)):
            one = c6.Client(9, oro=oro)
            for payload in (one.inform, one.solicit, one.request, one.renew):
                answer = world.ask(one, payload())
                case.same(answer.get(c6.SERVERS_4O6), expect,
                          f"option 88 {value!r} for {oro}")
    world = World("option-88", conf())
    one = c6.Client(9, oro=[c6.SERVERS_4O6])
    case.same(world.ask(one, one.inform()).get(c6.SERVERS_4O6), None,
              "option 88 that is not configured")


def test_bindings_and_the_duid_outlive_a_restart():
    world = World("restart")
    clients = [c6.Client(20 + i, pd=i % 2 == 1) for i in range(20)]
    world.acquire(*clients)
    duid = world.six.stats()["duid"]
    case.same({c.server.hex(":") for c in clients}, {duid}, "server")
    case.true(duid.startswith("00:01:00:01:") and
              duid.endswith(daemons.SERVER_MAC), duid)
    before = world.leases()
    for stop in ("stop", "kill"):
        getattr(world.six.process, stop)()
        world.six.start()
        case.same(world.six.stats()["duid"], duid, "DUID")
        case.same(world.leases(), before, "leases")
    for one in clients:
        case.same(world.ask(one, one.renew()).items(), one.held, "renewed")
    again = [c6.Client(c.number, pd=c.code == c6.IA_PD) for c in clients]
    world.acquire(*again)
    case.same([c.held for c in again], [c.held for c in clients], "the same")


def test_a_stated_duid_wins_and_a_stated_kind_is_for_new_files():
    world, one = World("duid"), c6.Client(40)
    first = world.six.stats()["duid"]
    for statement, want in (
            ("server-duid LL;", first),
            ('server-duid EN 9 "abcd";', "00:02:00:00:00:09:61:62:63:64"),
            ("", "00:02:00:00:00:09:61:62:63:64")):
        world.six.process.stop()
        world.six.configure(conf(statement))
        world.six.start()
        case.same(world.six.stats()["duid"], want, statement)
        answer = world.ask(one, one.inform())
        case.same(answer.get(c6.SERVER_ID).hex(":"), want, "in an answer")
    world.six.process.stop()
    os.unlink(world.six.leases)
    world.six.configure(conf("server-duid LL;"))
    world.six.start()
    case.same(world.six.stats()["duid"], "00:03:00:01:" + daemons.SERVER_MAC,
              "DUID in a new file")


def test_another_servers_messages_and_unicasts_are_left_alone():
    world, one = World("others"), c6.Client(41)
    world.ask(one, one.solicit())
    server, one.server = one.server, b"\0\3\0\1another"
    world.end.send(one.request())
    one.server = server
    payload = one.request()
    world.end.send(payload, to=daemons.SERVER6)
    netns.wait_until(lambda: len(world.six.drops()) >= 2, what="two drops")
    drops = world.six.drops()
    case.same(sum(drops.values()), 2, drops)
    case.true("dhcp6-unicast" in drops and "other-server" in drops, drops)
    case.same(world.leases(), {}, "leases")


def test_two_instances_have_a_lease_file_and_a_duid_each():
    world = World("instances")
    other = netns.Namespace("other")
    other.ip("link", "add", "x0", "address", "02:00:00:00:00:66", "type",
             "veth", "peer", "name", "x1")
    for name in ("x0", "x1"):
        other.ip("link", "set", name, "up")
    second = daemons.Half(other, netns.work_dir("dhcp6-second"), 6, conf(),
                          ["x0"], port=7000)
    leases, second.leases = second.leases, world.six.leases
    done = other.run(*second.argv(), check=False, timeout_s=20)
    case.same(done.returncode, 1, f"exit code: {done.stderr}")
    case.true(world.six.leases in done.stderr, done.stderr)
    second.leases = leases
    second.start()
    case.true(second.stats()["duid"] != world.six.stats()["duid"],
              "the same DUID")
    world.acquire(c6.Client(42))


ISC_LEASES = """\
# The format of this file is documented in the dhcpd.leases(5) manual page.
authoring-byte-order little-endian;
server-duid "\\000\\003\\000\\001\\002\\000\\000\\000\\000\\177";
ia-na "\\053\\000\\000\\000\\000\\003\\000\\001\\002\\146\\000\\000\\000\\052" {
  cltt epoch %(now)d;
  iaaddr 2001:db8:1:1::1234 {
    binding state active;
    preferred-life 1800;
    max-life 3600;
    ends epoch %(end)d;
  }
}
"""


def test_clients_of_dhcpd_keep_their_leases_and_their_server():
    world, one = World("takeover", start=False), c6.Client(42)
    now = int(time.time())
    with open(world.six.leases, "w") as f:
        f.write(ISC_LEASES % {"now": now, "end": now + 3600})
    done = world.six.ns.run(*world.six.argv("-t"), check=False)
    case.same(done.returncode, 0, done.stderr)
    case.true("would be taken over" in done.stderr, done.stderr)
    world.six.start()
    case.same(world.six.stats()["duid"], "00:03:00:01:02:00:00:00:00:7f",
              "DUID")
    one.held = ["2001:db8:1:1::1234"]
    one.server = bytes.fromhex("0003000102000000007f")
    case.same(world.ask(one, one.renew()).items(), one.held, "renewed")
    case.true(os.path.exists(world.six.leases + ".isc"), "kept")


def test_leases_of_dhcpv4_are_no_lease_file():
    world = World("foreign", start=False)
    four = daemons.Half(world.link.server, world.six.dir, 4,
                        daemons.CONF4 % {"ifname": "s0"})
    world.six.start()
    four.start()
    v4 = client.Client(1)
    case.same(client.acquire(world.end, [v4]), [], "without lease")
    four.process.stop()
    world.six.process.stop()
    world.six.leases = four.leases
    done = world.six.ns.run(*world.six.argv(), check=False, timeout_s=20)
    case.same(done.returncode, 1, f"exit code: {done.stderr}")
    case.true(four.leases in done.stderr and "DHCPv4" in done.stderr,
              done.stderr)


def test_the_check_of_a_configuration_makes_no_lease_file():
    world = World("check", start=False)
    done = world.six.ns.run(*world.six.argv("-t"), check=False)
    case.same(done.returncode, 0, done.stderr)
    case.true(not os.path.exists(world.six.leases), "a file was made")
    os.chmod(world.six.dir, 0o755)
    done = world.six.ns.run(*world.six.argv("-t", "-user", "nobody"),
                            check=False)
    case.same(done.returncode, 77, done.stderr)
    case.true(world.six.leases in done.stderr, done.stderr)


def test_no_more_leases_than_leases_max_are_kept_and_a_reload_changes_it():
    def limited(number):
        return conf(f"dhcp4o6 {{ leases-max {number}; }}")

    world = World("max", limited(3))
    clients = [c6.Client(60), c6.Client(61), c6.Client(62, pd=True)]
    world.acquire(*clients)
    late, late_pd = c6.Client(63), c6.Client(64, pd=True)
    for one, status in ((late, c6.NO_ADDRS), (late_pd, c6.NO_PREFIX)):
        answer = world.ask(one, one.solicit())
        case.same((answer.kind, answer.ias[0].status), (c6.ADVERTISE, status),
                  f"{one}")
    for one in clients:
        case.same(world.ask(one, one.renew()).items(), one.held, "renewed")
    world.six.configure(limited(2))
    world.six.ctl("reload")
    case.same(len(world.leases(state="active")), 3, "leases after a reload")
    case.same(world.ask(late, late.solicit()).ias[0].status, c6.NO_ADDRS,
              "status")
    stats = world.six.stats()
    case.same((stats["leases6"]["refused_max"],
               stats["pools"]["state"]["leases_max"]), (3, 2), "counted")
    with open(os.path.join(world.six.dir, "server6.1.log")) as f:
        case.same(f.read().count("leases-max: 3 leases are kept"), 1, "said")
    # Who goes makes room, and is forgotten for it.
    for one in clients[:2]:
        world.ask(one, one.release())
    world.acquire(late)
    netns.wait_until(lambda: len(world.leases()) == 2, what="two leases")


def test_leases_and_figures_are_shown_by_the_tool():
    world = World("tool")
    one, two = c6.Client(50), c6.Client(51, pd=True)
    world.acquire(one, two)
    tool = os.path.join(daemons.BIN, "dhcp4o6ctl")

    def ctl(*argv, code=0):
        done = world.link.server.run(tool, "--run-dir", world.six.run_dir,
                                     *argv, check=False)
        case.same(done.returncode, code, f"{argv}: {done.stderr}")
        return done.stdout

    lines = ctl("leases", "-6").splitlines()
    case.same(len(lines), 3, lines)
    case.true(one.held[0] in lines[1] + lines[2], lines)
    case.true(two.held[0] in lines[1] + lines[2], lines)
    for argv, want in ((("--iaid", str(two.iaid)), two),
                       (("--client", one.duid.hex()), one),
                       (("--subnet", "2001:db8:1:1::/64"), one),
                       (("--subnet", "2001:db8:1000::/40"), two)):
        lines = ctl("leases", "-6", *argv).splitlines()
        case.same(len(lines), 2, f"{argv}: {lines}")
        case.true(want.held[0] in lines[1], lines)
    for one_of in (one, two):
        text = ctl("leases", "get", one_of.held[0])
        case.true(one_of.duid.hex(":") in text, text)
    ctl("leases", "get", "2001:db8:1:1::fff0", code=1)
    # Only one of the servers runs: its leases are shown, and it is said.
    case.true(one.held[0] in ctl("leases", code=1), "both servers")
    stats = world.six.stats()
    case.same((stats["leases6"]["new"], stats["leases6"]["offered"]), (2, 2),
              "counted")
    near = next(n for n in stats["pools"]["networks"]
                if n["network"] == "near")
    case.same((near["addr_active"], near["pd_active"], near["addresses"],
               near["prefixes"]), (1, 1, 0xf000, 256), near)
    case.same(stats["journal"]["state"]["health"], "good", "journal")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
