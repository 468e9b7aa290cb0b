#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# `make install' puts every program and manual page below DESTDIR, each
# program says its version from there, and `make uninstall' leaves no file.
set -eu
cd "$(dirname "$0")/../.."
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

make -s install DESTDIR="$root" PREFIX=/usr
for program in build/bin/*; do
	[ -e "$program" ] || continue
	name=$(basename "$program")
	found=$(find "$root" -type f -name "$name")
	[ -x "$found" ] || { echo "$name is not installed"; exit 1; }
	"$found" --version
done
for page in docs/man/*.[1-8]; do
	[ -e "$page" ] || continue
	# The clients' are installed with them.
	case $page in
	*/dhcp4o6-client*.8)
		compgen -G 'build/bin/dhcp4o6-client*' >/dev/null || continue
		;;
	esac
	cmp "$page" "$root/usr/share/man/man${page##*.}/$(basename "$page")"
done
if compgen -G 'build/bin/dhcp4o6-client*' >/dev/null; then
	cmp packaging/dhcp4o6-client-script \
		"$root/usr/sbin/dhcp4o6-client-script"
fi
make -s uninstall DESTDIR="$root" PREFIX=/usr
left=$(find "$root" -type f)
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
