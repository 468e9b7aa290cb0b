# SPDX-License-Identifier: BSD-2-Clause
"""DHCPv6 clients that people run: dhclient, dhcpcd, dhcp6c, systemd-networkd.

Each runs in a client's namespace and keeps its files in a directory of the
test. What they did is read from what they leave behind: lease files, the
environment of their scripts, addresses of the kernel.
"""

import json
import os
import pwd
import re
import socket

import daemons
import dhcp
import netns

ETH_P_ALL, ETH_P_IPV6 = 0x0003, 0x86dd

# An RFC's name for each message (RFC 9915 section 7.3).
MESSAGES = ("", "solicit", "advertise", "request", "confirm", "renew",
            "rebind", "reply", "release", "decline", "reconfigure",
            "information-request", "relay-forw", "relay-repl")


def addresses(ns, ifname):
    """{address: (prefix length, valid, preferred)} of global scope."""
    found = {}
    for entry in json.loads(ns.ip("-6", "-j", "addr", "show", "dev", ifname)):
        for a in entry.get("addr_info", ()):
            if a["scope"] == "global":
                found[a["local"]] = (a["prefixlen"], a["valid_life_time"],
                                     a["preferred_life_time"])
    return found


class Wire:
    """What passes an interface on port 546 or 547, from its creation on."""

    def __init__(self, ns, ifname):
        with ns.entered():
            # Of all protocols: one alone is shown only what comes in.
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                        socket.htons(ETH_P_ALL))
            self.socket.bind((ifname, ETH_P_ALL))
        self.socket.setblocking(False)
        self.seen = []  # octets of the DHCPv6 messages
        self.ends = []  # and (source, destination) of each

    def messages(self):
        """Names of all messages so far, relayed ones as they travel."""
        return [MESSAGES[m[0]] for m in self.octets()
                if m[0] < len(MESSAGES)]

    def octets(self):
        while True:
            try:
                packet, where = self.socket.recvfrom(65536)
            except BlockingIOError:
                return self.seen
            if where[1] == ETH_P_IPV6 and packet[6] == 17 and {546, 547} & {
                    int.from_bytes(packet[40:42], "big"),
                    int.from_bytes(packet[42:44], "big")}:
                self.seen.append(packet[48:])
                self.ends.append((dhcp.text6(packet[8:24]),
                                  dhcp.text6(packet[24:40])))

    def octets_of(self, kind):
        """The messages of that number."""
        return [m for m in self.octets() if m[0] == kind]

    def ends_of(self, kind):
        """[(source, destination)] of the messages of that number."""
        return [self.ends[i] for i, m in enumerate(self.octets())
                if m[0] == kind]

    def wait(self, name, count=1, timeout_s=15.0):
        """Until so many messages of that name have passed."""
        netns.wait_until(lambda: self.messages().count(name) >= count,
                         timeout_s, f"{count} x {name} in {self.messages()}")

    def last(self, name):
        """{option code: [values]} of the last message of that name."""
        for octets in reversed(self.octets()):
            if MESSAGES[octets[0]] == name:
                found = {}
                for code, value in dhcp.options6(octets[4:]):
                    found.setdefault(code, []).append(value)
                return found
        raise AssertionError(f"no {name} in {self.messages()}")


# Configures the interface and notes its environment, an empty line between
# two calls. A file `decline' beside it says that the address is not unique.
SCRIPT = """\
#!/bin/sh
dir=%(dir)s
code=0
case $reason in
PREINIT6) ip link set "$interface" up ;;
BOUND6 | RENEW6 | REBIND6)
	if [ -n "$new_ip6_address" ] && [ -e "$dir/decline" ]; then
		rm "$dir/decline"
		code=3
	elif [ -n "$new_ip6_address" ]; then
		ip -6 addr replace "$new_ip6_address/$new_ip6_prefixlen" \\
			dev "$interface" valid_lft "$new_max_life" \\
			preferred_lft "$new_preferred_life" nodad
	fi ;;
EXPIRE6 | RELEASE6 | STOP6)
	[ -n "$old_ip6_address" ] && ip -6 addr del \\
		"$old_ip6_address/$old_ip6_prefixlen" dev "$interface" ;;
esac
%(note)s
exit $code
"""

# One write for each call, whatever else is running.
NOTE = """{ env; echo "exit_code=$code"; echo; } >"$dir/env.$$"
cat "$dir/env.$$" >>"$dir/environments"
"""


def environments(directory, reason=None):
    """One {name: value} for each call of a client's script so far."""
    path = os.path.join(directory, "environments")
    if not os.path.exists(path):
        return []
    with open(path) as f:
        blocks = f.read().split("\n\n")[:-1]
    found = [dict(line.split("=", 1) for line in block.split("\n")
                  if "=" in line) for block in blocks]
    return [e for e in found if reason in (None, e.get("reason"))]


class Dhclient:
    """dhclient -6 with files of its own, which outlive a run."""

    def __init__(self, ns, ifname, directory, conf="", name="dhclient"):
        daemons.need_peers()
        self.ns, self.ifname = ns, ifname
        self.dir = os.path.join(directory, name)
        os.makedirs(self.dir)
        self.leases = os.path.join(self.dir, "leases")
        self.script = self._file("script", SCRIPT % {"dir": self.dir, "note": NOTE})
        os.chmod(self.script, 0o755)
        self.conf = self._file("conf", conf)
        self.process, self.runs = None, 0

    def _file(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w") as f:
            f.write(text)
        return path

    def decline_next(self):
        self._file("decline", "")

    def argv(self, *flags):
        return [os.path.join(daemons.PEERS, "dhclient"), "-6", "-d", "-v",
                *flags, "-cf", self.conf, "-lf", self.leases, "-pf",
                os.path.join(self.dir, "pid"), "-sf", self.script,
                self.ifname]

    def start(self, *flags):
        self.runs += 1
        self.process = self.ns.spawn(
            *self.argv(*flags), log=os.path.join(self.dir,
                                                 f"log.{self.runs}"))
        return self

    def kill(self):
        """As a power cut does: it tells nobody."""
        self.process.kill()

    def release(self, *flags):
        """dhclient -r, which also ends the one that runs."""
        return self.ns.run(*self.argv("-r", *flags), timeout_s=30)

    def environments(self, reason=None):
        return environments(self.dir, reason)

    def wait(self, reason, count=1, timeout_s=20.0):
        """Waits for the count-th call for that reason; returns the last."""
        def calls():
            found = self.environments(reason)
            if len(found) < count and self.process.popen.poll() is not None:
                raise AssertionError(f"dhclient ended before {reason}: "
                                     f"{self.process.text()}")
            return found if len(found) >= count else None
        return netns.wait_until(calls, timeout_s, f"{count} x {reason}")[-1]

    def lease_file(self):
        """The last lease6 of its lease file: its text."""
        if not os.path.exists(self.leases):
            return ""
        with open(self.leases) as f:
            text = f.read()
        found = re.findall(r"^lease6 \{\n(.*?)^\}", text, re.M | re.S)
        return found[-1] if found else ""


class Dhcpcd:
    """dhcpcd, with /var/lib and /run of its own, which outlive a run."""

    def __init__(self, ns, ifname, directory, conf):
        daemons.need_peers()
        self.ns, self.ifname = ns, ifname
        self.dir = os.path.join(directory, "dhcpcd")
        for name in ("lib", "run"):
            os.makedirs(os.path.join(self.dir, name, "dhcpcd"))
        self.conf = os.path.join(self.dir, "conf")
        script = os.path.join(self.dir, "script")
        with open(script, "w") as f:
            f.write(f"#!/bin/sh\ndir={self.dir}\ncode=0\n{NOTE}")
        os.chmod(script, 0o755)
        with open(self.conf, "w") as f:
            f.write(f"script {script}\n" + conf)
        self.process, self.runs = None, 0

    def environments(self, reason=None):
        return environments(self.dir, reason)

    def _argv(self, *flags):
        inside = (f"mount --bind {self.dir}/lib /var/lib && "
                  f"mount --bind {self.dir}/run /run && exec \"$0\" \"$@\"")
        return ["unshare", "--mount", "sh", "-c", inside,
                os.path.join(daemons.PEERS, "dhcpcd"), "-f", self.conf,
                "-6", *flags, self.ifname]

    def start(self):
        self.runs += 1
        self.process = self.ns.spawn(
            *self._argv("-B", "-d"),
            log=os.path.join(self.dir, f"log.{self.runs}"))
        return self

    def release(self):
        """dhcpcd -k: lets go of everything, and the one that runs ends."""
        self.ns.run(*self._argv("-k"), check=False)


class Dhcp6c:
    """WIDE's dhcp6c, the KAME project's client."""

    def __init__(self, ns, ifname, directory, conf):
        daemons.need_peers()
        self.ns, self.ifname = ns, ifname
        self.dir = os.path.join(directory, "dhcp6c")
        os.makedirs(os.path.join(self.dir, "lib", "dhcpv6"))
        script = os.path.join(self.dir, "script")
        with open(script, "w") as f:
            f.write(f"#!/bin/sh\ndir={self.dir}\ncode=0\n{NOTE}")
        os.chmod(script, 0o755)
        self.conf = os.path.join(self.dir, "conf")
        with open(self.conf, "w") as f:
            f.write(conf.replace("SCRIPT", script))
        self.process, self.runs = None, 0

    def environments(self):
        return environments(self.dir)

    def start(self):
        self.runs += 1
        inside = (f"mount --bind {self.dir}/lib /var/lib && "
                  "exec \"$0\" \"$@\"")
        self.process = self.ns.spawn(
            "unshare", "--mount", "sh", "-c", inside,
            os.path.join(daemons.PEERS, "dhcp6c"), "-f", "-D", "-c",
            self.conf, "-p", os.path.join(self.dir, "pid"), self.ifname,
            log=os.path.join(self.dir, f"log.{self.runs}"))
        return self


class Networkd:
    """systemd-networkd without D-Bus and without udev.

    It waits for udev unless /sys is read-only, as in a container: so it is given
    such a one, of its own network namespace.
    """

    def __init__(self, ns, directory, networks):
        daemons.need_peers()
        self.ns = ns
        self.dir = os.path.join(directory, "networkd")
        for name in ("run/systemd/network", "run/systemd/netif/links",
                     "run/systemd/netif/leases", "run/systemd/netif/lldp",
                     "run/dbus"):
            os.makedirs(os.path.join(self.dir, name))
        for name, text in networks.items():
            path = os.path.join(self.dir, "run/systemd/network", name)
            with open(path, "w") as f:
                f.write(text)
        self._make_user()
        self.process, self.runs = None, 0

    def _make_user(self):
        """It becomes this user, who need not be there, and writes there."""
        with open("/etc/passwd") as f:
            passwd = f.read()
        with open(os.path.join(self.dir, "passwd"), "w") as f:
            f.write(passwd + "systemd-network:x:998:998::/:/bin/false\n")
        try:
            user = pwd.getpwnam("systemd-network")
            ids = user.pw_uid, user.pw_gid
        except KeyError:
            ids = 998, 998
        for where, _, _ in os.walk(os.path.join(self.dir,
                                                "run/systemd/netif")):
            os.chown(where, *ids)

    def start(self):
        self.runs += 1
        inside = (f"mount --bind {self.dir}/run /run && "
                  f"mount --bind {self.dir}/passwd /etc/passwd && "
                  "mount -t sysfs -o ro sysfs /sys && exec \"$0\" \"$@\"")
        self.process = self.ns.spawn(
            "unshare", "--mount", "sh", "-c", inside,
            os.path.join(daemons.PEERS, "systemd-networkd"),
            log=os.path.join(self.dir, f"log.{self.runs}"),
            env={"SYSTEMD_LOG_LEVEL": "debug", "SYSTEMD_LOG_TARGET":
                 "console"})
        return self

    def state(self, ifname):
        """{name: value} of what networkd keeps for its other programs."""
        path = os.path.join(self.dir, "run/systemd/netif/links",
                            str(self.ns.ifindex(ifname)))
        with open(path) as f:
            return dict(line.rstrip("\n").split("=", 1) for line in f
                        if "=" in line)
