#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Start, death and return of either half, in any order."""

import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import netns

PINS = "/sys/fs/bpf/dhcp4o6/6767/s0"


def halves(name, xdp="auto"):
    pair = daemons.Pair(name, f"dhcp4o6 {{ xdp {xdp}; }}\n" + daemons.CONF6)
    return pair.link, pair.six, pair.four, pair.endpoint


def gets_lease(endpoint, number):
    one = client.Client(number)
    case.same(client.acquire(endpoint, [one]), [], "clients without lease")
    case.true(one.address.startswith("10.10.10."), one.address)
    return one


def still_holds(endpoint, one):
    ack = client.exchange(endpoint, one.renew(), tries=10, timeout_s=0.5)
    case.true(ack, "no answer to a renewal")
    case.same((ack.kind, ack.yiaddr), (dhcp.ACK, one.address), "renewal")


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return [int(p) for p in f.read().split()]


def gone(pid):
    """Dead, or a zombie that its new parent, this script, may collect."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def stopped(pid):
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rsplit(")", 1)[1].split()[0] == "T"


def attached_program(link):
    text = link.server.ip("-d", "link", "show", "dev", "s0")
    return "prog/xdp" in text


def test_the_dhcpv6_half_may_start_first():
    _, six, four, endpoint = halves("halves-six-first")
    six.start()
    one = client.Client(1)
    case.same(client.exchange(endpoint, one.discover(), 0.3, 2), None,
              "an answer without a DHCPv4 half")
    case.same(six.drops(), {"ipc-peer-down": 2}, "drops")
    four.start()
    gets_lease(endpoint, 1)


def test_the_dhcpv4_half_may_start_first():
    _, six, four, endpoint = halves("halves-four-first")
    four.start()
    six.start()
    gets_lease(endpoint, 1)


def test_a_killed_dhcpv4_half_is_counted_logged_once_and_comes_back():
    _, six, four, endpoint = halves("halves-kill-four")
    six.start()
    four.start()
    one = gets_lease(endpoint, 1)
    four.process.kill()
    lines = len(six.process.text().splitlines())
    before = six.drops().get("ipc-peer-down", 0)
    for number in range(200):
        endpoint.send(dhcp.query(client.Client(1000 + number).discover()))
    # Those that were on their way count as well as those that came later.
    netns.wait_until(lambda: six.drops().get("ipc-peer-down", 0) ==
                     before + 200,
                     what="each lost query to be counted")
    case.true(six.stats()["ipc"]["state"]["peer"] != "up", "state of the peer")
    said = len(six.process.text().splitlines()) - lines
    case.true(1 <= said <= 3, f"{said} log lines about 200 lost queries")
    case.true(six.process.alive(), "server6 lives")
    four.start()
    still_holds(endpoint, one)
    other = gets_lease(endpoint, 2)
    case.true(other.address != one.address, "two clients, one address")
    case.same(six.stats()["ipc"]["state"]["peer"], "up", "state of the peer")


def test_a_killed_dhcpv6_half_leaves_nothing_running_and_comes_back():
    link, six, four, endpoint = halves("halves-kill-six", "native")
    six.start()
    four.start()
    one = gets_lease(endpoint, 1)
    front = children_of(six.process.pid)
    case.same(len(front), 1, "processes that read packets")
    os.kill(six.process.pid, signal.SIGKILL)
    netns.wait_until(lambda: gone(front[0]), what="the front to end")
    six.process.wait()
    case.true(attached_program(link), "the pinned program stays attached")
    six.start()
    still_holds(endpoint, one)
    case.same(six.xdp_mode("s0"), "native", "XDP mode")
    case.true(six.classifier("s0")["redirected"] >= 1, "AF_XDP is in use")
    case.true(os.path.exists(PINS), "pins")


def test_switched_off_after_a_crash_leaves_nothing_on_the_interface():
    link, six, _, _ = halves("halves-off", "native")
    six.start()
    six.process.kill()
    case.true(attached_program(link), "the pinned program stays attached")
    six.configure("dhcp4o6 { xdp off; }\n" + daemons.CONF6)
    six.start()
    case.true(not attached_program(link), "the program is detached")
    case.true(not os.path.exists(PINS), "pins are removed")
    case.same(six.xdp_mode("s0"), "none", "XDP mode")


def test_the_end_of_the_packet_process_ends_the_other_with_an_error():
    _, six, four, endpoint = halves("halves-kill-front")
    six.start()
    four.start()
    gets_lease(endpoint, 1)
    os.kill(children_of(six.process.pid)[0], signal.SIGKILL)
    case.same(six.process.wait(), 1, "exit code")


def test_a_packet_process_that_hangs_gives_no_sign_of_life():
    _, six, _, _ = halves("halves-watchdog", "off")
    ready = daemons.Ready(os.path.join(six.run_dir, "watchdog"))
    six.spawn(env={"NOTIFY_SOCKET": ready.path, "WATCHDOG_USEC": "400000"})
    for _ in range(3):
        netns.wait_until(lambda: ready.count(b"WATCHDOG=1"),
                         what="a sign of life")
    front = children_of(six.process.pid)[0]
    os.kill(front, signal.SIGSTOP)
    netns.wait_until(lambda: stopped(front), what="the front to stop")
    ready.count(b"WATCHDOG=1")
    time.sleep(1)
    case.same(ready.count(b"WATCHDOG=1"), 0, "signs of life")
    os.kill(front, signal.SIGCONT)
    netns.wait_until(lambda: ready.count(b"WATCHDOG=1"),
                     what="a sign of life")
    ready.close()


def test_a_clean_stop_detaches_the_program_and_removes_pins_and_files():
    link, six, four, endpoint = halves("halves-stop", "native")
    six.start()
    four.start()
    gets_lease(endpoint, 1)
    case.true(attached_program(link), "a program is attached")
    case.same(six.process.stop(), 0, "exit code of server6")
    case.same(four.process.stop(), 0, "exit code of server4")
    case.true(not attached_program(link), "the program is detached")
    case.true(not os.path.exists(PINS), "pins are removed")
    for path in (six.pid_file, four.pid_file, six.socket_path,
                 four.socket_path):
        case.true(not os.path.exists(path), f"{path} is left behind")


def test_a_second_instance_does_not_take_over_a_live_one():
    _, six, four, endpoint = halves("halves-second")
    six.start()
    four.start()
    # Another pid file: the port, the lock and the interface have to do.
    for half in (six, four):
        second = half.ns.run(*half.argv("-pf", half.pid_file + ".second"),
                             check=False, timeout_s=10)
        case.same(second.returncode, 1, f"exit code: {second.stderr}")
        case.true(half.process.alive(), "the first one lives")
    gets_lease(endpoint, 1)


if __name__ == "__main__":
    netns.sandbox()
    case.main()
