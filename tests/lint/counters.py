#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""docs/counters.md lists every counter of the tables in the headers, with the
words that are there. `counters.py --write` makes it so.
"""

import os
import re
import sys

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

PAGE = "docs/counters.md"
INTRO = """\
# Counters

What `dhcp4o6ctl stats` counts, from the tables in the headers named below.
Whatever is not answered is counted once, by the first reason that was found.
Scripts may rely on the names.
"""
# (heading, header, macro, which of the strings are name and explanation)
TABLES = [
    ("Why a packet got no answer (`drops`)",
     "include/dhcp4o6/wire/drop_reason.h", "DROP_REASON_TABLE", (0,), 1),
    ("What the XDP classifier did (`classifier`)",
     "include/dhcp4o6/xdp/xdp_shared.h", "D4O6_REASON_TABLE", (0,), 1),
    ("What was done",
     "include/dhcp4o6/metrics/metrics.h", "METRIC_TABLE", (0, 1), 3),
]
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def rows(header, macro, names, text):
    with open(header) as f:
        source = f.read()
    start = source.index("#define " + macro)
    # A definition ends where a line does not end in a backslash.
    body = re.match(r"(?:.*\\\n)*.*\n", source[start:])[0].replace("\\\n", "")
    found = []
    for row in re.split(r"\bROW\(", body)[1:]:
        strings = STRING.findall(row)
        if strings:
            found.append((".".join(strings[n] for n in names), strings[text]))
    if len(found) < 10:
        raise AssertionError(f"{header}: only {len(found)} rows in {macro}")
    return found


def page():
    out = [INTRO]
    for heading, header, macro, names, text in TABLES:
        out.append(f"\n## {heading}\n\nFrom `{header}`.\n\n"
                   "| name | meaning |\n|---|---|\n")
        out += [f"| `{name}` | {words} |\n"
                for name, words in rows(header, macro, names, text)]
    return "".join(out)


def main():
    want = page()
    if sys.argv[1:] == ["--write"]:
        with open(PAGE, "w") as f:
            f.write(want)
        return 0
    with open(PAGE) as f:
        got = f.read()
    if got == want:
        return 0
    for line in sorted(set(want.split("\n")) ^ set(got.split("\n"))):
        print(line)
    print(f"{PAGE} is not what the headers say: tests/lint/counters.py "
          "--write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
