// SPDX-License-Identifier: BSD-2-Clause
#include "diag.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/base/strbuf.h"

enum {
	MESSAGE_MAX = 512,
	WINDOW = 120, /* octets of a line that are shown */
	WINDOW_BEFORE = 80,
};

struct conf_finding {
	struct conf_finding *next;
	enum conf_severity severity;
	uint32_t order;
	uint32_t sequence;
	const char *text;
};

static const char *const severity_names[] = {
	[CONF_NOTE] = "note",
	[CONF_WARNING] = "warning",
	[CONF_ERROR] = "error",
};

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80; /* of UTF-8 */
}

/* Text of a file on its way to a terminal. */
static void add_visible(struct strbuf *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		bool is_control = (c < ' ' && c != '\t') || c == 0x7f;

		strbuf_add_char(out, is_control ? '?' : (char)c);
	}
}

/* The line around offset, and a caret below; tabs are kept for alignment. */
static void add_line(struct strbuf *out, const struct conf_pos *pos,
		     size_t start)
{
	const char *text = pos->source->text;
	const char *newline;
	size_t end, i;

	newline = memchr(text + pos->offset, '\n',
			 pos->source->len - pos->offset);
	end = newline ? (size_t)(newline - text) : pos->source->len;
	if (end > start && text[end - 1] == '\r' && end > pos->offset)
		end--;
	if (pos->offset - start > WINDOW_BEFORE)
		start = pos->offset - WINDOW_BEFORE;
	while (start < pos->offset && is_continuation(text[start]))
		start++;
	if (end - start > WINDOW)
		end = start + WINDOW;
	strbuf_add_char(out, '\n');
	add_visible(out, text + start, end - start);
	strbuf_add_char(out, '\n');
	for (i = start; i < pos->offset; i++) {
		if (!is_continuation(text[i]))
			strbuf_add_char(out, text[i] == '\t' ? '\t' : ' ');
	}
	strbuf_add_char(out, '^');
}

static void render(struct strbuf *out, enum conf_severity severity,
		   struct conf_place place, const char *message)
{
	const char *name = severity_names[severity];
	size_t start, i;
	unsigned int column = 1;

	if (!place.pos) {
		strbuf_printf(out, "%s: %s: ", place.path, name);
		add_visible(out, message, strlen(message));
		return;
	}
	start = place.pos->offset;
	while (start > 0 && place.pos->source->text[start - 1] != '\n')
		start--;
	for (i = start; i < place.pos->offset; i++)
		column += !is_continuation(place.pos->source->text[i]);
	strbuf_printf(out, "%s:%u:%u: %s: ", place.pos->source->path,
		      place.pos->line, column, name);
	add_visible(out, message, strlen(message));
	add_line(out, place.pos, start);
}

/* Counts the finding; false if there were enough of its kind before. */
static bool count_finding(struct conf_diag *diag, enum conf_severity severity)
{
	if (severity == CONF_ERROR)
		return ++diag->error_count <= CONF_FINDINGS_MAX;
	return ++diag->other_count <= CONF_FINDINGS_MAX;
}

int conf_diag_add(struct conf_diag *diag, enum conf_severity severity,
		  struct conf_place place, const char *fmt, va_list args)
{
	struct strbuf text = STRBUF_INIT;
	struct conf_finding *finding;
	char message[MESSAGE_MAX];
	int err = -ENOMEM;

	if (!count_finding(diag, severity))
		return 0;
	vsnprintf(message, sizeof(message), fmt, args);
	render(&text, severity, place, message);
	finding = conf_arena_alloc(diag->arena, sizeof(*finding));
	if (!finding || text.failed)
		goto out_text;
	finding->severity = severity;
	finding->order = place.pos ? place.pos->order : 0;
	finding->sequence = (uint32_t)(diag->error_count + diag->other_count);
	finding->text = conf_arena_dup(diag->arena, text.text, text.len);
	if (!finding->text)
		goto out_text;
	finding->next = diag->findings;
	diag->findings = finding;
	err = 0;
out_text:
	strbuf_fini(&text);
	return err;
}

bool conf_diag_is_full(const struct conf_diag *diag)
{
	return diag->error_count >= CONF_FINDINGS_MAX;
}

static int compare_findings(const void *a, const void *b)
{
	const struct conf_finding *const *fa = a;
	const struct conf_finding *const *fb = b;

	if ((*fa)->order != (*fb)->order)
		return (*fa)->order < (*fb)->order ? -1 : 1;
	return (*fa)->sequence < (*fb)->sequence ? -1 : 1;
}

static void report_surplus(const struct conf_diag *diag, conf_report *report,
			   void *arg)
{
	char text[64];

	if (diag->error_count >= CONF_FINDINGS_MAX)
		report(arg, CONF_ERROR,
		       "error: too many errors; the rest is not checked");
	if (diag->other_count > CONF_FINDINGS_MAX) {
		snprintf(text, sizeof(text), "warning: %zu more not shown",
			 diag->other_count - CONF_FINDINGS_MAX);
		report(arg, CONF_WARNING, text);
	}
}

int conf_diag_flush(struct conf_diag *diag, conf_report *report, void *arg)
{
	struct conf_finding *finding;
	struct conf_vec sorted = { 0 };
	size_t i;

	for (finding = diag->findings; finding; finding = finding->next) {
		if (conf_vec_add(diag->arena, &sorted, finding))
			return -ENOMEM;
	}
	if (sorted.count)
		qsort(sorted.items, sorted.count, sizeof(*sorted.items),
		      compare_findings);
	for (i = 0; i < sorted.count && report; i++) {
		finding = sorted.items[i];
		report(arg, finding->severity, finding->text);
	}
	if (report)
		report_surplus(diag, report, arg);
	return 0;
}
