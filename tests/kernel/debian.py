#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Classifier and daemons on Debian 12's own kernel, in a virtual machine.

That is the kernel most users have; it also has VLAN devices, which the kernel
that runs this may lack. No acceleration is needed: it boots in seconds.
"""

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))

import guest
from netns import ROOT

MODULES = ["llc", "stp", "garp", "mrp", "8021q", "bridge", "veth",
           "inet_diag", "udp_diag"]
DAEMONS = ["dhcp4o6-server6", "dhcp4o6-server4", "dhcp4o6ctl",
           "dhcp4o6-bench"]
ALWAYS = ["modules load", "links come up",
          "the classifier attaches in the driver",
          "the classifier attaches generically"]
WITH_DAEMONS = ["the pair starts", "clients get leases",
                "frames went through AF_XDP", "the pair stops",
                "VLAN links come up", "the pair starts again",
                "clients behind a VLAN tag get leases",
                "the socket serves VLANs of veth", "the pair stops again"]


def bpf_tests():
    return guest.programs_in("bpf", r"test_\w+")


def built_daemons():
    paths = [os.path.join(ROOT, "build", "bin", n) for n in DAEMONS]
    return paths if all(os.path.exists(p) for p in paths) else []


def make_archive():
    archive = guest.begin_archive(MODULES)
    guest.add_program(archive, "bin/bpftool", guest.find_tool("bpftool"))
    for path in built_daemons():
        guest.add_program(archive, "bin/" + os.path.basename(path), path)
    for path in bpf_tests():
        guest.add_program(archive, "test/bpf/" + os.path.basename(path), path)
    vectors = os.path.join(ROOT, "tests/vectors")
    for name in sorted(os.listdir(vectors)):
        if name.endswith((".hex", ".tsv")):
            archive.file("tests/vectors/" + name, os.path.join(vectors, name))
    archive.file("test/classify.bpf.o",
                 os.path.join(ROOT, "build", "gen", "classify.bpf.o"))
    return archive


def main():
    guest.fetch()
    wanted = ALWAYS + [f"bpf/{os.path.basename(p)}" for p in bpf_tests()]
    wanted += WITH_DAEMONS if built_daemons() else []
    if not guest.passes("debian", make_archive(), wanted):
        return 1
    if not built_daemons():
        guest.skip("the daemons are not built")
    return 0


if __name__ == "__main__":
    sys.exit(main())
