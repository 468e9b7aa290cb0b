#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each flag of a program's --help stands in its manual page, under each of its
names, and so do the default paths. A daemon's page has no flag that --help
lacks; the tools' --help leaves long names to the page.
"""

import os
import re
import subprocess
import sys

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

# What ISC's command lines have and --help does not list: which family it is.
UNLISTED = {"dhcp4o6-server4": {"-4"}, "dhcp4o6-server6": {"-6"},
            "dhcp4o6-client4": {"-4"}, "dhcp4o6-client6": {"-6"}}
FLAG = re.compile(r"(?<![\w-])(--?[a-zA-Z0-9][a-zA-Z0-9-]*)")


def flags_of_help(program):
    done = subprocess.run([f"build/bin/{program}", "--help"], check=True,
                          capture_output=True, text=True)
    found = set()
    for line in done.stdout.splitlines():
        # A flag begins its line, or stands in brackets behind a subcommand.
        if re.match(r"\s+-", line):
            head = re.split(r"\s{2,}", line.strip())[0]
            found.update(FLAG.findall(head))
        elif "[" in line:
            found.update(FLAG.findall(line))
    return found, done.stdout


def flags_of_page(program):
    with open(f"docs/man/{program}.8") as f:
        page = f.read()
    found = set()
    for line in page.splitlines():
        if not line.startswith(".It Fl "):
            continue
        for word in re.findall(r"(?:Fl|,) +(?:Fl +)?(-?[\w][\w-]*)",
                               re.sub(r" Ar .*?(?= ,| Fl|$)", "", line)):
            found.add("-" + word)
    return found, page


def faults(program):
    listed, text = flags_of_help(program)
    paged, page = flags_of_page(program)
    listed |= UNLISTED.get(program, set())
    if len(paged) < 5 or len(listed) < 5:
        yield f"{program}: flags were not understood"
    for flag in sorted(listed - paged):
        yield f"docs/man/{program}.8: {flag} of --help is missing"
    if program.startswith(("dhcp4o6-server", "dhcp4o6-client")):
        for flag in sorted(paged - listed):
            yield f"docs/man/{program}.8: {flag} is not in --help"
    for path in re.findall(r"/(?:etc|var|run)/dhcp4o6/[\w.]+", text):
        if path not in page:
            yield f"docs/man/{program}.8: default {path} is missing"


def main():
    programs = sorted(os.listdir("build/bin")) if os.path.isdir(
        "build/bin") else []
    if not programs:
        print("skip: the programs are not built")
        return 77
    found = [fault for program in programs for fault in faults(program)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
