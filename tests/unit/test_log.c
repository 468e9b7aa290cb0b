/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines on stderr, which the tests make a pipe; and the bucket of lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dhcp4o6/base/log.h"

struct capture {
	int saved;
	int from;
	char text[4096];
};

static void capture_begin(struct capture *c)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	c->saved = dup(STDERR_FILENO);
	assert_true(c->saved >= 0);
	assert_true(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
	close(ends[1]);
	c->from = ends[0];
}

static void capture_read(struct capture *c)
{
	ssize_t n = read(c->from, c->text, sizeof(c->text) - 1);

	c->text[n > 0 ? n : 0] = '\0';
}

static void capture_end(struct capture *c)
{
	assert_true(dup2(c->saved, STDERR_FILENO) == STDERR_FILENO);
	close(c->saved);
	close(c->from);
}

static void lines_name_program_and_level(void **state)
{
	struct capture c;

	(void)state;
	unsetenv("JOURNAL_STREAM");
	capture_begin(&c);
	log_open("dhcp4o6-test", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	log_info("lease %s refused", "192.0.2.7");
	log_error("disk full");
	capture_read(&c);
	capture_end(&c);
	assert_string_equal(c.text,
			    "dhcp4o6-test: info: lease 192.0.2.7 refused\n"
			    "dhcp4o6-test: error: disk full\n");
}

static void lines_below_the_threshold_are_not_written(void **state)
{
	struct capture c;

	(void)state;
	capture_begin(&c);
	log_open("t", LOG_TARGET_STDERR, LOG_LEVEL_NOTICE);
	log_info("no");
	log_debug("no");
	log_notice("yes");
	capture_read(&c);
	capture_end(&c);
	assert_string_equal(c.text, "t: notice: yes\n");
	assert_true(log_would(LOG_LEVEL_NOTICE));
	assert_false(log_would(LOG_LEVEL_INFO));
}

static void the_journal_gets_priorities(void **state)
{
	struct capture c;
	struct stat st;
	char stream[64];

	(void)state;
	capture_begin(&c);
	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu",
		 (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_open("t", LOG_TARGET_STDERR, LOG_LEVEL_DEBUG);
	log_warning("half is gone");
	log_debug("packet");
	capture_read(&c);
	capture_end(&c);
	assert_string_equal(c.text, "<4>half is gone\n<7>packet\n");
}

static void an_inherited_journal_stream_of_others_is_ignored(void **state)
{
	struct capture c;

	(void)state;
	capture_begin(&c);
	setenv("JOURNAL_STREAM", "1:1", 1);
	log_open("t", LOG_TARGET_STDERR, LOG_LEVEL_DEBUG);
	log_notice("here");
	capture_read(&c);
	capture_end(&c);
	unsetenv("JOURNAL_STREAM");
	assert_string_equal(c.text, "t: notice: here\n");
}

static void text_of_peers_cannot_make_lines_or_escapes(void **state)
{
	struct capture c;

	(void)state;
	capture_begin(&c);
	log_open("t", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	errno = ENOENT;
	log_info("name=%s", "a\nt: error: b\033[31m\177\303\244");
	assert_int_equal(errno, ENOENT);
	capture_read(&c);
	capture_end(&c);
	assert_string_equal(c.text,
			    "t: info: name=a?t: error: b?[31m?\303\244\n");
}

static void long_lines_are_cut(void **state)
{
	struct capture c;
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	capture_begin(&c);
	log_open("t", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	log_info("%s", text);
	capture_read(&c);
	capture_end(&c);
	assert_int_equal(strlen(c.text), strlen("t: info: ") + 2000 + 1);
	assert_int_equal(c.text[strlen(c.text) - 1], '\n');
}

static struct mono_time at_ms(int64_t ms)
{
	return mono_add_ms((struct mono_time){ .ns = NS_PER_S }, ms);
}

static void a_bucket_lets_a_burst_through_and_then_a_trickle(void **state)
{
	struct log_rate rate = LOG_RATE_INIT(3, 1000);
	uint32_t suppressed;
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++)
		assert_true(log_rate_allow(&rate, at_ms(0), &suppressed));
	for (i = 0; i < 7; i++)
		assert_false(log_rate_allow(&rate, at_ms(999), NULL));
	assert_true(log_rate_allow(&rate, at_ms(1000), &suppressed));
	assert_int_equal(suppressed, 7);
	assert_false(log_rate_allow(&rate, at_ms(1500), NULL));
	/* Half a second that was left over counts. */
	assert_true(log_rate_allow(&rate, at_ms(2000), &suppressed));
	assert_int_equal(suppressed, 1);
	/* A long silence fills it, and not more than that. */
	for (i = 0; i < 3; i++)
		assert_true(log_rate_allow(&rate, at_ms(900000), NULL));
	assert_false(log_rate_allow(&rate, at_ms(900000), NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_name_program_and_level),
		cmocka_unit_test(lines_below_the_threshold_are_not_written),
		cmocka_unit_test(the_journal_gets_priorities),
		cmocka_unit_test(
			an_inherited_journal_stream_of_others_is_ignored),
		cmocka_unit_test(text_of_peers_cannot_make_lines_or_escapes),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(
			a_bucket_lets_a_burst_through_and_then_a_trickle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
