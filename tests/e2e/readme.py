#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The commands of README.md, word for word, on an interface named eth1."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import netns

README = os.path.join(netns.ROOT, "README.md")


def commands():
    """The indented lines, without comments; `make' targets apart."""
    with open(README) as f:
        lines = [m[1].split("#")[0].split() for m in
                 re.finditer(r"^    (\S.*)$", f.read(), re.M)]
    return ([line for line in lines if line[0] == "make"],
            [line for line in lines if line[0] != "make"])


def test_every_make_target_is_in_make_help():
    shown = netns.Namespace("help").run("make", "-C", netns.ROOT,
                                        "--no-print-directory", "help").stdout
    targets = {line.split()[0] for line in shown.splitlines()}
    with open(README) as f:
        named = set(re.findall(r"\bmake ([a-z]+)\b", f.read()))
    case.true({"demo", "check"} <= named, f"only {named}")
    case.same(named - targets, set(), "targets that are not there")
    case.same({"all", "check", "demo", "e2e", "interop", "fuzz", "bench",
               "lint", "format", "install", "deps"} - targets, set(),
              "targets that are not listed")


def test_the_servers_and_tools_do_as_they_are_told_there():
    link = daemons.Link(server_if="eth1")
    directory = netns.work_dir("readme")
    for name in ("build", "demo"):
        os.symlink(os.path.join(netns.ROOT, name),
                   os.path.join(directory, name))
    _, lines = commands()
    servers = [line for line in lines if "-cf" in line]
    tools = [line for line in lines if "-cf" not in line]
    case.same((len(servers), len(tools)), (2, 3), "commands")
    for number, argv in enumerate(servers):
        ready = daemons.Ready(f"/run/dhcp4o6/ready{number}")
        process = link.server.spawn(
            *argv, cwd=directory, env={"NOTIFY_SOCKET": ready.path},
            log=os.path.join(directory, f"server.{number}.log"))
        netns.wait_until(lambda process=process, ready=ready: ready.came() or
                         not process.alive(), 10.0, " ".join(argv))
        case.true(process.alive(), process.text())
        ready.close()
    endpoint = client.Endpoint(link.client, "c0")
    clients = [client.Client(i) for i in range(10)]
    case.same(client.acquire(endpoint, clients), [], "clients without lease")
    said = [link.server.run(*argv, cwd=directory).stdout for argv in tools]
    for text, want in zip(said, ("redirected", clients[0].address,
                                 "is usable by dhcp4o6-server6")):
        case.true(want in text, f"{want} not in {text}")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
