#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Fetches Debian's newest 6.1 kernel into build/kernel: unpacked, never
# installed. Does nothing when it is there. Exit 77 where it cannot be had.
set -u
cd "$(dirname "$0")/../.." || exit 1

readonly dir=build/kernel

skip() {
	echo "skip: $*"
	exit 77
}

newest() {
	apt-cache search --names-only '^linux-image-6\.1\.0-[0-9]+-cloud-amd64$' |
		cut -d' ' -f1 | sort -V | tail -n 1
}

fetch() {
	local name

	name=$(newest)
	[ -n "$name" ] || return 1
	mkdir -p "$dir/deb" || return 1
	(cd "$dir/deb" && apt-get -q -o APT::Sandbox::User="$(id -un)" \
		download "$name") </dev/null || return 1
	dpkg-deb -x "$dir"/deb/*.deb "$dir/root"
}

command -v apt-get >/dev/null || skip "no apt-get to fetch a kernel with"
[ "$(uname -m)" = x86_64 ] || skip "the kernel is for x86_64"
mkdir -p build
exec 9>build/kernel.lock
flock 9
[ -e "$dir/ready" ] && exit 0
rm -rf "$dir"
if ! fetch >build/kernel.log 2>&1; then
	rm -rf "$dir"
	[ "$(id -u)" -eq 0 ] && apt-get -q -o DPkg::Lock::Timeout=300 update \
		</dev/null >>build/kernel.log 2>&1
	fetch >>build/kernel.log 2>&1 ||
		skip "no kernel can be fetched; build/kernel.log says why"
fi
rm -rf "$dir/deb"
touch "$dir/ready"
