#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/run.sh SUITE...: builds what the suites need, runs their tests and
# prints one line for each; the tail of the log of those that fail. The last
# line of all is "N passed, N failed, N skipped"; exit 0 only without failure.
#
# A test is an executable: exit 0 is a pass, 77 a skip (it prints "skip: why"),
# anything else, a signal or its time limit a failure. Logs of all of them are
# in build/test-logs/SUITE/TEST.log. With CI=true a skip that does not stand in
# tests/expected-skips is a failure. A case that a cmocka program skipped is a
# skip of its own, SUITE/TEST:CASE, though the program's exit code hides it.
# ONLY=PATTERN picks tests by name, and fails if it picks none; --list prints
# them all.
set -u
cd "$(dirname "$0")/.." || exit 1

readonly all_suites="build unit fuzz conf bpf e2e interop kernel lint"
readonly logs=build/test-logs
readonly san=address,undefined
readonly tail_lines=25
passed=0 failed=0 skipped=0

export ASAN_OPTIONS=${ASAN_OPTIONS-detect_leaks=1:abort_on_error=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS-print_stacktrace=1}
unset MAKEFLAGS MAKELEVEL MFLAGS
make=(make -s "-j$(nproc)")

# The suites that make namespaces, or load programs into the kernel.
needs_root() {
	case $1 in
	bpf | e2e | interop) return 0 ;;
	*) return 1 ;;
	esac
}

# Seconds after which a test of the suite is stopped.
limit_of() {
	case $1 in
	build) echo 300 ;;
	unit | conf | lint) echo 120 ;;
	kernel) echo 300 ;; # every instruction is emulated
	*) echo 180 ;;
	esac
}

# Tests of these share nothing but the processor.
share_nothing() { # SUITE
	case $1 in
	unit | fuzz | conf | lint) return 0 ;;
	*) return 1 ;;
	esac
}

# Nor do single tests that have this line: they wait more than they work, and it
# is all the same to them whether AF_XDP, whose memory is for one, can be had.
readonly beside='^# Runs beside others[.]$'

scripts_in() {
	local file

	for file in "$1"/*.sh "$1"/*.py; do
		[ -x "$file" ] && echo "$file"
	done
}

# What `make' has to build before the suite can run; nothing: no line.
targets_of() {
	case $1 in
	unit) echo "SAN=$san unit-tests" ;;
	fuzz) echo "SAN=$san fuzz-replays" ;;
	bpf) echo "bpf-tests" ;;
	conf | e2e | interop) echo "all" ;;
	kernel) echo "all bpf-tests net-tests" ;;
	esac
}

# Prints a command per line; the first word names the test.
tests_of() {
	local san_dir=build/obj-san/tests file name

	case $1 in
	build)
		echo "gcc ${make[*]} CC=gcc all test-programs"
		echo "clang ${make[*]} CC=clang all test-programs"
		echo "install tests/lib/install.sh"
		;;
	unit)
		for file in tests/unit/test_*.c; do
			name=$(basename "$file" .c)
			[ -e "$file" ] && echo "$name $san_dir/unit/$name"
		done
		;;
	fuzz)
		for file in tests/fuzz/fuzz_*.c; do
			name=$(basename "$file" .c)
			[ -e "$file" ] && echo "$name $san_dir/fuzz/$name" \
				"tests/fuzz/corpus/${name#fuzz_}"
		done
		;;
	bpf)
		for file in tests/bpf/test_*.c; do
			name=$(basename "$file" .c)
			[ -e "$file" ] && echo "$name build/obj/tests/bpf/$name"
		done
		scripts_in tests/bpf | sed 's/.*/& &/'
		;;
	*)
		scripts_in "tests/$1" | sed 's/.*/& &/'
		;;
	esac
}

# Prints name and command of each test that ONLY=PATTERN lets through.
selected_tests() {
	local name command

	tests_of "$1" | while read -r name command; do
		name=$(basename "${name%.*}")
		# shellcheck disable=SC2053
		[[ $name == ${ONLY-*} ]] && echo "$name $command"
	done
}

is_expected_skip() {
	grep -q "^$1[[:space:]]" tests/expected-skips
}

report() { # WORD TEST SECONDS [WHY]
	printf '%-4s %-36s %6ss%s\n' "$1" "$2" "$3" "${4:+  $4}"
}

# Without what a build says about steps that went well.
show_tail() {
	grep -vE '^  (CC|AR|LINK|BPF|SKEL)  ' "$1" | tail -n $tail_lines |
		sed 's/^/     | /'
}

report_skip() { # TEST SECONDS WHY
	if [ "${CI-}" = true ] && ! is_expected_skip "$1"; then
		failed=$((failed + 1))
		report FAIL "$1" "$2" "skipped, and not expected to be: $3"
		return
	fi
	skipped=$((skipped + 1))
	report skip "$1" "$2" "$3"
}

# Prints name and reason of each case that a program of cmocka skipped.
skipped_cases() { # LOG
	awk '/^skip: / { why = substr($0, 7) }
	     /^\[  SKIPPED \] [A-Za-z0-9_]+$/ && !seen[$4]++ {
		print $4, why; why = "" }' "$1"
}

# Called once per finished test, in the order of the list.
account() { # TEST LOG
	local rc seconds why name

	read -r rc seconds <"$2.result" || { rc=1 seconds=0; }
	case $rc in
	0)
		passed=$((passed + 1))
		report ok "$1" "$seconds"
		while read -r name why; do
			report_skip "$1:$name" 0.0 "${why:-gives no reason}"
		done < <(skipped_cases "$2")
		;;
	77)
		why=$(sed -n 's/^skip: //p' "$2" | head -n 1)
		report_skip "$1" "$seconds" "${why:-gives no reason}"
		;;
	*)
		failed=$((failed + 1))
		why="exit $rc"
		[ "$rc" -eq 124 ] && why="ran longer than its limit"
		[ "$rc" -gt 128 ] && why="killed by signal $((rc - 128))"
		report FAIL "$1" "$seconds" "$why; $2"
		show_tail "$2"
		;;
	esac
}

# What AF_XDP may lock is shared by all processes of one user, so two runs of
# such a suite on one machine take turns; after ten minutes they just go.
readonly turn=${TMPDIR:-/tmp}/dhcp4o6-tests.lock
begin_turn() { # SUITE
	needs_root "$1" && exec 8>>"$turn" && flock --timeout 600 8
}

end_turn() {
	exec 8>&-
}

run_one() { # LIMIT LOG COMMAND...
	local limit=$1 log=$2 begin rc

	shift 2
	begin=$(date +%s%N)
	timeout --kill-after=10 "$limit" "$@" >"$log" 2>&1 </dev/null
	rc=$?
	echo "$rc $((($(date +%s%N) - begin) / 100000000))" |
		sed 's/ \(.*\)\(.\)$/ \1.\2/; s/ \./ 0./' >"$log.result"
}

run_suite() { # SUITE
	local suite=$1 target name log

	mkdir -p "$logs/$suite"
	rm -f "$logs/$suite"/*.log "$logs/$suite"/*.result
	if needs_root "$suite" && [ "$(id -u)" -ne 0 ]; then
		while read -r name _; do
			report_skip "$suite/$name" 0.0 "needs root"
		done < <(selected_tests "$suite")
		return
	fi
	target=$(targets_of "$suite")
	if [ -n "$target" ]; then
		log=$logs/$suite/build.log
		# shellcheck disable=SC2086
		if ! "${make[@]}" $target >"$log" 2>&1 </dev/null; then
			failed=$((failed + 1))
			report FAIL "$suite/build" 0.0 "make $target; $log"
			show_tail "$log"
			return
		fi
	fi
	begin_turn "$suite"
	run_tests "$suite" "$(nproc)" < <(tests_beside "$suite")
	run_tests "$suite" 1 < <(tests_alone "$suite")
	end_turn
}

# Those of selected_tests() that run beside others, and those that do not.
tests_beside() { # SUITE
	local name command

	selected_tests "$1" | while read -r name command; do
		runs_beside "$1" "$command" && echo "$name $command"
	done
}

tests_alone() { # SUITE
	local name command

	selected_tests "$1" | while read -r name command; do
		runs_beside "$1" "$command" || echo "$name $command"
	done
}

runs_beside() { # SUITE COMMAND
	share_nothing "$1" ||
		{ [ -f "$2" ] && grep -q "$beside" "$2"; }
}

# Runs the tests of standard input, so many at a time, and reports in order.
run_tests() { # SUITE WIDTH
	local suite=$1 width=$2 limit name command_line log queue=() pid=()
	local -a command

	limit=$(limit_of "$suite")
	while read -r name command_line; do
		read -r -a command <<<"$command_line"
		log=$logs/$suite/$name.log
		run_one "$limit" "$log" "${command[@]}" &
		pid+=($!)
		queue+=("$name")
		[ ${#queue[@]} -lt "$width" ] && continue
		wait "${pid[0]}"
		account "$suite/${queue[0]}" "$logs/$suite/${queue[0]}.log"
		pid=("${pid[@]:1}") queue=("${queue[@]:1}")
	done
	for name in "${queue[@]}"; do
		wait "${pid[0]}"
		pid=("${pid[@]:1}")
		account "$suite/$name" "$logs/$suite/$name.log"
	done
}

# Each test leads a process group of its own, so the terminal's ^C misses it.
stop_all() {
	local job

	trap - INT TERM
	for job in $(jobs -p); do
		pkill -TERM -P "$job"
	done
	wait
	exit 130
}
trap stop_all INT TERM

if [ "${1-}" = --list ]; then
	for suite in $all_suites; do
		selected_tests "$suite" | sed "s#^\\([^ ]*\\).*#$suite/\\1#"
	done
	exit 0
fi
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $all_suites
for suite in "$@"; do
	[[ " $all_suites " == *" $suite "* ]] || {
		echo "usage: tests/run.sh [SUITE...]   of: $all_suites" >&2
		exit 2
	}
done
for suite in "$@"; do
	run_suite "$suite"
done
if [ $((passed + failed + skipped)) -eq 0 ]; then
	echo "no test of $* is named '${ONLY-*}'" >&2
	exit 1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
