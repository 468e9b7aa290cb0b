#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Fetches the other implementations that tests run against into build/peers:
# unpacked, never installed, since their maintainer scripts would start
# services. A wrapper for each program is in build/peers/bin. Does nothing when
# all is there. Exit 77 (and "skip: why") where they cannot be had.
set -u
cd "$(dirname "$0")/../.." || exit 1

readonly dir=build/peers
packages=(
	kea-dhcp4-server kea-dhcp6-server kea-common kea-admin
	isc-dhcp-relay isc-dhcp-client isc-dhcp-server dhcpcd-base udhcpc
	wide-dhcpv6-client systemd libsystemd-shared
)

skip() {
	echo "skip: $*"
	exit 77
}

# The libraries that the packages need and that are not installed.
libraries() {
	local name

	apt-cache depends --recurse --no-recommends --no-suggests \
		--no-conflicts --no-breaks --no-replaces --no-enhances \
		"${packages[@]}" | grep '^lib' | grep -v -- '-perl$' | sort -u |
		while read -r name; do
			[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" \
				2>/dev/null)" = installed ] || echo "$name"
		done
}

fetch() {
	local names package

	mapfile -t names < <(libraries)
	mkdir -p "$dir/deb" || return 1
	(cd "$dir/deb" && apt-get -q -o APT::Sandbox::User="$(id -un)" \
		download "${packages[@]}" "${names[@]}") </dev/null || return 1
	for package in "$dir"/deb/*.deb; do
		dpkg-deb -x "$package" "$dir/root" || return 1
	done
}

wrap() {
	local program name

	mkdir -p "$dir/bin"
	for program in "$dir"/root/{usr/,}{sbin,bin}/* \
		"$dir"/root/lib/systemd/systemd-networkd; do
		[ -f "$program" ] || continue
		name=$(basename "$program")
		cat >"$dir/bin/$name" <<-WRAPPER
			#!/bin/sh
			here=\$(dirname "\$(readlink -f "\$0")")/..
			lib=\$here/root/usr/lib/$(uname -m)-linux-gnu
			LD_LIBRARY_PATH=\$lib:\$lib/kea:\$lib/systemd\${LD_LIBRARY_PATH+:\$LD_LIBRARY_PATH}
			export LD_LIBRARY_PATH
			exec "\$here/${program#"$dir"/}" "\$@"
		WRAPPER
		chmod +x "$dir/bin/$name"
	done
}

# Each has to start, with all of its libraries.
works() {
	"$dir/bin/kea-dhcp4" -v && "$dir/bin/kea-dhcp6" -v &&
		"$dir/bin/perfdhcp" -v && "$dir/bin/dhcrelay" --version &&
		"$dir/bin/dhclient" --version && "$dir/bin/dhcpd" --version &&
		"$dir/bin/dhcpcd" --version &&
		"$dir/bin/systemd-networkd" --version
}

command -v apt-get >/dev/null || skip "no apt-get to fetch test peers with"
mkdir -p build
exec 9>build/peers.lock
flock 9
# It holds what was fetched: another list is fetched anew.
[ "$(cat "$dir/ready" 2>/dev/null)" = "${packages[*]}" ] && exit 0
rm -rf "$dir"
if ! fetch >build/peers.log 2>&1; then
	# Package lists may be missing or old.
	rm -rf "$dir"
	[ "$(id -u)" -eq 0 ] && apt-get -q -o DPkg::Lock::Timeout=300 update \
		</dev/null >>build/peers.log 2>&1
	fetch >>build/peers.log 2>&1 ||
		skip "test peers cannot be fetched; build/peers.log says why"
fi
wrap
if ! works >>build/peers.log 2>&1; then
	echo "fetched test peers do not run; see build/peers.log"
	exit 1
fi
rm -rf "$dir/deb"
echo "${packages[*]}" >"$dir/ready"
