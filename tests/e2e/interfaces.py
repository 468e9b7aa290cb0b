#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Interfaces that are many, that come and go, and what is said of them."""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import netns

GROUPS = ("ff020000000000000000000000010002", "ff050000000000000000000000010003")


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return [int(p) for p in f.read().split()]


def groups_of(ns):
    """{ifname: groups of the server that the kernel takes there}."""
    members = {}
    for line in ns.run("cat", "/proc/net/igmp6").stdout.splitlines():
        _, ifname, group, *_ = line.split()
        if group in GROUPS:
            members.setdefault(ifname, set()).add(group)
    return members


def test_multicast_reaches_every_interface_beyond_what_one_socket_joins():
    link = daemons.Link()
    directory = netns.work_dir("interfaces-many")
    six = daemons.Half(link.server, directory, 6,
                       "dhcp4o6 { xdp off; }\n" + daemons.CONF6)
    count = 16
    for i in range(1, count):
        netns.veth(link.client, f"c{i}", link.server, f"s{i}",
                   f"02:00:00:01:00:{i:02x}", f"02:00:00:02:00:{i:02x}")
    # Room for some ten memberships a socket instead of some hundreds.
    if not link.server.sysctl("net/core/optmem_max", 1200):
        raise netns.Skip("net.core.optmem_max is not of the namespace")
    six.start()
    members = groups_of(link.server)
    for i in range(count):
        case.same(members.get(f"s{i}"), set(GROUPS), f"groups on s{i}")
    for i in range(count):
        endpoint = client.Endpoint(link.client, f"c{i}")
        endpoint.send(dhcp.query(client.Client(i).discover()))
    netns.wait_until(lambda: six.drops().get("ipc-peer-down", 0) == count,
                     what=f"{count} queries, got {six.drops()}")
    link.server.ip("link", "del", f"s{count - 1}")
    link.server.ip("link", "set", "s1", "down")
    netns.wait_until(
        lambda: f"s{count - 1}" not in groups_of(link.server),
        what="the interface to be gone")
    case.true(six.process.alive(), "server6 lives")


def test_an_interface_that_comes_back_under_its_name_is_served_again():
    for xdp in ("off", "auto"):
        netns.start_over()
        link = daemons.Link()
        directory = netns.work_dir("interfaces-back")
        six = daemons.Half(link.server, directory, 6,
                           f"dhcp4o6 {{ xdp {xdp}; }}\n" + daemons.CONF6,
                           ["s0"]).start()
        four = daemons.Half(link.server, directory, 4,
                            daemons.CONF4 % {"ifname": "s0"}).start()
        before = link.server.ifindex("s0")
        link.server.ip("link", "del", "s0")
        netns.veth(link.client, "c0", link.server, "s0", daemons.CLIENT_MAC,
                   daemons.SERVER_MAC)
        link.server.address("s0", daemons.SERVER6 + "/64",
                            daemons.SERVER4 + "/24")
        case.true(link.server.ifindex("s0") != before, "a new ifindex")
        netns.wait_until(lambda: "s0" in groups_of(link.server),
                         what="the groups to be joined again")
        endpoint = client.Endpoint(link.client, "c0")
        case.same(client.acquire(endpoint, [client.Client(1)]), [],
                  f"clients without lease, xdp {xdp}")
        case.same((six.process.stop(), four.process.stop()), (0, 0), "exits")


def test_an_answer_on_a_link_that_is_down_waits_and_is_counted_once():
    link = daemons.Link()
    directory = netns.work_dir("interfaces-down")
    six, four = daemons.start_pair(link, directory, xdp="native")
    endpoint = client.Endpoint(link.client, "c0")
    front = children_of(six.process.pid)[0]
    for sent, last in ((1, False), (2, True)):
        four.process.signal(signal.SIGSTOP)
        one = client.Client(1)
        endpoint.send(dhcp.query(one.discover()), to=daemons.UPSTREAM_SERVER)
        netns.wait_until(
            lambda: six.stats()["ipc"]["state"]["in_flight"] == 1,
            what="the query to be at the other half")
        os.kill(front, signal.SIGSTOP)
        four.process.signal(signal.SIGCONT)
        netns.wait_until(
            lambda sent=sent:
            four.stats()["dhcp4"]["out"]["DHCPOFFER"] == sent,
            what="the answer to be on its way back")
        link.server.ip("link", "set", "s0", "down")
        os.kill(front, signal.SIGCONT)
        netns.wait_until(
            lambda sent=sent: six.stats()["afxdp"]["tx_frames"] == sent,
            what="the answer to be in the ring")
        case.same(six.drops(), {}, "drops while it waits")
        if last:
            link.server.ip("link", "del", "s0")
            netns.wait_until(lambda: six.drops() == {"send-failed": 1},
                             what="one answer not to be sent")
            continue
        link.server.ip("link", "set", "s0", "up")
        answer = client.answer_to(endpoint, one.xid, 5.0)
        case.true(answer, "no answer after the link came back")
        link.server.address("s0", daemons.SERVER6 + "/64",
                            daemons.UPSTREAM_SERVER + "/64")
        netns.wait_until(lambda: netns.has_link_local(link.server, "s0"))


# All that may be locked, and no right to raise it: as on most hosts.
LITTLE_MEMORY = ("prlimit", "--memlock=8388608:8388608", "setpriv",
                 "--bounding-set=-sys_resource", "--inh-caps=-sys_resource",
                 "--")


def test_memory_that_another_server_held_is_used_when_it_is_free():
    """A restart met the frames of its predecessor, and stayed slow for ever."""
    servers = []
    for name in ("interfaces-holder", "interfaces-heir"):
        link = daemons.Link()
        six = daemons.Half(link.server, netns.work_dir(name), 6,
                           "dhcp4o6 { xdp native; }\n" + daemons.CONF6,
                           [link.server_if])
        servers.append(six)
        six.start("--bpf-dir", f"/sys/fs/bpf/{name}", under=LITTLE_MEMORY)
    holder, heir = servers
    case.true(holder.xdp_state("s0")["queues"], "the first has AF_XDP")
    state = heir.xdp_state("s0")
    case.same(state["queues"], 0, "queues while the memory is taken")
    case.true("No buffer space" in state["why"], f"why: {state['why']}")
    holder.process.stop()
    netns.wait_until(lambda: heir.xdp_state("s0")["queues"], 30.0,
                     "AF_XDP when the memory is free")
    heir.process.wait_log("AF_XDP sockets are there now")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
