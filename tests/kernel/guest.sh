#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# /init of the virtual machines that debian.py and interfaces.py start; it does
# what there are programs for. Each check prints a line "RESULT ok NAME" or
# "RESULT FAIL NAME"; the last line of all is GUEST DONE.
export PATH=/bin
export HOME=/tmp

check() {
	name=$1
	shift
	if "$@" >/tmp/out 2>&1; then
		echo "RESULT ok $name"
	else
		echo "RESULT FAIL $name (exit $?)"
		tail -n 70 /tmp/out
		for log in /tmp/server*.log; do
			[ -e "$log" ] && tail -n 8 "$log"
		done
	fi
}

prepare() {
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t devtmpfs dev /dev
	mount -t tmpfs tmpfs /tmp
	mount -t tmpfs tmpfs /run
	mount -t bpf bpf /sys/fs/bpf
	mkdir -p /run/dhcp4o6 /run/netns /tmp/dhcp
	ip link set lo up
}

load_modules() {
	for module in /modules/*.ko; do
		insmod "$module" || return 1
	done
}

# client: c0, then c0.100; server: s0, s0.100, here, so that /sys stays as it is.
make_links() {
	ip netns add client &&
		ip link add s0 address 02:00:00:00:00:05 type veth \
			peer name c0 address 02:00:00:00:00:01 netns client &&
		ip link set s0 up &&
		ip -n client link set c0 up &&
		ip addr add 2001:db8:1:1::1/64 dev s0 nodad &&
		ip addr add 10.10.10.1/24 dev s0 || return 1
	sleep 2 # duplicate address detection of the link-local addresses
}

make_vlan_links() {
	ip link add link s0 name s0.100 type vlan id 100 &&
		ip link set s0.100 up &&
		ip -n client link add link c0 name c0.100 type vlan id 100 &&
		ip -n client link set c0.100 up &&
		ip addr add 2001:db8:2:1::1/64 dev s0.100 nodad || return 1
	sleep 2
}

classifier_attaches() { # MODE
	bpftool prog load /test/classify.bpf.o /sys/fs/bpf/probe type xdp &&
		bpftool net attach "$1" pinned /sys/fs/bpf/probe dev s0 &&
		ip link show dev s0 | grep -q xdp || return 1
	case $1 in
	xdpdrv) ip link show dev s0 | grep -q ' xdp ' || return 1 ;;
	esac
	bpftool net detach "$1" dev s0 && rm /sys/fs/bpf/probe
}

# What a test would pass over without a word.
all_kinds_are_here() {
	ip link add t0 type dummy && ip link del t0 &&
		ip link add t0 type ip6tnl mode ipip6 local ::1 remote ::2 &&
		ip link del t0
}

# A case that is skipped has not been tried.
runs_whole() { # PROGRAM
	"$1" >/tmp/whole 2>&1
	code=$?
	cat /tmp/whole
	[ $code = 0 ] && ! grep -q '^skip: ' /tmp/whole
}

write_configuration() {
	cat >/tmp/dhcp/conf6 <<-CONF
		dhcp4o6 { xdp auto; }
		subnet6 2001:db8:1:1::/64 { }
	CONF
	cat >/tmp/dhcp/conf4 <<-CONF
		authoritative;
		shared-network plain {
		  subnet6 2001:db8:1:1::/64 { }
		  subnet 10.10.10.0 netmask 255.255.255.0 {
		    range 10.10.10.100 10.10.10.199;
		  }
		}
		shared-network tagged {
		  subnet6 2001:db8:2:1::/64 { }
		  subnet 10.20.10.0 netmask 255.255.255.0 {
		    range 10.20.10.100 10.20.10.199;
		  }
		}
	CONF
}

wait_for() { # PATH
	tries=0
	while [ ! -e "$1" ]; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || return 1
		sleep 0.1
	done
}

pair_starts() { # INTERFACES
	write_configuration
	for family in 4 6; do
		interfaces=
		[ $family = 6 ] && interfaces=$1
		# shellcheck disable=SC2086
		dhcp4o6-server$family -f -d -$family -4o6 6767 \
			-cf /tmp/dhcp/conf$family -lf /tmp/dhcp/leases$family \
			-pf /tmp/dhcp/pid$family $interfaces \
			>/tmp/server$family.log 2>&1 &
		wait_for /run/dhcp4o6/server$family-6767.sock || return 1
	done
}

clients_get_leases() { # INTERFACE PREFIX
	if ! ip netns exec client dhcp4o6-bench -I "$1" -n 50 dora; then
		dhcp4o6ctl stats
		return 1
	fi
	[ "$(dhcp4o6ctl leases list --subnet "$2" --state active |
			grep -c "${2%.0/24}")" -ge 50 ]
}

# redirected of a classifier's counters; a VLAN's are those of its port.
frames_were_redirected() {
	dhcp4o6ctl -j stats >/tmp/stats || return 1
	cat /tmp/stats
	grep -Eq '"mode": *"native"' /tmp/stats &&
		grep -Eq '"redirected": *[1-9]' /tmp/stats &&
		bpftool map dump pinned /sys/fs/bpf/dhcp4o6/6767/s0/d4o6_stats
}

# veth keeps tags beside the frame, where no XDP program sees them.
socket_serves_vlans() {
	dhcp4o6ctl -j stats >/tmp/stats || return 1
	cat /tmp/stats
	grep -Eq '"mode": *"none"' /tmp/stats &&
		grep -q 'has VLAN devices' /tmp/stats
}

pair_stops() {
	for family in 6 4; do
		pid=$(cat /tmp/dhcp/pid$family) && kill "$pid" || return 1
		tries=0
		while [ -d "/proc/$pid" ] && [ $tries -lt 50 ]; do
			tries=$((tries + 1))
			sleep 0.1
		done
		[ ! -e /tmp/dhcp/pid$family ] || return 1
	done
	! ip link show dev s0 | grep -q xdp
}

prepare
echo # the firmware leaves the cursor in the midst of a line
check "modules load" load_modules
if [ -e /test/classify.bpf.o ]; then
	check "links come up" make_links
	check "the classifier attaches in the driver" \
		classifier_attaches xdpdrv
	check "the classifier attaches generically" \
		classifier_attaches xdpgeneric
fi
for program in /test/bpf/*; do
	[ -e "$program" ] && check "bpf/$(basename "$program")" "$program"
done
[ -e /test/all-kinds ] &&
	check "all kinds of interfaces are here" all_kinds_are_here
for program in /test/net/*; do
	[ -e "$program" ] && check "net/$(basename "$program")" \
		runs_whole "$program"
done
if [ -x /bin/dhcp4o6-server6 ]; then
	check "the pair starts" pair_starts s0
	check "clients get leases" clients_get_leases c0 10.10.10.0/24
	check "frames went through AF_XDP" frames_were_redirected
	check "the pair stops" pair_stops
	check "VLAN links come up" make_vlan_links
	check "the pair starts again" pair_starts "s0 s0.100"
	check "clients behind a VLAN tag get leases" \
		clients_get_leases c0.100 10.20.10.0/24
	check "the socket serves VLANs of veth" socket_serves_vlans
	check "the pair stops again" pair_stops
fi
echo "GUEST DONE"
poweroff -f
