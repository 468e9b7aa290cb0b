#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Licence lines, sizes and words of every tracked text file."""

import os
import re
import subprocess
import sys

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

FILE_LINES = 500
FUNCTION_LINES = 60
# Longer by nature, and why. Nothing else may be.
LONG_FILES = {
    "LICENSE": "text of a licence",
    "docs/man/dhcp4o6-options.5": "an entry for each option",
    "docs/man/dhcp4o6.conf.5": "an entry for each statement",
}
LONG_FUNCTIONS = {}

GPL = "SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause"
BSD = "SPDX-License-Identifier: BSD-2-Clause"
NO_SPDX = re.compile(
    r"^(LICENSE|demo/dhcpd\.conf[46]|.*\.md|\.clang-.*|\.gitignore|tests/expected-skips|"
    r"tests/fuzz/corpus/.*|tests/vectors/.*|tests/conf/.*\.(conf[46]?|inc|err|"
    r"print)|.*\.(hex|tsv|csv|pcap|bin|json|dict)|packaging/debian/.*)$")
SHARED_WITH_BPF = re.compile(
    r"^(bpf/.*|include/dhcp4o6/xdp/xdp_shared\.h)$")
DATA = re.compile(r"^tests/(fuzz/corpus/|vectors/|conf/caret\.)")
# Words that do not belong into a tree that speaks of itself. In two parts, so
# that this file has none of them.
WORDS = [re.compile(a + b) for a, b in (
    (r"\bTO", r"DO\b"), (r"\bFIX", r"ME\b"), (r"\bXX", r"X\b"),
    (r"\bHA", r"CK\b"), (r"/wo", r"rk/"), (r"\.\./sha", r"red"),
    (r"/w", r"t/"))]


def tracked():
    out = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=True).stdout
    return sorted(set(p for p in out.split("\n") if os.path.isfile(p)))


def licence_fault(path, text):
    if NO_SPDX.match(path):
        return []
    head = "\n".join(text.split("\n")[:3])
    want = GPL if SHARED_WITH_BPF.match(path) else BSD
    other = re.match(r"^include/dhcp4o6/.*_proto\.h$", path)
    if want in head or (other and GPL in head):
        return []
    return [f"{path}:1: no line '{want}'"]


def size_faults(path, text):
    lines = text.split("\n")
    found = []
    count = len(lines) - 1
    if count > FILE_LINES and path not in LONG_FILES and \
            not path.endswith(".md"):
        found.append(f"{path}: {count} lines, limit {FILE_LINES}")
    if path.endswith((".c", ".h")):
        found += function_faults(path, lines)
    return found


def function_faults(path, lines):
    """A body is what stands between braces in the first column."""
    found, start, name = [], None, ""
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
            name = signature(lines, number)
        elif line == "}" and start is not None:
            size = number - start + 1
            if size > FUNCTION_LINES and f"{path}:{name}" not in \
                    LONG_FUNCTIONS:
                found.append(f"{path}:{start}: {name}() has {size} lines, "
                             f"limit {FUNCTION_LINES}")
            start = None
    return found


def signature(lines, brace):
    for line in reversed(lines[max(0, brace - 8):brace - 1]):
        match = re.match(r"^[a-z_].*?(\w+)\(", line)
        if match:
            return match[1]
    return "?"


def word_faults(path, text):
    return [f"{path}:{number}: {line.strip()[:80]}"
            for number, line in enumerate(text.split("\n"), 1)
            for word in WORDS if word.search(line)]


def main():
    faults, files = [], tracked()
    for path in files:
        with open(path, "rb") as f:
            data = f.read()
        if DATA.match(path) or b"\0" in data:
            continue
        text = data.decode("utf-8", "replace")
        faults += licence_fault(path, text) + word_faults(path, text)
        faults += size_faults(path, text)
        if text and not text.endswith("\n"):
            faults.append(f"{path}: no newline at the end")
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip() and not path.endswith(".md"):
                faults.append(f"{path}:{number}: blanks at the end of a line")
    stale = [p for p in LONG_FILES if p not in files]
    faults += [f"allowed to be long, but not there: {p}" for p in stale]
    print("\n".join(faults))
    print(f"{len(files)} files, {len(faults)} faults")
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main())
