# SPDX-License-Identifier: BSD-2-Clause
"""DHCPv6 servers of three makers that are asked for the same thing.

What is asked for is a Plan; start() writes it down in the words of one of
them: "ours", "kea" or "isc".
"""

import ipaddress
import json
import os

import daemons
from netns import Skip

KINDS = ("ours", "kea", "isc")
PORT = 547


class Plan:
    """One link with addresses, prefixes to delegate, and options."""

    def __init__(self, valid=3600, preferred=None, renew=None, rebind=None,
                 option88=(daemons.SERVER6,), more="", in_subnet="",
                 wide=False, rapid_commit=False):
        self.valid, self.preferred = valid, preferred or valid * 5 // 8
        self.renew = renew or self.preferred // 2
        self.rebind = rebind or self.preferred * 4 // 5
        self.option88 = list(option88)
        # In ISC's language only.
        self.more, self.in_subnet = more, in_subnet
        self.link = daemons.PREFIX6
        self.range = ("2001:db8:1:1::1:0", "2001:db8:1:1::1:ffff")
        self.delegate = ("2001:db8:40::", "2001:db8:7f:ff00::", 56)
        if wide:  # more than any test can use up
            self.range = ("2001:db8:1:1:1::", "2001:db8:1:1:1:ffff:ffff:ffff")
            self.delegate = ("2001:db8:4000::", "2001:db8:7fff:ffff::", 64)
        self.rapid_commit = rapid_commit
        self.name_servers = ["2001:db8:1:1::53"]

    def dhcpd(self):
        """In dhcpd.conf(5)."""
        text = "authoritative;\n"
        text += f"default-lease-time {self.valid};\n"
        text += f"preferred-lifetime {self.preferred};\n"
        text += f"option dhcp-renewal-time {self.renew};\n"
        text += f"option dhcp-rebinding-time {self.rebind};\n"
        text += f"option dhcp6.name-servers {', '.join(self.name_servers)};\n"
        if self.option88:
            text += ("option dhcp6.dhcp4-o-dhcp6-server "
                     f"{', '.join(self.option88)};\n")
        if self.rapid_commit:
            text += "option dhcp6.rapid-commit;\n"
        return text + self.more + (
            f"subnet6 {self.link} {{\n"
            f"  range6 {self.range[0]} {self.range[1]};\n"
            f"  prefix6 {self.delegate[0]} {self.delegate[1]} "
            f"/{self.delegate[2]};\n{self.in_subnet}}}\n")

    def kea(self, ifname):
        """In the JSON of Kea."""
        options = [{"name": "dns-servers",
                    "data": ", ".join(self.name_servers)}]
        if self.option88:
            options.append({"name": "dhcp4o6-server-addr",
                            "data": ", ".join(self.option88)})
        return {
            "valid-lifetime": self.valid,
            "preferred-lifetime": self.preferred,
            "renew-timer": self.renew, "rebind-timer": self.rebind,
            "option-data": options,
            "subnet6": [{
                "id": 1, "subnet": self.link, "interface": ifname,
                "rapid-commit": self.rapid_commit,
                "pools": [{"pool": " - ".join(self.range)}],
                "pd-pools": [{"prefix": self.delegate[0], "prefix-len": self.delegate_len(),
                              "delegated-len": self.delegate[2]}]}]}

    def delegate_len(self):
        """Length of the prefix that the delegated ones are cut from."""
        low, high = (int(ipaddress.ip_address(a)) for a in self.delegate[:2])
        return 128 - (low ^ high | (1 << (128 - self.delegate[2])) - 1
                      ).bit_length()


class Server:
    """A running one; stop() and start() it as often as needed."""

    def __init__(self, kind, link, directory, plan):
        if kind not in KINDS:
            raise AssertionError(f"no server is called {kind}")
        if kind == "ours":
            daemons.need_daemons()
        else:
            daemons.need_peers()
        self.kind, self.link, self.dir = kind, link, directory
        self.ns, self.plan, self.process = link.server, plan, None
        self.leases = os.path.join(directory, f"{kind}-leases6")
        self.half, self.starts = None, 0

    def start(self, *extra):
        """Until it says that it serves; extra: flags, but none for Kea's."""
        self.starts += 1
        getattr(self, f"_start_{self.kind}")(*extra)
        return self

    def _log(self):
        return os.path.join(self.dir, f"{self.kind}.{self.starts}.log")

    def _start_ours(self, *extra):
        self.half = daemons.Half(self.ns, self.dir, 6, self.plan.dhcpd(),
                                 [self.link.server_if])
        self.half.leases = self.leases
        self.half.starts = self.starts - 1
        self.half.start(*extra)
        self.process = self.half.process

    def _start_kea(self):
        conf = os.path.join(self.dir, "kea6.conf")
        ifname = self.link.server_if
        body = {
            **self.plan.kea(ifname),
            "data-directory": self.dir,
            "interfaces-config": {"interfaces": [
                ifname, f"{ifname}/{self.link.server_address}"]},
            "lease-database": {"type": "memfile", "persist": True,
                               "lfc-interval": 0, "name": self.leases},
            "loggers": [{"name": "kea-dhcp6", "severity": "INFO",
                         "output_options": [{"output": "stdout",
                                             "flush": True}]}]}
        with open(conf, "w") as f:
            json.dump({"Dhcp6": body}, f, indent=1)
        self.process = self.ns.spawn(
            os.path.join(daemons.PEERS, "kea-dhcp6"), "-c", conf,
            log=self._log(), env={"KEA_PIDFILE_DIR": self.dir,
                                  "KEA_LOCKFILE_DIR": "none"})
        self.process.wait_log("DHCP6_STARTED")

    def _start_isc(self, *extra):
        conf = os.path.join(self.dir, "isc6.conf")
        with open(conf, "w") as f:
            f.write("dhcp-cache-threshold 0;\n" + self.plan.dhcpd())
            if isinstance(self.link, daemons.RelayedLink):
                # The server's own link has to be named.
                f.write("subnet6 2001:db8:ff::/64 {\n}\n")
        with open(self.leases, "a"):
            pass
        self.process = self.ns.spawn(
            os.path.join(daemons.PEERS, "dhcpd"), "-6", "-f", "-d",
            "--no-pid", "-cf", conf, "-lf", self.leases, *extra,
            self.link.server_if, log=self._log())
        self.process.wait_log("Server starting service|Sending on")

    def stop(self):
        """As an administrator does."""
        return self.process.stop()


def chosen():
    """The one that the environment names; ours if it names none."""
    kind = os.environ.get("DHCP6_SERVER", "ours")
    if kind not in KINDS:
        raise Skip(f"DHCP6_SERVER={kind}: no such server")
    return kind
