#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""docs/rfc-map.md names functions and tests that exist: each row has at least
one of both, and every test that is named after a section of an RFC stands there.
"""

import glob
import os
import re
import sys

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

PAGE = "docs/rfc-map.md"
ROWS_MIN = 90
NAME = re.compile(r"`(\w+)(\(\))?`")
# Definitions of ours begin in the first column.
C_FUNCTION = re.compile(r"^(?!\s|#|/)[^;{}=]*?\b(\w+)\(", re.M)
C_TEST = re.compile(r"^static void\s+(\w+)\(\s*void \*\*", re.M)
PY_TEST = re.compile(r"^def (test_\w+)\(", re.M)
OF_AN_RFC = re.compile(r"^rfc\d+_\d+_")


def found(patterns, expression):
    names = set()
    for pattern in patterns:
        for path in glob.glob(pattern, recursive=True):
            with open(path) as f:
                names.update(expression.findall(f.read()))
    return names


def rows():
    """(line number, section, functions, tests) of each row of a table."""
    with open(PAGE) as f:
        for number, line in enumerate(f, 1):
            cells = [cell.strip() for cell in line.strip().split("|")[1:-1]]
            if len(cells) != 4 or cells[0] in ("section", "---"):
                continue
            yield number, cells[0], cells[2], cells[3]


def faults_of_row(number, function_cell, test_cell, functions, tests):
    where = f"{PAGE}:{number}: "
    named = NAME.findall(function_cell)
    if not named or not all(call for _, call in named):
        yield where + "third column: functions, with parentheses"
    for name, _ in named:
        if name not in functions:
            yield where + f"no function {name}() in lib or daemon"
    named = NAME.findall(test_cell)
    if not named or any(call for _, call in named):
        yield where + "fourth column: tests, without parentheses"
    for name, _ in named:
        if name not in tests:
            yield where + f"no test {name}"


def main():
    functions = found(["lib/**/*.c", "daemon/**/*.c"], C_FUNCTION)
    unit = found(["tests/unit/test_*.c"], C_TEST)
    tests = unit | found(["tests/e2e/*.py", "tests/interop/*.py"], PY_TEST)
    mentioned, count, faults = set(), 0, []
    for number, _, function_cell, test_cell in rows():
        count += 1
        mentioned.update(name for name, _ in NAME.findall(test_cell))
        faults += faults_of_row(number, function_cell, test_cell, functions,
                                tests)
    faults += [f"{PAGE}: {name} is named after an RFC and not in the map"
               for name in sorted(unit)
               if OF_AN_RFC.match(name) and name not in mentioned]
    if count < ROWS_MIN:
        faults.append(f"{PAGE}: only {count} rows were understood")
    print("\n".join(faults))
    print(f"{count} rows, {len(mentioned)} tests, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
