# SPDX-License-Identifier: BSD-2-Clause
"""Kea's two halves, as peers of ours and of each other."""

import json
import os

from daemons import PEERS, PORT, PREFIX6, SERVER6, need_peers


def _kea(link, directory, family, body, severity="DEBUG", more=None):
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
        "loggers": [{"name": f"kea-dhcp{family}", "severity": severity,
                     "debuglevel": 99,
                     "output_options": [{"output": "stdout",
                                         "flush": True}]}],
        **(more or {})})
    with open(conf, "w") as f:
        json.dump({f"Dhcp{family}": body}, f, indent=1)
    process = link.server.spawn(
        os.path.join(PEERS, f"kea-dhcp{family}"), "-c", conf, log=log,
        env={"KEA_PIDFILE_DIR": directory, "KEA_LOCKFILE_DIR": "none"})
    if severity == "DEBUG":
        process.wait_log(f"DHCP{family}_STARTED")
    return process


def start6(link, directory, ifnames=None, severity="DEBUG", option88=SERVER6):
    """Kea's DHCPv6 half, in front of any DHCPv4 half that speaks its way."""
    return _kea(link, directory, 6, {
        "data-directory": directory,
        "interfaces-config": {"interfaces": ifnames or [
            link.server_if, f"{link.server_if}/{link.server_address}"]},
        "option-data": [{"name": "dhcp4o6-server-addr", "code": 88,
                         "space": "dhcp6", "csv-format": True,
                         "data": option88}],
        "subnet6": [{"subnet": PREFIX6, "interface": link.server_if,
                     "pools": [{"pool": "2001:db8:1:1::1:0/112"}]}]}, severity)


POOL = ("10.10.10.0/24", "10.10.10.100 - 10.10.10.199")


def start4(link, directory, ifnames=None, selector=None, pool=POOL,
           severity="DEBUG", before=(), more=None):
    """Kea's DHCPv4 half; it needs an IPv4 address on those interfaces.

    before: subnets that stand in front of the one that serves.
    more: global settings, which overrule those of here.
    """
    return _kea(link, directory, 4, {
        "interfaces-config": {"interfaces": ifnames or [link.server_if],
                              "dhcp-socket-type": "udp"},
        "authoritative": True,
        "subnet4": [*before, {
                     "subnet": pool[0], "pools": [{"pool": pool[1]}],
                     **(selector or {"4o6-interface": link.server_if})}]},
        severity, more)
