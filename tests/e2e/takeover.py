#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""server4 started on the lease file of ISC's dhcpd goes on where that ended.

The text has the form that dhcpd 4.4.3-P1 writes, with times around now; a file
that it did write is what the unit tests read.
"""

import os
import stat
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))

import case
import client
import daemons
import dhcp
import netns

HEAD = """\
# The format of this file is documented in the dhcpd.leases(5) manual page.
# This lease file was written by isc-dhcp-4.4.3-P1

# authoring-byte-order entry is generated, DO NOT DELETE
authoring-byte-order little-endian;

server-duid "\\000\\001\\000\\0012\\226\\342B\\002\\000\\000\\000\\000\\005";

"""


def date(s):
    return time.strftime("%w %Y/%m/%d %H:%M:%S", time.gmtime(s))


def octal(octets):
    """As ISC's quotify_buf() writes them."""
    return "".join(
        chr(o) if 0x20 <= o < 0x7f and o not in b'"\\' else
        "\\" + chr(o) if o in b'"\\' else f"\\{o:03o}" for o in octets)


def record(address, one, starts, ends, state="active", extra=""):
    end = "never" if ends is None else date(ends)
    text = (f"lease {address} {{\n  starts {date(starts)};\n  ends {end};\n"
            + (f"  tstp {end};\n" if state != "active" else "") +
            f"  cltt {date(starts)};\n  binding state {state};\n")
    if state != "free":
        text += "  next binding state free;\n  rewind binding state free;\n"
    if one:
        text += f"  hardware ethernet {one.mac};\n"
        if one.options:
            text += f'  uid "{octal(one.client_id)}";\n'
    return text + extra + "}\n"


class World(daemons.Pair):
    def put(self, text):
        with open(self.four.leases, "w") as f:
            f.write(text)
        os.chmod(self.four.leases, 0o644)

    def get(self, suffix=""):
        with open(self.four.leases + suffix, "rb") as f:
            return f.read()

    def run(self, *extra):
        return self.four.ns.run(*self.four.argv(*extra), check=False,
                                timeout_s=10)


def leases(now):
    """Of several states, older declarations before the ones that count."""
    bound, forever, plain, gone, late = (client.Client(i) for i in range(5))
    plain = client.Client(2, with_client_id=False)
    variable = ('  set vendor-class-identifier = "CPE;}x\\"y";\n'
                '  client-hostname "host-one";\n'
                '  on expiry {\n    log (info, "b;ar{");\n  }\n')
    text = HEAD
    text += record("10.10.10.150", late, now - 9000, now - 5400)
    text += record("10.10.10.150", bound, now - 600, now + 3000,
                   extra=variable)
    text += record("10.10.10.151", forever, now - 600, None)
    text += record("10.10.10.152", plain, now - 600, now + 3000)
    text += record("10.10.10.153", gone, now - 600, now + 3000)
    text += record("10.10.10.153", gone, now - 600, now - 60, "free")
    text += record("10.10.10.154", None, now - 60, now + 86340, "abandoned")
    return text, bound, forever, plain, gone


def renews(world, one, address):
    query = dhcp.V4(dhcp.REQUEST, one.xid, one.mac, one.options,
                    ciaddr=address)
    ack = client.exchange(world.endpoint, query)
    case.true(ack, f"no answer to {one}")
    case.same((ack.kind, ack.yiaddr), (dhcp.ACK, address), f"of {one}")


def test_clients_of_dhcpd_keep_their_addresses():
    world = World("takeover")
    text, bound, forever, plain, gone = leases(int(time.time()))
    world.put(text)
    world.six.start()
    world.four.start()
    table = {i["address"]: i for i in world.four.ctl("leases")}
    case.same({a: i["state"] for a, i in table.items()},
              {"10.10.10.150": "active", "10.10.10.151": "active",
               "10.10.10.152": "active", "10.10.10.153": "free",
               "10.10.10.154": "declined"}, "leases")
    case.same(table["10.10.10.151"]["expires"], None, "end of a lease")
    case.same(table["10.10.10.150"]["host_name"], "host-one", "host name")
    case.same(world.get(".isc").decode(), text, "the file that was kept")
    mode = stat.S_IMODE(os.stat(world.four.leases).st_mode)
    case.same(mode, 0o640, "mode of the journal")
    log = world.four.process.text()
    case.true("was taken over" in log, log)
    case.true("5 addresses of 7 declarations" in log, log)
    case.true("not taken over: `on' statement (1 in the file)" in log, log)
    renews(world, bound, "10.10.10.150")
    renews(world, forever, "10.10.10.151")
    renews(world, plain, "10.10.10.152")
    # Who was there before gets it again, and nobody what was declined.
    case.same(client.acquire(world.endpoint, [gone]), [], "without lease")
    case.same(gone.address, "10.10.10.153", "a former address")
    world.four.process.stop()
    world.four.start()
    log = world.four.process.text()
    case.true("taken over" not in log, log)
    renews(world, bound, "10.10.10.150")
    case.same(sorted(world.four.lease_table()),
              [f"10.10.10.{150 + i}" for i in range(4)], "active leases")


def test_a_check_of_the_configuration_says_what_would_be_done():
    world = World("takeover-check")
    text = leases(int(time.time()))[0]
    world.put(text)
    done = world.run("-t")
    case.same(done.returncode, 0, done.stderr)
    case.true("would be taken over" in done.stderr, done.stderr)
    case.same(sorted(n for n in os.listdir(world.directory)
                     if n.startswith(os.path.basename(world.four.leases))),
              [os.path.basename(world.four.leases)], "files")
    case.same(world.get().decode(), text, "the file")


def test_a_file_with_faults_is_refused_and_left_as_it_is():
    world = World("takeover-faults")
    text = HEAD + "lease 10.10.10.150 {\n  ends soon;\n  uid 1:zz;\n}\n"
    world.put(text)
    for extra in ((), ("-t",)):
        done = world.run(*extra)
        case.same(done.returncode, 1, done.stderr)
        for line, what in ((10, "a date"), (11, "a client identifier")):
            case.true(f"{world.four.leases}:{line}: expected {what}"
                      in done.stderr, done.stderr)
        case.same(world.get().decode(), text, "the file")
    world.put(HEAD + 'ia-na "\\001" {\n}\n')
    done = world.run()
    case.same(done.returncode, 1, done.stderr)
    case.true("DHCPv6" in done.stderr, done.stderr)


if __name__ == "__main__":
    netns.sandbox()
    case.main()
