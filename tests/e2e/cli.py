#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Command lines, exit codes, pid files and the background of both servers."""

import contextlib
import os
import re
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import netns

OTHER = {4: "dhcp4o6-server6", 6: "dhcp4o6-server4"}
BAD_CONF = {4: "authoritative;\nsubnet 10.10.10.0 netmask 255.255.255.0 {\n"
               "  range 10.10.11.1 10.10.11.9;\n}\n",
            6: "authoritative;\nsubnet6 2001:db8::/64 {\n"
               "  range6 2001:db9::/112;\n}\n"}


def both(name):
    link = daemons.Link()
    directory = netns.work_dir(name)
    return link, (daemons.Half(link.server, directory, 6, daemons.CONF6,
                               ["s0"]),
                  daemons.Half(link.server, directory, 4,
                               daemons.CONF4 % {"ifname": "s0"}))


def run(half, *argv):
    return half.ns.run(half.program, *argv, check=False, timeout_s=10)


def says(done, code, *texts):
    case.same(done.returncode, code, f"exit code ({done.stderr.strip()})")
    for text in texts:
        case.true(text in done.stderr + done.stdout,
                  f"{text!r} not in: {done.stdout}{done.stderr}")


def test_version_and_help_exit_0_and_every_flag_is_listed():
    _, halves = both("cli-help")
    for half in halves:
        done = run(half, "--version")
        says(done, 0, f"dhcp4o6-server{half.family} ")
        case.true(re.search(r"\d+\.\d+\.\d+", done.stdout), done.stdout)
        says(run(half, "--help"), 0, "-4o6", "-cf", "--config", "-lf",
             "--leases", "-pf", "--pid-file", "-f", "-d", "-t", "--run-dir")


def test_the_wrong_family_names_the_program_that_is_meant():
    _, halves = both("cli-family")
    for half in halves:
        wrong = "-4" if half.family == 6 else "-6"
        says(run(half, wrong, "-4o6", "6767"), 2, OTHER[half.family])


def test_wrong_usage_exits_2_and_names_the_flag():
    _, halves = both("cli-usage")
    for half in halves:
        says(run(half, "--no-such-flag"), 2, "no-such-flag")
        says(run(half, "-cf"), 2, "cf")
        for port in ("0", "65535", "x", "-1", "", "6767x"):
            says(run(half, "-4o6", port), 2, "4o6")
        says(run(half, "--log-level", "loud"), 2, "log-level")
        says(run(half, "-t", "-user", "no-such-user"), 2, "no-such-user")
        for flag in ("-p", "-s", "-tf", "-play", "-chroot"):
            says(run(half, flag, "x", "-4o6", "6767"), 2,
                 f"{flag}: not supported")
    says(run(halves[1], "-4", "-4o6", "6767", "s0"), 2, "interface")


def test_a_good_configuration_passes_t_and_starts_nothing():
    _, halves = both("cli-t-good")
    for half in halves:
        done = half.ns.run(*half.argv("-t"), check=False)
        says(done, 0)
        case.true(not os.path.exists(half.pid_file), "a pid file was made")


def test_a_bad_configuration_exits_78_and_names_file_and_line():
    _, halves = both("cli-t-bad")
    for half in halves:
        half.configure(BAD_CONF[half.family])
        for extra in (["-t"], []):
            says(half.ns.run(*half.argv(*extra), check=False), 78,
                 f"{half.conf}:3:")
        half.configure("authoritativ;\n")
        says(half.ns.run(*half.argv("-t"), check=False), 78,
             f"{half.conf}:1:", "authoritativ")
        os.unlink(half.conf)
        says(half.ns.run(*half.argv("-t"), check=False), 78, half.conf)


def leave_leases(name):
    """Server4's half, stopped, with a journal of 20 leases in two batches or
    more."""
    link = daemons.Link()
    six, four = daemons.start_pair(link, netns.work_dir(name), xdp="off")
    endpoint = client.Endpoint(link.client, "c0")
    for first in (0, 10):
        clients = [client.Client(first + i) for i in range(10)]
        case.same(client.acquire(endpoint, clients), [], "without lease")
    for half in (six, four):
        half.process.stop()
    return four


def test_big_t_reads_the_lease_file_that_small_t_leaves_alone():
    four = leave_leases("cli-big-t")
    with open(four.leases, "rb") as f:
        good = f.read()
    says(four.ns.run(*four.argv("-T"), check=False), 0, four.leases,
         "20 records")
    with open(four.leases, "wb") as f:
        f.write(good[:-1])
    says(four.ns.run(*four.argv("-T"), check=False), 0, "torn")
    # An octet of the first batch, which is not the last one.
    bad = good[:100] + bytes([good[100] ^ 0xff]) + good[101:]
    with open(four.leases, "wb") as f:
        f.write(bad)
    says(four.ns.run(*four.argv("-T"), check=False), 1, four.leases)
    says(four.ns.run(*four.argv("-t"), check=False), 0)
    with open(four.leases, "rb") as f:
        case.same(f.read(), bad, "the file")
    with open(four.leases, "wb") as f:
        f.write(b"address,hwaddr\n")
    says(four.ns.run(*four.argv("--test-leases"), check=False), 1,
         four.leases)
    os.unlink(four.leases)
    says(four.ns.run(*four.argv("-T"), check=False), 0)
    case.true(not os.path.exists(four.leases), "a file was made")


def test_print_config_prints_what_reads_back_to_the_same():
    _, halves = both("cli-print")
    for half in halves:
        done = half.ns.run(*half.argv("--print-config"), check=False)
        says(done, 0, "dhcp4o6 {")
        half.configure(done.stdout)
        again = half.ns.run(*half.argv("--print-config", "-t"), check=False)
        case.same((again.returncode, again.stdout), (0, done.stdout), "print")
        half.configure("authoritativ;")
        done = half.ns.run(*half.argv("--print-config"), check=False)
        says(done, 78, "authoritativ")
        case.same(done.stdout, "", "print of a bad file")


def test_long_names_mean_what_short_ones_mean():
    _, halves = both("cli-long")
    for half in halves:
        done = run(half, "--foreground", "--debug", f"-{half.family}",
                   "--port", "6767", "--config", half.conf, "--leases",
                   half.leases, "--pid-file", half.pid_file, "--run-dir",
                   half.run_dir, "--test-config", *half.ifnames)
        says(done, 0)


def test_a_lease_directory_that_cannot_be_written_exits_77():
    _, halves = both("cli-unwritable")
    for half in halves:
        os.chmod(half.dir, 0o755)
        for extra in ([], ["-t"]):
            done = half.ns.run(*half.argv("-user", "nobody", *extra),
                               check=False, timeout_s=10)
            says(done, 77, half.leases, "of uid 0, mode 755")


def test_a_lease_file_whose_directory_is_missing_is_said_so():
    _, halves = both("cli-no-directory")
    for half in halves:
        path = os.path.join(half.dir, "nowhere", "leases")
        for extra in ([], ["-t"]):
            done = half.ns.run(*half.argv("-lf", path, *extra), check=False,
                               timeout_s=10)
            says(done, 1, path, "there is no such directory")
        done = half.ns.run(*half.argv("-lf", half.dir), check=False,
                           timeout_s=10)
        says(done, 1, half.dir, "it is a directory")


def test_a_file_that_serves_nobody_on_a_link_is_said_at_start_and_reload():
    _, halves = both("cli-nobody")
    far = "subnet6 2001:db8:7::/64 { range6 2001:db8:7::/112; }\n"
    good4 = daemons.CONF4 % {"ifname": "s0"}
    for half, text, good, what in (
            (halves[0], far, daemons.CONF6, "s0: none of its addresses"),
            (halves[1], "authoritative;\n", good4, "declares no `subnet'")):
        half.configure(text)
        half.start()
        half.process.wait_log(what)
        half.configure(good)
        half.process.signal(signal.SIGHUP)
        half.process.wait_log("is in force")
        case.same(half.process.text().count(what), 1, half.process.text())
        half.configure(text)
        half.process.signal(signal.SIGHUP)
        half.process.wait_log(what, count=2)
        half.process.stop()


def test_of_many_interfaces_in_no_subnet_few_are_named():
    link, (six, _) = both("cli-many")
    for i in range(6):
        link.server.ip("link", "add", f"d{i}", "type", "veth", "peer", "name",
                       f"e{i}")
    six.ifnames = []
    six.start()
    six.process.wait_log("4 more interfaces are in no `subnet6'")
    case.same(six.process.text().count("unless through a relay"), 8,
              six.process.text())
    six.process.stop()


def test_an_interface_that_is_not_there_is_named():
    _, (six, _) = both("cli-no-interface")
    six.ifnames = ["nowhere0"]
    done = six.ns.run(*six.argv(), check=False, timeout_s=10)
    case.true(done.returncode not in (0, 2, 78), f"exit {done.returncode}")
    case.true("nowhere0" in done.stderr, done.stderr)


def ended(pid):
    """The script is PID 1 here: it collects what went to the background."""
    with contextlib.suppress(ChildProcessError):
        done, _ = os.waitpid(pid, os.WNOHANG)
        return done == pid
    return True


def pid_in(path):
    with open(path) as f:
        return int(f.read())


def test_in_the_background_it_serves_when_the_command_returns():
    link, halves = both("cli-background")
    for half in reversed(halves):
        done = half.ns.run(*half.argv(mode=()), check=False, timeout_s=20)
        says(done, 0)
    endpoint = client.Endpoint(link.client, "c0")
    one = client.Client(1)
    # The first query already: no waiting for anything.
    endpoint.send(dhcp.query(one.discover()))
    case.true(client.answer_to(endpoint, one.xid, 5.0), "no OFFER")
    for half in halves:
        pid = pid_in(half.pid_file)
        with open(f"/proc/{pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        case.same(fields[4], "0", "controlling terminal")
        for fd in (0, 1, 2):
            case.same(os.readlink(f"/proc/{pid}/fd/{fd}"), "/dev/null",
                      f"descriptor {fd}")
        os.kill(pid, signal.SIGTERM)
        netns.wait_until(lambda pid=pid: ended(pid), what="the daemon to end")
        case.true(not os.path.exists(half.pid_file), "the pid file is left")


def test_in_the_background_a_failed_start_is_the_commands_failure():
    _, (_, four) = both("cli-background-fail")
    with open(four.leases, "w") as f:
        f.write("somebody else's file\n")
    done = four.ns.run(*four.argv(mode=()), check=False, timeout_s=20)
    case.true(done.returncode not in (0, 2), f"exit {done.returncode}")
    case.true(four.leases in done.stderr, f"says: {done.stderr}")


def test_a_live_pid_file_stops_a_second_start_and_a_stale_one_does_not():
    _, halves = both("cli-pid")
    for half in halves:
        half.start()
        says(half.ns.run(*half.argv("-4o6", "7000"), check=False,
                         timeout_s=10), 1, half.pid_file)
        case.same(pid_in(half.pid_file), half.process.pid, "pid in the file")
        half.process.kill()
        case.true(os.path.exists(half.pid_file), "a crash leaves the file")
        half.start()
        case.same(pid_in(half.pid_file), half.process.pid, "pid in the file")


def test_a_link_in_place_of_the_pid_file_is_not_followed():
    _, halves = both("cli-pid-link")
    for half in halves:
        precious = os.path.join(half.dir, f"precious{half.family}")
        with open(precious, "w") as f:
            f.write("not to be lost")
        os.symlink(precious, half.pid_file)
        half.start()
        half.process.stop()
        with open(precious) as f:
            case.same(f.read(), "not to be lost", "the link's target")


def test_the_capabilities_of_its_unit_are_all_that_server6_needs():
    link, (six, _) = both("cli-unit")
    unit = os.path.join(netns.ROOT,
                        "packaging/systemd/dhcp4o6-server6.service")
    with open(unit) as f:
        caps = re.search(r"^CapabilityBoundingSet=(.*)$", f.read(),
                         re.M).group(1).split()
    groups = os.path.join(six.dir, "group")
    with open("/etc/group") as f, open(groups, "w") as own:
        own.write(re.sub(r"(?m)^dhcp4o6:.*\n", "", f.read()) +
                  "dhcp4o6:x:64999:\n")
    netns.bind_file(groups, "/etc/group")
    bounds = ["-all"] + ["+" + c.removeprefix("CAP_").lower() for c in caps]
    os.chmod(six.run_dir, 0o777)
    six.leases = os.path.join(six.run_dir, "leases6")
    six.start("-user", "nobody", under=[
        "setpriv", "--clear-groups", "--bounding-set", ",".join(bounds)])
    st = os.stat(six.socket_path)
    case.same((st.st_mode & 0o777, st.st_gid), (0o660, 64999), "its socket")
    case.true(six.xdp_mode("s0") != "none", six.process.text())
    # A packet process that hangs is killed, another user's or not.
    with open(f"/proc/{six.process.pid}/task/{six.process.pid}/children") as f:
        os.kill(int(f.read().split()[0]), signal.SIGSTOP)
    case.same(six.process.stop(timeout_s=15), 0, "exit code")
    case.true(not os.path.exists(six.socket_path), "the socket is left")


def test_each_signal_that_ends_a_server_ends_it_cleanly():
    _, halves = both("cli-signals")
    for half in halves:
        for signo in (signal.SIGTERM, signal.SIGINT):
            half.start()
            half.process.signal(signo)
            case.same(half.process.wait(10), 0, f"exit code, {signo!r}")
            for path in (half.pid_file, half.socket_path):
                case.true(not os.path.exists(path), f"{path} after {signo!r}")


def test_no_pid_means_no_file():
    _, halves = both("cli-no-pid")
    for half in halves:
        half.start("--no-pid")
        case.true(not os.path.exists(half.pid_file), "a pid file was made")


def serving_process(half):
    """What /proc says of the process that serves, by name."""
    serving = half.process.pid
    if half.family == 6:
        with open(f"/proc/{serving}/task/{serving}/children") as f:
            serving = int(f.read().split()[0])
    with open(f"/proc/{serving}/status") as f:
        return dict(line.rstrip("\n").split(":\t", 1) for line in f
                    if ":\t" in line)


def has_no_capability(half, uid):
    status = serving_process(half)
    for name in ("CapPrm", "CapEff", "CapInh", "CapAmb", "CapBnd"):
        case.same(int(status[name], 16), 0, f"{half.program}: {name}")
    case.same(status["NoNewPrivs"], "1", "NoNewPrivs")
    case.same(status["Uid"].split(), [uid] * 4, "uids")


def test_without_a_user_the_uid_stays_and_all_capabilities_go():
    link, halves = both("cli-root")
    # As in ISC's notice: files of root's, beside where he stands.
    os.chmod(halves[0].dir, 0o700)
    for half in reversed(halves):
        half.conf, half.leases, half.pid_file = (
            f"./{os.path.basename(path)}"
            for path in (half.conf, half.leases, half.pid_file))
    os.chdir(halves[0].dir)
    for half in reversed(halves):
        half.start()
        has_no_capability(half, "0")
    one = client.Client(1)
    case.same(client.acquire(client.Endpoint(link.client, "c0"), [one]), [],
              "clients without lease")
    case.true(os.path.getsize("leases4") > 64, "the lease is in ./leases4")


def test_who_serves_holds_no_capability():
    _, halves = both("cli-caps")
    os.chmod(halves[1].run_dir, 0o777)
    for half in halves:
        # Not below the checkout, which may be in a home that is closed.
        half.leases = os.path.join(half.run_dir, f"leases{half.family}")
        half.start("-user", "nobody")
        has_no_capability(half, "65534")


if __name__ == "__main__":
    netns.sandbox()
    case.main()
