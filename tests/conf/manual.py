#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The examples of the manual: each is usable by the server it is for, and those
of dhcp4o6.conf(5) without a finding.
"""

import os
import re
import subprocess
import sys
import tempfile

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

# (page, whether there may be warnings)
PAGES = (("dhcp4o6.conf.5", False), ("dhcp4o6-options.5", True))


def examples(page):
    with open(os.path.join("docs/man", page)) as f:
        text = f.read()
    for block in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", text,
                            re.M | re.S):
        yield block.replace("\\e", "\\").replace("\\-", "-")


def faults(page, directory, may_warn):
    for text in examples(page):
        family = 6 if re.search(r"\b(range6|prefix6)\b", text) else 4
        path = os.path.join(directory, f"example.conf{family}")
        with open(path, "w") as f:
            f.write(text)
        done = subprocess.run(
            ["build/bin/dhcp4o6ctl", "config", "check", f"-{family}", path],
            capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=20)
        good = done.returncode == 0 and (may_warn or not done.stderr)
        yield "" if good else f"{page}: exit {done.returncode}\n{done.stderr}"


def main():
    with tempfile.TemporaryDirectory() as directory:
        found = [fault for page, may_warn in PAGES
                 for fault in faults(page, directory, may_warn)]
    bad = [fault for fault in found if fault]
    print("".join(bad))
    print(f"{len(found)} examples, {len(bad)} faults")
    return 1 if bad or len(found) < 6 else 0


if __name__ == "__main__":
    sys.exit(main())
