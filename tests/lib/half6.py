# SPDX-License-Identifier: BSD-2-Clause
"""Our DHCPv6 client, as a user starts it, and a stand-in for its other half."""

import os
import select
import socket

import clients6
import daemons
import dhcp
import netns

POLL, START, STOP = b"POLL", b"START", b"STOP"


class Client6:
    """dhcp4o6-client6 with files of its own, which outlive a run."""

    def __init__(self, ns, directory, *ifnames, conf="", port=daemons.PORT,
                 script=True, name="client6"):
        self.ns, self.ifnames, self.port = ns, ifnames, port
        self.dir = os.path.join(directory, name)
        os.makedirs(self.dir)
        self.leases = os.path.join(self.dir, "leases6")
        self.pid_file = os.path.join(self.dir, "pid6")
        self.conf = self._file("dhclient.conf", conf)
        self.script = None
        if script:
            self.script = self._file("script", clients6.SCRIPT % {
                "dir": self.dir, "note": clients6.NOTE})
            os.chmod(self.script, 0o755)
        self.run_dir = os.path.join("/run/dhcp4o6", name)
        os.makedirs(self.run_dir, exist_ok=True)
        self.process, self.runs = None, 0

    def _file(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w") as f:
            f.write(text)
        return path

    def argv(self, *flags, mode=("-d", "-v")):
        script = ["-sf", self.script] if self.script else ["--no-script"]
        return [os.path.join(daemons.BIN, "dhcp4o6-client6"), *mode, "-6",
                "-4o6", str(self.port), "-cf", self.conf, "-lf", self.leases,
                "-pf", self.pid_file, "--run-dir", self.run_dir, *script,
                *flags, *self.ifnames]

    def start(self, *flags):
        self.runs += 1
        self.process = self.ns.spawn(
            *self.argv(*flags),
            log=os.path.join(self.dir, f"log.{self.runs}"))
        return self

    def run(self, *flags, mode=("-d", "-v"), timeout_s=40):
        """Until it ends by itself."""
        return self.ns.run(*self.argv(*flags, mode=mode), check=False,
                           timeout_s=timeout_s)

    def environments(self, reason=None):
        return clients6.environments(self.dir, reason)

    def wait(self, reason, count=1, timeout_s=20.0):
        """Waits for the count-th call for that reason; returns the last."""
        def calls():
            found = self.environments(reason)
            if len(found) < count and not self.process.alive():
                raise AssertionError(f"the client ended before {reason}: "
                                     f"{self.process.text()}")
            return found if len(found) >= count else None
        return netns.wait_until(calls, timeout_s, f"{count} x {reason}")[-1]

    def ctl(self, command, args=None):
        path = os.path.join(self.run_dir, f"client6-{self.port}.sock")
        items, code, text = daemons.control(path, command, args)
        if code != 0:
            raise AssertionError(f"{command}: {code} {text}")
        return items

    def state(self, ifname=None):
        """What `client' says of an interface, the first by default."""
        interfaces = self.ctl("client")[0]["client6"]["interfaces"]
        return next(i for i in interfaces
                    if ifname in (None, i["interface"]))

    def wait_state(self, name, ifname=None, timeout_s=15.0):
        netns.wait_until(lambda: self.answers() and
                         self.state(ifname)["state"] == name, timeout_s,
                         f"state {name}")
        return self.state(ifname)

    def answers(self):
        """Is there anybody to ask?"""
        try:
            self.ctl("help")
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return True

    def drops(self):
        drops = self.ctl("stats")[0]["client6"]["drops"]
        return {k: v for k, v in drops.items() if v}

    def lease_file(self):
        with open(self.leases) as f:
            return f.read()


class Half4:
    """What stands in for the DHCPv4 half, on ::1."""

    def __init__(self, ns, port=daemons.PORT):
        self.socket = ns.socket(socket.AF_INET6, socket.SOCK_DGRAM, 0)
        self.socket.bind(("::1", port + 1))
        self.socket.connect(("::1", port))

    def send(self, data):
        self.socket.send(data)

    def receive(self, timeout_s=5.0):
        """The next datagram, or None in time."""
        ready, _, _ = select.select([self.socket], [], [], timeout_s)
        if not ready:
            return None
        try:
            return self.socket.recv(65536)
        except ConnectionRefusedError:
            return self.receive(timeout_s)

    def poll(self):
        """Asks until somebody answers; what it is."""
        def ask():
            try:
                self.send(POLL)
            except ConnectionRefusedError:
                return None
            return self.receive(0.3)
        return netns.wait_until(ask, 10, "an answer to POLL")

    def wait(self, text, timeout_s=20.0):
        """Until this text comes; whatever comes before it is dropped."""
        netns.wait_until(lambda: self.receive(0.3) == text, timeout_s,
                         f"{text}")

    def close(self):
        self.socket.close()


def query(v4, unicast=False, extra=b""):
    """A DHCPV4-QUERY around a DHCPv4 message."""
    flags = dhcp.FLAG_U if unicast else 0
    return (bytes([dhcp.QUERY]) + flags.to_bytes(3, "big") +
            dhcp.option6(dhcp.O6_DHCPV4_MSG, v4.pack()) + extra)


def response(message, extra=b""):
    """A DHCPV4-RESPONSE around octets."""
    return (bytes([dhcp.RESPONSE, 0, 0, 0]) +
            dhcp.option6(dhcp.O6_DHCPV4_MSG, message) + extra)
