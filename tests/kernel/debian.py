#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Classifier and daemons on Debian 12's own kernel, in a virtual machine.

That is the kernel most users have; it also has VLAN devices, which the kernel
that runs this may lack. No acceleration is needed: it boots in seconds.
"""

import gzip
import os
import re
import shutil
import stat
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))

from netns import ROOT

KERNEL = os.path.join(ROOT, "build", "kernel", "root")
# In the order in which they have to be loaded.
MODULES = ["llc", "stp", "garp", "mrp", "8021q", "bridge", "veth",
           "inet_diag", "udp_diag"]
DAEMONS = ["dhcp4o6-server6", "dhcp4o6-server4", "dhcp4o6ctl",
           "dhcp4o6-bench"]
TOOLS = ["bpftool", "ip"]
ALWAYS = ["modules load", "links come up",
          "the classifier attaches in the driver",
          "the classifier attaches generically"]
WITH_DAEMONS = ["the pair starts", "clients get leases",
                "frames went through AF_XDP", "the pair stops",
                "VLAN links come up", "the pair starts again",
                "clients behind a VLAN tag get leases",
                "the socket serves VLANs of veth", "the pair stops again"]
TIMEOUT_S = 150


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


def bpf_tests():
    directory = os.path.join(ROOT, "build", "obj", "tests", "bpf")
    if not os.path.isdir(directory):
        return []
    return [os.path.join(directory, n) for n in sorted(os.listdir(directory))
            if n.startswith("test_") and "." not in n]


def built_daemons():
    paths = [os.path.join(ROOT, "build", "bin", n) for n in DAEMONS]
    return paths if all(os.path.exists(p) for p in paths) else []


def initramfs():
    archive = Archive()
    for name in ("proc", "sys", "dev", "tmp", "run", "etc", "bin"):
        archive.directory(name)
    archive.entry("dev/console", stat.S_IFCHR | 0o600, rdev=(5, 1))
    archive.text("etc/passwd", "root:x:0:0::/:/bin/sh\n"
                 "nobody:x:65534:65534::/:/bin/sh\n")
    archive.file("init", os.path.join(HERE, "guest.sh"))
    busybox = find_tool("busybox")
    archive.file("bin/busybox", busybox)
    applets = subprocess.run([busybox, "--list"], capture_output=True,
                             text=True, check=True).stdout.split()
    for applet in applets:
        if applet not in TOOLS + ["busybox"]:
            archive.entry("bin/" + applet, stat.S_IFLNK | 0o777, b"busybox")
    for name in TOOLS:
        add_program(archive, "bin/" + name, find_tool(name))
    for path in built_daemons():
        add_program(archive, "bin/" + os.path.basename(path), path)
    for path in bpf_tests():
        add_program(archive, "test/bpf/" + os.path.basename(path), path)
    vectors = os.path.join(ROOT, "tests/vectors")
    for name in sorted(os.listdir(vectors)):
        if name.endswith((".hex", ".tsv")):
            archive.file("tests/vectors/" + name, os.path.join(vectors, name))
    archive.file("test/classify.bpf.o",
                 os.path.join(ROOT, "build", "gen", "classify.bpf.o"))
    for number, name in enumerate(MODULES):
        archive.file(f"modules/{number}-{name}.ko", module_path(name))
    return archive.finish()


def boot(image):
    kernel = next(n for n in os.listdir(os.path.join(KERNEL, "boot"))
                  if n.startswith("vmlinuz"))
    command = [find_tool("qemu-system-x86_64"), "-accel", "tcg", "-cpu", "max",
               "-m", "1024", "-smp", "1", "-nographic", "-no-reboot", "-nic",
               "none", "-kernel", os.path.join(KERNEL, "boot", kernel),
               "-initrd", image, "-append",
               "console=ttyS0 panic=-1 quiet"]
    try:
        return subprocess.run(command, capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S
                              ).stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode("utf-8", "replace")


def main():
    fetched = subprocess.run([os.path.join(ROOT, "tests/lib/kernel.sh")],
                             capture_output=True, text=True, check=False,
                             stdin=subprocess.DEVNULL)
    if fetched.returncode == 77:
        skip(fetched.stdout.strip().removeprefix("skip: "))
    if fetched.returncode:
        print(fetched.stdout + fetched.stderr)
        return 1
    image = os.path.join(ROOT, "build", "kernel", "initramfs.gz")
    with open(image, "wb") as f:
        f.write(initramfs())
    said = boot(image)
    print(said)
    passed = re.findall(r"^RESULT ok (.*?)\r?$", said, re.M)
    failed = re.findall(r"^RESULT FAIL (.*?)\r?$", said, re.M)
    wanted = ALWAYS + [f"bpf/{os.path.basename(p)}" for p in bpf_tests()]
    wanted += WITH_DAEMONS if built_daemons() else []
    missing = [name for name in wanted if name not in passed]
    if failed or missing or "GUEST DONE" not in said:
        print(f"failed: {failed}; not passed: {missing}")
        return 1
    if not built_daemons():
        skip("the daemons are not built")
    return 0


if __name__ == "__main__":
    sys.exit(main())
