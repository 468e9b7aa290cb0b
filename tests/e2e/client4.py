#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""client4 as its user sees it, with a v6 half that this script plays."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import dhcp
import half4
import netns

MAC, LAN_MAC = "02:00:00:00:46:01", "02:00:00:00:46:02"
DUID = bytes.fromhex("000300010200000000a9")


def on_tun(name, conf=None):
    """client4 for a tun interface, which has no ARP and so no waits."""
    four = half4.Four(name, "tun0", conf=conf)
    four.tun = half4.tun(four.ns, "tun0")
    return four


def on_veth(name):
    four = half4.Four(name, "v0")
    four.lan = netns.Namespace("lan")
    netns.veth(four.ns, "v0", four.lan, "l0", MAC, LAN_MAC)
    return four


def bound(four, server=None, *extra):
    """Its v6 half, once it is bound."""
    six = half4.Six(four.ns, [server or half4.Server()])
    four.start(*extra)
    four.wait_state("BOUND")
    return six


def test_on_a_tun_it_gets_an_address_with_routes_and_writes_its_lease():
    four = on_tun("client4-tun")
    server = half4.Server(options=[
        (121, bytes.fromhex("00 0a2e0001 08 0a 0a2e0001")), (26, b"\x05\x78")])
    six = bound(four, server)
    case.same(six.kinds(), [dhcp.DISCOVER, dhcp.REQUEST], "messages")
    discover = six.of(dhcp.DISCOVER)[0][0]
    case.same((discover.htype, discover.chaddr), (0, b""), "hardware")
    case.same(discover.get(61)[0:1] + discover.get(61)[5:], b"\xff" + DUID,
              "client identifier but for the IAID")
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses")
    case.same(four.routes(), ["10.0.0.0/8 dev tun0 scope link src 10.46.0.100",
                              "default dev tun0 scope link src 10.46.0.100"],
              "routes")
    case.true("mtu 1400" in four.ns.ip("link", "show", "tun0"), "MTU")
    text = four.lease_file()
    case.true("fixed-address 10.46.0.100;" in text, text)
    state = four.state()
    case.same((state["dhcp4o6"], state["peer"], state["server_id"],
               state["server6"]), (True, "up", half4.SERVER4, half4.SERVER6),
              "state")
    case.true(290 <= state["t1_s"] <= 300 <= state["t2_s"] <= 525 <=
              state["expires_s"] <= 600, state)
    case.same(four.process.stop(), 0, "exit code")
    case.same(four.addresses(), ["10.46.0.100/24"],
              "the lease and its address outlive the client")



def test_a_lease_is_renewed_by_unicast_and_its_end_moves():
    four = on_tun("client4-renew")
    server = half4.Server(seconds=(600, 2, 300))
    six = bound(four, server)
    server.seconds = (900, 400, 700)
    renewal, is_unicast = six.wait_for(dhcp.REQUEST, 2)
    case.true(is_unicast, "the U flag of a renewal")
    case.same((renewal.ciaddr, renewal.address(50), renewal.address(54)),
              (half4.ADDRESS, None, None), "RFC 2131 table 5")
    case.true(not six.of(dhcp.DISCOVER)[0][1] and
              not six.of(dhcp.REQUEST)[0][1], "no U flag before that")
    netns.wait_until(lambda: four.state()["expires_s"] > 600,
                     what="a longer lease")
    case.same(four.state()["state"], "BOUND", "state")
    case.true("dhcp-lease-time 900" in four.lease_file(), four.lease_file())


def test_whom_nobody_answers_rebinds_with_any_server():
    four = on_tun("client4-rebind")
    server = half4.Server(seconds=(60, 1, 3))
    six = bound(four, server)
    other = half4.Server(server="10.46.0.2", seconds=(600, 300, 525))
    other.source = "2001:db8::2"
    six.servers = [other]
    # It answers whoever asks no server in particular.
    other.says = {}
    renewal, is_unicast = six.wait_for(dhcp.REQUEST, 2)
    case.true(is_unicast, "the U flag of a renewal")
    other.says = {dhcp.REQUEST: dhcp.ACK}
    _, is_unicast = six.wait_for(dhcp.REQUEST, 3)
    case.true(not is_unicast, "no U flag of a rebinding")
    netns.wait_until(lambda: four.state().get("server_id") == "10.46.0.2",
                     what="the other server's lease")
    case.same(four.state()["server6"], "2001:db8::2", "server's address")
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses")


def test_a_nak_takes_the_address_away_and_another_is_asked_for():
    four = on_tun("client4-nak")
    server = half4.Server(seconds=(60, 1, 30))
    six = bound(four, server)
    server.says = {dhcp.REQUEST: dhcp.NAK}
    six.wait_for(dhcp.REQUEST, 2)
    netns.wait_until(lambda: four.addresses() == [], what="no address")
    case.same(four.routes(), [], "routes")
    server.says = {dhcp.DISCOVER: dhcp.OFFER, dhcp.REQUEST: dhcp.ACK}
    server.address, server.seconds = "10.46.0.101", (600, 300, 525)
    netns.wait_until(lambda: four.addresses() == ["10.46.0.101/24"], 20,
                     what="another address")


def test_without_dhcp4o6_a_lease_is_held_to_its_end_and_no_longer():
    four = on_tun("client4-stop")
    server = half4.Server(seconds=(6, 2, 4),
                          options=[(3, dhcp.ip4("10.46.0.1"))])
    six = bound(four, server)
    six.set_up(False)
    four.wait_state("HOLDING")
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses while it holds")
    case.true(four.routes(), "routes while it holds")
    four.wait_state("WAITING")
    case.same(six.kinds(), [dhcp.DISCOVER, dhcp.REQUEST], "no renewal")
    case.same((four.addresses(), four.routes()), ([], []), "after the end")
    server.seconds = (600, 300, 525)
    six.set_up(True)
    four.wait_state("BOUND")
    discover = six.wait_for(dhcp.DISCOVER, 2)[0]
    case.same(discover.address(50), half4.ADDRESS, "the address is wished for")
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses")


def test_nothing_is_asked_before_it_is_on_and_another_half_is_polled():
    four = on_tun("client4-late")
    four.start("-nw")
    four.wait_state("WAITING")
    first = half4.Six(four.ns, [half4.Server()], up=False)
    netns.wait_until(lambda: first.polls, what="a POLL")
    case.same(first.kinds(), [], "queries while it is off")
    first.close()
    netns.wait_until(lambda: four.state()["peer"] == "down", what="no peer")
    second = half4.Six(four.ns, [half4.Server()])
    four.wait_state("BOUND")
    case.true(second.polls >= 1, "the other one was polled")


def test_a_restart_verifies_the_lease_and_keeps_the_address():
    four = on_tun("client4-reboot")
    six = bound(four)
    four.process.stop()
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses in between")
    four.start()
    four.wait_state("BOUND")
    case.same(six.kinds(), [dhcp.DISCOVER, dhcp.REQUEST, dhcp.REQUEST],
              "messages")
    reboot, is_unicast = six.of(dhcp.REQUEST)[1]
    case.same((reboot.address(50), reboot.address(54), reboot.ciaddr,
               is_unicast), (half4.ADDRESS, None, "0.0.0.0", False),
              "RFC 2131 table 5")
    case.same(reboot.get(61), six.of(dhcp.REQUEST)[0][0].get(61), "identity")


def test_a_restart_that_gets_a_nak_takes_the_old_address_away():
    four = on_tun("client4-renak")
    server = half4.Server()
    six = bound(four, server)
    four.process.stop()
    server.says = {dhcp.REQUEST: dhcp.NAK}
    four.start()
    six.wait_for(dhcp.REQUEST, 2)
    netns.wait_until(lambda: four.addresses() == [], what="no address")


def test_a_release_is_sent_and_nothing_of_the_lease_is_left():
    four = on_tun("client4-release")
    six = bound(four)
    code, said = four.run("-r")
    case.same((code, four.process.wait()), (0, 0), said)
    release, is_unicast = six.wait_for(dhcp.RELEASE)
    case.same((release.ciaddr, release.address(54), is_unicast),
              (half4.ADDRESS, half4.SERVER4, True), "RELEASE")
    case.same((four.addresses(), four.routes()), ([], []), "the interface")
    case.true("fixed-address" not in four.lease_file(), four.lease_file())
    code, said = four.run("-r")
    case.same(code, 2, said)
    case.true("there is no lease" in said, said)


def test_a_release_that_cannot_be_sent_in_time_is_a_failure():
    four = on_tun("client4-norelease")
    six = bound(four)
    six.set_up(False)
    four.wait_state("HOLDING")
    code, said = four.run("-r", "--timeout", "2")
    case.same(code, 1, said)
    case.true("not on in time" in said, said)
    case.same(six.of(dhcp.RELEASE), [], "RELEASE")
    case.true("fixed-address" in four.lease_file(), "the lease is kept")


def test_a_stop_ends_the_other_one_and_leaves_the_lease():
    four = on_tun("client4-x")
    bound(four)
    code, said = four.run("-x")
    case.same((code, four.process.wait()), (0, 0), said)
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses")
    case.same(four.run("-x")[0], 0, "exit code when nobody runs")


def test_of_two_offers_one_is_taken_and_the_other_dropped():
    four = on_tun("client4-two")
    other = half4.Server(address="10.46.0.200", server="10.46.0.2")
    six = half4.Six(four.ns, [half4.Server(), other])
    four.start()
    four.wait_state("BOUND")
    case.same(six.of(dhcp.REQUEST)[0][0].address(54), half4.SERVER4,
              "the server that is asked")
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses")
    case.same(four.drops(), {"not-awaited": 1}, "drops")


def test_forged_answers_are_dropped_each_for_its_reason():
    four = on_tun("client4-forged")
    server = half4.Server()
    six = half4.Six(four.ns, [])
    four.start("-nw")
    discover = six.wait_for(dhcp.DISCOVER)[0]
    forger = half4.Server(address="10.66.6.6")
    for change, reason in (
            (lambda m: setattr(m, "xid", m.xid ^ 1), "other-xid"),
            (lambda m: setattr(m, "chaddr", b"\2\0\0\0\6\6"), "other-chaddr"),
            (lambda m: m.options.__setitem__(
                [c for c, _ in m.options].index(61), (61, b"\xff" * 19)),
             "other-client-id")):
        forged = forger.answer(discover)
        change(forged)
        six.reply(forged)
        netns.wait_until(lambda reason=reason: four.drops().get(reason) == 1,
                         what=f"a drop for {reason}")
    six.send(b"\0" * 250)
    netns.wait_until(lambda: sum(four.drops().values()) == 4, what="a 4th drop")
    case.same(four.state()["state"], "SELECTING", "state")
    six.servers.append(server)
    six.reply(server.answer(discover))
    four.wait_state("BOUND")
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses")


def test_on_ethernet_an_address_in_use_is_declined_and_the_next_one_taken():
    four = on_veth("client4-decline")
    four.lan.address("l0", "10.46.0.100/24")
    server = half4.Server(options=[(3, dhcp.ip4("10.46.0.1"))])
    six = half4.Six(four.ns, [server])
    four.start("-nw")
    decline, is_unicast = six.wait_for(dhcp.DECLINE)
    case.same((decline.address(50), decline.address(54), is_unicast),
              (half4.ADDRESS, half4.SERVER4, False), "DECLINE")
    case.same((decline.htype, decline.chaddr),
              (1, bytes.fromhex(MAC.replace(":", ""))), "hardware")
    case.same(four.addresses(), [], "addresses")
    server.address = "10.46.0.101"
    four.wait_state("BOUND", 40)
    case.same(four.addresses(), ["10.46.0.101/24"], "addresses")
    case.same(four.routes(), ["default via 10.46.0.1 dev v0 src 10.46.0.101"],
              "routes")


SCRIPT = """#!/bin/sh
{ echo "call $reason $interface $new_ip_address $old_ip_address"
  echo "$new_dhcp4o6 $new_dhcp4o6_server $EXTRA"; } >>%(log)s
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
    four = on_tun("client4-script")
    script = with_script(four)
    six = half4.Six(four.ns, [half4.Server()])
    four.start("-e", "EXTRA=more", script=script)
    four.wait_state("BOUND")
    case.same(four.ctl("renew")[1], 0, "renew")
    six.wait_for(dhcp.REQUEST, 2)
    netns.wait_until(lambda: len(calls(four)) == 6, what="three calls")
    four.process.stop()
    case.same(calls(four)[::2], [
        "call PREINIT tun0  ", "call BOUND tun0 10.46.0.100 ",
        "call RENEW tun0 10.46.0.100 10.46.0.100",
        "call STOP tun0  10.46.0.100"], "calls")
    case.same(calls(four)[3], "1 2001:db8::547 more", "variables of ours")


def test_a_script_that_refuses_a_lease_has_it_declined():
    four = on_tun("client4-refuse")
    script = with_script(four, refuses="BOUND")
    six = half4.Six(four.ns, [half4.Server()])
    four.start("-nw", script=script)
    six.wait_for(dhcp.DECLINE)
    netns.wait_until(lambda: four.addresses() == [], what="no address")


def test_one_try_ends_with_two_when_nobody_offers_and_with_two_when_it_is_off():
    four = on_tun("client4-one")
    six = half4.Six(four.ns, [])
    code, said = four.run("-1", "--timeout", "2")
    case.same(code, 2, said)
    case.true(dhcp.DISCOVER in six.kinds(), "it was tried")
    six.up = False
    code, said = four.run("-1", "--timeout", "2")
    case.same(code, 2, said)


def test_an_interface_that_is_gone_and_back_has_its_address_again():
    four = on_tun("client4-gone")
    six = bound(four)
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
    four = on_tun("client4-native")
    other = four.ns.socket(netns.socket.AF_INET, netns.socket.SOCK_DGRAM)
    other.bind(("0.0.0.0", 68))
    bound(four)
    case.same(four.process.text().count("UDP port 68"), 1, "warnings")
    other.close()


def test_release_and_renew_by_the_control_socket():
    four = on_tun("client4-ctl")
    six = bound(four)
    case.same(four.ctl("release")[1:], (0, "the lease is given back"), "release")
    six.wait_for(dhcp.RELEASE)
    netns.wait_until(lambda: four.addresses() == [], what="no address")
    case.same(four.state()["state"], "RELEASED", "state")
    case.same(four.ctl("release")[1:], (201, "there is no lease"), "release")
    case.same(four.ctl("renew")[1], 0, "renew")
    four.wait_state("BOUND")


def test_what_is_wrong_at_start_is_one_line_and_an_exit_code():
    four = on_tun("client4-wrong")

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
    four.interface = "tun0"
    argv = ["setpriv", "--bounding-set", "-net_admin", "--inh-caps",
            "-net_admin", *four.argv()]
    done = four.ns.run(*argv, check=False)
    case.same(done.returncode, 77, done.stderr)
    case.true("no permission" in done.stderr, done.stderr)


if __name__ == "__main__":
    netns.sandbox()
    case.main()
