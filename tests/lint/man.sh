#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Manual pages are sound mdoc, and what they refer to of ours exists.
set -u
cd "$(dirname "$0")/../.." || exit 1

command -v mandoc >/dev/null || {
	echo "skip: no mandoc"
	exit 77
}
rc=0
for page in docs/man/*.[1-8]; do
	[ -e "$page" ] || continue
	# STYLE is about taste; whether a page is installed here is not ours.
	mandoc -T lint -W warning "$page" || rc=1
	while read -r name section; do
		[ -e "docs/man/$name.$section" ] || {
			echo "$page: refers to $name($section), which is missing"
			rc=1
		}
	done < <(sed -n 's/^\.Xr \(dhcp4o6[^ ]*\) \([0-9]\).*/\1 \2/p' "$page")
done
for program in build/bin/*; do
	[ -e "$program" ] || continue
	compgen -G "docs/man/$(basename "$program").[18]" >/dev/null || {
		echo "$program has no manual page"
		rc=1
	}
done
exit $rc
