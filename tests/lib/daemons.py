# SPDX-License-Identifier: BSD-2-Clause
"""Our two halves, and the links and relays that lead to them."""

import contextlib
import json
import os
import socket
import subprocess

import client
from netns import ROOT, Namespace, Skip, veth, wait_until, work_dir

BIN = os.path.join(ROOT, "build", "bin")
PEERS = os.path.join(ROOT, "build", "peers", "bin")
PORT = 6767

CLIENT_MAC = "02:00:00:00:00:01"
SERVER_MAC = "02:00:00:00:00:05"
PREFIX6 = "2001:db8:1:1::/64"
SERVER6 = "2001:db8:1:1::1"
SERVER4 = "10.10.10.1"
UPSTREAM_SERVER = "2001:db8:ff::547"

# The two files of ISC's notice, word for word but for the interface's name.
CONF6 = """\
# DHCPv6 conf
authoritative;
default-lease-time 3600;
max-lease-time 7200;
option dhcp6.dhcp4-o-dhcp6-server 2001:db8:1:1::1;
subnet6 2001:db8:1:1::/64 {
  range6 2001:db8:1:1::1:0/112;
}
"""
CONF4 = """\
# DHCPv4o6 conf
authoritative;
default-lease-time 3600;
max-lease-time 7200;
shared-network "%(ifname)s" {
  subnet6 2001:db8:1:1::/64 {
  }
  subnet 10.10.10.0 netmask 255.255.255.0 {
    range 10.10.10.100 10.10.10.199;
  }
}
"""


def need_daemons():
    for name in ("dhcp4o6-server6", "dhcp4o6-server4", "dhcp4o6ctl"):
        if not os.access(os.path.join(BIN, name), os.X_OK):
            raise Skip(f"{name} is not built")


def need_peers():
    done = subprocess.run([os.path.join(ROOT, "tests/lib/peers.sh")],
                          capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    if done.returncode == 77:
        raise Skip(done.stdout.strip().removeprefix("skip: "))
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)


class Link:
    """A client and a server namespace and the wire between them."""

    def __init__(self, checksums=True, client_if="c0", server_if="s0"):
        self.client, self.server = Namespace("client"), Namespace("server")
        self.client_if, self.server_if = client_if, server_if
        self.server_address = UPSTREAM_SERVER
        veth(self.client, client_if, self.server, server_if, CLIENT_MAC,
             SERVER_MAC, checksums)
        self.server.address(server_if, SERVER6 + "/64", SERVER4 + "/24",
                            UPSTREAM_SERVER + "/64")
        self.client.address(client_if, "2001:db8:1:1::10/64",
                            "2001:db8:ff::1/64", "2001:db8:ff::2/64")


class Lan:
    """Several client namespaces and a server's on one bridge."""

    def __init__(self, count):
        self.server, self.server_if = Namespace("server"), "s0"
        self.server_address = UPSTREAM_SERVER
        self.client_if = "c0"
        self.bridge = Namespace("bridge")
        self.bridge.ip("link", "add", "br0", "type", "bridge",
                       "mcast_snooping", "0")
        self.bridge.ip("link", "set", "br0", "up")
        self.clients = [Namespace(f"client{i}") for i in range(count)]
        nodes = [(self.server, "s0", SERVER_MAC)]
        nodes += [(ns, "c0", f"02:00:00:00:01:{i:02x}")
                  for i, ns in enumerate(self.clients)]
        for i, (ns, ifname, mac) in enumerate(nodes):
            veth(ns, ifname, self.bridge, f"p{i}", mac,
                 f"02:00:00:00:02:{i:02x}")
            self.bridge.ip("link", "set", f"p{i}", "master", "br0")
        self.server.address("s0", SERVER6 + "/64", SERVER4 + "/24",
                            UPSTREAM_SERVER + "/64")


class RelayedLink:
    """A client, relays in a row, a server; a link and prefix between each.

    The client's link is 2001:db8:N:1::/64 with N = client_net; the server has
    no address on it. Relay i is relays[i], counted from the client.
    """

    def __init__(self, count=1, client_net=1, link=None):
        self.client, self.client_if = Namespace("client"), "c0"
        self.relays = [Namespace(f"relay{i}") for i in range(count)]
        nodes = [self.client, *self.relays]
        mac_at = "02:00:00:0%d:0%d:0%d"
        for i, relay in enumerate(self.relays):
            veth(nodes[i], f"u{i}" if i else "c0", relay, f"d{i}",
                 mac_at % (client_net, i, 1), mac_at % (client_net, i, 2))
        for i in range(1, count):
            self.relays[i - 1].address(
                f"u{i}", f"2001:db8:{client_net}:f{i}::1/64")
            self.relays[i].address(
                f"d{i}", f"2001:db8:{client_net}:f{i}::2/64")
        self.client_prefix = f"2001:db8:{client_net}:1"
        self.relays[0].address("d0", self.client_prefix + "::fe/64")
        self.client.address("c0", self.client_prefix + "::10/64")
        self.server, self.server_if = Namespace("server"), "s0"
        if link is not None:
            self.server, self.server_if = link.server, "s1"
        veth(self.relays[-1], "n0", self.server, self.server_if,
             mac_at % (client_net, 9, 1), mac_at % (client_net, 9, 2))
        upstream = "2001:db8:ff" if link is None else "2001:db8:fe"
        self.relays[-1].address("n0", upstream + "::1/64")
        self.server_address = upstream + "::547"
        self.server.address(self.server_if, self.server_address + "/64",
                            "10.99.0.1/24")

    def start_relays(self, log_dir, *flags):
        need_peers()
        started = []
        for i, relay in enumerate(self.relays):
            last = i == len(self.relays) - 1
            upper = (f"{self.server_address}%n0" if last else
                     f"2001:db8:{self.client_prefix.split(':')[2]}"
                     f":f{i + 1}::2%u{i + 1}")
            process = relay.spawn(
                os.path.join(PEERS, "dhcrelay"), "-6", "-d", "--no-pid",
                *flags, "-l", f"d{i}", "-u", upper,
                log=os.path.join(log_dir, f"relay{i}.log"))
            process.wait_log("Sending on")
            started.append(process)
        return started


class Ready:
    """A socket on which one daemon says that it serves, as to systemd."""

    def __init__(self, path):
        self.path = path
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o777)
        self.socket.setblocking(False)

    def came(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                if b"READY=1" in self.socket.recv(4096).split(b"\n"):
                    return True
        return False

    def count(self, line):
        """How often a line has come since the last call; drops the rest."""
        found = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                found += self.socket.recv(4096).split(b"\n").count(line)
        return found

    def close(self):
        self.socket.close()
        os.unlink(self.path)


def control(path, command, args=None, timeout_s=5.0):
    """One request on a control socket: (items, code, text)."""
    request = {"command": command}
    if args is not None:
        request["args"] = args
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
        s.settimeout(timeout_s)
        s.connect(path)
        s.sendall(json.dumps(request).encode() + b"\n")
        items = []
        for line in s.makefile("rb"):
            value = json.loads(line)
            if value.get("end"):
                return items, value["code"], value["text"]
            items.append(value["item"])
    raise AssertionError(f"{path}: no end of the answer to {command}")


class Half:
    """One of our daemons: its files are in a directory of its own."""

    def __init__(self, ns, directory, family, conf, ifnames=(), port=PORT):
        need_daemons()
        self.ns, self.dir, self.family = ns, directory, family
        self.port, self.ifnames = port, list(ifnames)
        self.program = os.path.join(BIN, f"dhcp4o6-server{family}")
        self.conf = os.path.join(directory, f"dhcpd.conf{family}")
        self.leases = os.path.join(directory, f"leases{family}")
        self.pid_file = os.path.join(directory, f"pid{family}")
        # Private to the sandbox, and short enough for a socket's name.
        self.run_dir = os.path.join("/run/dhcp4o6",
                                    os.path.basename(directory))
        os.makedirs(self.run_dir, exist_ok=True)
        self.configure(conf)
        self.process, self.starts = None, 0

    def configure(self, conf):
        with open(self.conf, "w") as f:
            f.write(conf)

    def argv(self, *extra, mode=("-f", "-d")):
        return [self.program, *mode, f"-{self.family}", "-4o6",
                str(self.port), "-cf", self.conf, "-lf", self.leases,
                "-pf", self.pid_file, "--run-dir", self.run_dir, *extra,
                *self.ifnames]

    def spawn(self, *extra, under=(), env=None):
        """Starts it and does not wait for anything."""
        self.starts += 1
        log = os.path.join(self.dir, f"server{self.family}.{self.starts}.log")
        self.process = self.ns.spawn(*under, *self.argv(*extra), log=log,
                                     env=env)
        return self.process

    def start(self, *extra, under=(), timeout_s=10.0):
        """Starts it and waits until it says that it serves."""
        ready = Ready(os.path.join(self.run_dir, f"ready{self.family}"))
        self.spawn(*extra, under=under, env={"NOTIFY_SOCKET": ready.path})

        def serves():
            if not self.process.alive():
                raise AssertionError(f"{self.program} ended before it served")
            return ready.came()

        wait_until(serves, timeout_s, f"{self.program} to serve")
        ready.close()
        return self

    @property
    def socket_path(self):
        return os.path.join(self.run_dir,
                            f"server{self.family}-{self.port}.sock")

    def ctl(self, command, args=None):
        items, code, text = control(self.socket_path, command, args)
        if code != 0:
            raise AssertionError(f"{command}: {code} {text}")
        return items

    def stats(self):
        """The stats item, without its outermost name."""
        return self.ctl("stats")[0][f"server{self.family}"]

    def meet(self):
        """Waits until it has seen the other half. One that looked in the
        moment between two lives of the other drops queries until it looks
        again."""
        wait_until(lambda: self.stats()["ipc"]["state"]["peer"] == "up",
                   what="the halves to meet")

    def drops(self):
        return {k: v for k, v in self.stats()["drops"].items() if v}

    def lease_table(self):
        """{address: lease} of the active leases."""
        found = self.ctl("leases", {"state": "active"})
        table = {item["address"]: item for item in found}
        if len(table) != len(found):
            raise AssertionError("an address is listed twice")
        return table

    def classifier(self, ifname):
        """What the XDP program counted, by the names of its reasons."""
        return self.stats()["interfaces"][ifname]["classifier"]

    def xdp_state(self, ifname):
        return self.stats()["interfaces"][ifname]["xdp"]["state"]

    def xdp_mode(self, ifname):
        return self.xdp_state(ifname)["mode"]


def start_pair(link, directory, conf6=CONF6, conf4=None, xdp="auto",
               ifnames=None, more6=""):
    """Both halves on the mission's files; returns (server6, server4)."""
    block = f"dhcp4o6 {{ xdp {xdp}; {more6} }}\n"
    six = Half(link.server, directory, 6, block + conf6,
               ifnames or [link.server_if])
    four = Half(link.server, directory, 4,
                conf4 or CONF4 % {"ifname": link.server_if})
    # In this order no query can come before the way is open.
    four.start()
    six.start()
    if xdp in ("native", "generic"):
        for ifname in six.ifnames:
            wait_until(lambda ifname=ifname: six.xdp_state(ifname)["queues"],
                       what=f"AF_XDP sockets on {ifname}")
    return six, four


class Pair:
    """Both halves at one link, not started, and a client's end of it."""

    def __init__(self, name, conf6=CONF6, conf4=CONF4 % {"ifname": "s0"}):
        self.link = Link()
        self.directory = work_dir(name)
        self.six = Half(self.link.server, self.directory, 6, conf6, ["s0"])
        self.four = Half(self.link.server, self.directory, 4, conf4)
        self.endpoint = client.Endpoint(self.link.client, "c0")
