#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reloads without a pause, and control clients that leave before the end."""

import os
import random
import signal
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client6 as c6
import daemons
import netns

CONF = """\
default-lease-time 3600;
dhcp4o6 { xdp off; reconfigure on; }
%s
subnet6 2001:db8:1:1::/64 {
  range6 2001:db8:1:1::1000 2001:db8:1:1::ffff;
  prefix6 2001:db8:1000:: 2001:db8:10ff:: /48;
}
"""
# Option 88 comes and goes, and some files are wrong.
TOPS = ("", "option dhcp6.dhcp4-o-dhcp6-server 2001:db8::1;",
        "no-such-statement;",
        "class \"c\" { match if option dhcp6.user-class = \"x\"; }")
# And the server becomes another one, as its clients see it.
DUIDS = ("server-duid ll 1 02:00:00:00:00:01;",
         "server-duid ll 1 02:00:00:00:00:02;")
REQUESTS = (b'{"command":"reload"}\n', b'{"command":"leases"}\n',
            b'{"command":"config"}\n', b'{"command":"stats"}\n',
            b'{"command":"reconfigure","args":{"all":true}}\n',
            b'{"command":"leases","args":{"state":"act', b"{}\n\n[",
            b'{"command":"help"}\n{"command":"reload"}\n' * 3)


def replace(six, top):
    """At once: half a file is another configuration."""
    with open(six.conf + ".next", "w") as f:
        f.write(CONF % top)
    os.rename(six.conf + ".next", six.conf)


def leave_early(path, random_, readers):
    """A request, some octets of the answer at most, and away."""
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    one.settimeout(0.05)
    try:
        one.connect(path)
        one.sendall(random_.choice(REQUESTS))
        if random_.random() < 0.3:
            one.recv(random_.choice((1, 100)))
    except OSError:
        pass  # there were too many of us
    readers.append(one)
    while len(readers) > random_.randrange(24):
        readers.pop(random_.randrange(len(readers))).close()


def test_neither_clients_nor_the_server_are_harmed():
    netns.start_over()
    link = daemons.Link()
    six = daemons.Half(link.server, netns.work_dir("storm"), 6, CONF % "",
                       ["s0"])
    six.start()
    end = c6.Endpoint6(link.client, "c0")
    clients = [c6.Client(i, pd=i % 3 == 0, reconfigure=i % 2 == 0)
               for i in range(1, 400)]
    left, random_, open_ones = [], random.Random(7341), []

    def storm(tops):
        replace(six, random_.choice(tops))
        if random_.random() < 0.5:
            six.process.signal(signal.SIGHUP)
        leave_early(six.socket_path, random_, open_ones)

    thread = threading.Thread(
        target=lambda: left.extend(c6.acquire(end, clients, 20.0, 8)))
    thread.start()
    while thread.is_alive():
        storm(TOPS)
    thread.join()
    for _ in range(200):
        storm(TOPS + DUIDS)
    for one in open_ones:
        one.close()
    case.same(left, [], "clients without lease")
    replace(six, DUIDS[1])
    netns.wait_until(
        lambda: daemons.control(six.socket_path, "reload",
                                timeout_s=20.0)[1] == 0,
        what="the last configuration to be in force")
    netns.wait_until(lambda: six.stats()["duid"].endswith("00:02"),
                     what="the DUID it states")
    held = {lease.split("/")[0] for one in clients for lease in one.held}
    active = {lease.get("address", lease.get("prefix"))
              for lease in daemons.control(six.socket_path, "leases",
                                           {"state": "active"})[0]}
    case.true(held <= active, held - active)
    six.process.signal(signal.SIGHUP)
    six.process.signal(signal.SIGTERM)
    case.same(six.process.wait(), 0, "exit status")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
