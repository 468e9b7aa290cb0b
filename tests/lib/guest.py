# SPDX-License-Identifier: BSD-2-Clause
"""A virtual machine with Debian 12's own kernel: what is in it, and what it said.

Its /init is tests/kernel/guest.sh, which does what the archive has programs for.
"""

import gzip
import os
import re
import shutil
import stat
import subprocess
import sys

from netns import ROOT

KERNEL = os.path.join(ROOT, "build", "kernel", "root")
TOOLS = ["ip"]
# busybox's own would prefer its own `ip', which prints no JSON.
SHELL = "dash"
TIMEOUT_S = 270


class Archive:
    """A cpio archive in the format that the kernel unpacks (newc)."""

    def __init__(self):
        self.out, self.number = bytearray(), 0
        self.directories = set()

    def entry(self, name, mode, data=b"", rdev=(0, 0)):
        self.number += 1
        encoded = name.encode() + b"\0"
        fields = [self.number, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev,
                  len(encoded), 0]
        self.out += b"070701" + b"".join(b"%08X" % f for f in fields)
        for part in (encoded, data):
            self.out += part
            self.out += bytes(-len(self.out) % 4)

    def directory(self, name):
        if name and name not in self.directories:
            self.directory(os.path.dirname(name))
            self.directories.add(name)
            self.entry(name, stat.S_IFDIR | 0o755)

    def file(self, name, source):
        self.directory(os.path.dirname(name))
        with open(source, "rb") as f:
            self.entry(name, stat.S_IFREG | 0o755, f.read())

    def text(self, name, text):
        self.directory(os.path.dirname(name))
        self.entry(name, stat.S_IFREG | 0o644, text.encode())

    def finish(self):
        self.entry("TRAILER!!!", 0)
        return gzip.compress(bytes(self.out), 1)


def skip(why):
    print(f"skip: {why}")
    sys.exit(77)


def find_tool(name):
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not path:
        skip(f"no {name}")
    return path


def libraries(program):
    """Paths of the shared objects that a program needs, loader included."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True,
                          check=False)
    return re.findall(r"(?:=> |^\s*)(/\S+) \(0x", done.stdout, re.M)


def add_program(archive, target, source):
    archive.file(target, source)
    for library in libraries(source):
        if library not in archive.directories:
            archive.directories.add(library)
            archive.file(library.lstrip("/"), os.path.realpath(library))


def module_path(name):
    for directory, _, files in os.walk(os.path.join(KERNEL, "lib/modules")):
        if name + ".ko" in files:
            return os.path.join(directory, name + ".ko")
    raise AssertionError(f"no module {name} in {KERNEL}")


def programs_in(directory, pattern):
    """Of build/obj/tests/DIRECTORY, in the order of their names."""
    directory = os.path.join(ROOT, "build", "obj", "tests", directory)
    if not os.path.isdir(directory):
        return []
    return [os.path.join(directory, n) for n in sorted(os.listdir(directory))
            if re.fullmatch(pattern, n)]


def begin_archive(modules):
    """What every guest has; modules in the order in which they are loaded."""
    archive = Archive()
    for name in ("proc", "sys", "dev", "tmp", "run", "etc", "bin"):
        archive.directory(name)
    archive.entry("dev/console", stat.S_IFCHR | 0o600, rdev=(5, 1))
    archive.text("etc/passwd", "root:x:0:0::/:/bin/sh\n"
                 "nobody:x:65534:65534::/:/bin/sh\n")
    archive.file("init", os.path.join(ROOT, "tests/kernel/guest.sh"))
    busybox = find_tool("busybox")
    archive.file("bin/busybox", busybox)
    applets = subprocess.run([busybox, "--list"], capture_output=True,
                             text=True, check=True).stdout.split()
    for applet in applets:
        if applet not in TOOLS + ["busybox", "sh"]:
            archive.entry("bin/" + applet, stat.S_IFLNK | 0o777, b"busybox")
    add_program(archive, "bin/sh", find_tool(SHELL))
    for name in TOOLS:
        add_program(archive, "bin/" + name, find_tool(name))
    for number, name in enumerate(modules):
        archive.file(f"modules/{number:02}-{name}.ko", module_path(name))
    return archive


def fetch():
    """Debian's kernel; ends the test if there is none to be had."""
    fetched = subprocess.run([os.path.join(ROOT, "tests/lib/kernel.sh")],
                             capture_output=True, text=True, check=False,
                             stdin=subprocess.DEVNULL)
    if fetched.returncode == 77:
        skip(fetched.stdout.strip().removeprefix("skip: "))
    if fetched.returncode:
        print(fetched.stdout + fetched.stderr)
        sys.exit(1)


def boot(image):
    kernel = next(n for n in os.listdir(os.path.join(KERNEL, "boot"))
                  if n.startswith("vmlinuz"))
    command = [find_tool("qemu-system-x86_64"), "-accel", "tcg", "-cpu", "max",
               "-m", "1024", "-smp", "1", "-nographic", "-no-reboot", "-nic",
               "none", "-kernel", os.path.join(KERNEL, "boot", kernel),
               "-initrd", image, "-append",
               # A busy host is late with the ticks that this check waits for.
               "console=ttyS0 panic=-1 quiet no_timer_check"]
    try:
        return subprocess.run(command, capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S
                              ).stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode("utf-8", "replace")


def passes(name, archive, wanted):
    """Boots; prints what it said. True if all that is wanted passed."""
    image = os.path.join(ROOT, "build", "kernel", f"{name}.gz")
    with open(image, "wb") as f:
        f.write(archive.finish())
    said = boot(image)
    print(said)
    passed = re.findall(r"^RESULT ok (.*?)\r?$", said, re.M)
    failed = re.findall(r"^RESULT FAIL (.*?)\r?$", said, re.M)
    missing = [name for name in wanted if name not in passed]
    if failed or missing or "GUEST DONE" not in said:
        print(f"failed: {failed}; not passed: {missing}")
        return False
    return True
