# SPDX-License-Identifier: BSD-2-Clause
"""What a program wrote, synced and sent, and in which order: traces."""

import re

SYSCALLS = ("write,writev,pwrite64,pwritev,pwritev2,fdatasync,fsync,sendto,"
            "sendmsg,sendmmsg,rename,renameat,renameat2")
WRITES = ("write", "writev", "pwrite64", "pwritev", "pwritev2")
SENDS = ("sendto", "sendmsg", "sendmmsg")


def argv(path):
    """strace in front of a program, with all octets of its calls."""
    return ("strace", "-f", "-qq", "-xx", "-s", "65536", "-o", path, "-e",
            "trace=" + SYSCALLS)


class Call:
    """One system call: when it began and ended, counted in trace lines."""

    def __init__(self, name, begin, text):
        self.name, self.begin, self.text = name, begin, text
        self.end, self.result = None, None

    def finish(self, number, text):
        self.end = number
        match = re.search(r"= (-?\d+)[^=]*$", text)
        self.result = int(match[1]) if match else None

    def parts(self):
        """The octets of each buffer that strace printed."""
        return [bytes.fromhex(s.replace("\\x", "")) for s in
                re.findall(r'"((?:\\x[0-9a-f]{2})*)"', self.text)]

    def data(self):
        """All of them in a row."""
        return b"".join(self.parts())


def read(path):
    calls, open_calls = [], {}
    with open(path) as f:
        for number, line in enumerate(f):
            match = re.match(r"^(\d+) +(.*)$", line)
            if not match:
                continue
            pid, rest = match[1], match[2]
            resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", rest)
            if resumed:
                call = open_calls.pop(pid, None)
                if call:
                    call.text += resumed[1]
                    call.finish(number, rest)
                continue
            start = re.match(r"(\w+)\(", rest)
            if not start:
                continue
            call = Call(start[1], number, rest)
            calls.append(call)
            if rest.endswith("<unfinished ...>"):
                open_calls[pid] = call
            else:
                call.finish(number, rest)
    return calls


def synced_before(calls, client, sent):
    """A write with these octets, then a sync that began after the write and
    ended before the answer was handed to the kernel."""
    writes = [c for c in calls if c.name in WRITES and c.end is not None and
              c.end < sent.begin and client in c.data()]
    return any(s.name in ("fdatasync", "fsync") and s.result == 0 and
               s.end is not None and s.end < sent.begin and s.begin > w.end
               for w in writes for s in calls)
