#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What clients set in the kernel, on Debian 12's own, in a virtual machine.

It has dummies and tunnels in IPv6, which the kernel that runs this may lack. The
programs are unit tests that make a namespace of their own; none of their cases
may be skipped.
"""

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))

import guest

MODULES = ["llc", "stp", "bridge", "veth", "tun", "dummy", "tunnel6",
           "ip6_tunnel"]
# Those of `make net-tests'.
TESTS = r"test_(net_conf\w*|net_mon(_dad)?|arp_socket|apply4_kernel)"


def main():
    programs = guest.programs_in("unit", TESTS)
    if not programs:
        print("make net-tests has not been run")
        return 1
    guest.fetch()
    archive = guest.begin_archive(MODULES)
    archive.text("test/all-kinds", "of interfaces are here\n")
    for path in programs:
        guest.add_program(archive, "test/net/" + os.path.basename(path), path)
    wanted = ["modules load", "all kinds of interfaces are here"]
    wanted += [f"net/{os.path.basename(path)}" for path in programs]
    return 0 if guest.passes("interfaces", archive, wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
