/* SPDX-License-Identifier: BSD-2-Clause */
#include "reload_report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/base/log.h"

static const char *const severity_names[] = {
	[CONF_NOTE] = "note",
	[CONF_WARNING] = "warning",
	[CONF_ERROR] = "error",
};

void reload_report_add(void *arg, enum conf_severity severity, const char *text)
{
	struct reload_report *report = arg;
	struct reload_finding *finding = &report->findings[report->count];

	report->errors += severity == CONF_ERROR;
	report->warnings += severity == CONF_WARNING;
	if (severity == CONF_ERROR && strstr(text, strerror(EACCES)))
		report->is_denied = true;
	if (report->count == RELOAD_FINDINGS_MAX)
		return;
	finding->text = strdup(text);
	finding->severity = severity;
	report->count += finding->text != NULL;
}

void reload_say(struct reload_report *report, enum conf_severity severity,
		const char *fmt, ...)
{
	char text[RELOAD_TEXT_SIZE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	reload_report_add(report, severity, text);
}

void reload_say_error(void *report, const char *text)
{
	reload_say(report, CONF_ERROR, "%s", text);
}

void reload_report_clear(struct reload_report *report)
{
	size_t i;

	for (i = 0; i < report->count; i++)
		free(report->findings[i].text);
	*report = (struct reload_report){ .count = 0 };
}

/* Octets of the line that has the place and the message. */
static int first_line(const char *text)
{
	size_t len = strcspn(text, "\n");

	return len < RELOAD_TEXT_SIZE ? (int)len : RELOAD_TEXT_SIZE;
}

void reload_report_log(const struct reload_report *report)
{
	static const enum log_level levels[] = {
		[CONF_NOTE] = LOG_LEVEL_INFO,
		[CONF_WARNING] = LOG_LEVEL_WARNING,
		[CONF_ERROR] = LOG_LEVEL_ERROR,
	};
	size_t i;

	for (i = 0; i < report->count; i++) {
		const struct reload_finding *f = &report->findings[i];

		log_line(levels[f->severity], "%.*s", first_line(f->text),
			 f->text);
	}
}

void reload_report_clean(char *text)
{
	unsigned char c;

	for (; *text; text++) {
		c = (unsigned char)*text;
		if ((c < ' ' && c != '\n' && c != '\t') || c >= 0x7f)
			*text = '?';
	}
}

void reload_report_give(const struct reload_report *report,
			struct ctl_request *request)
{
	size_t i;

	for (i = 0; i < report->count; i++) {
		const struct reload_finding *f = &report->findings[i];
		json_t *text = json_string(f->text);

		/* It shows a line of the file; text in UTF-8 stays as it is. */
		if (!text) {
			reload_report_clean(f->text);
			text = json_string(f->text);
		}
		ctl_reply_item(request, json_pack("{s:s,s:o}", "severity",
						  severity_names[f->severity],
						  "text", text));
	}
}

void reload_report_first_error(const struct reload_report *report, char *text,
			       size_t size)
{
	size_t i;

	text[0] = '\0';
	for (i = 0; i < report->count && !text[0]; i++) {
		const struct reload_finding *f = &report->findings[i];

		if (f->severity == CONF_ERROR)
			snprintf(text, size, "%.*s", first_line(f->text),
				 f->text);
	}
}
