#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""`make demo' keeps its promise, within its minute, and leaves nothing."""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import daemons
import netns


def host_state():
    """Interfaces, namespaces and pins of the host."""
    links = subprocess.run(["ip", "-o", "link"], capture_output=True,
                           text=True, check=True).stdout
    spaces = subprocess.run(["ip", "netns"], capture_output=True, text=True,
                            check=True).stdout
    pins = sorted(os.listdir("/sys/fs/bpf")) if os.path.isdir(
        "/sys/fs/bpf") else []
    return [line.split(":")[1] for line in links.splitlines()], spaces, pins


def test_the_demo_serves_everybody_in_a_minute_and_cleans_up():
    daemons.need_daemons()
    daemons.need_peers()
    before, begin = host_state(), time.monotonic()
    done = subprocess.run([os.path.join(netns.ROOT, "demo", "demo.py")],
                          capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=120)
    took = time.monotonic() - begin
    print(done.stdout + done.stderr)
    case.same(done.returncode, 0, "exit code")
    case.same(done.stdout.splitlines()[-1],
              "demo: 60 leases direct, 500 through a relay, 0 lost",
              "last line")
    case.true(took < 60, f"it took {took:.0f} s")
    for text in ("redirected", "10.10.10.1", "10.20."):
        case.true(text in done.stdout, f"{text} is not shown")
    case.same(host_state(), before, "the host")


if __name__ == "__main__":
    case.main()
