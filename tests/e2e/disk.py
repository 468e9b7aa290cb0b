#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Lease files that cannot be written, are not ours, or are damaged."""

import hashlib
import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import netns


class Pair(daemons.Pair):
    def serve(self, count, first=0):
        clients = [client.Client(first + i) for i in range(count)]
        case.same(client.acquire(self.endpoint, clients), [], "without lease")
        return clients

    def refused(self, why=None, exits=(1, 77)):
        """server4 does not start, and says what file it is about."""
        before = digest(self.four.leases)
        done = self.four.ns.run(*self.four.argv(), check=False, timeout_s=10)
        case.true(done.returncode in exits,
                  f"exit {done.returncode}: {done.stderr}")
        case.true(self.four.leases in done.stderr,
                  f"the file is not named: {done.stderr}")
        if why:
            case.true(why in done.stderr, f"{why!r} not in: {done.stderr}")
        case.same(digest(self.four.leases), before, "content of the file")


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def test_a_full_disk_means_no_ack_and_service_resumes_when_there_is_room():
    pair = Pair("disk-full")
    small = netns.small_disk(pair.directory)
    pair.four.leases = os.path.join(small, "leases4")
    pair.six.start()
    pair.four.start()
    first = pair.serve(5)
    netns.fill(os.path.join(small, "ballast"))
    late = [client.Client(100 + i) for i in range(90)]
    # What fits into blocks that are there already may still be served.
    left = client.acquire(pair.endpoint, late, 3.0)
    case.true(left, "every client got an ACK from a full disk")
    case.true(pair.four.process.alive(), "server4 lives")
    case.same(pair.four.stats()["journal"]["state"]["health"], "failed",
              "health of the journal")
    case.true(pair.four.drops().get("store-failed", 0) > 0, "drops counted")
    os.unlink(os.path.join(small, "ballast"))
    case.same(client.acquire(pair.endpoint, left, 20.0), [], "without lease")
    case.same(pair.four.stats()["journal"]["state"]["health"], "good",
              "health of the journal")
    # All that was acknowledged, before and after, is there after a crash.
    pair.four.process.kill()
    pair.four.start()
    table = pair.four.lease_table()
    for one in first + late:
        case.same(table[one.address]["hardware"], one.mac, "owner")
    case.same(len({c.address for c in first + late}), 95, "addresses")


def acks_of_failing(call, error):
    """Clients come while one call after the other fails now and then."""
    pair = Pair(f"disk-{call}-{error}")
    # The first ones are those that make the journal.
    pair.four.start(under=(
        "strace", "-f", "-qq", "-o", "/dev/null", "-P", pair.four.leases,
        "-e", f"trace={call}", "-e",
        f"inject={call}:error={error}:when=4+6"))
    pair.six.start()
    served = []
    for number in range(10):
        served += pair.serve(1, number)
    stats = pair.four.stats()
    case.true(stats["journal"]["failures"] >= 2,
              f"only {stats['journal']['failures']} failures")
    case.true(stats["drops"]["store-failed"] >= 2, "drops counted")
    netns.wait_until(
        lambda: pair.four.stats()["journal"]["state"]["health"] == "good",
        what="the journal to be good again")
    text = pair.four.process.text()
    case.true("no lease is given" in text and "serving resumes" in text, text)
    with open(pair.four.pid_file) as f:
        os.kill(int(f.read()), signal.SIGKILL)
    pair.four.process.wait()
    pair.four.start()
    table = pair.four.lease_table()
    for one in served:
        case.same(table[one.address]["hardware"], one.mac, "owner")
    case.same(len({c.address for c in served}), 10, "addresses")


def test_a_failed_write_or_sync_is_no_ack_and_is_mended():
    for call in ("pwrite64", "fdatasync"):
        for error in ("EIO", "ENOSPC"):
            netns.start_over()
            acks_of_failing(call, error)


def test_two_servers_do_not_share_a_lease_file():
    pair = Pair("disk-shared")
    pair.six.start()
    pair.four.start()
    pair.serve(1)
    done = pair.four.ns.run(
        *pair.four.argv("-4o6", "7000", "-pf", pair.four.pid_file + ".2"),
        check=False, timeout_s=10)
    case.same(done.returncode, 1, f"exit code: {done.stderr}")
    case.true(pair.four.leases in done.stderr, done.stderr)
    pair.serve(1, 10)


def test_a_read_only_lease_file_is_refused():
    pair = Pair("disk-read-only")
    with open(pair.four.leases, "w"):
        pass
    os.chmod(pair.four.leases, 0o400)
    pair.refused("ermission denied", exits=(77,))


def test_a_foreign_file_is_refused_and_left_alone():
    pair = Pair("disk-foreign")
    with open(pair.four.leases, "w") as f:
        f.write("#!/bin/sh\necho precious\n")
    pair.refused()


def test_an_empty_file_is_a_new_journal():
    pair = Pair("disk-empty")
    with open(pair.four.leases, "w"):
        pass
    pair.six.start()
    pair.four.start()
    pair.serve(1)


def test_a_torn_end_is_cut_and_what_was_before_it_is_kept():
    pair = Pair("disk-torn")
    pair.six.start()
    pair.four.start()
    clients = pair.serve(5)
    pair.four.process.kill()
    with open(pair.four.leases, "ab") as f:
        f.write(os.urandom(41))
    pair.four.start()
    table = pair.four.lease_table()
    for one in clients:
        case.same(table[one.address]["hardware"], one.mac, "owner")
    pair.serve(1, 10)


def test_damage_in_the_midst_of_a_journal_is_refused():
    pair = Pair("disk-damaged")
    pair.six.start()
    pair.four.start()
    for i in range(20):
        pair.serve(1, i)
    pair.four.process.kill()
    size = os.path.getsize(pair.four.leases)
    with open(pair.four.leases, "r+b") as f:
        # The first client's record: whatever comes before it, others follow.
        at = f.read().index(bytes.fromhex("026400000000"))
        case.true(at < size // 2, "the first record is in the first half")
        f.seek(at)
        f.write(b"\xff")
    pair.refused("offset")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
