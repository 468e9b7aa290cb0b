# SPDX-License-Identifier: BSD-2-Clause
"""client4 by itself: its interface, and the v6 half played by the test."""

import fcntl
import os
import socket
import struct
import threading

import daemons
import dhcp
import netns

PORT = 6767
SERVER6 = "2001:db8::547"
SERVER4 = "10.46.0.1"
ADDRESS = "10.46.0.100"
MAC, LAN_MAC = "02:00:00:00:46:01", "02:00:00:00:46:02"
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454ca, 0x0001, 0x1000


def tun(ns, name):
    """A tun interface; it has a carrier as long as the result is open."""
    with ns.entered():
        try:
            fd = os.open("/dev/net/tun", os.O_RDWR)
        except OSError as why:
            raise netns.Skip(f"/dev/net/tun: {why}") from None
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(),
                                               IFF_TUN | IFF_NO_PI))
    ns.ip("link", "set", name, "up")
    return fd


class Server:
    """A DHCPv4 server: one address for whoever asks, by its settings."""

    def __init__(self, address=ADDRESS, server=SERVER4, seconds=(600, 300, 525),
                 options=()):
        self.address, self.server = address, server
        self.seconds = seconds
        self.options = [(1, dhcp.ip4("255.255.255.0")), *options]
        self.says = {dhcp.DISCOVER: dhcp.OFFER, dhcp.REQUEST: dhcp.ACK}
        self.source = SERVER6

    def answer(self, query):
        """The answer to a V4, or None."""
        kind = self.says.get(query.kind)
        if kind is None:
            return None
        wanted = query.address(54)
        if wanted is not None and wanted != self.server:
            return None
        reply = dhcp.V4(kind, xid=query.xid, op=2,
                        yiaddr="0.0.0.0" if kind == dhcp.NAK else self.address)
        reply.htype, reply.chaddr = query.htype, query.chaddr
        reply.options.append((54, dhcp.ip4(self.server)))
        if query.get(61) is not None:
            reply.options.append((61, query.get(61)))
        if kind != dhcp.NAK:
            for code, value in zip((51, 58, 59), self.seconds):
                reply.options.append((code, struct.pack("!I", value)))
            reply.options += self.options
        return reply


class Six(threading.Thread):
    """The v6 half on ::1: answers POLL, and queries by its servers."""

    def __init__(self, ns, servers, up=True, port=PORT):
        super().__init__(daemon=True)
        self.servers, self.up = list(servers), up
        self.polls, self.queries, self.unicasts = 0, [], []
        self.lock = threading.Lock()
        self.socket = ns.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.socket.bind(("::1", port))
        self.socket.connect(("::1", port + 1))
        self.start()

    def send(self, octets):
        try:
            self.socket.send(octets)
        except ConnectionRefusedError:
            pass  # client4 is not there

    def reply(self, message, source=SERVER6):
        self.send(message.pack() + dhcp.ip6(source))

    def set_up(self, up):
        """START or STOP."""
        self.up = up
        self.send(b"START" if up else b"STOP")

    def run(self):
        while True:
            try:
                octets = self.socket.recv(65535)
            except ConnectionRefusedError:
                continue
            except OSError:
                return
            if not octets:  # of close()
                return
            self.handle(octets)

    def handle(self, octets):
        if octets == b"POLL":
            with self.lock:
                self.polls += 1
            if self.up:
                self.send(b"START")
            return
        if octets[0] != dhcp.QUERY or octets[4:6] != b"\0\x57":
            raise AssertionError(f"not a DHCPV4-QUERY: {octets[:8].hex()}")
        query = dhcp.V4.parse(octets[8:])
        with self.lock:
            self.queries.append(query)
            self.unicasts.append(bool(octets[1] & 0x80))
        for server in self.servers:
            answer = server.answer(query)
            if answer is not None:
                self.reply(answer, server.source)

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def kinds(self):
        with self.lock:
            return [q.kind for q in self.queries]

    def of(self, kind):
        """The queries of a kind, each with its U flag."""
        with self.lock:
            return [(q, u) for q, u in zip(self.queries, self.unicasts)
                    if q.kind == kind]

    def wait_for(self, kind, count=1, timeout_s=10.0):
        return netns.wait_until(
            lambda: self.of(kind)[count - 1:], timeout_s,
            f"{count} DHCPv4 messages of type {kind}")[0]


class Four:
    """client4 in a namespace, with files of its own."""

    def __init__(self, name, interface, ns=None, conf=None):
        self.program = os.path.join(daemons.BIN, "dhcp4o6-client4")
        if not os.access(self.program, os.X_OK):
            raise netns.Skip("dhcp4o6-client4 is not built")
        self.ns = ns or netns.Namespace("client")
        self.interface = interface
        self.dir = netns.work_dir(name)
        self.run_dir = os.path.join("/run/dhcp4o6", name)
        os.makedirs(self.run_dir, exist_ok=True)
        self.leases = os.path.join(self.dir, "leases4")
        self.leases6 = os.path.join(self.dir, "leases6")
        self.pid_file = os.path.join(self.dir, "pid4")
        self.conf = os.path.join(self.dir, "dhclient.conf")
        self.configure(conf or "timeout 20;\n")
        with open(self.leases6, "w") as f:
            f.write('default-duid "\\000\\003\\000\\001\\002\\000'
                    '\\000\\000\\000\\251";\n')
        self.process, self.starts = None, 0

    def configure(self, text):
        with open(self.conf, "w") as f:
            f.write(text)

    def argv(self, *extra, script=("--no-script",)):
        return [self.program, "-d", "-v", "-4", "-4o6", str(PORT),
                "-cf", self.conf, "-lf", self.leases, "-pf", self.pid_file,
                "-df", self.leases6, "--run-dir", self.run_dir, *script,
                *extra, self.interface]

    def start(self, *extra, **kwargs):
        self.starts += 1
        self.process = self.ns.spawn(
            *self.argv(*extra, **kwargs),
            log=os.path.join(self.dir, f"client4.{self.starts}.log"))
        return self

    def run(self, *extra, timeout_s=40, **kwargs):
        """To its end: (exit code, what it said)."""
        done = self.ns.run(*self.argv(*extra, **kwargs), check=False,
                           timeout_s=timeout_s)
        return done.returncode, done.stderr

    @property
    def socket_path(self):
        return os.path.join(self.run_dir, f"client4-{PORT}.sock")

    def ctl(self, command):
        return daemons.control(self.socket_path, command)

    def state(self):
        """What `client' says, or {} while nobody listens."""
        try:
            items, code, text = self.ctl("client")
        except (FileNotFoundError, ConnectionRefusedError):
            return {}
        if code != 0:
            raise AssertionError(f"client: {code} {text}")
        return items[0]["client4"]

    def wait_state(self, state, timeout_s=15.0):
        def there():
            if not self.process.alive():
                raise AssertionError("client4 has ended")
            now = self.state()
            return now if now.get("state") == state else None
        return netns.wait_until(there, timeout_s, f"state {state}")

    def drops(self):
        items, _, _ = self.ctl("stats")
        return {k: v for k, v in items[0]["client4"]["drops"].items() if v}

    def addresses(self):
        """ADDRESS/LENGTH of IPv4 on the interface."""
        text = self.ns.ip("-4", "-o", "addr", "show", "dev", self.interface)
        found = []
        for line in text.splitlines():
            words = line.split()
            address = words[words.index("inet") + 1]
            found.append(address if "/" in address else address + "/32")
        return found

    def routes(self):
        text = self.ns.ip("-4", "route", "show", "proto", "dhcp")
        return sorted(" ".join(line.split()) for line in text.splitlines())

    def lease_file(self):
        try:
            with open(self.leases) as f:
                return f.read()
        except FileNotFoundError:
            return ""


def on_tun(name, conf=None):
    """client4 for a tun interface, which has no ARP and so no waits."""
    four = Four(name, "tun0", conf=conf)
    four.tun = tun(four.ns, "tun0")
    return four


def on_veth(name):
    four = Four(name, "v0")
    four.lan = netns.Namespace("lan")
    netns.veth(four.ns, "v0", four.lan, "l0", MAC, LAN_MAC)
    return four


def bound(four, server=None, *extra):
    """Its v6 half, once it is bound."""
    six = Six(four.ns, [server or Server()])
    four.start(*extra)
    four.wait_state("BOUND")
    return six
