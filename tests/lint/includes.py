#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Who may include whom: the layers of the source tree, held by a table."""

import os
import re
import subprocess
import sys

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

LOWER = {"base", "wire", "net", "conf", "metrics"}
LIBS = LOWER | {"lease", "ipc", "ctl", "xdp", "alloc", "alloc6"}
MAY_INCLUDE = {
    "base": {"base"},
    "wire": {"base", "wire"},
    "net": {"base", "wire", "net"},
    "conf": {"base", "wire", "conf"},
    "metrics": {"base", "wire", "metrics"},
    "lease": LOWER | {"lease"},
    "ipc": LOWER | {"ipc"},
    "ctl": LOWER | {"ctl"},
    "xdp": LOWER | {"xdp"},
    "alloc": LOWER | {"lease", "alloc"},
    "alloc6": LOWER | {"lease", "alloc6"},
}
# Of lease, alloc knows what a lease is and how one is handed over; no disk.
ALLOC_NEVER = re.compile(r"dhcp4o6/lease/journal")
# Shared with the classifier: numbers and layouts, no code of user space.
BPF_MAY = re.compile(r"dhcp4o6/(xdp/xdp_shared|wire/\w+_proto)\.h$")
# Libraries that one place only may know.
OWNED = [
    (re.compile(r"^(bpf|xdp)/|\.skel\.h$"), ("lib/xdp/", "bpf/", "tests/bpf/")),
    (re.compile(r"^libpq"), ("lib/lease/",)),
    (re.compile(r"^nettle/"), ("daemon/server6/rkap.c", "lib/wire/dhcp6_auth.c")),
]
# daemon/common <- daemon/client <- the programs that share it
CLIENTS = {"daemon/client4", "daemon/client6"}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def module_of(path):
    """What the table calls the place of a file; None: no rule."""
    parts = path.split("/")
    if parts[0] == "lib":
        return parts[1]
    if parts[:2] == ["include", "dhcp4o6"]:
        return parts[2]
    return None


def fault(path, quote, name):
    """Why path may not include name, or None."""
    for pattern, owners in OWNED:
        if pattern.search(name) and not path.startswith(owners):
            return f"only {' '.join(owners)} may"
    if name.startswith("dhcp4o6/"):
        return project_fault(path, name)
    return local_fault(path, name) if quote == '"' else None


def project_fault(path, name):
    target, module = name.split("/")[1], module_of(path)
    if target not in LIBS:
        return "no such module"
    if path.startswith("bpf/") and not BPF_MAY.search(name):
        return "bpf/ may include *_proto.h and xdp_shared.h"
    if module and target not in MAY_INCLUDE[module]:
        return f"{module} stands below or beside {target}"
    if module in ("alloc", "alloc6") and ALLOC_NEVER.search(name):
        return "alloc knows no journal"
    return None


def local_fault(path, name):
    """A header in quotes is a neighbour, or daemon/common's for a daemon, or
    daemon/client's for a client."""
    if name.endswith(".skel.h"):
        return None  # generated; who may is said above
    here = os.path.dirname(path)
    target = os.path.normpath(os.path.join(here, name))
    if os.path.dirname(target) == here and os.path.exists(target):
        return None
    if here.startswith("tests/"):
        return None  # tests look into everything
    if here.startswith("daemon/") and target.startswith("daemon/common/"):
        return None
    if here in CLIENTS and target.startswith("daemon/client/"):
        return None
    return "neither a neighbour nor a contract"


def main():
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard",
         "*.c", "*.h"], capture_output=True, text=True,
        check=True).stdout.split()
    seen, faults = 0, 0
    for path in files:
        with open(path) as f:
            for number, line in enumerate(f, 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                seen += 1
                why = fault(path, *match.groups())
                if why:
                    faults += 1
                    print(f"{path}:{number}: includes {match[2]}: {why}")
    if not seen:
        print("no include found at all")
    print(f"{len(files)} files, {seen} includes, {faults} faults")
    return 1 if faults or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
