#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""dhcp4o6-options(5) has a line for each row of the table of options, with its
name, code, type and where it is defined, in the order of the table, and no
others; each option space of the table has a section there. With --print: the
lines as they should be.
"""

import os
import re
import sys

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

TABLE = "lib/conf/option_table.c"
SPACES = "lib/conf/stmt_space.c"
PAGE = "docs/man/dhcp4o6-options.5"
PREFIX = {"V4": "", "V4E": "", "V6": "dhcp6.", "V6E": "dhcp6.",
          "AGENT": "agent.", "NWIP": "nwip.", "FQDN": "fqdn.", "ROW": ""}
WORDS = {
    "I": "ip-address", "6": "ip6-address", "f": "boolean", "T": "seconds",
    "b": "int8", "s": "int16", "l": "int32", "B": "uint8", "S": "uint16",
    "L": "uint32", "t": "text", "o": "[text]", "X": "octets",
    "d": "domain-name", "D": "domain-list", "C": "domain-list compressed",
    "P": "text, ...", "Z": "no value", "N": "status-code"}
UNUSED = ("MANAGED", "OBSOLETE", "NESTED")


def space_names():
    with open(SPACES) as f:
        return dict(re.findall(r'{ CONF_OPTIONS_(\w+), "([\w-]+)", \d, \d }',
                               f.read()))


def type_of(letters, held):
    if letters == "E":
        return f"space {held}"
    repeated = letters[-1] in "Aa"
    words = [WORDS[c] for c in letters.rstrip("Aa")]
    return " ".join(words) + (", ..." if repeated else "")


def lines_of_table():
    spaces = space_names()
    with open(TABLE) as f:
        rows = re.findall(r"^\t(V4E?|V6E?|AGENT|NWIP|FQDN|ROW)\((.*)\),$",
                          f.read(), re.M)
    for macro, text in rows:
        fields = [x.strip().strip('"') for x in text.split(",")]
        if macro == "ROW":
            _, name, letters, code, held, flags, reference = fields
        elif macro.endswith("E"):
            name, held, code, flags, reference = fields
            letters = "E"
        elif macro in ("V4", "V6"):
            name, letters, code, flags, reference = fields
            held = "DHCP4"
        else:
            name, letters, code, reference = fields
            held, flags = "DHCP4", "0" if macro == "NWIP" else "MANAGED"
        mark = " *" if any(f in flags for f in UNUSED) else ""
        yield (f".It {code} Ta {reference}{mark} Ta Cm {PREFIX[macro]}{name} "
               f"Ta {type_of(letters, spaces[held])}")


def main():
    wanted = list(lines_of_table())
    if sys.argv[1:] == ["--print"]:
        print("\n".join(wanted))
        return 0
    with open(PAGE) as f:
        page = f.read().splitlines()
    found = [line for line in page if re.match(r"\.It \d", line)]
    faults = [f"{PAGE}: missing: {x}" for x in wanted if x not in found]
    faults += [f"{PAGE}: not in the table: {x}" for x in found
               if x not in wanted]
    if not faults and found != wanted:
        faults.append(f"{PAGE}: not in the order of the table")
    names = [name for name in space_names().values()]
    faults += [f"{PAGE}: no section about space {name}" for name in names
               if not any(line.startswith(".Ss ") and f" {name} " in line + " "
                          for line in page)]
    print("\n".join(faults))
    print(f"{len(wanted)} options, {len(names)} spaces, {len(faults)} faults")
    return 1 if faults or len(wanted) < 200 or len(names) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
