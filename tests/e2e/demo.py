#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""`make demo' keeps its promise, within its minute, and leaves nothing."""

import contextlib
import os
import re
import signal
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


def client_story():
    """What is told of our own clients, from SOLICIT to the end."""
    yield (r"(?s) c0: soliciting\n.* c0: requesting\n"
           r".* c0: bound to 2001:db8:1:1::1:[0-9a-f]+/128\n"
           r".*^client6 c0: bound\n.* c0: gone: 2001:db8:1:1::1:")
    for ifname in ("lan0", "tun0"):
        yield (r"(?s) DHCPDISCOVER, .* DHCPOFFER\b.* DHCPACK\b"
               rf".* {ifname}: bound to (10\.10\.10\.1\d\d) by "
               rf".*^{ifname}\b[^\n]* \1/24\n.*^default [^\n]* src \1\n"
               r".*^ping 10\.10\.10\.1 from \1: answered in [\d.]+ ms\n"
               rf".*^client4 {ifname}: BOUND\n"
               rf".* {ifname}: renewed \1 by .* {ifname}: given back \1\n"
               rf".*^  {ifname} has no address, and \1 is free at the server$")


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
              "demo: 60 leases direct, 500 through a relay, 10 prefixes, "
              "2 of our clients, 0 lost",
              "last line")
    case.true(took < 60, f"it took {took:.0f} s")
    # Each client asks twice, all through AF_XDP: stats, and the pinned map.
    for text in (r"^  redirected +120$", r"^  redirected +1000$",
                 r'"redirected": [1-9]', r"^10\.10\.10\.1\d\d +active",
                 r"^10\.20\.\d+\.\d+ +active",
                 r"^2001:db8:200::/48 +active", *client_story()):
        case.true(re.search(text, done.stdout, re.M), f"{text} is not shown")
    case.same(host_state(), before, "the host")


def still_running(mark):
    """Processes that were started with it in their environment."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/environ", "rb") as f:
                if mark.encode() in f.read().split(b"\0"):
                    found.append(int(pid))
    return found


def test_a_demo_that_is_stopped_half_way_leaves_nothing_either():
    for signo in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        before, mark = host_state(), f"DEMO_TEST={os.getpid()}-{signo.name}"
        process = subprocess.Popen(
            [os.path.join(netns.ROOT, "demo", "demo.py")],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **dict([mark.split("=")])})
        for line in process.stdout:
            if line.startswith("$ touch ./leases4"):
                break  # the first daemon serves
        case.true(len(still_running(mark)) >= 3, "the daemon runs")
        process.send_signal(signo)
        process.stdout.close()
        case.true(process.wait(10) != 0, "it says that it went well")
        netns.wait_until(lambda mark=mark: not still_running(mark), 10,
                         "all that it started to end")
        case.same(host_state(), before, f"the host after {signo.name}")


if __name__ == "__main__":
    case.main()
