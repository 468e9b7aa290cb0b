# SPDX-License-Identifier: BSD-2-Clause
"""ICMP echo (RFC 792): a ping, and a peer at the other end of a tun."""

import os
import socket
import struct
import threading
import time

ECHO_REPLY, ECHO = 0, 8
IDENTIFIER = 0x4406


def checksum(octets):
    """The Internet checksum (RFC 1071)."""
    octets += bytes(len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def message(kind, rest):
    """An ICMP message of code 0; rest begins after its checksum."""
    octets = struct.pack("!BBH", kind, 0, 0) + rest
    return octets[:2] + struct.pack("!H", checksum(octets)) + octets[4:]


def ping(ns, source, target, timeout_s=5.0):
    """One echo request from an address; how many seconds its reply took."""
    rest = struct.pack("!HH", IDENTIFIER, 1) + os.urandom(16)
    with ns.socket(socket.AF_INET, socket.SOCK_RAW,
                   socket.IPPROTO_ICMP) as s:
        s.bind((source, 0))
        begin = time.monotonic()
        s.sendto(message(ECHO, rest), (target, 0))
        while True:
            left = begin + timeout_s - time.monotonic()
            if left <= 0:
                raise AssertionError(f"no answer from {target} to {source}")
            s.settimeout(left)
            try:
                octets, (sender, _) = s.recvfrom(1500)
            except TimeoutError:
                continue
            if sender == target and octets[20:] == message(ECHO_REPLY, rest):
                return time.monotonic() - begin


def reply(packet, address):
    """The IPv4 packet that answers an echo request to address, or None."""
    if (len(packet) < 28 or packet[0] != 0x45 or
            packet[9] != socket.IPPROTO_ICMP or
            packet[16:20] != socket.inet_aton(address) or packet[20] != ECHO):
        return None
    # The header's checksum is the same with its addresses exchanged.
    return (packet[:12] + packet[16:20] + packet[12:16] +
            message(ECHO_REPLY, packet[24:]))


def answer_echo(tun, address):
    """Something at the far end of a tun that has an address."""
    def run():
        while True:
            answer = reply(os.read(tun, 65536), address)
            if answer is not None:
                os.write(tun, answer)

    threading.Thread(target=run, daemon=True).start()
