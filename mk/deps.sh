#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mk/deps.sh SET...: what building (set `build'), the demonstration (`demo') and
# testing (`test', with `demo') need, by Debian package name. Root: what is missing is installed, nothing
# happens when nothing is. Anybody else: prints the command that would do it;
# exit 1 only if something is missing without which nothing builds.
set -u

build_set=(
	bpftool clang gcc git libbpf-dev libc6-dev libcap-ng-dev
	libelf-dev libjansson-dev libmnl-dev libseccomp-dev libxdp-dev
	linux-libc-dev llvm make nettle-dev zlib1g-dev
)
demo_set=(ethtool iproute2 mount procps python3 util-linux)
test_set=(
	busybox-static clang-format cpio e2fsprogs kmod libclang-rt-14-dev
	libcmocka-dev mandoc qemu-system-x86 strace "${demo_set[@]}"
)

usage() {
	echo "usage: mk/deps.sh build|demo|test..." >&2
	exit 2
}

is_installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" \
		= installed ]
}

# Prints those of its arguments that are not installed.
missing_of() {
	local package

	for package in "$@"; do
		is_installed "$package" || echo "$package"
	done
}

[ $# -gt 0 ] || usage
if ! command -v dpkg-query >/dev/null; then
	echo "deps: no dpkg here; see mk/deps.sh for what is needed" >&2
	exit 0
fi

missing=()
needed_to_build=no
for set in "$@"; do
	case $set in
	build) mapfile -t found < <(missing_of "${build_set[@]}") ;;
	demo) mapfile -t found < <(missing_of "${demo_set[@]}") ;;
	test) mapfile -t found < <(missing_of "${test_set[@]}") ;;
	*) usage ;;
	esac
	[ "$set" = build ] && [ ${#found[@]} -gt 0 ] && needed_to_build=yes
	missing+=("${found[@]}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "deps: missing: ${missing[*]}; as root:"
	echo "apt-get install --no-install-recommends ${missing[*]}"
	[ $needed_to_build = no ]
	exit
fi

export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -q -o DPkg::Lock::Timeout=300)
echo "deps: installing ${missing[*]}"
"${apt[@]}" update </dev/null &&
	"${apt[@]}" install -y --no-install-recommends "${missing[@]}" \
		</dev/null
