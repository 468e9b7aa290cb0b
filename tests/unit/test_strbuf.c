/* SPDX-License-Identifier: BSD-2-Clause */
/* Growing text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dhcp4o6/base/strbuf.h"

static void an_empty_one_has_a_text(void **state)
{
	struct strbuf buf = STRBUF_INIT;

	(void)state;
	assert_string_equal(strbuf_text(&buf), "");
	strbuf_add_mem(&buf, NULL, 0);
	assert_string_equal(strbuf_text(&buf), "");
	strbuf_fini(&buf);
}

static void additions_come_one_after_the_other(void **state)
{
	static const uint8_t mac[] = { 0x02, 0x00, 0xab, 0xff };
	struct strbuf buf = STRBUF_INIT;

	(void)state;
	strbuf_add(&buf, "lease ");
	strbuf_printf(&buf, "%u.%u", 10U, 20U);
	strbuf_add_char(&buf, ' ');
	strbuf_add_hex(&buf, mac, sizeof(mac), ':');
	strbuf_add_hex(&buf, mac, 2, 0);
	assert_string_equal(strbuf_text(&buf), "lease 10.20 02:00:ab:ff0200");
	assert_int_equal(buf.len, strlen(strbuf_text(&buf)));
	assert_false(buf.failed);
	strbuf_reset(&buf);
	assert_string_equal(strbuf_text(&buf), "");
	strbuf_add(&buf, "x");
	assert_string_equal(strbuf_text(&buf), "x");
	strbuf_fini(&buf);
}

static void grows_across_every_length(void **state)
{
	struct strbuf one = STRBUF_INIT;
	struct strbuf many = STRBUF_INIT;
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) - 1; i++) {
		memset(text, 'a', i);
		text[i] = '\0';
		strbuf_fini(&one);
		strbuf_printf(&one, "%s", text);
		assert_string_equal(strbuf_text(&one), text);
		assert_string_equal(strbuf_text(&many), text);
		strbuf_add_char(&many, 'a');
	}
	strbuf_fini(&one);
	strbuf_fini(&many);
}

static void a_failure_is_remembered_until_reset(void **state)
{
	struct strbuf buf = STRBUF_INIT;

	(void)state;
	strbuf_add(&buf, "kept");
	strbuf_add_mem(&buf, "", SIZE_MAX / 2); /* refused, not tried */
	assert_true(buf.failed);
	strbuf_add(&buf, "lost");
	assert_string_equal(strbuf_text(&buf), "kept");
	strbuf_reset(&buf);
	strbuf_add(&buf, "again");
	assert_string_equal(strbuf_text(&buf), "again");
	strbuf_fini(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_one_has_a_text),
		cmocka_unit_test(additions_come_one_after_the_other),
		cmocka_unit_test(grows_across_every_length),
		cmocka_unit_test(a_failure_is_remembered_until_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
