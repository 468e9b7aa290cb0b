/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of statement handlers share. */
#ifndef CONF_STMT_H
#define CONF_STMT_H

#include "parse.h"
#include "value.h"

/*
 * Marks param as set by the statement at hand and returns the values to write
 * it to, or NULL without memory.
 */
struct conf_params *conf_set_param(struct conf_parser *p,
				   enum conf_param param);
/* `server-identifier' and the option that means the same. */
int conf_set_server_identifier(struct conf_parser *p);

#endif /* CONF_STMT_H */
