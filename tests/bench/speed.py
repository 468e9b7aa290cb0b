#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""make bench: leases a second with every ACK on disk, alternating setups.

In namespaces of its own: dhcp4o6-bench on one side of a veth pair, a server
pair on the other. Setups take turns, so that a machine that drifts drifts for
all of them; medians are printed, and every run in --json. The setups:

  one          one subnet, clients of mixed kinds, on the link
  one-relayed  the same behind one relay
  10k-last     10,000 subnets in 10,000 shared networks, clients in the last
  10k-spread   the same, clients in all of them
  off          as `one', without XDP
  kea          Kea's pair with one subnet (never synchronises its leases)
  kea-10k-last Kea's pair with 10,000 subnets, clients in the last

It refuses to measure on tmpfs or overlay, where a sync costs nothing.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))

import netns

NETWORKS = 10000
CLIENTS = 1000000


def networks_conf(count):
    """Network i: 2001:db8:HI:LO::/64 and 10.x.y.0/22; the last has a /12."""
    out = ["authoritative;\n"]
    for i in range(count):
        pool = (f"10.{i >> 6}.{(i & 63) << 2}.0", "255.255.252.0",
                f"10.{i >> 6}.{(i & 63) << 2}.1",
                f"10.{i >> 6}.{((i & 63) << 2) + 3}.254")
        if i == count - 1:
            pool = ("172.16.0.0", "255.240.0.0", "172.16.0.1",
                    "172.31.255.254")
        out.append(
            f"shared-network n{i} {{ subnet6 {link_prefix(i)}::/64 {{ }}\n"
            f"  subnet {pool[0]} netmask {pool[1]} {{ "
            f"range {pool[2]} {pool[3]}; }} }}\n")
    return "".join(out)


def link_prefix(i):
    return f"2001:db8:{i >> 16:x}:{i & 0xffff:x}"


ONE = """authoritative;
shared-network one {
  subnet6 2001:db8:1:1::/64 { }
  subnet 172.16.0.0 netmask 255.240.0.0 { range 172.16.0.1 172.31.255.254; }
}
"""

RELAYED = ["--relays", "1", "--links"]
LAST = [*RELAYED, "1", "--link-base",
        f"{link_prefix(NETWORKS - 1)}::1/64"]
SPREAD = [*RELAYED, str(NETWORKS), "--link-base", f"{link_prefix(0)}::1/64"]

# name: (configuration of server4, XDP mode, flags of the generator); for Kea
# (None, number of subnets, flags)
SETUPS = {
    "one": (ONE, "auto", []),
    "one-relayed": (ONE, "auto", [*RELAYED, "1", "--link-base",
                              "2001:db8:1:1::1/64"]),
    "10k-last": (networks_conf(NETWORKS), "auto", LAST),
    "10k-spread": (networks_conf(NETWORKS), "auto", SPREAD),
    "off": (ONE, "off", []),
    "kea": (None, None, []),
    "kea-10k-last": (None, NETWORKS, []),
}


def file_system(path):
    done = subprocess.run(["findmnt", "-n", "-o", "FSTYPE", "-T", path],
                          check=True, capture_output=True, text=True)
    return done.stdout.strip()


def sync_times(directory, rounds=200):
    """Milliseconds of an append of 64 records and its fdatasync."""
    path = os.path.join(directory, "sync-probe")
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    times = []
    for _ in range(rounds):
        begin = time.monotonic()
        os.write(fd, b"x" * 6400)
        os.fdatasync(fd)
        times.append((time.monotonic() - begin) * 1e3)
    os.close(fd)
    os.unlink(path)
    times.sort()
    return times[rounds // 2], times[rounds * 99 // 100]


def start_kea(link, directory, networks):
    import kea
    others = [{"subnet": f"10.{i >> 6}.{(i & 63) << 2}.0/22",
               "4o6-subnet": f"{link_prefix(i)}::/64"}
              for i in range((networks or 1) - 1)]
    kea.start6(link, directory, severity="WARN")
    kea.start4(link, directory, pool=("172.16.0.0/12",
                                      "172.16.0.1 - 172.31.255.254"),
               severity="WARN", before=others)
    import client
    probe = client.Endpoint(link.client, link.client_if)
    netns.wait_until(lambda: not client.acquire(probe, [client.Client(1)],
                                                1.0), 20.0, "Kea to serve")
    probe.close()


def run(name, args, number):
    import daemons
    conf4, variant, flags = SETUPS[name]
    link = daemons.Link()
    directory = netns.work_dir(f"bench-{name}-{number}")
    if conf4 is None:
        start_kea(link, directory, variant)
    else:
        daemons.start_pair(link, directory, conf4=conf4, xdp=variant)
    argv = [os.path.join(daemons.BIN, "dhcp4o6-bench"), "-j", "-I",
            link.client_if, "-n", str(CLIENTS), "-t", str(args.seconds),
            "-w", str(args.window if conf4 else args.kea_window),
            "--seed", str(number), "--allow-loss", "100", *flags, "dora"]
    done = link.client.run(*argv, check=False, timeout_s=args.seconds + 60)
    netns.start_over()
    if done.returncode:
        raise AssertionError(f"{name}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def show(name, results, base):
    rates = [r["per_second"] for r in results]
    phases = [r["latency"]["dora"] for r in results]
    lost = sum(r["lost"] for r in results)
    rate = statistics.median(rates)
    p50, p99 = (statistics.median(p[k] for p in phases) / 1e3
                for k in ("p50_us", "p99_us"))
    print(f"{name:12} {rate:9.0f} {min(rates):9.0f} {max(rates):9.0f} "
          f"{p50:8.2f} {p99:8.2f} {lost:6}"
          f"{f'{rate / base:9.2f}' if base else ''}", flush=True)
    return rate


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--window", type=int, default=512)
    parser.add_argument("--kea-window", type=int, default=32)
    parser.add_argument("--json", help="write every run there")
    parser.add_argument("setups", nargs="*", metavar="SETUP",
                        help=" ".join(SETUPS))
    args = parser.parse_args()
    names = args.setups or list(SETUPS)
    netns.sandbox()
    disk = netns.work_dir("bench-disk")
    kind = file_system(disk)
    if kind in ("tmpfs", "overlay"):
        sys.exit(f"{disk} is on {kind}: a sync there says nothing")
    p50, p99 = sync_times(disk)
    print(f"{platform.release()}, {os.cpu_count()} processors, {kind}; "
          f"fdatasync p50 {p50:.2f} ms, p99 {p99:.2f} ms\n"
          f"DORA, window {args.window} (kea {args.kea_window}), "
          f"{args.rounds} rounds of {args.seconds} s, every ACK durable "
          f"(but kea's)")
    results = {name: [] for name in names}
    for number in range(1, args.rounds + 1):
        for name in names:
            results[name].append(run(name, args, number))
    print(f"{'setup':12} {'DORA/s':>9} {'min':>9} {'max':>9} {'p50 ms':>8} "
          f"{'p99 ms':>8} {'lost':>6}{'to first':>9}")
    base = None
    for name in names:
        rate = show(name, results[name], base)
        base = base or rate
    if args.json:
        with open(args.json, "w") as f:
            json.dump(results, f, indent=1)


if __name__ == "__main__":
    main()
