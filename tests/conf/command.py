#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each configuration here through -t of the server it is for: exit code 0 or
78, and on standard error what stands beside it in FILE.err, every finding with
its line and a caret. With -q there are no notes, and nothing else is missing.
"""

import os
import re
import subprocess
import sys
import tempfile

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

FOLDER = "tests/conf"


def check(path, leases, *flags):
    """(exit code, standard error) of the server that reads such files."""
    done = subprocess.run(
        [f"build/bin/dhcp4o6-server{path[-1]}", "-t", *flags, "-cf", path,
         "-lf", leases], capture_output=True, check=False,
        stdin=subprocess.DEVNULL, timeout=20)
    # Files hold octets that are no text; they are shown as they are.
    return done.returncode, (done.stdout + done.stderr).decode("latin-1")


def findings_of(path):
    try:
        with open(path + ".err", encoding="latin-1") as f:
            return f.read()
    except FileNotFoundError:
        return ""


def without_notes(text):
    """A finding is the lines from its place to the next one's."""
    found = re.split(rf"^(?={FOLDER}/\S+:\d+:\d+: |\w+: )", text, flags=re.M)
    return "".join(f for f in found if not re.match(r"\S+: note: ", f))


def faults(path, leases):
    want = findings_of(path)
    code = 78 if re.search(r"^\S+: error: |^error: ", want, re.M) else 0
    end = (f"dhcp4o6-server{path[-1]}: error: {path} is not usable\n"
           if code else "")
    for flags, text in (((), want), (("-q",), without_notes(want))):
        got, text = check(path, leases, *flags), text + end
        if got != (code, text):
            yield (f"{path} {' '.join(flags)}: exit {got[0]}, not {code}, and"
                   f"\n{got[1]}--- instead of\n{text}---")


def main():
    paths = sorted(os.path.join(FOLDER, name) for name in os.listdir(FOLDER)
                   if re.search(r"\.conf[46]$", name))
    with tempfile.TemporaryDirectory() as directory:
        found = [fault for path in paths for fault in
                 faults(path, os.path.join(directory, "leases"))]
    print("\n".join(found).encode("ascii", "backslashreplace").decode())
    print(f"{len(paths)} files, {len(found)} faults")
    return 1 if found or len(paths) < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
