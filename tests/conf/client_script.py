#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The client's default script: what it tells resolvconf or systemd-resolved,
both of straw here, for which reason; that it never fails, and reads nothing but
its environment.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

SCRIPT = os.path.abspath("packaging/dhcp4o6-client-script")
NEEDED = ("mkdir", "mv", "rm", "readlink", "cat")
FOUR = {"new_domain_name_servers": "192.0.2.53 192.0.2.54",
        "new_domain_name": "example.org"}
SIX = {"new_dhcp6_name_servers": "2001:db8::53 fe80::1",
       "new_dhcp6_domain_search": "a.example.org. b.example.org."}
# (reason, variables, what resolvconf was called with, and its input)
RESOLVCONF = (
    ("BOUND", FOUR, "-a c0.dhcp4o6-4",
     "nameserver 192.0.2.53\nnameserver 192.0.2.54\nsearch example.org\n"),
    ("RENEW", {"new_domain_name_servers": "192.0.2.53",
               "new_domain_search": "a.org. b.org.",
               "new_domain_name": "c.org"}, "-a c0.dhcp4o6-4",
     "nameserver 192.0.2.53\nsearch a.org b.org\n"),
    ("REBOOT", {"new_domain_name": "c.org"}, "-a c0.dhcp4o6-4",
     "search c.org\n"),
    ("REBIND", {}, "-d c0.dhcp4o6-4", ""),
    ("EXPIRE", {}, "-d c0.dhcp4o6-4", ""),
    ("FAIL", {}, "-d c0.dhcp4o6-4", ""),
    ("RELEASE", {"old_domain_name": "x"}, "-d c0.dhcp4o6-4", ""),
    ("STOP", {}, "-d c0.dhcp4o6-4", ""),
    ("BOUND6", SIX, "-a c0.dhcp4o6-6",
     "nameserver 2001:db8::53\nnameserver fe80::1%c0\n"
     "search a.example.org b.example.org\n"),
    ("RENEW6", {"new_dhcp6_name_servers": "fe80::1%c1"}, "-a c0.dhcp4o6-6",
     "nameserver fe80::1%c1\n"),
    ("EXPIRE6", {}, "-d c0.dhcp4o6-6", ""),
    ("STOP6", {}, "-d c0.dhcp4o6-6", ""),
    ("PREINIT", FOUR, None, ""),
    ("DEPREF6", SIX, None, ""),
    ("", FOUR, None, ""),
)
# (reason, variables, the calls of resolvectl), one after the other.
RESOLVECTL = (
    ("STOP", {}, []),
    ("BOUND", FOUR, ["dns c0 192.0.2.53 192.0.2.54",
                     "domain c0 example.org"]),
    ("BOUND6", SIX, ["dns c0 192.0.2.53 192.0.2.54 2001:db8::53 fe80::1%c0",
                     "domain c0 example.org a.example.org b.example.org"]),
    ("EXPIRE", {}, ["dns c0 2001:db8::53 fe80::1%c0",
                    "domain c0 a.example.org b.example.org"]),
    ("RENEW6", {"new_dhcp6_name_servers": "2001:db8::53"},
     ["dns c0 2001:db8::53", "domain c0 "]),
    ("RENEW6", {}, ["revert c0"]),
    ("RELEASE6", {}, []),
)


class World:
    """A PATH with what the script needs and the tools that are there."""

    def __init__(self, root, *tools, exit_code=0):
        self.bin, self.log = os.path.join(root, "bin"), f"{root}/log"
        self.run_dir, self.input = f"{root}/run", f"{root}/input"
        os.mkdir(self.bin)
        for name in NEEDED:
            os.symlink(shutil.which(name), f"{self.bin}/{name}")
        for name in tools:
            with open(f"{self.bin}/{name}", "w") as f:
                f.write(f'#!/bin/sh\necho "$*" >>{self.log}\n'
                        f'[ "$1" != -a ] || cat >{self.input}\n'
                        f"exit {exit_code}\n")
            os.chmod(f"{self.bin}/{name}", 0o755)

    def call(self, reason, variables, shell):
        """(lines of calls, input of the last one)."""
        for path in (self.log, self.input):
            if os.path.exists(path):
                os.unlink(path)
        env = {"PATH": self.bin, "reason": reason, "interface": "c0",
               "pid": "1", "dhcp4o6_run_dir": self.run_dir, **variables}
        done = subprocess.run([*shell, SCRIPT], env=env, check=False,
                              capture_output=True, timeout=20,
                              stdin=subprocess.DEVNULL)
        if done.returncode or done.stdout or done.stderr:
            raise AssertionError(f"{reason}: {done}")
        return tuple(open(path).read() if os.path.exists(path) else ""
                     for path in (self.log, self.input))


def same(got, want, what):
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, want {want!r}")


def check_resolvconf(root, shell):
    world = World(root, "resolvconf", "resolvectl")
    for reason, variables, call, text in RESOLVCONF:
        same(world.call(reason, variables, shell),
             (f"{call}\n" if call else "", text), f"resolvconf {reason}")
    assert not os.path.exists(world.run_dir)


def check_resolved(root, shell):
    world = World(root, "resolvectl")
    # systemd-resolved has a resolvconf as well, which is itself.
    os.symlink("resolvectl", f"{world.bin}/resolvconf")
    for reason, variables, calls in RESOLVECTL:
        same(world.call(reason, variables, shell)[0].splitlines(), calls,
             f"resolvectl {reason}")
    same(os.listdir(f"{world.run_dir}/dns"), [], "records that are left")


def check_none(root, shell):
    world = World(root)
    same(world.call("BOUND", FOUR, shell), ("", ""), "no resolver")
    assert not os.path.exists(world.run_dir)


def check_failure(root, shell):
    """A lease is not declined because a resolver has a bad day."""
    world = World(root, "resolvconf", exit_code=1)
    same(world.call("BOUND", FOUR, shell)[0], "-a c0.dhcp4o6-4\n", "failure")


def check_planted(root, shell):
    """Who can write the directory above has laid a way to somewhere else."""
    world = World(root, "resolvectl")
    os.makedirs(f"{root}/else")
    os.makedirs(world.run_dir)
    os.symlink(f"{root}/else", f"{world.run_dir}/dns")
    open(f"{root}/else/c0.6", "w").close()
    world.call("BOUND", FOUR, shell)
    world.call("EXPIRE6", {}, shell)
    same(os.listdir(f"{root}/else"), ["c0.6"], "files of somebody else")


def check_umask(root, shell):
    """Records are the script's alone to write, whatever it was started with."""
    world = World(root, "resolvectl")
    before = os.umask(0)
    try:
        world.call("BOUND", FOUR, shell)
    finally:
        os.umask(before)
    for path in (world.run_dir, f"{world.run_dir}/dns",
                 f"{world.run_dir}/dns/c0.4"):
        same(os.stat(path).st_mode & 0o022, 0, path)


def check_place():
    """The script is root's: its records lie in no directory of another user,
    of which packaging/tmpfiles.conf makes some.
    """
    with open(SCRIPT) as f:
        place = re.search(r"\$\{dhcp4o6_run_dir:-([^}]*)\}", f.read()).group(1)
    with open("packaging/tmpfiles.conf") as f:
        others = [line.split() for line in f if line.startswith("d ")]
    assert others
    for _, path, _, user, *_ in others:
        if user != "root" and f"{place}/".startswith(f"{path}/"):
            raise AssertionError(f"{place} is in {path}, which is {user}'s")


def check_globs(root, shell):
    world = World(root, "resolvconf")
    got = world.call("BOUND", {"new_domain_name": "/*"}, shell)[1]
    same(got, "search /*\n", "a star")


def main():
    shells = [[], ["bash", "--posix"], ["busybox", "sh"]]
    count = 1
    check_place()
    for shell in shells:
        if shell and not shutil.which(shell[0]):
            continue
        for check in (check_resolvconf, check_resolved, check_none,
                      check_failure, check_globs, check_planted,
                      check_umask):
            with tempfile.TemporaryDirectory() as root:
                check(root, [shutil.which(shell[0]), *shell[1:]]
                      if shell else [])
                count += 1
    print(f"{count} checks, {len(RESOLVCONF) + len(RESOLVECTL)} calls each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
