#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What statements of the dhcp4o6 block do to packets, and who the server is."""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import netns

OTHER_NET = """\
shared-network other {
  subnet6 2001:db8:2:2::/64 { }
  subnet 10.20.20.0 netmask 255.255.255.0 { range 10.20.20.1 10.20.20.99; }
}
"""
NOBODY = 65534


class World(daemons.Pair):
    def __init__(self, name, block6="", block4="", more4=""):
        netns.start_over()
        super().__init__(
            "settings-" + name,
            "dhcp4o6 { %s }\n%s" % (block6, daemons.CONF6),
            "dhcp4o6 { %s }\n%s%s" % (
                block4, daemons.CONF4 % {"ifname": "s0"}, more4))
        self.four.start()
        self.six.start()
        self.relay = client.Endpoint(self.link.client, "c0", 547)
        self.number = 0

    def one(self):
        self.number += 1
        return client.Client(self.number)

    def ask(self, v4, hops=None, link="2001:db8:2:2::1", timeout_s=1.0):
        """Directly, or through a chain whose outermost hop count is hops."""
        message = dhcp.query(v4)
        if hops is None:
            self.endpoint.send(message)
            return client.answer_to(self.endpoint, v4.xid, timeout_s)
        for hop in range(hops + 1):
            message = dhcp.relay_forw(message, hop, link if hop == 0 else "::",
                                      "fe80::1")
        self.relay.send(message, daemons.UPSTREAM_SERVER, 547,
                        "2001:db8:ff::1")
        return client.answer_to(self.relay, v4.xid, timeout_s)


def test_relay_depth_is_the_highest_hop_count_that_is_answered():
    for block, most in (("", 8), ("relay-depth 1;", 1),
                        ("relay-depth 31;", 31), ("relay-depth 32;", 31)):
        for xdp in ("off", "native"):
            world = World("depth", f"xdp {xdp}; {block}", block, OTHER_NET)
            answer = world.ask(world.one().discover(), most)
            case.true(answer, f"no answer to hop count {most}, {block}")
            case.true(answer.yiaddr.startswith("10.20.20."), answer.yiaddr)
            before = world.six.drops().get("relay-depth", 0)
            case.same(world.ask(world.one().discover(), most + 1,
                                timeout_s=0.1), None, f"deeper than {most}")
            if most < 31:
                case.same(world.six.drops().get("relay-depth", 0),
                          before + 1, "drops")


def test_hints_of_the_client_are_believed_of_whom_the_setting_says():
    def where(world, hops):
        one = world.one()
        v4 = one.discover()
        v4.options.append((118, dhcp.ip4("10.20.20.0")))
        answer = world.ask(v4, hops, "2001:db8:1:1::1")
        case.true(answer, "no answer")
        return answer.yiaddr.rsplit(".", 2)[0]

    for block, direct, relayed in (
            ("", "10.20", "10.20"), ("inner-hints trust;", "10.20", "10.20"),
            ("inner-hints relayed-only;", "10.10", "10.20"),
            ("inner-hints ignore;", "10.10", "10.10"),
            ("subnet-selection off;", "10.10", "10.10")):
        world = World("hints", "", block, OTHER_NET)
        case.same((where(world, None), where(world, 0)), (direct, relayed),
                  f"networks with '{block}'")


def test_an_offer_and_a_declined_address_are_held_for_so_long():
    pool = daemons.CONF4 % {"ifname": "s0"}
    world = World("hold")
    world.four.process.stop()
    world.four.configure("dhcp4o6 { offer-hold 2; decline-hold 2; }\n" +
                         pool.replace("10.10.10.199", "10.10.10.101"))
    world.four.start()
    first, second, third = world.one(), world.one(), world.one()
    case.true(world.ask(first.discover()), "no OFFER")
    second.offer = world.ask(second.discover())
    second.lease = world.ask(second.request())
    case.same(second.lease.kind, dhcp.ACK, "second client")
    decline = dhcp.V4(dhcp.DECLINE, second.xid, second.mac, second.options + [
        (50, dhcp.ip4(second.address)), (54, second.lease.get(54))])
    world.endpoint.send(dhcp.query(decline))
    table = world.four
    netns.wait_until(lambda: [
        lease for lease in table.ctl("leases", {"state": "declined"})
        if lease["address"] == second.address], what="the DECLINE")
    # One address rests and the other is offered: taken back for want of any.
    begin = time.monotonic()
    third.offer = world.ask(third.discover())
    case.true(third.offer.yiaddr != second.address, "a declined address")
    third.lease = world.ask(third.request())
    case.same(third.lease.kind, dhcp.ACK, "third client")
    fourth = world.one()
    netns.wait_until(lambda: world.ask(fourth.discover(), timeout_s=0.1),
                     5.0, "the declined address to be free again")
    case.true(time.monotonic() - begin > 1.0, "it has not rested")
    # An offer nobody took is no longer counted as one.
    netns.wait_until(lambda: table.stats()["pools"]["state"]["offered"] == 0,
                     5.0, "the offers to end")


def test_the_journal_is_compacted_while_serving():
    world = World("compact", "", "journal-compact 1;")
    directory = os.path.dirname(world.four.leases)
    inode = os.stat(world.four.leases).st_ino
    clients = [world.one() for _ in range(50)]
    case.same(client.acquire(world.endpoint, clients), [], "without lease")
    renewals = 0

    def compacted():
        nonlocal renewals
        for one in clients:
            world.endpoint.send(dhcp.query(one.renew()))
        for _ in clients:
            got = world.endpoint.receive(3.0)
            case.true(got, "no answer to a renewal")
            case.same(dhcp.response(got[0])[1].kind, dhcp.ACK, "renewal")
            renewals += 1
        return world.four.stats()["journal"]["compactions"]

    netns.wait_until(compacted, 60.0, "a compaction", step_s=0)
    case.true(2000 < renewals < 40000, f"after {renewals} renewals")
    case.true(os.stat(world.four.leases).st_ino != inode, "a file of its own")
    netns.wait_until(lambda: not os.path.exists(world.four.leases + ".new"),
                     what=f"the new file to be gone: {os.listdir(directory)}")
    case.true(os.path.getsize(world.four.leases) < 1 << 20, "smaller")
    world.four.process.kill()
    world.four.start()
    table = world.four.lease_table()
    case.same({c.address: c.mac for c in clients},
              {a: lease["hardware"] for a, lease in table.items()}, "leases")


def stranger(ns, port):
    """A process of another user that sits on a port of the pair."""
    code = (f"import socket,time; s=socket.socket(socket.AF_INET6, "
            f"socket.SOCK_DGRAM); s.bind(('::1', {port})); "
            f"s.connect(('::1', {6768 + 6767 - port})); time.sleep(600)")
    process = ns.spawn("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                       "--clear-groups", sys.executable, "-c", code,
                       log="/dev/null")

    def bound():
        text = ns.run("cat", "/proc/net/udp6").stdout
        return f":{port:04X} " in text

    netns.wait_until(bound, what="the stranger to be there")
    return process


def test_a_stranger_in_place_of_the_other_half_is_told_nothing():
    name = subprocess.run(["id", "-un", str(NOBODY)], check=True,
                          capture_output=True, text=True).stdout.strip()
    world = World("stranger")
    world.four.process.stop()
    other = stranger(world.link.server, 6768)
    netns.wait_until(lambda: world.ask(world.one().discover(),
                                       timeout_s=0.05) or
                     world.six.drops().get("ipc-foreign", 0) > 0,
                     what="the query to be dropped")
    case.same(world.six.stats()["ipc"]["state"]["peer"], "foreign", "peer")
    case.true(str(NOBODY) in world.six.process.text(), "the log names nobody")
    sent = world.six.stats()["ipc"]["tx_datagrams"]
    case.same(world.ask(world.one().discover(), timeout_s=0.1), None, "answer")
    case.same(world.six.stats()["ipc"]["tx_datagrams"], sent, "datagrams")
    other.kill()
    # What server4 is asked by a stranger it does not answer, either.
    world.six.process.stop()
    world.four.start()
    world.link.server.run(
        "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
        "--clear-groups", sys.executable, "-c", ISC_ASKER % (
            dhcp.query(world.one().discover()).hex()))
    netns.wait_until(lambda: world.four.drops().get("ipc-foreign", 0) == 1,
                     what="the query to be dropped")
    case.same(world.four.stats()["dhcp4"]["in"]["DHCPDISCOVER"], 0, "read")
    # Unless the configuration says that it is one of us.
    world = World("friend", f"peer-user {name};")
    case.same(world.ask(world.one().discover(), timeout_s=0.2), None,
              "an answer of root, who is not on the list")
    case.true(world.six.drops().get("ipc-foreign", 0) > 0, "drops")


# Asks in ISC's dialect from port 6767, and fails if it is answered.
ISC_ASKER = """
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.bind(("::1", 6767))
s.connect(("::1", 6768))
s.send(b"s0".ljust(16, b"\\0") + socket.inet_pton(socket.AF_INET6, "fe80::1")
       + bytes([2, 0x22, 0, 0]) + bytes.fromhex("%s"))
s.settimeout(0.5)
try:
    s.recv(4096)
except TimeoutError:
    raise SystemExit(0)
raise SystemExit("an answer")
"""


def test_a_server_without_identifier_and_address_keeps_one_of_its_own():
    world = World("identity")
    world.four.process.stop()
    world.link.server.ip("-4", "addr", "flush", "dev", "s0")

    def identifier():
        answer = world.ask(world.one().discover(), timeout_s=3.0)
        case.true(answer, "no OFFER")
        return answer.address(54)

    def start(conf=None, fresh=False):
        if world.four.process.alive():
            world.four.process.stop()
        if fresh:
            os.unlink(world.four.leases)
        if conf:
            world.four.configure(conf)
        world.four.start()
        world.six.meet()

    start()
    own = identifier()
    case.true(own.startswith("169.254."), own)
    case.true("warning" in world.four.process.text() and
              own in world.four.process.text(), "a warning with the address")
    start()
    case.same(identifier(), own, "identifier after a restart")
    start(fresh=True)
    case.true(identifier() != own, "two hosts share their identifier")
    # An address of the host is better, and is used as soon as it is there.
    world.link.server.address("s0", "192.0.2.7/24")
    netns.wait_until(lambda: identifier() == "192.0.2.7",
                     what="the host's address to be taken")
    start("server-identifier 198.51.100.1;\n" +
          daemons.CONF4 % {"ifname": "s0"})
    case.same(identifier(), "198.51.100.1", "the configured one")


def test_a_request_that_names_another_server_is_not_ours_to_answer():
    """Option 88 may name several servers; each hears every REQUEST."""
    world = World("other-server")
    one = world.one()
    one.offer = world.ask(one.discover())
    wanted = one.request()
    wanted.options = [(code, dhcp.ip4("192.0.2.9") if code == 54 else body)
                      for code, body in wanted.options]
    case.same(world.ask(wanted, timeout_s=0.2), None, "answer")
    case.same(world.four.drops(), {"other-server": 1}, "drops")
    case.same(world.four.lease_table(), {}, "leases")
    case.same(world.four.stats()["pools"]["state"]["offered"], 0, "offers")


def test_a_strict_checksum_setting_takes_no_partial_one():
    for setting, answered in (("auto", True), ("trust", True),
                              ("verify", False)):
        netns.start_over()
        link = daemons.Link(checksums=False)
        six, _ = daemons.start_pair(link, netns.work_dir("settings-checksum"),
                                    xdp="native", more6=f"checksum {setting};")
        endpoint = client.Endpoint(link.client, "c0")
        one = client.Client(1)
        got = client.exchange(endpoint, one.discover(), 0.5, 1)
        case.same(got is not None, answered, f"answered with {setting}")
        case.same(six.drops().get("frame-checksum", 0), int(not answered),
                  "drops")


def test_ping_check_has_no_effect_and_is_said_once():
    world = World("ping", "", "", "ping-check true;\n"
                  "shared-network more { ping-check true;\n"
                  "  subnet6 2001:db8:9::/64 { ping-check off; } }\n")
    text = world.four.process.text()
    case.same(text.count("`ping-check' has no effect"), 1, "times said")
    begin = time.monotonic()
    case.true(world.ask(world.one().discover()), "no OFFER")
    case.true(time.monotonic() - begin < 0.9, "no second is waited")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
