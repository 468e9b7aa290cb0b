#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Scripts parse; everything that is a test is run by tests/run.sh.
set -u
cd "$(dirname "$0")/../.." || exit 1
rc=0

while read -r script; do
	case $(head -c 64 "$script" | head -n 1) in
	'#!/bin/bash' | '#!/bin/sh') bash -n "$script" || rc=1 ;;
	'#!/usr/bin/python3')
		/usr/bin/python3 - "$script" <<-'CHECK' || rc=1
			import ast, sys
			ast.parse(open(sys.argv[1]).read(), sys.argv[1])
		CHECK
		;;
	'#!'*)
		echo "$script: neither bash, sh nor python3"
		rc=1
		;;
	esac
done < <(git ls-files --cached --others --exclude-standard |
	grep -vE '^tests/(fuzz/corpus|vectors)/')

listed=$(tests/run.sh --list)
while read -r file; do
	case $file in
	tests/run.sh | tests/lib/* | tests/bench/*) continue ;;
	*.c) name=$(basename "$file" .c) ;;
	*) name=$(basename "${file%.*}") ;;
	esac
	suite=$(basename "$(dirname "$file")")
	grep -qx "$suite/$name" <<<"$listed" || {
		echo "$file is not run by make check"
		rc=1
	}
done < <(
	git ls-files -s tests | awk '$1 == 100755 { print $4 }'
	git ls-files 'tests/*/test_*.c' 'tests/*/fuzz_*.c'
)
exit $rc
