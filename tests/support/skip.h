/* SPDX-License-Identifier: BSD-2-Clause */
/* skip - a case that cannot run here says why, and tests/run.sh repeats it. */
#ifndef DHCP4O6_TESTS_SKIP_H
#define DHCP4O6_TESTS_SKIP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Ends the case; cmocka's exit code does not tell, the log does. */
#define skip_case(why)                            \
	do {                                      \
		print_message("skip: " why "\n"); \
		skip();                           \
	} while (0)

#endif /* DHCP4O6_TESTS_SKIP_H */
