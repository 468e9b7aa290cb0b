/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strbuf - text that grows. The first failed allocation is remembered; later
 * additions do nothing, so a printer checks once at its end.
 */
#ifndef DHCP4O6_BASE_STRBUF_H
#define DHCP4O6_BASE_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf {
	char *text; /* NUL-terminated, or NULL while empty */
	size_t len; /* octets without the NUL */
	size_t size;
	bool failed;
};

#define STRBUF_INIT \
	{           \
		0   \
	}

void strbuf_fini(struct strbuf *buf);
void strbuf_reset(struct strbuf *buf); /* keeps the memory */
void strbuf_add(struct strbuf *buf, const char *text);
void strbuf_add_mem(struct strbuf *buf, const void *data, size_t len);
void strbuf_add_char(struct strbuf *buf, char c);
void strbuf_printf(struct strbuf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *buf, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));
/* Octets as hex with sep between them; sep 0 is none. */
void strbuf_add_hex(struct strbuf *buf, const uint8_t *data, size_t len,
		    char sep);
/* The text, never NULL; valid until the next change. */
const char *strbuf_text(const struct strbuf *buf);

#endif /* DHCP4O6_BASE_STRBUF_H */
