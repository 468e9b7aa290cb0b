#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a page refers to is there: links, and paths in backquotes."""

import os
import re
import subprocess
import sys

os.chdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))

LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
# A path from the root of the tree; globs and placeholders name no file.
PATH = re.compile(r"`((?:bpf|daemon|demo|docs|include|lib|mk|packaging|tests|"
                  r"tools)/[\w./-]+)`")


def main():
    pages = subprocess.run(["git", "ls-files", "*.md"], capture_output=True,
                           text=True, check=True).stdout.split()
    seen, missing = 0, []
    for page in pages:
        with open(page) as f:
            text = f.read()
        for name in LINK.findall(text):
            seen += 1
            if not os.path.exists(os.path.join(os.path.dirname(page), name)):
                missing.append(f"{page}: {name}")
        for name in PATH.findall(text):
            seen += 1
            if not os.path.exists(name):
                missing.append(f"{page}: {name}")
    print("\n".join(missing))
    print(f"{len(pages)} pages, {seen} references, {len(missing)} missing")
    return 1 if missing or seen < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
