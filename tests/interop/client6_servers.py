#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Runs beside others.
"""Our DHCPv6 client at Kea's server and at ISC's: cases of tests/e2e/client6.py
and client6_4o6.py with another server in the place of ours.
"""

import importlib.util
import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))

import case
import netns

# What needs nothing that only our server can be asked.
CASES = (
    "test_an_address_and_a_prefix_are_got_set_told_and_kept",
    "test_queries_go_to_the_server_and_answers_come_back",
    "test_4o6_ends_with_the_renewal_that_has_no_option_88_and_comes_again",
    "test_options_alone_are_got_without_a_lease",
    "test_a_stop_keeps_the_lease_and_the_next_run_confirms_it",
    "test_after_a_crash_a_prefix_is_rebound",
    "test_a_lease_is_renewed_rebound_and_ends_when_no_server_is_left",
)


def load(name):
    """The cases of a script."""
    spec = importlib.util.spec_from_file_location(
        name + "_cases", os.path.join(HERE, "../e2e", name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


def at(kind, function):
    def run():
        os.environ["DHCP6_SERVER"] = kind
        function()
    return run


cases = {**load("client6"), **load("client6_4o6")}
for name in CASES:
    for kind in ("kea", "isc"):
        globals()[f"{name}_{kind}"] = at(kind, cases[name])


if __name__ == "__main__":
    netns.sandbox()
    case.main()
