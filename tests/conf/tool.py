#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""`dhcp4o6ctl config' and --print-config of the servers: the findings and the
print that stand beside each configuration here, exit code 0 or 78; a print
reads back to the same print; and which server a file is for, if it is not
said.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

FOLDER = "tests/conf"
CTL = "build/bin/dhcp4o6ctl"
# (name of the file, text, the server it is for, a word of the reason)
GUESSES = (
    ("dhcpd6.conf", "authoritative;", 6, "name"),
    ("dhcpd.conf4", "subnet6 2001:db8::/64 { }", 4, "name"),
    ("a.conf", "subnet 192.0.2.0 netmask 255.255.255.0 { range 192.0.2.1; }",
     4, "subnets"),
    ("b.conf", "subnet6 2001:db8::/64 { range6 2001:db8::/112; }", 6,
     "errors"),
    ("c.conf", "option dhcp6.dhcp4-o-dhcp6-server; subnet6 2001:db8::/64 { }",
     6, "subnets"),
    ("d.conf", "shared-network a { subnet6 2001:db8::/64 { }\n"
     "subnet 192.0.2.0 netmask 255.255.255.0 { range 192.0.2.1; } }", 4,
     "subnets"),
    ("6", "authoritative;", 6, "name"),
    ("e", "", 4, "subnets"),
)


def run(*argv):
    """(exit code, standard output, standard error)."""
    done = subprocess.run(argv, capture_output=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=20)
    # Files hold octets that are no text; they are shown as they are.
    return (done.returncode, done.stdout.decode("latin-1"),
            done.stderr.decode("latin-1"))


def beside(path, suffix):
    try:
        with open(f"{path}.{suffix}", encoding="latin-1") as f:
            return f.read()
    except FileNotFoundError:
        return ""


def is_bad(findings):
    return re.search(r"^\S+: error: |^error: ", findings, re.M)


def ascii_only(text):
    """What is no UTF-8 is shown as `?' in JSON."""
    return re.sub(r"[?\x80-\U0010ffff]+", "?", text)


def compare(what, got, want):
    if got != want:
        yield f"{what}: {got}\n--- instead of\n{want}"


def faults_of_file(path, directory):
    family, want = path[-1], beside(path, "err")
    text = beside(path, "print")
    end = (f"dhcp4o6ctl: {path} is not usable by dhcp4o6-server{family}\n"
           if is_bad(want) else "")
    code = 78 if end else 0
    said = "" if end else f"{path} is usable by dhcp4o6-server{family}\n"
    yield from compare(f"check {path}",
                       run(CTL, "config", "check", f"-{family}", path),
                       (code, said, want + end))
    yield from compare(f"show {path}",
                       run(CTL, "config", f"-{family}", "show", path),
                       (code, text, want + end))
    done = run(CTL, "-j", "config", "check", f"-{family}", path)
    answer = json.loads(done[1])
    yield from compare(f"-j check {path}",
                       (done[0], done[2], answer["usable"],
                        answer["server"], answer["guessed"]),
                       (code, "", not end, f"server{family}", False))
    yield from compare(f"-j check {path}", ascii_only("".join(
        f["text"] + "\n" for f in answer["findings"])), ascii_only(want))
    yield from compare(
        f"--print-config {path}",
        run(f"build/bin/dhcp4o6-server{family}", "--print-config", "-cf",
            path)[:2], (code, text))
    if text:
        yield from faults_of_print(text, family, directory)


def faults_of_print(text, family, directory):
    again = os.path.join(directory, "print")
    with open(again, "w", encoding="latin-1") as f:
        f.write(text)
    yield from compare(f"print of {again}", run(
        CTL, "config", "show", again, f"-{family}")[:2], (0, text))
    done = run(CTL, "-j", "config", "show", again, f"-{family}")
    yield from compare(f"-j show {again}", json.loads(done[1]),
                       {f"server{family}": text})


def faults_of_guesses(directory):
    for name, text, family, reason in GUESSES:
        path = os.path.join(directory, name)
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        code, out, err = run(CTL, "config", "check", path)
        note = f"{path} is read as a file of dhcp4o6-server{family}, "
        if code or note not in err or reason not in err.split(note)[1]:
            yield f"guess of {name}: {code} {out}{err}"
        done = run(CTL, "-j", "config", "check", path)
        answer = json.loads(done[1])
        yield from compare(f"-j guess of {name}",
                           (answer["server"], answer["guessed"]),
                           (f"server{family}", True))


def faults_of_usage():
    for argv in (["config"], ["config", "check"], ["config", "show"],
                 ["config", "test", "a"], ["config", "check", "a", "b"],
                 ["stats", "-4"], ["config", "check", "-a", "a"]):
        done = run(CTL, *argv)
        if done[0] != 2 or done[1] or not done[2]:
            yield f"{argv}: {done}"
    done = run(CTL, "config", "check", "-4", f"{FOLDER}/none.conf4")
    if done[0] != 78 or "none.conf4" not in done[2]:
        yield f"a file that is not there: {done}"


def main():
    paths = sorted(os.path.join(FOLDER, name) for name in os.listdir(FOLDER)
                   if re.search(r"\.conf[46]$", name))
    with tempfile.TemporaryDirectory() as directory:
        found = [fault for path in paths
                 for fault in faults_of_file(path, directory)]
        found += faults_of_guesses(directory)
    found += faults_of_usage()
    print("\n".join(found).encode("ascii", "backslashreplace").decode())
    print(f"{len(paths)} files, {len(found)} faults")
    return 1 if found or len(paths) < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
