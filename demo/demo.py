#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""make demo: the pair at work, in network namespaces, in less than a minute.

      client ---veth--- server --- dhcp4o6-server6, dhcp4o6-server4
      client ---veth--- relay ---veth--'

First the two configuration files of ISC's notice and a few lines more, with
ISC's command lines but for the programs' names, sixty clients and ten routers
on the link; then dhcp4o6-client6 on that link and dhcp4o6-client4 on two
interfaces that are not on it; then a second link with five hundred clients
behind Debian's dhcrelay. Everything is in namespaces of its own that end with
this script, however it ends; nothing of the host is touched.
"""

import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../tests/lib"))

import client
import client6
import daemons
import half4
import icmp
import netns

IFNAME = "eno33554984"  # as in ISC's notice
DIRECT, ROUTERS, RELAYED = 60, 10, 500
SHOWN = 5
ROUTER, LAN_MACS = "10.10.10.1", ("02:00:00:00:46:01", "02:00:00:00:46:02")
# What of a client's log tells its story.
TOLD = re.compile(r"^dhcp4o6-client\d: \w+: (.*(?:soliciting|requesting|"
                  r"ound to|renewed|given back|gone:|over.DHCPv6 is|"
                  r"DHCP[A-Z]+).*)$")


def say(text=""):
    print(text, flush=True)


def show(*argv):
    """The command as an operator would type it."""
    say("\n$ " + " ".join(argv))


class Server:
    """Both halves in one directory, started as the notice starts dhcpd."""

    def __init__(self, ns, directory):
        self.ns, self.dir, self.running = ns, directory, []
        for name in ("dhcpd.conf6", "dhcpd.conf4", "relayed.conf4",
                     "dhclient.conf"):
            shutil.copy(os.path.join(HERE, name), directory)

    def start(self, conf4, *ifnames):
        for family, conf, names in ((6, "./dhcpd.conf6", ifnames),
                                    (4, conf4, ())):
            leases = f"./leases{family}"
            argv = [f"dhcp4o6-server{family}", "-f", "-d", f"-{family}",
                    "-4o6", "6767", "-cf", conf, "-lf", leases, "-pf",
                    f"./pid{family}", *names]
            show("touch", leases)
            with open(os.path.join(self.dir, leases), "a"):
                pass
            show(*argv)
            self.running.append(self.spawn(argv, family))
        # Clients would try again; the counters look nicer so.
        netns.wait_until(self.halves_met, 5.0, "the halves to meet")

    @staticmethod
    def halves_met():
        items, _, _ = daemons.control("/run/dhcp4o6/server6-6767.sock",
                                      "stats")
        return items[0]["server6"]["ipc"]["state"]["peer"] == "up"

    def spawn(self, argv, family):
        ready = daemons.Ready(f"/run/dhcp4o6/ready{family}")
        process = self.ns.spawn(
            os.path.join(daemons.BIN, argv[0]), *argv[1:], cwd=self.dir,
            log=os.path.join(self.dir, f"server{family}.log"),
            env={"NOTIFY_SOCKET": ready.path})
        netns.wait_until(lambda: ready.came() or not process.alive(), 10.0,
                         f"{argv[0]} to serve")
        if not process.alive():
            raise AssertionError(f"{argv[0]} ended: {process.text()}")
        ready.close()
        return process

    def stop(self):
        for process in self.running:
            code = process.stop()
            if code != 0:
                raise AssertionError(f"{process.argv[3]}: exit code {code}")
        self.running.clear()

    def tool(self, *argv, lines=None):
        show(*argv)
        path = os.path.join(daemons.BIN, argv[0])
        if not os.path.exists(path):
            path = argv[0]
        text = self.ns.run(path, *argv[1:]).stdout.splitlines()
        for line in text[:lines]:
            say(line)
        if lines is not None and len(text) > lines:
            say(f"... {len(text) - lines} lines more")


def serve(endpoint, first, count, prefix, where):
    """Leases for count clients; returns how many got a good one each."""
    clients = [client.Client(first + i) for i in range(count)]
    begin = time.monotonic()
    client.acquire(endpoint, clients, timeout_s=20.0, window=64)
    took = time.monotonic() - begin
    good = [c for c in clients if c.lease and c.address.startswith(prefix)]
    distinct = {c.address for c in good}
    say(f"\n{count} clients {where}: {len(distinct)} leases in {took:.2f} s")
    for one in good[:SHOWN]:
        say(f"  {one.mac}  {one.address:15}  {one.lease.u32(51)} s  "
            f"server {one.lease.address(54)}")
    if len(good) > SHOWN:
        say(f"  ... {len(good) - SHOWN} more")
    return len(distinct)


def delegate(endpoint, count):
    """A prefix for each of so many routers; returns how many got one."""
    routers = [client6.Client(i, pd=True) for i in range(count)]
    client6.acquire(endpoint, routers)
    distinct = {one.held[0] for one in routers if one.held}
    say(f"\n{count} routers on the link: {len(distinct)} prefixes; the first "
        "one's is kept for it")
    for one in routers[:SHOWN]:
        say(f"  {one.duid.hex(':')}  {', '.join(one.held)}")
    return len(distinct)


class Teller:
    """Says what one of our clients logs, with the time since its start."""

    def __init__(self, ns, directory, argv, name):
        show(*argv)
        self.argv, self.lines, self.begin = argv, 0, time.monotonic()
        self.process = ns.spawn(
            os.path.join(daemons.BIN, argv[0]), *argv[1:], cwd=directory,
            log=os.path.join(directory, name + ".log"))

    def until(self, pattern, timeout_s=15.0):
        """Goes on to the next line that has the pattern."""
        netns.wait_until(lambda: self.tell(pattern), timeout_s,
                         f"{pattern!r} of {self.argv[0]}")

    def tell(self, pattern):
        alive = self.process.alive()
        lines = self.process.text().split("\n")[:-1]
        for line in lines[self.lines:]:
            self.lines += 1
            told = TOLD.match(line)
            if told:
                say(f"  {time.monotonic() - self.begin:5.2f} s  {told[1]}")
            if re.search(pattern, line):
                return True
        if not alive:
            raise AssertionError(f"{self.argv[0]} ended: {lines[-1:]}")
        return False

    def stop(self):
        code = self.process.stop()
        if code != 0:
            raise AssertionError(f"{self.argv[0]}: exit code {code}")


def client_argv(family, ifname, *flags):
    files = f"./client-{ifname}"
    return [f"dhcp4o6-client{family}", "-d", "-v", f"-{family}", "-4o6",
            "6767", "-cf", "./dhclient.conf", "-lf", files + ".leases", "-pf",
            files + ".pid", *flags, "--no-script", ifname]


def held(ns, ifname):
    """The IPv4 address of an interface, or None."""
    found = re.search(r"inet ([\d.]+)",
                      ns.ip("-4", "-o", "addr", "show", "dev", ifname))
    return found and found[1]


def lease_state(address):
    items, _, _ = daemons.control("/run/dhcp4o6/server4-6767.sock", "leases",
                                  {"address": address})
    return items[0]["state"] if items else "none"


def client_part(host, server, ifname):
    """client4 on an interface: bound, ping, renewed, released."""
    four = Teller(host, server.dir, client_argv(
        4, ifname, "-nw", "-df", "./client-c0.leases"), "client-" + ifname)
    four.until("bound to")
    address = netns.wait_until(lambda: held(host, ifname),
                               what=f"an address on {ifname}")
    for topic in ("addr", "route"):
        argv = ("ip", "-4", "-br", topic, "show", "dev", ifname)
        show(*argv)
        for line in host.ip(*argv[1:]).splitlines():
            say(line.rstrip())
    took = icmp.ping(host, address, ROUTER)
    say(f"\nping {ROUTER} from {address}: answered in {took * 1000:.2f} ms")
    server.tool("dhcp4o6ctl", "client", "-4")
    server.tool("dhcp4o6ctl", "client", "renew", "-4")
    four.until("renewed")
    server.tool("dhcp4o6ctl", "client", "release", "-4")
    four.until("DHCPRELEASE")
    netns.wait_until(lambda: held(host, ifname) is None and
                     lease_state(address) == "released",
                     what=f"{address} to be given back")
    say(f"  {ifname} has no address, and {address} is free at the server")
    four.stop()


def clients_part(link, server, served):
    """Returns how many IPv4 leases were asked for."""
    say("\n--- our own clients: DHCPv6 on c0, IPv4 on lan0, a veth, and then "
        "on tun0")
    host = link.client
    six = Teller(host, server.dir, client_argv(6, "c0"), "client-c0")
    six.until("DHCPv4 over DHCPv6 is on")
    server.tool("dhcp4o6ctl", "client", "-6")
    lan = netns.Namespace("lan")
    netns.veth(host, "lan0", lan, "l0", *LAN_MACS)
    lan.address("l0", ROUTER + "/24")
    say("\nlan0 is Ethernet, so its address is probed for first (RFC 5227): "
        "some seconds")
    client_part(host, server, "lan0")
    served["clients"] += 1
    asked = 1
    try:
        icmp.answer_echo(half4.tun(host, "tun0"), ROUTER)
    except netns.Skip as why:
        say(f"\nno tunnel here: {why}")
    else:
        asked += 1
        client_part(host, server, "tun0")
        served["clients"] += 1
    server.tool("dhcp4o6ctl", "client", "release", "-6")
    six.until("gone:")
    six.stop()
    return asked


def direct_part(link, server, served):
    say(f"--- {DIRECT} clients and {ROUTERS} routers on the link; ISC's "
        "configuration, and a few lines more")
    server.start("./dhcpd.conf4", IFNAME)
    endpoint = client.Endpoint(link.client, "c0")
    served["direct"] = serve(endpoint, 0, DIRECT, "10.10.10.", "on the link")
    served["prefixes"] = delegate(endpoint, ROUTERS)
    server.tool("dhcp4o6ctl", "stats", lines=48)
    server.tool("dhcp4o6ctl", "leases", "-4", lines=8)
    server.tool("dhcp4o6ctl", "leases", "-6", lines=8)
    server.tool("bpftool", "map", "dump", "pinned",
                f"/sys/fs/bpf/dhcp4o6/6767/{IFNAME}/d4o6_stats", lines=30)


def relayed_part(link, server, served):
    say(f"\n--- {RELAYED} clients behind Debian's dhcrelay")
    far = daemons.RelayedLink(1, client_net=2, link=link)
    os.unlink(os.path.join(server.dir, "leases4"))
    server.start("./relayed.conf4", IFNAME, far.server_if)
    show("dhcrelay", "-6", "-d", "-l", "d0", "-u",
         f"{far.server_address}%n0")
    far.start_relays(server.dir)
    endpoint = client.Endpoint(far.client, "c0")
    served["relayed"] = serve(endpoint, 1000, RELAYED, "10.20.",
                              "behind a relay")
    server.tool("dhcp4o6ctl", "stats", "-i", far.server_if, lines=20)
    server.tool("dhcp4o6ctl", "leases", "list", "--subnet", "10.20.0.0/16",
                lines=6)
    server.stop()


def main():
    if os.geteuid() != 0:
        say("demo: needs root, for network namespaces and XDP")
        return 1
    netns.sandbox()
    directory = netns.work_dir("demo")
    served = {"direct": 0, "prefixes": 0, "clients": 0, "relayed": 0}
    own = 1  # at least
    try:
        link = daemons.Link(server_if=IFNAME)
        server = Server(link.server, directory)
        direct_part(link, server, served)
        own = clients_part(link, server, served)
        server.stop()
        relayed_part(link, server, served)
        failed = False
    except (AssertionError, OSError, netns.Skip,
            subprocess.SubprocessError) as why:
        failed = True
        say(f"\n{why}\nlogs are in {directory}")
    netns.Process.kill_all()
    lost = DIRECT + ROUTERS + own + RELAYED - sum(served.values())
    if not failed and lost == 0:
        shutil.rmtree(directory)
    say(f"\ndemo: {served['direct']} leases direct, {served['relayed']} "
        f"through a relay, {served['prefixes']} prefixes, "
        f"{served['clients']} of our clients, {lost} lost")
    return 1 if failed or lost else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
