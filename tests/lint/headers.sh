#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every header compiles alone: it includes what it needs.
set -u
cd "$(dirname "$0")/../.." || exit 1

check_one() {
	local flags=(-std=c11 -D_GNU_SOURCE -Iinclude -Ibuild/gen
		-Itests/support -Wall -Wextra -Wpedantic -Werror)

	case $1 in
	bpf/*) return 0 ;; # compiled by clang -target bpf, as part of a whole
	esac
	printf '#include "%s"\nextern int unit_is_not_empty;\n' "$1" |
		gcc "${flags[@]}" -I. -fsyntax-only -x c - ||
		{ echo "$1 does not compile alone"; return 1; }
}
export -f check_one

git ls-files --cached --others --exclude-standard '*.h' | sort -u |
	xargs -P "$(nproc)" -I{} bash -c 'check_one {}'
