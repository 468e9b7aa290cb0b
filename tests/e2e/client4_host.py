#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Runs beside others.
"""client4 and its host: interface, ARP, script, control, a bad start."""

import json
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import daemons
import dhcp
import half4
import netns


def test_on_ethernet_an_address_in_use_is_declined_and_the_next_one_taken():
    four = half4.on_veth("client4-decline")
    four.lan.address("l0", "10.46.0.100/24")
    server = half4.Server(options=[(3, dhcp.ip4("10.46.0.1"))])
    six = half4.Six(four.ns, [server])
    four.start("-nw")
    decline, is_unicast = six.wait_for(dhcp.DECLINE)
    case.same((decline.address(50), decline.address(54), is_unicast),
              (half4.ADDRESS, half4.SERVER4, False), "DECLINE")
    case.same((decline.htype, decline.chaddr),
              (1, bytes.fromhex(half4.MAC.replace(":", ""))), "hardware")
    case.same(four.addresses(), [], "addresses")
    server.address = "10.46.0.101"
    four.wait_state("BOUND", 40)
    case.same(four.addresses(), ["10.46.0.101/24"], "addresses")
    case.same(four.routes(), ["default via 10.46.0.1 dev v0 src 10.46.0.101"],
              "routes")


SCRIPT = """#!/bin/sh
{ echo "call $reason $interface $new_ip_address $old_ip_address"
  echo "$new_dhcp4o6 $new_dhcp4o6_server $EXTRA"
  echo "$old_subnet_mask"; } >>%(log)s
[ $reason != "%(refuses)s" ]
"""


def with_script(four, refuses="nothing"):
    path = os.path.join(four.dir, "script")
    four.script_log = path + ".log"
    with open(path, "w") as f:
        f.write(SCRIPT % {"log": four.script_log, "refuses": refuses})
    os.chmod(path, 0o755)
    return ("-sf", path)


def calls(four):
    try:
        with open(four.script_log) as f:
            return f.read().splitlines()
    except FileNotFoundError:
        return []


def test_the_script_hears_of_each_change_with_its_variables():
    four = half4.on_tun("client4-script")
    script = with_script(four)
    six = half4.Six(four.ns, [half4.Server()])
    four.start("-e", "EXTRA=more", script=script)
    four.wait_state("BOUND")
    case.same(four.ctl("renew")[1], 0, "renew")
    six.wait_for(dhcp.REQUEST, 2)
    netns.wait_until(lambda: len(calls(four)) == 9, what="three calls")
    four.process.stop()
    case.same(calls(four)[::3], [
        "call PREINIT tun0  ", "call BOUND tun0 10.46.0.100 ",
        "call RENEW tun0 10.46.0.100 10.46.0.100",
        "call STOP tun0  10.46.0.100"], "calls")
    case.same(calls(four)[4], "1 2001:db8::547 more", "variables of ours")


def test_a_script_that_refuses_a_lease_has_it_declined():
    four = half4.on_tun("client4-refuse")
    script = with_script(four, refuses="BOUND")
    six = half4.Six(four.ns, [half4.Server()])
    four.start("-nw", script=script)
    six.wait_for(dhcp.DECLINE)
    netns.wait_until(lambda: four.addresses() == [], what="no address")


def test_one_try_ends_with_two_when_nobody_offers_and_with_two_when_it_is_off():
    four = half4.on_tun("client4-one")
    six = half4.Six(four.ns, [])
    code, said = four.run("-1", "--timeout", "2")
    case.same(code, 2, said)
    case.true(dhcp.DISCOVER in six.kinds(), "it was tried")
    six.up = False
    code, said = four.run("-1", "--timeout", "2")
    case.same(code, 2, said)


def test_an_interface_that_is_gone_and_back_has_its_address_again():
    four = half4.on_tun("client4-gone")
    six = half4.bound(four)
    four.ns.ip("link", "del", "tun0")
    os.close(four.tun)
    netns.wait_until(lambda: "tun0 is gone" in four.process.text(),
                     what="the client to see it")
    four.tun = half4.tun(four.ns, "tun0")
    netns.wait_until(lambda: four.addresses() == ["10.46.0.100/24"],
                     what="the address")
    reboot = six.wait_for(dhcp.REQUEST, 2)[0]
    case.same(reboot.address(50), half4.ADDRESS, "it is verified")
    four.wait_state("BOUND")


def test_another_dhcpv4_client_is_warned_of_once():
    four = half4.on_tun("client4-native")
    other = four.ns.socket(netns.socket.AF_INET, netns.socket.SOCK_DGRAM)
    other.bind(("0.0.0.0", 68))
    half4.bound(four)
    case.same(four.process.text().count("UDP port 68"), 1, "warnings")
    other.close()


def test_what_is_wrong_at_start_is_one_line_and_an_exit_code():
    four = half4.on_tun("client4-wrong")

    def ends(want, word, *extra, **kwargs):
        code, said = four.run(*extra, **kwargs)
        case.same(code, want, said)
        case.true(word in said, said)
    ends(78, "cannot be run", script=("-sf", four.dir + "/none"))
    ends(78, "is not usable", "-cf", four.dir + "/none")
    ends(64, "one interface only", "eth9")
    holder = four.ns.socket(netns.socket.AF_INET6, netns.socket.SOCK_DGRAM)
    holder.bind(("::1", half4.PORT + 1))
    ends(1, "UDP port 6768 on ::1")
    holder.close()
    ends(1, "there is no such directory", "-lf", four.dir + "/none/leases")
    four.interface = "none0"
    ends(1, "none0: there is no such interface")
    ends(1, "none0: there is no such interface", "-r", "-w", "--timeout", "1")
    four.interface = "tun0"
    argv = ["setpriv", "--bounding-set", "-net_admin", "--inh-caps",
            "-net_admin", *four.argv()]
    done = four.ns.run(*argv, check=False)
    case.same(done.returncode, 77, done.stderr)
    case.true("no permission" in done.stderr, done.stderr)


def tool(four, *words):
    done = four.ns.run(os.path.join(daemons.BIN, "dhcp4o6ctl"), "--run-dir",
                       four.run_dir, *words, check=False)
    return done.returncode, done.stdout, done.stderr


def test_the_tool_shows_a_client_and_has_it_renew_and_release():
    four = half4.on_tun("client4-tool")
    six = half4.bound(four)
    code, out, said = tool(four, "client", "-4")
    case.same((code, said), (0, ""), "status")
    case.true(out.startswith("client4 tun0: BOUND\n"), out)
    rows = dict(line.strip().split("  ", 1) for line in out.splitlines()[1:]
                if "  " in line.strip())
    case.same((rows["address"].strip(), rows["server's IPv6"].strip()),
              ("10.46.0.100", half4.SERVER6), out)
    case.true(rows["renewal in"].strip().endswith(" s"), out)
    code, out, _ = tool(four, "-j", "client", "status", "-4", "-i", "tun0")
    case.same((code, json.loads(out)["client4"]["state"]), (0, "BOUND"), out)
    case.same(tool(four, "client", "renew", "-4")[:2],
              (0, "client4: a server is asked\n"), "renew")
    six.wait_for(dhcp.REQUEST, 2)
    code, _, said = tool(four, "client", "-i", "eth9", "-4")
    case.same(code, 1, said)
    # The other half is not there: what this one says is shown all the same.
    code, out, said = tool(four, "client")
    case.same(code, 1, said)
    case.true("client6 does not answer" in said and "BOUND" in out, said)
    case.same(tool(four, "client", "release", "-4")[0], 0, "release")
    six.wait_for(dhcp.RELEASE)
    case.same(tool(four, "client", "sleep")[0], 2, "a wrong word")


def test_a_stranger_who_has_the_other_port_is_not_listened_to():
    four = half4.on_tun("client4-stranger")
    argv = [sys.executable, "-c", """
import os, socket
os.setuid(65534)
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.bind(("::1", 6767))
s.connect(("::1", 6768))
while True:
    try:
        s.send(b"START")
        s.settimeout(0.1)
        s.recv(100)
    except OSError:
        pass
"""]
    four.ns.spawn(*argv, log=os.path.join(four.dir, "stranger.log"))
    four.start("-nw")
    netns.wait_until(lambda: four.state().get("peer") == "foreign",
                     what="the stranger to be seen")
    netns.wait_until(lambda: four.drops().get("ipc-foreign"), what="a drop")
    case.same((four.state()["state"], four.state()["dhcp4o6"]),
              ("WAITING", False), "state")
    four.process.wait_log("which no peer-user")


def test_a_host_that_insists_on_the_address_gets_it():
    four = half4.on_veth("client4-defend")
    server = half4.Server()
    six = half4.Six(four.ns, [server])
    four.start("-nw")
    four.wait_state("BOUND", 20)
    case.same(six.kinds(), [dhcp.DISCOVER, dhcp.REQUEST], "messages")
    server.says = {}
    mac = bytes.fromhex(half4.LAN_MAC.replace(":", ""))
    wire = four.lan.socket(socket.AF_PACKET, socket.SOCK_RAW,
                           socket.htons(0x0806))
    wire.bind(("l0", 0))
    for _ in range(2):
        case.same(four.addresses(), ["10.46.0.100/24"], "addresses")
        # ETHERTYPE_ARP; Ethernet, IPv4, a request: "it is mine".
        wire.send(b"\xff" * 6 + mac + b"\x08\x06" +
                  bytes.fromhex("0001080006040001") + mac +
                  dhcp.ip4(half4.ADDRESS) + bytes(6) + dhcp.ip4(half4.ADDRESS))
    six.wait_for(dhcp.DECLINE)
    netns.wait_until(lambda: four.addresses() == [], what="no address")


def test_the_script_of_a_release_knows_what_the_run_before_had():
    four = half4.on_tun("client4-relscript")
    script = with_script(four)
    half4.bound(four)
    case.same(four.run("-r", script=script)[0], 0, "exit code")
    case.same(calls(four), ["call RELEASE tun0  10.46.0.100", "  ",
                            "255.255.255.0"], "calls")


def test_an_interface_may_come_later():
    four = half4.Four("client4-wait", "tun0")
    six = half4.Six(four.ns, [half4.Server()])
    four.start("-w", "-nw")
    four.wait_state("NO-INTERFACE")
    case.same(four.ctl("renew")[1:], (201, "there is no lease"), "renew")
    tun = half4.tun(four.ns, "tun0")
    four.wait_state("BOUND")
    case.same(len(six.of(dhcp.DISCOVER)), 1, "DISCOVERs")
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses")
    os.close(tun)


def test_in_the_background_the_start_ends_with_the_lease():
    four = half4.on_tun("client4-background")
    six = half4.Six(four.ns, [half4.Server()])
    argv = [word for word in four.argv() if word not in ("-d", "-v")]
    done = four.ns.run(*argv, timeout_s=20)
    case.same(done.returncode, 0, done.stderr)
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses")
    case.same(four.run("-r")[0], 0, "the end by -r")
    case.same(len(six.of(dhcp.RELEASE)), 1, "RELEASEs")


def test_the_head_is_another_user_without_capabilities():
    four = half4.on_tun("client4-user")
    os.chmod(four.dir, 0o777)
    half4.Six(four.ns, [half4.Server()])
    four.start("-user", "nobody")
    four.wait_state("BOUND")
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses")
    with open(f"/proc/{four.process.pid}/task/{four.process.pid}/children") as f:
        head = f.read().split()[0]
    with open(f"/proc/{head}/status") as f:
        status = dict(line.split(":\t", 1) for line in f if ":\t" in line)
    case.same((status["CapEff"].strip(), status["CapPrm"].strip(),
               status["Uid"].split()), ("0" * 16, "0" * 16, ["65534"] * 4),
              "privileges of the head")
    case.true("fixed-address" in four.lease_file(), "the lease is kept")
    case.same(four.process.stop(), 0, "exit code")


def test_a_link_in_place_of_the_lease_file_shows_nothing_of_roots():
    four = half4.on_tun("client4-link")
    os.chmod(four.dir, 0o777)
    secret = os.path.join(four.dir, "secret")
    with open(secret, "w") as f:
        f.write("lease { no-word-of-ours secret-of-root; }\n")
    os.chmod(secret, 0o600)
    os.symlink(secret, four.leases)
    code, text = four.run("-user", "nobody")
    case.same(code, 77, "exit code")
    case.true("no-word" not in text, text)
    case.true("Permission denied" in text, text)


if __name__ == "__main__":
    netns.sandbox()
    case.main()
