# SPDX-License-Identifier: BSD-2-Clause
"""Runs the test functions of one script.

Every function whose name starts with test_ is a case; its name is the sentence
that it proves. Exit 0: all passed; 1: one failed, and the end of each log of that
case is shown; 77: none failed, but one was skipped. Arguments pick cases by substring.
"""

import os
import sys
import time
import traceback

import netns


def _show_logs():
    for process in netns.Process.everyone:
        print(f"  -- {' '.join(process.argv[3:6])}: {process.log}")
        for line in process.text().splitlines()[-6:]:
            print(f"  | {line[:160]}")


def _run(name, function):
    begin = time.monotonic()
    netns.fresh_mounts()
    try:
        function()
        outcome = "ok"
    except netns.Skip as why:
        print(f"skip: {name}: {why}")
        outcome = "skip"
    except Exception:  # a case may fail in any way
        traceback.print_exc(file=sys.stdout)
        _show_logs()
        outcome = "FAIL"
    netns.Process.kill_all()
    print(f"{outcome:4} {name} {time.monotonic() - begin:.1f}s", flush=True)
    return outcome


def main(module="__main__"):
    """Runs the cases of the calling script and exits."""
    cases = [(name, f) for name, f in vars(sys.modules[module]).items()
             if name.startswith("test_") and callable(f)]
    wanted = sys.argv[1:]
    if wanted:
        cases = [c for c in cases if any(w in c[0] for w in wanted)]
    outcomes = [_run(name, f) for name, f in cases]
    sys.stdout.flush()
    if "FAIL" in outcomes or not outcomes:
        os._exit(1)
    os._exit(77 if "skip" in outcomes else 0)


def same(got, want, what="value"):
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, want {want!r}")


def true(value, what):
    if not value:
        raise AssertionError(what)
