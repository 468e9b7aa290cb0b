# SPDX-License-Identifier: BSD-2-Clause
"""DHCPv4 and the DHCPv6 messages that carry it, as tests need them.

A second reading of the RFCs, on purpose without a line in common with the
decoder under test. parse6() and V4.parse() are strict: what a server sends has
to be well-formed to the last octet.
"""

import socket
import struct

DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
SOLICIT, ADVERTISE, REQUEST6, REPLY, INFORMATION_REQUEST = 1, 2, 3, 7, 11
RELAY_FORW, RELAY_REPL = 12, 13
QUERY, RESPONSE = 20, 21

O6_CLIENT_ID, O6_SERVER_ID, O6_ORO, O6_RELAY_MSG = 1, 2, 6, 9
O6_VENDOR_OPTS, O6_INTERFACE_ID = 17, 18
O6_DHCPV4_MSG, O6_4O6_SERVER, O6_RELAY_PORT = 87, 88, 135

COOKIE = bytes([99, 130, 83, 99])
FLAG_U = 0x800000


class Malformed(Exception):
    """Not what the RFCs say a message looks like."""


def ip4(text):
    return socket.inet_aton(text)


def ip6(text):
    return socket.inet_pton(socket.AF_INET6, text)


def text6(octets):
    return socket.inet_ntop(socket.AF_INET6, octets)


class V4:
    """A DHCPv4 message; options is a list of (code, octets)."""

    def __init__(self, kind=None, xid=0, chaddr="02:00:00:00:00:01",
                 options=(), op=1, flags=0, ciaddr="0.0.0.0",
                 yiaddr="0.0.0.0", siaddr="0.0.0.0", giaddr="0.0.0.0"):
        self.op, self.xid, self.flags, self.secs = op, xid, flags, 0
        self.htype, self.hops = 1, 0
        self.chaddr = bytes.fromhex(chaddr.replace(":", ""))
        self.ciaddr, self.yiaddr = ciaddr, yiaddr
        self.siaddr, self.giaddr = siaddr, giaddr
        self.options = list(options)
        if kind is not None:
            self.options.insert(0, (53, bytes([kind])))

    def pack(self):
        out = struct.pack("!BBBBIHH", self.op, self.htype, len(self.chaddr),
                          self.hops, self.xid, self.secs, self.flags)
        for address in (self.ciaddr, self.yiaddr, self.siaddr, self.giaddr):
            out += ip4(address)
        out += self.chaddr.ljust(16, b"\0") + bytes(192) + COOKIE
        for code, body in self.options:
            out += bytes([code, len(body)]) + body
        return out + b"\xff"

    @classmethod
    def parse(cls, data):
        if len(data) < 240 or data[236:240] != COOKIE:
            raise Malformed("DHCPv4 message without header or cookie")
        m = cls()
        (m.op, m.htype, hlen, m.hops, m.xid, m.secs,
         m.flags) = struct.unpack("!BBBBIHH", data[:12])
        (m.ciaddr, m.yiaddr, m.siaddr, m.giaddr) = [
            socket.inet_ntoa(data[i:i + 4]) for i in (12, 16, 20, 24)]
        m.chaddr = data[28:28 + hlen]
        m.options = cls._options(data[240:])
        return m

    @staticmethod
    def _options(data):
        found, i = [], 0
        while i < len(data):
            code = data[i]
            if code == 0:
                i += 1
                continue
            if code == 255:
                if any(data[i + 1:]):
                    raise Malformed("octets that are not zero after END")
                return found
            if i + 2 > len(data) or i + 2 + data[i + 1] > len(data):
                raise Malformed(f"DHCPv4 option {code} runs past the end")
            found.append((code, data[i + 2:i + 2 + data[i + 1]]))
            i += 2 + data[i + 1]
        raise Malformed("no END option")

    def get(self, code):
        """Value of an option, its parts joined (RFC 3396), or None."""
        parts = [body for c, body in self.options if c == code]
        return b"".join(parts) if parts else None

    @property
    def kind(self):
        body = self.get(53)
        return body[0] if body else None

    def u32(self, code):
        body = self.get(code)
        return None if body is None else struct.unpack("!I", body)[0]

    def address(self, code):
        body = self.get(code)
        return None if body is None else socket.inet_ntoa(body)


def option6(code, body):
    return struct.pack("!HH", code, len(body)) + body


def query(v4, flags=0, before=b"", after=b""):
    """A DHCPV4-QUERY around a V4 or its octets."""
    inner = v4.pack() if isinstance(v4, V4) else v4
    return (struct.pack("!I", QUERY << 24 | flags) + before +
            option6(O6_DHCPV4_MSG, inner) + after)


def relay_forw(inner, hop, link, peer, interface_id=None, extra=b""):
    """Interface-ID first, as most relays have it."""
    out = struct.pack("!BB", RELAY_FORW, hop) + ip6(link) + ip6(peer)
    if interface_id is not None:
        out += option6(O6_INTERFACE_ID, interface_id)
    return out + option6(O6_RELAY_MSG, inner) + extra


class Msg6:
    """A DHCPv6 message; relay messages have hop, link and peer."""

    def __init__(self, kind, options):
        self.kind, self.options = kind, options
        self.flags = 0
        self.hop, self.link, self.peer = None, None, None

    def all(self, code):
        return [body for c, body in self.options if c == code]

    def get(self, code):
        found = self.all(code)
        return found[0] if found else None

    def only(self, code):
        found = self.all(code)
        if len(found) != 1:
            raise Malformed(f"{len(found)} options {code}, not one")
        return found[0]


def options6(data):
    found, i = [], 0
    while i < len(data):
        if i + 4 > len(data):
            raise Malformed("stray octets after the last DHCPv6 option")
        code, size = struct.unpack("!HH", data[i:i + 4])
        if i + 4 + size > len(data):
            raise Malformed(f"DHCPv6 option {code} runs past the end")
        found.append((code, data[i + 4:i + 4 + size]))
        i += 4 + size
    return found


def parse6(data):
    if len(data) < 4:
        raise Malformed("DHCPv6 message of less than 4 octets")
    if data[0] not in (RELAY_FORW, RELAY_REPL):
        m = Msg6(data[0], options6(data[4:]))
        m.flags = struct.unpack("!I", b"\0" + data[1:4])[0]
        return m
    if len(data) < 34:
        raise Malformed("relay message shorter than its header")
    m = Msg6(data[0], options6(data[34:]))
    m.hop = data[1]
    m.link = socket.inet_ntop(socket.AF_INET6, data[2:18])
    m.peer = socket.inet_ntop(socket.AF_INET6, data[18:34])
    return m


def levels(data):
    """The chain of messages, outermost first."""
    chain = [parse6(data)]
    while chain[-1].kind in (RELAY_FORW, RELAY_REPL):
        chain.append(parse6(chain[-1].only(O6_RELAY_MSG)))
    return chain


def response(data):
    """(relay levels, V4) of a DHCPV4-RESPONSE, bare or in RELAY-REPLs."""
    chain = levels(data)
    last = chain.pop()
    if last.kind != RESPONSE or any(m.kind != RELAY_REPL for m in chain):
        raise Malformed(f"message types {[m.kind for m in chain]} "
                        f"{last.kind} around an answer")
    return chain, V4.parse(last.only(O6_DHCPV4_MSG))
