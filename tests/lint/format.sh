#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# C sources look as clang-format 14 leaves them; other versions differ.
set -u
cd "$(dirname "$0")/../.." || exit 1

tool=$(command -v clang-format-14 || command -v clang-format) || {
	echo "skip: no clang-format"
	exit 77
}
version=$("$tool" --version | sed -n 's/.*version \([0-9]*\)\..*/\1/p')
if [ "$version" != 14 ]; then
	echo "skip: clang-format $version, not 14"
	exit 77
fi
git ls-files --cached --others --exclude-standard '*.c' '*.h' | sort -u |
	xargs -r -P "$(nproc)" -n 20 "$tool" --dry-run -Werror
