/* SPDX-License-Identifier: BSD-2-Clause */
/* strbuf - growing text; there is always room for the NUL behind it. */
#include "dhcp4o6/base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MIN 64

void strbuf_fini(struct strbuf *buf)
{
	free(buf->text);
	*buf = (struct strbuf)STRBUF_INIT;
}

void strbuf_reset(struct strbuf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->text)
		buf->text[0] = '\0';
}

/* Makes room for more octets and a NUL; the place to write them, or NULL. */
static char *make_room(struct strbuf *buf, size_t more)
{
	size_t size = buf->size ? buf->size : SIZE_MIN;
	char *text;

	if (buf->failed)
		return NULL;
	if (buf->text && more < buf->size - buf->len)
		return buf->text + buf->len;
	if (more >= SIZE_MAX / 2 - buf->len) {
		buf->failed = true;
		return NULL;
	}
	while (size <= buf->len + more)
		size *= 2;
	text = realloc(buf->text, size);
	if (!text) {
		buf->failed = true;
		return NULL;
	}
	buf->text = text;
	buf->size = size;
	return text + buf->len;
}

void strbuf_add_mem(struct strbuf *buf, const void *data, size_t len)
{
	char *at = make_room(buf, len);

	if (!at)
		return;
	if (len)
		memcpy(at, data, len);
	at[len] = '\0';
	buf->len += len;
}

void strbuf_add(struct strbuf *buf, const char *text)
{
	strbuf_add_mem(buf, text, strlen(text));
}

void strbuf_add_char(struct strbuf *buf, char c)
{
	strbuf_add_mem(buf, &c, 1);
}

void strbuf_vprintf(struct strbuf *buf, const char *fmt, va_list args)
{
	va_list again;
	int len;
	char *at;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, args);
	at = len < 0 ? NULL : make_room(buf, (size_t)len);
	if (at) {
		vsnprintf(at, (size_t)len + 1, fmt, again);
		buf->len += (size_t)len;
	} else {
		buf->failed = true;
	}
	va_end(again);
}

void strbuf_printf(struct strbuf *buf, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	strbuf_vprintf(buf, fmt, args);
	va_end(args);
}

void strbuf_add_hex(struct strbuf *buf, const uint8_t *data, size_t len,
		    char sep)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < len; i++) {
		if (i && sep)
			strbuf_add_char(buf, sep);
		strbuf_add_char(buf, digits[data[i] >> 4]);
		strbuf_add_char(buf, digits[data[i] & 15]);
	}
}

const char *strbuf_text(const struct strbuf *buf)
{
	return buf->text ? buf->text : "";
}
