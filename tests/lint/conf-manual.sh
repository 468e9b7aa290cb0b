#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# dhcp4o6.conf(5) names every statement the parser of the servers' files has a
# row for, and no others; dhcp4o6-client.conf(5) those of the clients' file.
set -u
cd "$(dirname "$0")/../.." || exit 1

readonly kinds='PLAIN|VALUE|BLOCK|ONLY6|IGNORED|LOST|OFF_ONLY|REFUSED'
rc=0

# Prints a name per line; rows may be broken behind their opening parenthesis.
statements_of_rows() {
	tr '\n\t' '  ' <"$1" |
		grep -oE "($kinds)\( *\"[^\"]+\"" | sed 's/.*"\(.*\)"/\1/' |
		sort -u
}

statements_of_page() {
	sed -n 's/^\.It Ic \([^ ]*\).*/\1/p' "$1" | sort -u
}

# ROWS PAGE LEAST: both name the same statements, and as many at least.
compare() {
	local rows=$1 page=$2 least=$3 line

	if [ "$(statements_of_rows "$rows" | wc -l)" -lt "$least" ]; then
		echo "$rows: the table was not understood"
		rc=1
	fi
	while read -r line; do
		echo "$page: statement '$line' of the table is missing"
		rc=1
	done < <(comm -23 <(statements_of_rows "$rows") \
		<(statements_of_page "$page"))
	while read -r line; do
		echo "$page: statement '$line' is not in the table"
		rc=1
	done < <(comm -13 <(statements_of_rows "$rows") \
		<(statements_of_page "$page"))
}

compare lib/conf/schema_rows.c docs/man/dhcp4o6.conf.5 100
compare lib/conf/client_rows.c docs/man/dhcp4o6-client.conf.5 50
exit $rc
