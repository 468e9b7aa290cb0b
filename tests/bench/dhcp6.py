#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""DHCPv6 leases a second, by Kea's perfdhcp, of ours and of Kea's server.

In namespaces of its own: perfdhcp -6 on one side of a veth pair, a DHCPv6 server
on the other, which starts anew for every run. perfdhcp starts so many exchanges a
second, of SOLICIT, ADVERTISE, REQUEST and REPLY, and gives up on one after five
seconds. Servers take turns at each rate, so that a machine that drifts drifts for
both; medians are printed, and every run in --json. Ours has each lease on disk
before its REPLY leaves; Kea never synchronises its leases.

It refuses to measure on tmpfs or overlay, where a sync costs nothing.
"""

import argparse
import json
import os
import platform
import statistics
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))

import netns
import speed

RATES = (500, 1000, 2000, 5000, 10000, 20000)
LEASES = ("address-only", "address-and-prefix")
CLIENTS = 10000000


def run(kind, leases, rate, seconds):
    """{"leases_s": of REPLYs, "sent": exchanges, "lost": without a REPLY}."""
    import daemons
    import perfdhcp
    import servers6
    link = daemons.Link()
    directory = netns.work_dir(f"bench6-{kind}")
    servers6.Server(kind, link, directory,
                    servers6.Plan(wide=True)).start()
    found = perfdhcp.run(link.client, link.client_if, rate, seconds,
                         leases=leases, clients=CLIENTS)
    netns.start_over()
    sent = found["solicit-advertise"]["sent packets"]
    replies = found["request-reply"]["received packets"]
    return {"server": kind, "leases": leases, "rate": rate,
            "leases_s": replies / seconds, "sent": sent,
            "lost": sent - replies, "malformed": found["malformed"]}


def show(leases, rate, results):
    """One line for a rate; results: {server: [run]}."""
    cells, medians = [], []
    for runs in results.values():
        medians.append(statistics.median(r["leases_s"] for r in runs))
        sent = sum(r["sent"] for r in runs)
        lost = sum(r["lost"] for r in runs)
        cells.append(f"{medians[-1]:9.0f} {100 * lost / max(sent, 1):7.2f}%")
    ratio = ""
    if len(medians) == 2 and medians[1]:
        ratio = f"{medians[0] / medians[1]:8.2f}"
    print(f"{leases:20} {rate:7} {' '.join(cells)}{ratio}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rates", type=int, nargs="+", default=RATES)
    parser.add_argument("--leases", nargs="+", choices=(*LEASES,
                                                        "prefix-only"),
                        default=LEASES)
    parser.add_argument("--json", help="write every run there")
    parser.add_argument("servers", nargs="*", metavar="SERVER",
                        help="ours kea isc")
    args = parser.parse_args()
    servers = args.servers or ["ours", "kea"]
    netns.sandbox()
    disk = netns.work_dir("bench-disk")
    kind = speed.file_system(disk)
    if kind in ("tmpfs", "overlay"):
        sys.exit(f"{disk} is on {kind}: a sync there says nothing")
    p50, p99 = speed.sync_times(disk)
    print(f"{platform.release()}, {os.cpu_count()} processors, {kind}; "
          f"fdatasync p50 {p50:.2f} ms, p99 {p99:.2f} ms\n"
          f"perfdhcp -6, {args.rounds} rounds of {args.seconds} s")
    print(f"{'leases':20} {'asked/s':>7} " + " ".join(
        f"{s + ' /s':>9} {'lost':>8}" for s in servers) +
        ("   ratio" if len(servers) == 2 else ""))
    everything = []
    for leases in args.leases:
        for rate in args.rates:
            results = {s: [] for s in servers}
            for _ in range(args.rounds):
                for server in servers:
                    results[server].append(run(server, leases, rate,
                                               args.seconds))
            show(leases, rate, results)
            everything += [r for runs in results.values() for r in runs]
    if args.json:
        with open(args.json, "w") as f:
            json.dump(everything, f, indent=1)


if __name__ == "__main__":
    main()
