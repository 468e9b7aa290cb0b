#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/run.sh lets no failure through, names each skip, and with CI=true takes
# only those that are expected. Shown in a tree of its own with made-up tests.
set -eu
cd "$(dirname "$0")/../.."
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
mkdir -p "$root/tests/lint" "$root/tests/e2e" "$root/build/test-logs"
cp tests/run.sh "$root/tests/"
printf '# why\nlint/away  it is known\nlint/unit:asleep  it is known\n' \
	>"$root/tests/expected-skips"
rc=0

made() { # NAME LINE...: a test; none: no test of that name
	local file=$root/tests/lint/$1.sh

	rm -f "$file"
	shift
	[ $# -eq 0 ] && return
	printf '#!/bin/sh\n' >"$file"
	printf '%s\n' "$@" >>"$file"
	chmod 755 "$file"
}

says() { # CODE CI TEXT...: what `run.sh lint' has to end with and print
	local want=$1 ci=$2 got=0 out text

	shift 2
	out=$(CI=$ci ONLY='*' "$root/tests/run.sh" lint 2>&1) || got=$?
	[ "$got" -eq "$want" ] || {
		rc=1
		echo "exit $got, not $want, CI=$ci: $out"
	}
	for text; do
		grep -Eq "$text" <<<"$out" || {
			rc=1
			echo "no '$text', CI=$ci, in: $out"
		}
	done
}

made good 'exit 0'
says 0 true '^ok +lint/good' '^1 passed, 0 failed, 0 skipped$'

made bad 'echo broken; exit 3'
says 1 '' '^FAIL lint/bad .*exit 3' '\| broken' '^1 passed, 1 failed'
made bad 'kill -SEGV $$'
says 1 '' '^FAIL lint/bad .*signal 11'
made bad

made away 'echo "skip: nothing there"; exit 77'
says 0 '' '^skip lint/away .*nothing there' '^1 passed, 0 failed, 1 skipped$'
says 0 true '^skip lint/away .*nothing there'
made other 'echo "skip: no tool"; exit 77'
says 0 '' '^skip lint/other .*no tool' '^1 passed, 0 failed, 2 skipped$'
says 1 true '^FAIL lint/other .*no tool' '1 failed, 1 skipped$'
made other
made away

# What cmocka prints, twice, before it exits with 0.
made unit 'echo "skip: needs a bed"; echo "[  SKIPPED ] asleep"' \
	'echo "[  SKIPPED ] 1 test(s), listed below:"' \
	'echo "[  SKIPPED ] asleep"; exit 0'
says 0 true '^ok +lint/unit' '^skip lint/unit:asleep .*needs a bed' \
	'^2 passed, 0 failed, 1 skipped$'
made unit 'echo "[  SKIPPED ] awake"; exit 0'
says 0 '' '^skip lint/unit:awake '
says 1 true '^FAIL lint/unit:awake ' '^2 passed, 1 failed'
made unit

# Two that wait for each other can only pass side by side, and one that wants
# both to have ended only behind them.
pair() { # NAME OTHER
	cat >"$root/tests/e2e/$1.sh" <<-EOF
		#!/bin/sh
		# Runs beside others.
		touch $root/here-$1
		for i in \$(seq 100); do
			[ -e $root/here-$2 ] && touch $root/done-$1 && exit 0
			sleep 0.1
		done
		exit 1
	EOF
}
if [ "$(id -u)" -eq 0 ] && [ "$(nproc)" -gt 1 ]; then
	pair one two
	pair two one
	printf '#!/bin/sh\n[ -e %s ] && [ -e %s ]\n' "$root/done-one" \
		"$root/done-two" >"$root/tests/e2e/alone.sh"
	chmod 755 "$root"/tests/e2e/*.sh
	printf 'all:\n' >"$root/Makefile"
	out=$(TMPDIR=$root CI='' ONLY='*' "$root/tests/run.sh" e2e 2>&1) || rc=1
	grep -Fq '3 passed, 0 failed, 0 skipped' <<<"$out" || {
		rc=1
		echo "side by side: $out"
	}
	rm "$root"/tests/e2e/*.sh
fi

# As an ordinary user: what needs root is named, and is no failure.
cp "$root/tests/lint/good.sh" "$root/tests/e2e/rooted.sh"
as_user=()
[ "$(id -u)" -ne 0 ] ||
	as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
chmod -R a+rwX "$root"
out=$("${as_user[@]}" env CI= "$root/tests/run.sh" e2e lint) || rc=1
grep -Eq '^skip e2e/rooted +0.0s  needs root$' <<<"$out" || {
	rc=1
	echo "as an ordinary user: $out"
}
exit $rc
