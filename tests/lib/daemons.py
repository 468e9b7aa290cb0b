# SPDX-License-Identifier: BSD-2-Clause
"""The programs that tests start: our two halves, Kea's two, dhcrelay."""

import json
import os
import subprocess

from netns import ROOT, Namespace, Skip, veth

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


class Half:
    """One of our daemons: its files are in a directory of its own."""

    def __init__(self, ns, directory, family, conf, ifnames=(), port=PORT,
                 flags=()):
        need_daemons()
        self.ns, self.dir, self.family = ns, directory, family
        self.port, self.ifnames, self.flags = port, list(ifnames), list(flags)
        self.conf = os.path.join(directory, f"dhcpd.conf{family}")
        self.leases = os.path.join(directory, f"leases{family}")
        self.pid_file = os.path.join(directory, f"pid{family}")
        self.run_dir = os.path.join(directory, "run")
        os.makedirs(self.run_dir, exist_ok=True)
        if conf is not None:
            with open(self.conf, "w") as f:
                f.write(conf)
        self.process, self.starts = None, 0

    def argv(self, *extra):
        return [os.path.join(BIN, f"dhcp4o6-server{self.family}"), "-f", "-d",
                f"-{self.family}", "-4o6", str(self.port), "-cf", self.conf,
                "-lf", self.leases, "-pf", self.pid_file, "--run-dir",
                self.run_dir, *self.flags, *extra, *self.ifnames]

    def start(self, *extra, under=(), ready_s=10):
        self.starts += 1
        log = os.path.join(self.dir, f"server{self.family}.{self.starts}.log")
        self.process = self.ns.spawn(*under, *self.argv(*extra), log=log)
        self.process.wait_log(r"serving", ready_s)
        return self

    def ctl(self, *args, check=True):
        return self.ns.run(os.path.join(BIN, "dhcp4o6ctl"), "--run-dir",
                           self.run_dir, "-4o6", str(self.port), *args,
                           check=check)

    def stats(self):
        """Counters as a flat {dotted name: number}."""
        text = self.ctl("--json", "stats", f"server{self.family}").stdout
        flat = {}

        def walk(prefix, value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    walk(f"{prefix}.{key}" if prefix else key, inner)
            elif isinstance(value, list):
                for i, inner in enumerate(value):
                    walk(f"{prefix}.{i}", inner)
            else:
                flat[prefix] = value

        walk("", json.loads(text))
        return flat


def start_pair(link, directory, conf6=CONF6, conf4=None, xdp="auto",
               ifnames=None, more6=""):
    """Both halves on the mission's files; returns (server6, server4)."""
    block = f"dhcp4o6 {{ xdp {xdp}; {more6} }}\n"
    six = Half(link.server, directory, 6, block + conf6,
               ifnames or [link.server_if])
    four = Half(link.server, directory, 4,
                conf4 or CONF4 % {"ifname": link.server_if})
    return six.start(), four.start()


def _kea(link, directory, family, body):
    need_peers()
    log = os.path.join(directory, f"kea{family}.log")
    conf = os.path.join(directory, f"kea{family}.conf")
    body.update({
        "dhcp4o6-port": PORT,
        "lease-database": {"type": "memfile", "persist": True,
                           "lfc-interval": 0,
                           "name": os.path.join(directory,
                                                f"kea-leases{family}.csv")},
        "valid-lifetime": 3600,
        "loggers": [{"name": f"kea-dhcp{family}", "severity": "DEBUG",
                     "debuglevel": 99,
                     "output_options": [{"output": "stdout",
                                         "flush": True}]}]})
    with open(conf, "w") as f:
        json.dump({f"Dhcp{family}": body}, f, indent=1)
    process = link.server.spawn(
        os.path.join(PEERS, f"kea-dhcp{family}"), "-c", conf, log=log,
        env={"KEA_PIDFILE_DIR": directory, "KEA_LOCKFILE_DIR": "none"})
    process.wait_log(f"DHCP{family}_STARTED")
    return process


def start_kea6(link, directory, ifnames=None):
    """Kea's DHCPv6 half, in front of any DHCPv4 half that speaks its way."""
    return _kea(link, directory, 6, {
        "data-directory": directory,
        "interfaces-config": {"interfaces": ifnames or [
            link.server_if, f"{link.server_if}/{link.server_address}"]},
        "option-data": [{"name": "dhcp4o6-server-addr", "code": 88,
                         "space": "dhcp6", "csv-format": True,
                         "data": SERVER6}],
        "subnet6": [{"subnet": PREFIX6, "interface": link.server_if,
                     "pools": [{"pool": "2001:db8:1:1::1:0/112"}]}]})


def start_kea4(link, directory, ifnames=None, selector=None):
    """Kea's DHCPv4 half; it needs an IPv4 address on those interfaces."""
    return _kea(link, directory, 4, {
        "interfaces-config": {"interfaces": ifnames or [link.server_if],
                              "dhcp-socket-type": "udp"},
        "authoritative": True,
        "subnet4": [{"subnet": "10.10.10.0/24",
                     "pools": [{"pool": "10.10.10.100 - 10.10.10.199"}],
                     **(selector or {"4o6-interface": link.server_if})}]})
