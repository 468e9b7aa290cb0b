// SPDX-License-Identifier: BSD-2-Clause
/* Statements of a client's scope that are no values of options. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "ip6.h"

#define ROW(name, field, usual, min)                                        \
	{                                                                   \
		name, offsetof(struct client_conf_times, field), usual, min \
	}

/* RFC 2131 section 4.1 has other times of retransmission than dhclient. */
const struct client_time_row client_time_rows[CLIENT_TIMES] = {
	ROW("timeout", timeout_s, 60, 1),
	ROW("retry", retry_s, 300, 1),
	ROW("select-timeout", select_timeout_s, 0, 0),
	ROW("reboot", reboot_s, 10, 0),
	ROW("backoff-cutoff", backoff_cutoff_s, 64, 1),
	ROW("initial-interval", initial_interval_s, 4, 1),
	ROW("initial-delay", initial_delay_s, 0, 0),
};

static struct client_node *node_of(struct conf_parser *p)
{
	return p->node->u.client;
}

static void warn_set(struct conf_parser *p)
{
	conf_warn(p, &p->keyword_pos,
		  "set before in the same scope; the last one counts");
}

int client_handle_time(struct conf_parser *p)
{
	const struct client_time_row *row = client_time_rows;
	struct client_node *node = node_of(p);
	struct conf_pos pos = conf_peek(p)->pos;
	uint32_t seconds, bit;
	int err;

	while (strcmp(row->name, p->row->name) != 0)
		row++;
	err = conf_get_seconds(p, &seconds);
	if (err)
		return err;
	if (seconds < row->min)
		conf_error(p, &pos,
			   "%" PRIu32 " is out of range: %" PRIu32
			   " second or more",
			   seconds, row->min);
	bit = 1U << (row - client_time_rows);
	if (node->times_set & bit)
		warn_set(p);
	node->times_set |= bit;
	memcpy((char *)&node->times + row->offset, &seconds, sizeof(seconds));
	return 0;
}

bool client_add_code(struct client_codes *list,
		     const struct client_conf_code *code)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (list->codes[i].universe == code->universe &&
		    list->codes[i].code == code->code)
			return true;
	}
	if (list->count == CLIENT_CODES_MAX)
		return false;
	list->codes[list->count++] = *code;
	return true;
}

/* An unknown name is no reason to leave the others unread. */
static int parse_code(struct conf_parser *p, struct client_codes *list)
{
	struct conf_pos pos = conf_peek(p)->pos;
	const struct conf_option_def *def;
	struct client_conf_code code;
	int err = conf_get_option_def(p, &def);

	if (err == -EINVAL && (conf_token_is_punct(conf_peek(p), ',') ||
			       conf_token_is_punct(conf_peek(p), ';')))
		return 0;
	if (err)
		return err;
	if (def->universe > CONF_OPTIONS_DHCP6) {
		conf_warn(p, &pos,
			  "option `%s' stands inside of others only: it is "
			  "not asked for by itself",
			  def->name);
		return 0;
	}
	code.universe = def->universe;
	code.code = (uint16_t)def->code;
	if (!client_add_code(list, &code))
		return conf_error(p, &pos, "more than %d options in one list",
				  CLIENT_CODES_MAX);
	return 0;
}

static int parse_codes(struct conf_parser *p, struct client_codes *list)
{
	int err;

	do {
		err = parse_code(p, list);
	} while (!err && conf_accept_punct(p, ','));
	return err;
}

/* One without names asks for nothing. */
int client_handle_codes(struct conf_parser *p)
{
	bool is_request = strcmp(p->row->name, "request") == 0;
	struct client_codes *list =
		is_request ? &node_of(p)->request : &node_of(p)->require;

	if (!is_request && (conf_token_is_word(conf_peek(p), "authentication")))
		return conf_error(p, &p->keyword_pos,
				  "`require authentication' is not supported: "
				  "DHCPv4 messages are not authenticated");
	if (list->is_set || list->count > 0)
		conf_warn(p, &p->keyword_pos,
			  "set before in the same scope; the last one counts "
			  "(`also %s' adds to a list)",
			  p->row->name);
	list->is_set = true;
	list->count = 0;
	if (conf_token_is_punct(conf_peek(p), ';'))
		return 0;
	return parse_codes(p, list);
}

int client_handle_also(struct conf_parser *p)
{
	struct client_node *node = node_of(p);

	if (conf_accept_word(p, "request"))
		return parse_codes(p, &node->request);
	if (conf_accept_word(p, "require"))
		return parse_codes(p, &node->require);
	return conf_fail_expected(p, "`request' or `require'");
}

/* N of /N, which is all there is of the word. */
static bool scan_len(const char *text, size_t len, uint8_t max, uint8_t *out)
{
	unsigned int value = 0;
	size_t i;

	if (len < 2 || len > 4 || text[0] != '/')
		return false;
	for (i = 1; i < len; i++) {
		if (conf_digit(text[i]) > 9)
			return false;
		value = value * 10 + (unsigned int)conf_digit(text[i]);
	}
	*out = (uint8_t)value;
	return value <= max;
}

static bool scan_reject(const char *text, size_t len,
			struct client_conf_reject *reject)
{
	const char *slash = memchr(text, '/', len);
	size_t addr_len = slash ? (size_t)(slash - text) : len;
	bool is_ip4 = conf_scan_ip4(text, addr_len, &reject->v4);

	reject->family = is_ip4 ? AF_INET : AF_INET6;
	reject->prefix_len = is_ip4 ? 32 : 128;
	if (!is_ip4 && !conf_scan_ip6(text, addr_len, &reject->v6))
		return false;
	return !slash || scan_len(slash, len - addr_len, reject->prefix_len,
				  &reject->prefix_len);
}

/* As dhclient does it; it says nothing. */
static void clear_host_bits(struct conf_parser *p, const struct conf_pos *pos,
			    struct client_conf_reject *reject)
{
	struct client_conf_reject given = *reject;
	char text[INET6_ADDRSTRLEN];
	uint32_t mask;

	if (reject->family == AF_INET6) {
		conf_ip6_clear_tail(&reject->v6, reject->prefix_len);
	} else {
		mask = reject->prefix_len
			       ? UINT32_MAX << (32 - reject->prefix_len)
			       : 0;
		reject->v4 = conf_in_addr(conf_ip4(reject->v4) & mask);
	}
	if (memcmp(&given.v6, &reject->v6,
		   given.family == AF_INET6 ? sizeof(given.v6)
					    : sizeof(given.v4)) == 0)
		return;
	inet_ntop(reject->family, &reject->v6, text, sizeof(text));
	conf_warn(p, pos, "host bits are set behind the /%u: the prefix is %s",
		  reject->prefix_len, text);
}

static int parse_reject(struct conf_parser *p, struct client_node *node)
{
	const struct conf_token *token = conf_peek(p);
	struct client_conf_reject reject = { .prefix_len = 0 };
	struct conf_pos pos = token->pos;

	if (token->type != CONF_TOKEN_WORD ||
	    !scan_reject(token->text, token->len, &reject))
		return conf_fail_expected(p, "an address ADDRESS[/LENGTH]");
	clear_host_bits(p, &pos, &reject);
	if (node->reject_count == CLIENT_REJECTS_MAX)
		return conf_error(p, &pos,
				  "more than %d addresses are rejected",
				  CLIENT_REJECTS_MAX);
	node->reject[node->reject_count++] = reject;
	conf_take(p);
	return 0;
}

int client_handle_reject(struct conf_parser *p)
{
	int err;

	do {
		err = parse_reject(p, node_of(p));
	} while (!err && conf_accept_punct(p, ','));
	return err;
}

int client_handle_script(struct conf_parser *p)
{
	struct client_node *node = node_of(p);
	struct conf_pos pos = conf_peek(p)->pos;
	const char *path;
	int err;

	err = conf_get_text(p, &path, "a file name");
	if (err)
		return err;
	if (!path[0])
		conf_error(p, &pos, "the name of the script is empty");
	if (node->script)
		warn_set(p);
	node->script = path;
	return 0;
}

int client_handle_default_duid(struct conf_parser *p)
{
	struct client_conf *conf = p->client->conf;
	const uint8_t *duid;
	size_t len;
	int err;

	err = conf_get_octets(p, &duid, &len);
	if (err)
		return err;
	conf_check_duid(p, duid, len, false);
	if (conf->default_duid)
		warn_set(p);
	conf->default_duid = duid;
	conf->default_duid_len = len;
	return 0;
}
