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
DUID = bytes.fromhex("00030001020000000" "0a9")


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


if __name__ == "__main__":
    netns.sandbox()
    case.main()
