# SPDX-License-Identifier: BSD-2-Clause
"""Lease journals, written from docs/lease-format.md alone."""

import os
import struct
import time

_POLYNOMIAL = 0x82f63b78  # CRC-32C, reflected


def crc(start, data):
    value = ~start & 0xffffffff
    for octet in data:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
    return ~value & 0xffffffff


def record(kind, body):
    return struct.pack("!HB", len(body) + 1, kind) + body


def duid_record(duid, mark=None, version=1):
    """The server's DUID; mark None: as an older version wrote it."""
    return record(3, struct.pack("!IIqB", 1, version, int(time.time()),
                                 len(duid)) + duid +
                  (b"" if mark is None else struct.pack("!Q", mark)))


def write(path, records):
    """A new file with one batch."""
    file_id = os.urandom(8)
    header = (b"\x89D4o6L\r\n" + struct.pack("!HHI", 1, 64, 0) + file_id +
              os.urandom(16) + struct.pack("!q", int(time.time())) + bytes(12))
    payload, sequence = b"".join(records), struct.pack("!Q", 1)
    start = crc(0, file_id)
    frame = (sequence + struct.pack("!IIqQHH", len(payload), len(records),
                                    int(time.time()), 0, 0, 0) +
             struct.pack("!I", crc(crc(start, sequence), payload)))
    with open(path, "wb") as f:
        f.write(header + struct.pack("!I", crc(0, header)) +
                b"\xd4\x6f\x36\xf7" + struct.pack("!I", crc(start, frame)) +
                frame + payload)
