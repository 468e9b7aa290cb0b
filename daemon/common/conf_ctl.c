/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf_ctl.h"

#include <stdlib.h>

enum { PIECE_MAX = 16384 }; /* octets of an item */

struct conf_ctl {
	struct strbuf text;
	size_t at; /* what has been given */
};

static void free_state(void *state)
{
	struct conf_ctl *ctl = state;

	strbuf_fini(&ctl->text);
	free(ctl);
}

static struct conf_ctl *print_conf(struct ctl_request *request,
				   const struct conf *conf)
{
	struct conf_ctl *ctl = calloc(1, sizeof(*ctl));

	if (!ctl)
		return NULL;
	conf_print(conf, &ctl->text);
	if (ctl->text.failed) {
		free_state(ctl);
		return NULL;
	}
	request->state = ctl;
	request->free_state = free_state;
	return ctl;
}

enum ctl_progress conf_ctl_answer(struct ctl_request *request,
				  const struct conf *conf)
{
	struct conf_ctl *ctl = request->state;

	if (!ctl)
		ctl = print_conf(request, conf);
	while (ctl && ctl->at < ctl->text.len) {
		size_t left = ctl->text.len - ctl->at;
		size_t len = left < PIECE_MAX ? left : PIECE_MAX;

		if (!ctl_reply_has_room(request))
			return CTL_MORE;
		if (ctl_reply_item(request,
				   json_pack("{s:s#}", "text",
					     strbuf_text(&ctl->text) + ctl->at,
					     (int)len)))
			break;
		ctl->at += len;
	}
	if (!ctl || ctl->at < ctl->text.len)
		ctl_reply_end(request, CTL_NO_MEMORY, "out of memory");
	return CTL_DONE;
}
