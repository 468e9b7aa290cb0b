# SPDX-License-Identifier: BSD-2-Clause
"""Ethernet frames as octets: VLAN tags, extension headers, fragments."""

import socket
import struct

ETH_P_IPV6 = 0x86DD
UDP, FRAGMENT, DEST_OPTIONS, HOP_BY_HOP = 17, 44, 60, 0


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def multicast_mac(group):
    """RFC 2464 section 7."""
    return b"\x33\x33" + socket.inet_pton(socket.AF_INET6, group)[-4:]


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def udp(source, destination, sport, dport, payload):
    """A UDP datagram with its checksum over the IPv6 pseudo-header."""
    head = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    pseudo = (socket.inet_pton(socket.AF_INET6, source) +
              socket.inet_pton(socket.AF_INET6, destination) +
              struct.pack("!II", 8 + len(payload), UDP))
    value = checksum(pseudo + head + payload) or 0xffff
    return head[:6] + struct.pack("!H", value) + payload


def ipv6(source, destination, next_header, body, hop_limit=64):
    return (struct.pack("!IHBB", 6 << 28, len(body), next_header, hop_limit) +
            socket.inet_pton(socket.AF_INET6, source) +
            socket.inet_pton(socket.AF_INET6, destination) + body)


def padded_header(next_header):
    """A Hop-by-Hop or Destination Options header that holds PadN only."""
    return bytes([next_header, 0, 1, 4, 0, 0, 0, 0])


def fragments(source, destination, body, size, ident, next_header=UDP):
    """The packets of a body cut into pieces of size octets (8 divides it)."""
    out = []
    for offset in range(0, len(body), size):
        more = offset + size < len(body)
        head = struct.pack("!BBHI", next_header, 0, offset | more, ident)
        out.append(ipv6(source, destination, FRAGMENT,
                        head + body[offset:offset + size]))
    return out


def ether(dst_mac, src_mac, packet, vlans=()):
    """vlans: (TPID, VLAN id) from the outermost inward."""
    tags = b"".join(struct.pack("!HH", tpid, vid) for tpid, vid in vlans)
    return mac(dst_mac) + mac(src_mac) + tags + struct.pack(
        "!H", ETH_P_IPV6) + packet


class Sender:
    """Puts frames on the wire of an interface, as they are."""

    def __init__(self, ns, ifname):
        self.socket = ns.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        with ns.entered():
            self.socket.bind((ifname, 0))

    def send(self, frame):
        self.socket.send(frame)

    def close(self):
        self.socket.close()
