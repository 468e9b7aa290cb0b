#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The configurations that Debian's isc-dhcp-server brings, as they are and with
what is commented out in them, through -t of our servers: either all is well or
exactly the refusals below, each with its reason. And statement by statement:
what ISC's server takes and refuses, ours does.
"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import daemons
import netns

ROOT = os.path.join(os.path.dirname(daemons.PEERS), "root")
DHCPD = os.path.join(daemons.PEERS, "dhcpd")
NAMES = "names are not looked up"
DELEGATED = "lies in a prefix that is delegated"

# Of each file: the server, what is refused in it as it is, and what is with
# the rest; the reason, and a word of the line that it is about.
EXAMPLES = {
    "etc/dhcp/dhcpd.conf": (4, [(NAMES, "ns1.example.org")], [
        (NAMES, "ns1.example.org"),
        (NAMES, "rtr-239-0-1.example.org"),
        (NAMES, "rtr-239-32-1.example.org"),
        (NAMES, "ns1.internal.example.org"),
        (NAMES, "fantasia.example.com"),
        (NAMES, "rtr-224.example.org"),
        (NAMES, "rtr-29.example.org"),
    ]),
    # The prefixes of its first subnet hold the addresses of the others.
    "etc/dhcp/dhcpd6.conf": (6, [], [
        (DELEGATED, "3ffe:501:ffff:100::1234"),
        (DELEGATED, "3ffe:501:ffff:100::4321"),
        ("holds addresses of the range", "prefix6"),
        ("addresses of this range lie in a prefix", "3ffe:501:ffff:101::10"),
    ]),
}
# Copies of the first one.
for copy in ("usr/share/doc/isc-dhcp-server/examples/dhcpd.conf.example",
             "usr/share/doc/isc-dhcp-server/dhcpd.conf.example"):
    EXAMPLES[copy] = EXAMPLES["etc/dhcp/dhcpd.conf"]

SUBNET6 = "subnet6 2001:db8:1::/64 { %s }"
HOST = "host a { %s }"
# (server, configuration, whether ISC's takes it, whether ours does)
PARITY = (
    (6, SUBNET6 % "range6 2001:db8:1::1 2001:db8:1::9;", True, True),
    (6, SUBNET6 % "range6 2001:db8:1::/112;", True, True),
    (6, SUBNET6 % "range6 2001:db8:1:: / 112;", True, True),
    (6, SUBNET6 % "range6 2001:db8:1::/64 temporary;", True, True),
    (6, SUBNET6 % "range6 2001:db8:1:: temporary;", True, True),
    (6, SUBNET6 % "range6 2001:db8:2::/112;", False, False),
    (6, SUBNET6 % "range6 2001:db8:1::1;", False, False),
    (6, SUBNET6 % "prefix6 2001:db8:100:: 2001:db8:1ff:: /48;", True, True),
    (6, SUBNET6 % "prefix6 2001:db8:100:: 2001:db8:1ff::/48;", True, True),
    (6, SUBNET6 % "prefix6 2001:db8:100:: 2001:db8:1ff:ff:: /48;", False,
     False),
    (6, SUBNET6 % "prefix6 2001:db8:100:: 2001:db8:1ff:: /128;", False, False),
    (6, SUBNET6 % "prefix6 2001:db8:100::/48;", False, False),
    (6, SUBNET6 % "pool6 { range6 2001:db8:1::/112; allow known-clients; "
     "prefix6 2001:db8:100:: 2001:db8:1ff:: /48; deny unknown-clients; }",
     True, True),
    (6, "pool6 { range6 2001:db8:1::/112; }", False, False),
    (6, HOST % "host-identifier option dhcp6.client-id 0:1:2;", True, True),
    (6, HOST % "host-identifier v6relopt 1 dhcp6.interface-id \"a\";", True,
     True),
    (6, HOST % "host-identifier dhcp6.client-id 0:1:2;", False, False),
    (6, HOST % "fixed-address6 2001:db8:1::1;", True, True),
    (6, HOST % "fixed-prefix6 2001:db8:100::/48; "
     "fixed-prefix6 2001:db8:200::/48;", True, True),
    (6, HOST % "fixed-prefix6 2001:db8:100::;", False, False),
    (6, "server-duid LLT;", True, True),
    (6, "server-duid LL;", True, True),
    (6, "server-duid LLT ethernet 9 2:0:0:0:0:1;", True, True),
    (6, "server-duid LL fddi 2:0:0:0:0:1;", True, True),
    (6, "server-duid EN 9 \"abc\";", True, True),
    (6, "server-duid;", False, False),
    (6, "preferred-lifetime 100; default-lease-time 200;", True, True),
    (6, "limit-addrs-per-ia 3; limit-prefs-per-ia 3;", True, True),
    (6, "prefix-length-mode exact;", True, True),
    (6, "prefix-length-mode ignore;", True, True),
    (6, "prefix-length-mode prefer;", True, True),
    (6, "prefix-length-mode minimum;", True, True),
    (6, "prefix-length-mode maximum;", True, True),
    (6, "prefix-length-mode longest;", False, False),
    (6, "dhcpv6-set-tee-times true;", True, True),
    (6, "option dhcp6.rapid-commit;", True, True),
    (6, "allow leasequery;", True, True),
    (4, "abandon-lease-time 7200;", True, True),
    (4, "key k { algorithm hmac-md5; secret \"pRP5FapFoJ95JEL06sv4PQ==\"; };"
     " zone example.org. { primary 127.0.0.1; key k; }", True, True),
    (4, "omapi-port 7911;", True, True),
    (4, "subnet6 2001:db8::/64 { range6 2001:db8::/112; }", False, False),
    (4, HOST % "host-identifier option dhcp6.client-id 0:1:2; "
     "fixed-address6 2001:db8:1::1;", True, True),
    (4, "switch (option user-class) { case \"a\": case \"b\": filename \"b\"; "
     "break; default: filename \"c\"; }", True, True),
    (4, "switch (extract-int(hardware, 8)) { case 1: filename \"a\"; "
     "case 6: server-name \"b\"; }", True, True),
    (4, "switch option user-class { case \"a\": break; }", False, False),
    (4, "switch (option user-class) { case \"a\" break; }", False, False),
    (4, "filename = concat(\"a\", option host-name); "
     "server-name = option host-name; next-server = leased-address;", True,
     True),
    (4, "ignore-client-uids on;", True, True),
    # Beyond ISC's.
    (6, HOST % "fixed-address6 2001:db8:1::1; fixed-address6 2001:db8:1::2;",
     False, True),
    (6, "server-duid UUID \"0123456789abcdef\";", False, True),
    # Short of it: pools that two servers share, two owners of one address, values that RFC 9915 forbids.
    (6, SUBNET6 % "range6 2001:db8:1::/112; "
     "prefix6 2001:db8:1:: 2001:db8:1:: /64;", True, False),
    (6, SUBNET6 % "prefix6 2001:db8:100:: 2001:db8:1ff:: /48; "
     "prefix6 2001:db8:100:: 2001:db8:1ff:: /48;", True, False),
    (4, "failover peer \"a\" { primary; address 192.0.2.1; "
     "peer address 192.0.2.2; port 647; peer port 647; split 128; "
     "mclt 100; max-response-delay 60; max-unacked-updates 10; "
     "load balance max seconds 3; } subnet 192.0.2.0 netmask 255.255.255.0 "
     "{ pool { failover peer \"a\"; range 192.0.2.9 192.0.2.99; } }", True,
     False),
    (4, "duplicates off;", True, False),
    (4, "deny duplicates;", True, False),
    (4, "default-lease-time = encode-int(600, 32);", True, False),
    (6, "option dhcp6.info-refresh-time 599;", True, False),
    (6, "option dhcp6.solmax-rt 59;", True, False),
)


def uncommented(text):
    """With the statements, and blocks of them, that `#' hides."""
    lines, is_inside = [], False
    for line in text.splitlines():
        if is_inside:
            is_inside = not line.startswith("#}")
            lines.append(line.removeprefix("#"))
        elif re.match(r"#+[a-z].*[;{]$", line):
            is_inside = line.endswith("{")
            lines.append(line.lstrip("#"))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def ours(directory, family, text):
    """(exit code, findings that are errors) of -t."""
    path = os.path.join(directory, "dhcpd.conf")
    with open(path, "w") as f:
        f.write(text)
    done = subprocess.run(
        [os.path.join(daemons.BIN, f"dhcp4o6-server{family}"), "-t", "-cf",
         path, "-lf", os.path.join(directory, "leases")], check=False,
        capture_output=True, text=True, timeout=20)
    found = re.split(rf"^(?={re.escape(path)}:\d+:\d+: )", done.stderr,
                     flags=re.M)
    return done.returncode, [f for f in found if ": error: " in
                             f.split("\n")[0] and f.startswith(path)]


def check_example(directory, name, family, text, want):
    code, errors = ours(directory, family, text)
    case.same(code, 78 if want else 0, f"{name}: {errors}")
    case.same(len(errors), len(want), f"{name}: {errors}")
    for error, (reason, word) in zip(errors, want):
        case.true(reason in error and word in error,
                  f"{name}: {reason} ({word}), not {error}")


def each_example():
    daemons.need_daemons()
    daemons.need_peers()
    directory = netns.work_dir("examples")
    for name, (family, want, want_all) in EXAMPLES.items():
        with open(os.path.join(ROOT, name)) as f:
            yield directory, name, family, f.read(), want, want_all


def test_examples_of_isc_are_read_or_refused_for_a_named_reason():
    for directory, name, family, text, want, _ in each_example():
        check_example(directory, name, family, text, want)


def test_so_is_what_is_commented_out_in_them():
    for directory, name, family, text, _, want in each_example():
        more = uncommented(text)
        case.true(len(re.findall("^#", more, re.M)) <
                  len(re.findall("^#", text, re.M)) - 20, "nothing was found")
        check_example(directory, name, family, more, want)


def test_there_are_no_other_examples():
    daemons.need_peers()
    found = set()
    for folder in ("etc/dhcp", "usr/share/doc/isc-dhcp-server"):
        for path, _, names in os.walk(os.path.join(ROOT, folder)):
            found |= {os.path.relpath(os.path.join(path, n), ROOT)
                      for n in names if re.search(r"dhcpd.*conf", n)}
    case.same(found, set(EXAMPLES), "examples")


def test_statements_are_taken_and_refused_as_isc_does():
    daemons.need_daemons()
    daemons.need_peers()
    directory = netns.work_dir("examples-parity")
    path = os.path.join(directory, "isc.conf")
    for family, text, isc, our in PARITY:
        with open(path, "w") as f:
            f.write(text)
        done = subprocess.run([DHCPD, "-t", f"-{family}", "-cf", path],
                              check=False, capture_output=True, text=True,
                              timeout=20)
        case.same(done.returncode == 0, isc, f"ISC's: {text}: {done.stderr}")
        code, errors = ours(directory, family, text)
        case.same(code == 0, our, f"ours: {text}: {errors}")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
