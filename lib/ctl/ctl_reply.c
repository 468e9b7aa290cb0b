/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl_reply - what handlers call to answer. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "ctl_connection.h"

#define OUTPUT_MAX (8U * 1024 * 1024) /* a handler that does not pause */

static int add_chunk(const char *data, size_t len, void *arg)
{
	struct strbuf *out = arg;

	strbuf_add_mem(out, data, len);
	return out->failed ? -1 : 0;
}

static void add_json(struct connection *conn, json_t *value)
{
	if (!value || json_dump_callback(value, add_chunk, &conn->out,
					 JSON_COMPACT | JSON_ENCODE_ANY))
		conn->out.failed = true;
}

int ctl_reply_item(struct ctl_request *request, json_t *item)
{
	struct connection *conn = connection_of(request);
	int err = 0;

	if (!item) {
		conn->out.failed = true;
		return -ENOMEM;
	}
	if (conn->ended || conn->out.len > OUTPUT_MAX) {
		err = -ENOBUFS;
	} else {
		strbuf_add(&conn->out, "{\"item\":");
		add_json(conn, item);
		strbuf_add(&conn->out, "}\n");
		err = conn->out.failed ? -ENOMEM : 0;
	}
	json_decref(item);
	return err;
}

bool ctl_reply_has_room(const struct ctl_request *request)
{
	const struct connection *conn = (const void *)request;

	return connection_pending(conn) < CTL_OUTPUT_HIGH_WATER;
}

void ctl_reply_end(struct ctl_request *request, enum ctl_code code,
		   const char *fmt, ...)
{
	struct connection *conn = connection_of(request);
	char text[512];
	json_t *json;
	va_list args;

	if (conn->ended)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* A text that is no UTF-8 (part of a request, say) is left out. */
	json = json_string(text);
	if (!json)
		json = json_string("");
	strbuf_printf(&conn->out,
		      "{\"end\":true,\"code\":%d,\"text\":", (int)code);
	add_json(conn, json);
	strbuf_add(&conn->out, "}\n");
	json_decref(json);
	conn->ended = true;
}
