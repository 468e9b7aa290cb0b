# SPDX-License-Identifier: BSD-2-Clause
"""DHCPv6 clients (RFC 9915): messages, and clients that keep their leases.

A second reading of the RFC, without a line in common with the server under
test. Parsing is strict: an option that is cut short is an error.
"""

import hashlib
import hmac
import socket
import struct
import time

import dhcp
from client import Endpoint as Endpoint6

(SOLICIT, ADVERTISE, REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE,
 RECONFIGURE, INFORMATION_REQUEST) = range(1, 12)
RELAY_FORW, RELAY_REPL = 12, 13

CLIENT_ID, SERVER_ID, IA_NA, IA_TA, IA_ADDR, ORO = 1, 2, 3, 4, 5, 6
PREFERENCE, ELAPSED, RELAY_MSG, AUTH, STATUS, RAPID_COMMIT = 7, 8, 9, 11, 13, 14
INTERFACE_ID, RECONF_MSG, RECONF_ACCEPT, DNS = 18, 19, 20, 23
IA_PD, IA_PREFIX, SERVERS_4O6 = 25, 26, 88

SUCCESS, UNSPEC_FAIL, NO_ADDRS, NO_BINDING, NOT_ON_LINK = range(5)
NO_PREFIX = 6


def options(data):
    """[(code, body)] of an options area."""
    found = []
    while data:
        if len(data) < 4:
            raise dhcp.Malformed("option header cut short")
        code, length = struct.unpack("!HH", data[:4])
        if len(data) < 4 + length:
            raise dhcp.Malformed(f"option {code} cut short")
        found.append((code, data[4:4 + length]))
        data = data[4 + length:]
    return found


def option(code, body=b""):
    return struct.pack("!HH", code, len(body)) + body


def pack(kind, xid, opts):
    return (struct.pack("!I", kind << 24 | xid) +
            b"".join(option(*o) for o in opts))


class IA:
    """An IA of an answer: items are (address or prefix/len, preferred, valid)."""

    def __init__(self, code, body):
        self.code = code
        self.iaid, self.t1, self.t2 = struct.unpack("!III", body[:12])
        self.items, self.status = [], SUCCESS
        for inner, data in options(body[12:]):
            if inner == IA_ADDR:
                address = socket.inet_ntop(socket.AF_INET6, data[:16])
                self.items.append((address, *struct.unpack("!II",
                                                           data[16:24])))
            elif inner == IA_PREFIX:
                preferred, valid, length = struct.unpack("!IIB", data[:9])
                prefix = socket.inet_ntop(socket.AF_INET6, data[9:25])
                self.items.append((f"{prefix}/{length}", preferred, valid))
            elif inner == STATUS:
                self.status, = struct.unpack("!H", data[:2])


class Message:
    """A message of a server to a client."""

    def __init__(self, data):
        self.raw = data
        head, = struct.unpack("!I", data[:4])
        self.kind, self.xid = head >> 24, head & 0xffffff
        self.options = options(data[4:])

    def all(self, code):
        return [body for c, body in self.options if c == code]

    def get(self, code):
        found = self.all(code)
        if len(found) > 1:
            raise dhcp.Malformed(f"option {code} {len(found)} times")
        return found[0] if found else None

    @property
    def status(self):
        body = self.get(STATUS)
        return SUCCESS if body is None else struct.unpack("!H", body[:2])[0]

    @property
    def ias(self):
        return [IA(c, body) for c, body in self.options
                if c in (IA_NA, IA_PD)]

    def items(self):
        """All that its IAs give with a lifetime."""
        return [item[0] for ia in self.ias for item in ia.items if item[2]]


def ia(code, iaid, items=(), t1=0, t2=0):
    """An IA option of a client; items are addresses or prefixes as text."""
    body = struct.pack("!III", iaid, t1, t2)
    for item in items:
        if code == IA_NA:
            body += option(IA_ADDR, dhcp.ip6(item) + bytes(8))
        else:
            prefix, length = item.split("/")
            body += option(IA_PREFIX, bytes(8) + bytes([int(length)]) +
                           dhcp.ip6(prefix))
    return (code, body)


class Client:
    """One client; its DUID is a DUID-LL of a MAC address of its own."""

    def __init__(self, number, pd=False, oro=(), reconfigure=False):
        self.number, self.oro = number, list(oro)
        self.mac = "02:66:%02x:%02x:%02x:%02x" % tuple(
            number.to_bytes(4, "big"))
        self.duid = (b"\x00\x03\x00\x01" +
                     bytes.fromhex(self.mac.replace(":", "")))
        self.code, self.iaid = (IA_PD if pd else IA_NA), number + 1
        self.reconfigure = reconfigure
        self.server, self.offered, self.held = None, [], []
        self.key, self.replay = None, 0
        self.xid = (number * 64 + 1) & 0xffffff

    def __repr__(self):
        return f"client {self.number}"

    def message(self, kind, *more, items=None, to_server=True):
        """A message with what all of them have; items None: no IA."""
        self.xid = (self.xid + 1) & 0xffffff
        opts = [(CLIENT_ID, self.duid), (ELAPSED, b"\0\0")]
        if to_server and self.server and kind not in (
                SOLICIT, CONFIRM, REBIND, INFORMATION_REQUEST):
            opts.append((SERVER_ID, self.server))
        if items is not None:
            opts.append(ia(self.code, self.iaid, items))
        if self.oro:
            opts.append((ORO, b"".join(c.to_bytes(2, "big")
                                       for c in self.oro)))
        if self.reconfigure:
            opts.append((RECONF_ACCEPT, b""))
        return pack(kind, self.xid, opts + list(more))

    def solicit(self, *more):
        return self.message(SOLICIT, *more, items=[])

    def request(self):
        return self.message(REQUEST, items=self.offered)

    def renew(self):
        return self.message(RENEW, items=self.held)

    def rebind(self):
        return self.message(REBIND, items=self.held)

    def confirm(self):
        return self.message(CONFIRM, items=self.held)

    def release(self):
        return self.message(RELEASE, items=self.held)

    def decline(self):
        return self.message(DECLINE, items=self.held)

    def inform(self):
        return self.message(INFORMATION_REQUEST)

    def take(self, message):
        """Learns from an answer to it."""
        if message.get(CLIENT_ID) != self.duid:
            raise AssertionError("an answer with another client's DUID")
        self.server = message.get(SERVER_ID)
        auth = message.get(AUTH)
        if auth is not None and len(auth) == 28 and auth[11] == 1:
            self.key = auth[12:]
            self.replay = int.from_bytes(auth[3:11], "big")
        if message.kind == ADVERTISE:
            self.offered = message.items()
        elif message.items():
            self.held = message.items()

    def check_reconfigure(self, message):
        """What it is asked to send, after all that RFC 9915 section 16.11
        and 20.4 have a client check."""
        if message.kind != RECONFIGURE or message.xid != 0:
            raise AssertionError("no RECONFIGURE, or with a transaction id")
        if message.get(CLIENT_ID) != self.duid or \
                message.get(SERVER_ID) != self.server:
            raise AssertionError("DUIDs of others")
        auth = message.get(AUTH)
        protocol, algorithm, method = auth[:3]
        replay = int.from_bytes(auth[3:11], "big")
        if (protocol, algorithm, method, auth[11]) != (3, 1, 0, 2):
            raise AssertionError(f"authentication {auth[:12].hex()}")
        if replay <= self.replay:
            raise AssertionError("a replay counter that does not grow")
        at = message.raw.index(auth)
        blank = (message.raw[:at + 12] + bytes(16) + message.raw[at + 28:])
        if hmac.new(self.key, blank, hashlib.md5).digest() != auth[12:28]:
            raise AssertionError("the HMAC is wrong")
        self.replay = replay
        kind, = message.get(RECONF_MSG)
        return kind


def forward(message, link, peer, hops=0, interface_id=None, more=()):
    """A RELAY-FORW around it."""
    opts = [*more]
    if interface_id is not None:
        opts.append((INTERFACE_ID, interface_id))
    opts.append((RELAY_MSG, message))
    return (bytes([RELAY_FORW, hops]) + dhcp.ip6(link) + dhcp.ip6(peer) +
            b"".join(option(*o) for o in opts))


def unwrap(data):
    """([(hops, link, peer, options)] from the server inward, Message)."""
    levels = []
    while data[0] == RELAY_REPL:
        opts = options(data[34:])
        levels.append((data[1], socket.inet_ntop(socket.AF_INET6, data[2:18]),
                       socket.inet_ntop(socket.AF_INET6, data[18:34]),
                       dict(opts)))
        data = dict(opts)[RELAY_MSG]
    return levels, Message(data)


def answer_to(endpoint, xid, timeout_s=1.0):
    """The next answer with this transaction id; None in time."""
    end = time.monotonic() + timeout_s
    while True:
        got = endpoint.receive(end - time.monotonic())
        if got is None:
            return None
        message = unwrap(got[0])[1]
        if message.xid == xid:
            return message


def exchange(endpoint, client, payload, timeout_s=1.0, tries=3, wrap=None,
             **kwargs):
    """The answer to a message of the client, which it has taken."""
    for _ in range(tries):
        endpoint.send(wrap(payload) if wrap else payload, **kwargs)
        answer = answer_to(endpoint, client.xid, timeout_s)
        if answer is not None:
            client.take(answer)
            return answer
    return None


def acquire(endpoint, clients, timeout_s=10.0, window=32, retry_s=0.5,
            before_send=None, wrap=None):
    """SOLICIT to REPLY for all clients, window of them at a time.

    Returns those that have no lease when the time is over.
    """
    waiting, active, sent = list(reversed(clients)), {}, {}
    end = time.monotonic() + timeout_s

    def send(one):
        if before_send:
            before_send()
        payload = one.request() if one.offered else one.solicit()
        for old in [x for x, c in active.items() if c is one]:
            del active[old]
        active[one.xid], sent[one] = one, time.monotonic()
        endpoint.send(wrap(payload) if wrap else payload)

    while (waiting or active) and time.monotonic() < end:
        while waiting and len(active) < window:
            send(waiting.pop())
        for one in list(active.values()):
            if time.monotonic() - sent[one] >= retry_s:
                send(one)
        got = endpoint.receive(0.02)
        while got is not None:
            message = unwrap(got[0])[1]
            one = active.get(message.xid)
            if one:
                one.take(message)
                if one.held:
                    del active[message.xid]
                elif message.kind == ADVERTISE and one.offered:
                    send(one)
            got = endpoint.receive(0)
    return [c for c in clients if not c.held]
