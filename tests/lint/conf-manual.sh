#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# dhcp4o6.conf(5) names every statement the parser has a row for, and no others.
set -u
cd "$(dirname "$0")/../.." || exit 1

readonly page=docs/man/dhcp4o6.conf.5
readonly kinds='PLAIN|VALUE|BLOCK|ONLY6|IGNORED|LOST|OFF_ONLY|REFUSED'
rc=0

# Prints a name per line; rows may be broken behind their opening parenthesis.
statements_of_schema() {
	tr '\n\t' '  ' <lib/conf/schema_rows.c |
		grep -oE "($kinds)\( *\"[^\"]+\"" | sed 's/.*"\(.*\)"/\1/'
}

statements_of_page() {
	sed -n 's/^\.It Ic \([^ ]*\).*/\1/p' "$page"
}

# WHAT CODE-COMMAND PAGE-COMMAND: both must print the same lines, in any order.
compare() {
	local what=$1 code=$2 manual=$3 line

	if [ "$("$code" | wc -l)" -lt 50 ]; then
		echo "$what: the table was not understood"
		rc=1
	fi
	while read -r line; do
		echo "$page: $what '$line' of the table is missing"
		rc=1
	done < <(comm -23 <("$code" | sort -u) <("$manual" | sort -u))
	while read -r line; do
		echo "$page: $what '$line' is not in the table"
		rc=1
	done < <(comm -13 <("$code" | sort -u) <("$manual" | sort -u))
}

compare statement statements_of_schema statements_of_page
exit $rc
