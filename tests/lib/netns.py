# SPDX-License-Identifier: BSD-2-Clause
"""Network namespaces and the processes in them.

A test that calls sandbox() runs in a PID and mount namespace of its own: when
it ends, however it ends, the kernel kills what it started, and its network
namespaces, mounts and pinned BPF objects go with it. Nothing needs a name that
could clash and nothing has to be cleaned up. Namespaces are entered with
`nsenter --net=`, which keeps /sys/fs/bpf in sight.
"""

import contextlib
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
CLONE_NEWNET = 0x40000000
SANDBOX_MARK = "DHCP4O6_TEST_SANDBOX"

_libc = ctypes.CDLL(None, use_errno=True)


class Skip(Exception):
    """The test cannot say anything here; the text says why."""


def sandbox():
    """Goes on in namespaces of our own, as PID 1 in them."""
    if os.geteuid() != 0:
        print("skip: needs root")
        sys.exit(77)
    if SANDBOX_MARK not in os.environ:
        os.environ[SANDBOX_MARK] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--pid", "--fork",
                              "--kill-child", "--mount-proc",
                              sys.executable] + sys.argv)
    # PID 1 ignores signals that it has no handler for.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    fresh_mounts()


def start_over():
    """As at the beginning of a case: nothing runs, nothing is pinned."""
    Process.kill_all()
    fresh_mounts()


def fresh_mounts():
    """Pins and control sockets of nobody; only inside of a sandbox()."""
    if SANDBOX_MARK not in os.environ:
        return
    os.makedirs("/run/dhcp4o6", exist_ok=True)
    for kind, options, where in (("bpf", "mode=0700", "/sys/fs/bpf"),
                                 ("tmpfs", "mode=0755", "/run/dhcp4o6")):
        subprocess.run(["mount", "-t", kind, "-o", options, kind, where],
                       check=True)


def bind_file(source, target):
    """Puts a file in another's place for this sandbox()."""
    if SANDBOX_MARK not in os.environ:
        raise Skip("not in a sandbox of its own")
    subprocess.run(["mount", "--bind", source, target], check=True)


def work_dir(name):
    """An empty directory on a disk (no tmpfs) for files of this test."""
    path = os.path.join(ROOT, "build", "test-tmp", name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def small_disk(directory):
    """A file system of 4 MiB in the directory, for the sandbox's time."""
    path = os.path.join(directory, "small")
    os.mkdir(path)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", path],
                   check=True)
    return path


def fill(path):
    """Takes all the room there is for a file."""
    with open(path, "wb", buffering=0) as f:
        for block in (65536, 1):
            with contextlib.suppress(OSError):
                while True:
                    f.write(bytes(block))


def wait_until(condition, timeout_s=5.0, what="condition", step_s=0.01):
    """Returns the first true value of condition(), or fails."""
    end = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout_s} s for {what}")
        time.sleep(step_s)


def _check(rc, what):
    if rc != 0:
        err = ctypes.get_errno()
        raise OSError(err, f"{what}: {os.strerror(err)}")


class Process:
    """A program in the background; its output goes to a file."""

    everyone = []

    def __init__(self, argv, log, env=None, cwd=None):
        self.argv = [str(a) for a in argv]
        self.log = log
        with open(log, "ab") as out:
            self.popen = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True, cwd=cwd,
                env=None if env is None else {**os.environ, **env})
        Process.everyone.append(self)

    @property
    def pid(self):
        return self.popen.pid

    def alive(self):
        return self.popen.poll() is None

    def text(self):
        with open(self.log, errors="replace") as f:
            return f.read()

    def wait_log(self, pattern, timeout_s=10.0, count=1):
        """Waits until pattern stands in the log count times."""
        def found():
            if len(re.findall(pattern, self.text())) >= count:
                return True
            if not self.alive():
                raise AssertionError(
                    f"{self.argv[0]} ended ({self.popen.returncode}) before "
                    f"it logged {pattern!r}")
            return False
        return wait_until(found, timeout_s, f"{pattern!r} in {self.log}")

    def wait(self, timeout_s=10.0):
        """The exit code; minus the number of the signal that killed it."""
        return self.popen.wait(timeout_s)

    def signal(self, signo):
        if self.alive():
            os.kill(self.pid, signo)

    def stop(self, timeout_s=10.0):
        """SIGTERM, then its exit code."""
        self.signal(signal.SIGTERM)
        try:
            return self.popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.argv[0]} ignores SIGTERM") from None

    def kill(self):
        """SIGKILL to the program and all that it started; waits for all."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait(10)
        wait_until(lambda: not group_lives(self.pid), 10,
                   f"processes of {self.argv[0]} to end")

    @classmethod
    def kill_all(cls):
        for process in cls.everyone:
            process.kill()
        cls.everyone.clear()


def group_lives(group):
    """Whether a thread of the group is there and is no zombie."""
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            with open(f"/proc/{entry}/stat") as f:
                fields = f.read().rsplit(")", 1)[1].split()
            # A zombie's other threads may still hold its descriptors.
            if int(fields[2]) == group and (
                    fields[0] not in "ZX" or
                    len(os.listdir(f"/proc/{entry}/task")) > 1):
                return True
    return False


class Namespace:
    """A network namespace; lives as long as this object or a process in it."""

    def __init__(self, name):
        self.name = name
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _check(_libc.unshare(CLONE_NEWNET), "unshare")
            self.fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        finally:
            _check(_libc.setns(home, CLONE_NEWNET), "setns")
            os.close(home)
        for key, value in (("accept_dad", 0), ("dad_transmits", 0),
                           ("accept_ra", 0), ("router_solicitations", 0)):
            self.sysctl(f"net/ipv6/conf/default/{key}", value)
            self.sysctl(f"net/ipv6/conf/all/{key}", value)
        self.ip("link", "set", "lo", "up")

    @property
    def path(self):
        return f"/proc/{os.getpid()}/fd/{self.fd}"

    def close(self):
        os.close(self.fd)

    @contextlib.contextmanager
    def entered(self):
        """This thread is in the namespace: for sockets and /proc/sys/net."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        _check(_libc.setns(self.fd, CLONE_NEWNET), "setns")
        try:
            yield
        finally:
            _check(_libc.setns(home, CLONE_NEWNET), "setns")
            os.close(home)

    def sysctl(self, key, value):
        """False if the namespace has no such setting."""
        with self.entered(), contextlib.suppress(FileNotFoundError):
            with open("/proc/sys/" + key, "w") as f:
                f.write(str(value))
            return True
        return False

    def command(self, *argv):
        return ["nsenter", "--net=" + self.path, "--",
                *[str(a) for a in argv]]

    def run(self, *argv, check=True, timeout_s=30, **kwargs):
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run(self.command(*argv), capture_output=True,
                              text=True, timeout=timeout_s, **kwargs)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, argv))}: exit "
                                 f"{done.returncode}: {done.stdout}"
                                 f"{done.stderr}")
        return done

    def spawn(self, *argv, log, env=None, cwd=None):
        return Process(self.command(*argv), log, env, cwd)

    def ip(self, *argv):
        return self.run("ip", *argv).stdout

    def socket(self, *args):
        with self.entered():
            return socket.socket(*args)

    def ifindex(self, ifname):
        with self.entered():
            return socket.if_nametoindex(ifname)

    def address(self, ifname, *addresses):
        """Adds addresses with their prefix lengths."""
        for address in addresses:
            extra = ["nodad"] if ":" in address else []
            self.ip("addr", "add", address, "dev", ifname, *extra)

    def mac(self, ifname):
        text = self.ip("-o", "link", "show", "dev", ifname)
        return re.search(r"link/ether ([0-9a-f:]{17})", text).group(1)

    def ethtool(self, ifname, *argv):
        self.run("ethtool", *argv[:1], ifname, *argv[1:])


def veth(ns_a, if_a, ns_b, if_b, mac_a, mac_b, checksums=True):
    """Joins two namespaces by a pair of interfaces, both up.

    checksums: each side finishes its UDP checksums. A veth leaves that to
    hardware that is not there, which no real wire does.
    """
    ns_a.ip("link", "add", if_a, "address", mac_a, "type", "veth",
            "peer", "name", if_b, "address", mac_b, "netns", ns_b.path)
    for ns, ifname in ((ns_a, if_a), (ns_b, if_b)):
        if checksums:
            ns.ethtool(ifname, "-K", "tx", "off")
        ns.ip("link", "set", ifname, "up")
    for ns, ifname in ((ns_a, if_a), (ns_b, if_b)):
        wait_until(lambda ns=ns, ifname=ifname: has_link_local(ns, ifname),
                   what=f"a link-local address on {ifname}")


def has_link_local(ns, ifname):
    text = ns.ip("-6", "-o", "addr", "show", "dev", ifname, "scope", "link")
    return "fe80:" in text and "tentative" not in text


def link_local(mac):
    """fe80::/64 with the modified EUI-64 of a MAC (RFC 4291 appendix A)."""
    octets = bytes.fromhex(mac.replace(":", ""))
    eui = bytes([octets[0] ^ 2]) + octets[1:3] + b"\xff\xfe" + octets[3:]
    return socket.inet_ntop(socket.AF_INET6, b"\xfe\x80" + bytes(6) + eui)
