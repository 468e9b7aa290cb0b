#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Runs beside others.
"""client4 and DHCPv4: its messages, and what it makes of answers."""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import dhcp
import half4
import netns

DUID = bytes.fromhex("000300010200000000a9")


def test_on_a_tun_it_gets_an_address_with_routes_and_writes_its_lease():
    four = half4.on_tun("client4-tun")
    server = half4.Server(options=[
        (121, bytes.fromhex("00 0a2e0001 08 0a 0a2e0001")), (26, b"\x05\x78")])
    six = half4.bound(four, server)
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
    four = half4.on_tun("client4-renew")
    server = half4.Server(seconds=(600, 2, 300))
    six = half4.bound(four, server)
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
    four = half4.on_tun("client4-rebind")
    server = half4.Server(seconds=(60, 1, 6))
    six = half4.bound(four, server)
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
    four = half4.on_tun("client4-nak")
    server = half4.Server(seconds=(60, 1, 30))
    six = half4.bound(four, server)
    server.says = {dhcp.REQUEST: dhcp.NAK}
    six.wait_for(dhcp.REQUEST, 2)
    netns.wait_until(lambda: four.addresses() == [], what="no address")
    case.same(four.routes(), [], "routes")
    server.says = {dhcp.DISCOVER: dhcp.OFFER, dhcp.REQUEST: dhcp.ACK}
    server.address, server.seconds = "10.46.0.101", (600, 300, 525)
    netns.wait_until(lambda: four.addresses() == ["10.46.0.101/24"], 20,
                     what="another address")


def test_without_dhcp4o6_a_lease_is_held_to_its_end_and_no_longer():
    four = half4.on_tun("client4-stop")
    server = half4.Server(seconds=(6, 2, 4),
                          options=[(3, dhcp.ip4("10.46.0.1"))])
    six = half4.bound(four, server)
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
    four = half4.on_tun("client4-late")
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
    four = half4.on_tun("client4-reboot")
    six = half4.bound(four)
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
    four = half4.on_tun("client4-renak")
    server = half4.Server()
    six = half4.bound(four, server)
    four.process.stop()
    server.says = {dhcp.REQUEST: dhcp.NAK}
    four.start()
    six.wait_for(dhcp.REQUEST, 2)
    netns.wait_until(lambda: four.addresses() == [], what="no address")


def test_a_release_is_sent_and_nothing_of_the_lease_is_left():
    four = half4.on_tun("client4-release")
    six = half4.bound(four)
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
    four = half4.on_tun("client4-norelease")
    six = half4.bound(four)
    six.set_up(False)
    four.wait_state("HOLDING")
    code, said = four.run("-r", "--timeout", "2")
    case.same(code, 1, said)
    case.true("not on in time" in said, said)
    case.same(six.of(dhcp.RELEASE), [], "RELEASE")
    case.true("fixed-address" in four.lease_file(), "the lease is kept")


def test_a_stop_ends_the_other_one_and_leaves_the_lease():
    four = half4.on_tun("client4-x")
    half4.bound(four)
    code, said = four.run("-x")
    case.same((code, four.process.wait()), (0, 0), said)
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses")
    case.same(four.run("-x")[0], 0, "exit code when nobody runs")


def test_of_two_offers_one_is_taken_and_the_other_dropped():
    four = half4.on_tun("client4-two")
    other = half4.Server(address="10.46.0.200", server="10.46.0.2")
    six = half4.Six(four.ns, [half4.Server(), other])
    four.start()
    four.wait_state("BOUND")
    case.same(six.of(dhcp.REQUEST)[0][0].address(54), half4.SERVER4,
              "the server that is asked")
    case.same(four.addresses(), ["10.46.0.100/24"], "addresses")
    case.same(four.drops(), {"not-awaited": 1}, "drops")


def test_forged_answers_are_dropped_each_for_its_reason():
    four = half4.on_tun("client4-forged")
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


def test_release_and_renew_by_the_control_socket():
    four = half4.on_tun("client4-ctl")
    six = half4.bound(four)
    case.same(four.ctl("release")[1:], (0, "the lease is given back"), "release")
    six.wait_for(dhcp.RELEASE)
    netns.wait_until(lambda: four.addresses() == [], what="no address")
    case.same(four.state()["state"], "RELEASED", "state")
    case.same(four.ctl("release")[1:], (201, "there is no lease"), "release")
    case.same(four.ctl("renew")[1], 0, "renew")
    four.wait_state("BOUND")


def test_a_reload_is_for_the_next_message_and_a_bad_one_for_none():
    four = half4.on_tun("client4-reload")
    six = half4.bound(four)
    four.configure('send host-name "other";\n')
    four.process.signal(signal.SIGHUP)
    four.process.wait_log("is in force")
    four.ctl("renew")
    renewal = six.wait_for(dhcp.REQUEST, 2)[0]
    case.same(renewal.get(12), b"other", "host name")
    four.configure("send nonsense;\n")
    four.process.signal(signal.SIGHUP)
    four.process.wait_log("the former one goes on")
    four.ctl("renew")
    case.same(six.wait_for(dhcp.REQUEST, 3)[0].get(12), b"other", "host name")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
