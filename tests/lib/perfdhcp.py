# SPDX-License-Identifier: BSD-2-Clause
"""Kea's load generator, and what it says."""

import os
import re

import daemons

DROP_S = 5  # how long perfdhcp waits for an answer
NOT_ALL = 3  # its exit code when exchanges were lost


def read(text):
    """{"solicit-advertise": {"sent packets": 5, ...}, ...} and "malformed"."""
    found = {"malformed": int(re.search(r"Malformed packets: (\d+)",
                                        text).group(1))}
    for name, body in re.findall(
            r"\*\*\*Statistics for: (\S+)\*\*\*\n(.*?)\n\n", text, re.S):
        found[name.lower()] = {key: int(value) for key, value in re.findall(
            r"^([a-z ]+): (\d+)$", body, re.M)}
    return found


def run(ns, ifname, rate, seconds, *flags, leases="address-only",
        clients=1000000):
    """Starts so many exchanges a second for so long; returns what read() does.

    Every client asks once; addresses that come twice are counted.
    """
    argv = [os.path.join(daemons.PEERS, "perfdhcp"), "-6", "-e", leases, "-r",
            rate, "-R", clients, "-p", seconds, "-d", DROP_S, "-W",
            (DROP_S + 1) * 1000000, "-l", ifname, *flags, "all"]
    done = ns.run(*argv, check=False, timeout_s=seconds + DROP_S + 30)
    if done.returncode not in (0, NOT_ALL):
        raise AssertionError(f"perfdhcp: exit {done.returncode}: "
                             f"{done.stdout}{done.stderr}")
    return read(done.stdout)
